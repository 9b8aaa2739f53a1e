"""Definitions of schemas: one for each way in which a schema is asked for, and the references to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

from openapi_documents.document import Document
from openapi_documents.pointers import Pointer, escape, joined, split_file, text_of
from openapi_documents.schemas.in_place import InPlace, Side
from openapi_documents.schemas.words import words_of

Schema = dict[str, Any] | bool
Patterns = Literal["ecma", "python"]
"""How regular expressions are spelled: as they stand, or so that Python's `re` means the same."""

ROOT: Final = "urn:understudy:schema"
"""The `$id` of every standalone schema."""
_ASKED: Final = re.compile(" without | within | as a condition")


class Variant(NamedTuple):
    """A schema as it is asked for."""

    place: Pointer
    side: Side
    hidden: frozenset[str] = frozenset()
    """Members that need not be there, because whoever asks for the schema says so."""
    open: frozenset[Pointer] = frozenset()
    """Schemas that ask for it about the same value, and to which it leads back."""
    is_condition: bool = False
    """Whether a condition asks for it: then members of the other side are required as well."""

    @property
    def key(self) -> str:
        """Its name in `$defs`."""
        without = f" without {', '.join(sorted(self.hidden))}" if self.hidden else ""
        within = f" within {', '.join(sorted(map(text_of, self.open)))}" if self.open else ""
        condition = " as a condition" if self.is_condition else ""
        return text_of(self.place) + without + within + condition

    @property
    def is_plain(self) -> bool:
        """Whether it is the schema as everybody asks for it."""
        return not self.hidden and not self.open and not self.is_condition


def place_of(key: str) -> str:
    """Return the text of the place of a schema by its name in `$defs`, as a message shows it."""
    return _ASKED.split(key, maxsplit=1)[0]


@dataclass(eq=False, slots=True)
class Definition:
    """A variant under its name, once it is converted with the definitions that it refers to."""

    variant: Variant
    key: str
    schema: Schema | None = None
    needs: dict[str, Definition] = field(default_factory=dict)


@dataclass(eq=False)
class Definitions:
    """The definitions of a document's schemas, made when they are first asked for."""

    document: Document
    marks: frozenset[str]
    """Members of schemas (extensions) in whose place the place of the schema is told."""
    patterns: Patterns
    _known: dict[Variant, Definition] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.in_place = InPlace(self.document)
        self.words = words_of(self.document)

    def reference(self, wanted: Variant) -> tuple[Definition, str]:
        """Return which definition is needed for a schema, and the reference to the schema."""
        resource = self.resource(wanted.place)
        if resource == wanted.place or not wanted.is_plain:
            uri = self.uri(wanted.place) if wanted.is_plain else ""
            needed = self.of(wanted)
            return needed, uri or f"{ROOT}#/$defs/{quote(escape(needed.key), safe='~')}"
        inside = "".join(f"/{escape(str(part))}" for part in wanted.place[len(resource) :])
        needed = self.of(Variant(resource, wanted.side))
        return needed, f"{self.uri(resource)}#{quote(inside, safe='/~')}"

    def resource(self, place: Pointer) -> Pointer:
        """Return the root of the schema resource (`$id`) that holds a place, else the place."""
        if self.document.version == "3.0":
            return place
        file, inner = split_file(place)
        root, _ = self.document.source_of(place).resources.of(inner)
        return joined(file, root) if root else place

    def uri(self, place: Pointer) -> str:
        """Return the URI of a schema with an `$id`, "" of another."""
        if self.document.version == "3.0":
            return ""
        _, inner = split_file(place)
        return self.document.source_of(place).resources.uris.get(inner, "") if inner else ""

    def of(self, variant: Variant) -> Definition:
        """Return the definition of a variant, converted or not."""
        known = self._known.get(variant)
        if known is None:
            known = self._known[variant] = Definition(variant, variant.key)
        return known
