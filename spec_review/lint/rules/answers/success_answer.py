"""Whether operations say what they answer when all is well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.paths.samples import LATEST
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find operations that answer with errors only."""
    document = contract.document
    for place in document.objects("operation"):
        operation = mapping(document.value(place))
        answers = operation.get("responses")
        if not isinstance(answers, dict) or "$ref" in answers:
            continue
        codes = [code for code in answers if not code.startswith("x-")]
        if codes and not any(code[:1] in ("1", "2", "3") or code == "default" for code in codes):
            yield Fault(
                (*place, "responses"),
                "no answer says that all is well",
                "add the answer of a success, such as '200' or '204'",
                at_key=True,
            )


RULE: Final = Rule(
    id="success-answer",
    severity="warning",
    sentence="Every operation has an answer for the case that all is well.",
    why="Callers who do everything right get an answer that nobody described.",
    breaks=shop(
        (
            "components:\n  parameters:",
            LATEST.replace("/things/latest", "/latest").replace(
                "responses: {'204': {description: There is none.}}",
                "▸responses: {'404': {$ref: '#/components/responses/Missing'}}",
            )
            + "components:\n  responses:\n    Missing:\n      description: It is not there.\n"
            "      content:\n        application/problem+json:\n"
            "          schema: {$ref: '#/components/schemas/Problem'}\n"
            "          example: {type: about:blank, title: Not Found, status: 404, detail: None.}\n"
            "  parameters:",
        )
    ),
    keeps=shop(
        (
            "components:\n  parameters:",
            LATEST.replace("/things/latest", "/latest") + "components:\n  parameters:",
        )
    ),
    faults=faults,
)
