"""Whether every `$ref` leads somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import (
    BrokenFileError,
    CircularReferenceError,
    Document,
    NetworkReferenceError,
    UnresolvedError,
    pointer_of,
    text_of,
)
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.references.walk import references
from spec_review.lint.samples import shop
from spec_review.output.wording import did_you_mean
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping


def faults(contract: Contract) -> Iterator[Fault]:
    """Find references that lead nowhere; those to the network are left alone, for nothing is fetched."""
    document = contract.document
    for place, reference in references(document):
        try:
            document.follow(place)
        except (CircularReferenceError, NetworkReferenceError):
            continue
        except UnresolvedError as error:
            # A reference further on is told where it stands.
            if error.pointer == place:
                is_broken = isinstance(error, BrokenFileError)
                yield Fault(
                    (*place, "$ref"),
                    f"the reference {reference} leads to a broken file: {error}"
                    if is_broken
                    else error.reason,
                    error.mend or nearest(document, reference),
                )


def nearest(document: Document, reference: str) -> str:
    """Return the mend that names the nearest thing in the same document, "" when nothing is near."""
    if not reference.startswith("#"):
        return ""
    pointer = pointer_of(reference)
    siblings = document.value(pointer[:-1]) if pointer else None
    if isinstance(siblings, dict):
        return did_you_mean(reference, [text_of((*pointer[:-1], name)) for name in siblings])
    known = [
        text_of(("components", kind, name))
        for kind, named in mapping(document.data.get("components")).items()
        for name in mapping(named)
    ]
    return did_you_mean(reference, known)


RULE: Final = Rule(
    id="dangling-reference",
    severity="error",
    sentence="Every $ref leads to something.",
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
