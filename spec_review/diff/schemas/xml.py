"""How values are written as XML: names, namespaces, attributes and wrapping."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from openapi_documents import Pointer
from spec_review.diff.schemas.differences import SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.reading.parts import Part, types
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
    """What the parts say of XML, without what goes without saying, and as OpenAPI 3.2 says it."""
    said = {word: value for part in side for word, value in mapping(part.value.get("xml")).items()}
    is_member = len(place) > 1 and place[-2] == "properties"
    usual = "none" if "array" in types(side) else "element"
    for word, node in NODES.items():
        if said.pop(word, False) is True:
            said.setdefault("nodeType", node)
    return {
        word: value
        for word, value in said.items()
        if not (word == "name" and is_member and value == place[-1])
        and not (word == "nodeType" and value == usual)
    }


NODES: Final[Mapping[str, str]] = {"attribute": "attribute", "wrapped": "element"}
"""Words of OpenAPI 3.1, each with the `nodeType` that says the same (OpenAPI 3.2, "XML Object")."""
