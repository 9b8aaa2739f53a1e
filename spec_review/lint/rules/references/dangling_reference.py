"""Whether every `$ref` leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import (
    BrokenFileError,
    Document,
    ForbiddenReferenceError,
    pointer_of,
    text_of,
)
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.references.walk import failures
from spec_review.lint.samples import shop
from spec_review.output.findings import Fix
from spec_review.output.wording import nearest
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references that lead nowhere; nobody knows of those that may not be followed."""
    document = contract.document
    for reference, error in failures(document):
        if isinstance(error, BrokenFileError):
            sentence = f"the reference {reference.text} leads to a broken file: {error}"
            yield Fault(reference.place, sentence)
        elif not isinstance(error, ForbiddenReferenceError):
            near = nearest_in(document, reference.text)
            mend = error.mend or (f"did you mean {near}?" if near else "")
            fix = Fix(near) if near and not error.mend else None
            yield Fault(reference.place, error.reason, mend, fix=fix)


def nearest_in(document: Document, reference: str) -> str | None:
    """The reference to the nearest thing in the same document, None when nothing is near."""
    if not reference.startswith("#"):
        return None
    pointer = pointer_of(reference)
    siblings = document.value(pointer[:-1]) if pointer else None
    if isinstance(siblings, dict):
        return nearest(reference, [text_of((*pointer[:-1], name)) for name in siblings])
    known = [
        text_of(("components", kind, name))
        for kind, named in mapping(document.data.get("components")).items()
        for name in mapping(named)
    ]
    return nearest(reference, known)


RULE: Final = Rule(
    id="dangling-reference",
    severity="error",
    sentence="Every $ref, and whatever else refers to something, leads somewhere.",
    why="Whatever follows the reference fails, most tools with a long traceback.",
    breaks=shop(
        (
            "- $ref: '#/components/parameters/Language'",
            "- $ref: ▸'#/components/parameters/Langauge'",
        )
    ),
    keeps=shop(),
    faults=faults,
)
