"""Whether a reference leads to a component of the kind that is wanted where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import KINDS, Document, File, Pointer, UnresolvedError
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import shop
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping

SECTIONS: Final[Mapping[str, str]] = {
    "schema": "schemas",
    "response": "responses",
    "parameter": "parameters",
    "example": "examples",
    "request body": "requestBodies",
    "header": "headers",
    "security scheme": "securitySchemes",
    "link": "links",
    "callback": "callbacks",
    "path item": "pathItems",
    "media type": "mediaTypes",
}
"""The kinds of components, each with the section in which they stand."""


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references from an object of one kind into the components of another."""
    document = contract.document
    for kind in KINDS:
        for place in document.objects(kind) if kind in SECTIONS else ():
            section = section_of_target(document, place)
            if section in SECTIONS.values() and section != SECTIONS[kind]:
                sentence = (
                    f"a {kind} is wanted here, and the reference leads to one of the {section}"
                )
                yield Fault((*place, "$ref"), sentence)


def section_of_target(document: Document, place: Pointer) -> str:
    """The section of the components to which the object at a place refers, "" where it leads elsewhere."""
    reference = mapping(document.value(place)).get("$ref")
    if not isinstance(reference, str):
        return ""
    try:
        target = document.target(place, reference)
    except UnresolvedError:
        return ""
    target = target[1:] if target and isinstance(target[0], File) else target
    return str(target[1]) if len(target) == 3 and target[0] == "components" else ""


RULE: Final = Rule(
    id="reference-kind",
    severity="error",
    sentence="Every $ref to a component leads to one of the kind that is wanted where it stands.",
    why="A schema in place of an answer is an answer without a word of what it is for, or nothing at all.",
    breaks=shop(
        (
            "        '404':\n          description: There is no such thing.\n",
            "        '203': {$ref: ▸'#/components/schemas/Thing'}\n"
            "        '404':\n          description: There is no such thing.\n",
        )
    ),
    keeps=shop(),
    faults=faults,
)
