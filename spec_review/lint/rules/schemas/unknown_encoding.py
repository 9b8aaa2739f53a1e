"""Whether an encoding is one of a member that the body has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import nearest
from spec_review.reading.contract import Contract
from spec_review.reading.parts import CHOICES, parts, properties
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find encodings of members that the schema of the body does not name."""
    document = contract.document
    for place in document.objects("media type"):
        media = mapping(document.value(place))
        side = parts(document, (*place, "schema"), CHOICES)
        known = properties(side)
        is_open = any(
            isinstance(part.value.get(word), dict)
            for part in side
            for word in ("additionalProperties", "patternProperties", "unevaluatedProperties")
        )
        for name in mapping(media.get("encoding")) if known and not is_open else ():
            if name not in known:
                near = nearest(name, known)
                yield Fault(
                    (*place, "encoding", name),
                    f"{name} is encoded here, and no member of the body",
                    f"did you mean {near}?" if near else f"add {name} to its properties",
                    at_key=True,
                    fix=Fix(near) if near else None,
                )


def body(member: str) -> tuple[str, str]:
    """An edit that gives the shop a request with an encoding of a member."""
    return (
        "components:\n  parameters:",
        "  /orders:\n    post:\n      operationId: order\n      summary: Order a thing\n"
        "      requestBody:\n        content:\n          multipart/form-data:\n"
        "            schema: {$ref: '#/components/schemas/Thing'}\n"
        f"            encoding: {{{member}: {{contentType: text/plain}}}}\n"
        "      responses: {'204': {description: Done.}}\ncomponents:\n  parameters:",
    )


RULE: Final = Rule(
    id="unknown-encoding",
    severity="warning",
    sentence="What an encoding speaks of is a member of the body.",
    why="Of a name that is misspelt the encoding is lost, and the member goes out in another one.",
    breaks=shop(body("▸prize")),
    keeps=shop(body("price")),
    faults=faults,
)
