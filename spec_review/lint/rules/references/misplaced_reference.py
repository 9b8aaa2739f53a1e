"""Whether a `$ref` stands only where OpenAPI takes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references in place of an object that must be written out; the habit of a file is told once."""
    document = contract.document
    by_file: dict[str, list[Pointer]] = {}
    for place in sorted(
        {error.place for error in contract.form_errors if error.is_reference}, key=document.position
    ):
        by_file.setdefault(document.position(place).file, []).append(place)
    for places in by_file.values():
        further = f", nor in {len(places) - 1} more places of this file" if len(places) > 1 else ""
        yield Fault(
            (*places[0], "$ref"),
            f"OpenAPI {document.version} takes no reference here{further}",
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
