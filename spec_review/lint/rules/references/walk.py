"""Whatever refers to something elsewhere, in all files of a document, and where it fails to lead there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openapi_documents import (
    KINDS,
    CircularReferenceError,
    Document,
    NetworkReferenceError,
    Pointer,
    UnresolvedError,
)
from spec_review.reading.values import mapping


@dataclass(frozen=True, slots=True)
class Reference:
    """A text that names something elsewhere: the object that holds it, where in it, and the text."""

    holder: Pointer
    word: Pointer
    text: str

    @property
    def place(self) -> Pointer:
        """Where the text stands."""
        return (*self.holder, *self.word)


def references(document: Document) -> Iterator[Reference]:
    """Find the objects with a `$ref`, each once."""
    seen: set[Pointer] = set()
    for kind in KINDS:
        for place in document.objects(kind):
            reference = mapping(document.value(place)).get("$ref")
            if isinstance(reference, str) and place not in seen:
                seen.add(place)
                yield Reference(place, ("$ref",), reference)


def other_references(document: Document) -> Iterator[Reference]:
    """Find what refers by another word than `$ref`."""
    for kind, word in (("example", "externalValue"), ("link", "operationRef")):
        for place in document.objects(kind):
            value = mapping(document.value(place))
            if isinstance(value.get(word), str) and "$ref" not in value:
                yield Reference(place, (word,), value[word])
    for place in document.objects("schema"):
        discriminator = mapping(mapping(document.value(place)).get("discriminator"))
        for name, text in mapping(discriminator.get("mapping")).items():
            if isinstance(text, str):
                yield Reference(place, ("discriminator", "mapping", name), text)


def failures(document: Document) -> Iterator[tuple[Reference, UnresolvedError]]:
    """Find the references that lead nowhere, or where nobody may follow.

    Those to the network are left alone, for nothing is fetched; circles are told by a rule of their own.
    """
    for reference in (*references(document), *other_references(document)):
        try:
            follow(document, reference)
        except (CircularReferenceError, NetworkReferenceError):
            continue
        except UnresolvedError as error:
            # A reference further on is told where it stands.
            if error.pointer in (reference.holder, reference.place):
                yield reference, error


def follow(document: Document, reference: Reference) -> None:
    """Go where a reference leads. Raises UnresolvedError."""
    match reference.word[0]:
        case "$ref":
            document.follow(reference.holder)
        case "externalValue":
            document.external_value(reference.holder)
        case "operationRef":
            document.linked_operation(reference.holder)
        case _:
            document.mapped(reference.place)
