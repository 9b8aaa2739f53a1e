"""Whether a `$ref` stands only where OpenAPI takes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references in place of an object that must be written out."""
    misplaced = {error.place for error in contract.form_errors if error.is_reference}
    for place in misplaced:
        yield Fault(
            (*place, "$ref"),
            f"OpenAPI {contract.document.version} takes no reference here",
            "write out what it refers to, or refer to the whole object that holds it",
            at_key=True,
        )


RULE: Final = Rule(
    id="misplaced-reference",
    severity="warning",
    sentence="A $ref stands only where OpenAPI takes one.",
    why="Tools that follow any reference read the document, those that keep to the standard do not.",
    breaks=shop(
        (
            "  /things/{id}:\n    get:\n",
            "  /copies/{id}:\n    get: {▸$ref: '#/paths/~1things~1{id}/get'}\n"
            "  /things/{id}:\n    get:\n",
        )
    ),
    keeps=shop(),
    faults=faults,
)
