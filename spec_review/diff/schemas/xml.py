"""How values are written as XML: names, namespaces, attributes and wrapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from openapi_documents import Pointer
from spec_review.diff.schemas.differences import SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.reading.parts import Part
from spec_review.reading.values import mapping


def xml_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """What is written otherwise, for whoever writes or reads XML."""
    before, after = xml_form(sides.before, sides.old), xml_form(sides.after, sides.new)
    words = [
        word for word in dict.fromkeys((*before, *after)) if before.get(word) != after.get(word)
    ]
    if words:
        old, new = sides.places("xml")
        sentence = f"{sides.name(new, old)} is written otherwise as XML ({', '.join(words)})"
        yield SchemaDifference("xml", "both", sentence, old, new, is_beyond_values=True, wire="xml")


def xml_form(side: Sequence[Part], place: Pointer) -> Mapping[str, object]:
    """What the parts say of XML, without what goes without saying."""
    said = {word: value for part in side for word, value in mapping(part.value.get("xml")).items()}
    is_member = len(place) > 1 and place[-2] == "properties"
    return {
        word: value
        for word, value in said.items()
        if value is not False and not (word == "name" and is_member and value == place[-1])
    }
