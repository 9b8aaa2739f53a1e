"""A schema as its validator sees it, in one side, written out as far as one asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import unquote

from openapi_documents import Document, DocumentError, Pointer, pointer_of
from openapi_documents.dialect import Schemas
from spec_review.diff.sets.formats import meaning_of
from spec_review.diff.sets.wire import written
from spec_review.reading.parts import Direction
from spec_review.reading.values import elements, mapping, text, text_or_texts, texts

Wire = Literal["json", "text", "xml"]
"""How a value is written: as JSON or its kin, where numbers are no texts, or as text, or as XML."""

MOST_SCHEMAS: Final = 600
"""How many schemas one written out holds."""

SILENT: Final = frozenset(
    (
        "title", "description", "summary", "example", "examples", "default", "deprecated", "readOnly", "writeOnly",
        "externalDocs", "xml", "discriminator", "$comment", "$schema", "$id", "$anchor", "$dynamicAnchor", "$defs",
        "nullable", "format", "contentEncoding", "contentMediaType", "contentSchema",
    )
)  # fmt: skip
"""Keywords that forbid nothing by themselves; formats and encodings are written as what they forbid."""

ENCODED: Final = {"base64": "byte", "base64url": "base64url"}
"""Encodings of texts, each with the format of OpenAPI 3.0 that says the same."""

BY_NAME: Final = ("patternProperties", "dependentSchemas")
LISTED: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
SINGLE: Final = (
    "items", "additionalProperties", "unevaluatedProperties", "unevaluatedItems", "contains", "propertyNames", "not",
    "if", "then", "else", "contentSchema",
)  # fmt: skip

WALKED: Final = ("properties", "items", "additionalProperties", "anyOf")
"""Keywords whose schemas are compared with their partners by themselves; more below them is more of the whole."""

ENOUGH: Final = 3
"""How many references are followed below any other keyword."""

NULL: Final = {"type": "null"}

HIDDEN: Final = {"$comment": "a member that does not travel in this direction"}
"""What stands for the schema of a member that nobody sends; whoever gets it takes anything."""

STANDS_FOR: Final = "\ue000"


@dataclass(frozen=True)
class Travel:
    """How values get from one party to the other: in which direction, written in which way."""

    direction: Direction
    wire: Wire = "json"


class TooLargeError(Exception):
    """A schema that is not written out: it holds too many others, or cannot be read."""


class PlainSchemas:
    """The plain schemas of a document."""

    def __init__(self, document: Document) -> None:
        marks = frozenset(("nullable",)) if document.version == "3.0" else frozenset[str]()
        self._document = document
        self._schemas = Schemas(document, marks)

    def standalone(self, place: Pointer, direction: Direction) -> dict[str, object]:
        """The schema at a place for any validator. Raises TooLargeError when it has none."""
        try:
            return self._schemas.standalone(place, direction)
        except DocumentError as error:
            raise TooLargeError from error

    def plain(self, place: Pointer, travel: Travel, depth: int) -> object:
        """The schema at a place and what is joined to it, other references followed `depth` times.

        What lies deeper is a schema of its own that only one of the same place is equal to. Raises TooLargeError.
        """
        return self._written(place, travel, _Depth(depth, is_joined=True))

    def plain_as_needed(self, place: Pointer, travel: Travel) -> object:
        """The schema at a place and what is joined to it, references followed where a value must have what is there.

        A small value can be made of it where a whole schema is too large. Raises TooLargeError.
        """
        return self._written(place, travel, _Depth(0, is_joined=True, follows_required=True))

    def _written(self, place: Pointer, travel: Travel, depth: _Depth) -> object:
        standalone = self.standalone(place, travel.direction)
        writer = _Writer(self._document, mapping(standalone["$defs"]), travel.direction)
        plain = writer.whole(text(standalone["$ref"]), depth)
        return plain if travel.wire == "json" else written(plain)


def key_of(reference: str) -> str:
    """The name in `$defs` that a reference of a standalone schema leads to."""
    name = reference.rpartition("/")[2]
    return unquote(name).replace("~1", "/").replace("~0", "~")


@dataclass(frozen=True)
class _Depth:
    """How many references are followed from here, and whether what stands here speaks about the whole value."""

    left: int
    is_joined: bool = False
    follows_required: bool = False
    """Whether references are followed to what a value must have."""

    def further(self) -> _Depth:
        """Behind a reference."""
        return self if self.is_joined else replace(self, left=self.left - 1)

    def below(self, word: str) -> _Depth:
        """Below a keyword."""
        if word == "allOf":
            return self
        left = self.left if word in WALKED else max(self.left, ENOUGH)
        return replace(self, left=left, is_joined=False)

    def of_member(self, is_required: bool) -> _Depth:
        """At a member."""
        is_needed = self.follows_required and is_required
        return replace(self, left=max(self.left, 1)) if is_needed else self


class _Writer:
    def __init__(
        self, document: Document, definitions: Mapping[str, object], direction: Direction
    ) -> None:
        self._document = document
        self._definitions = definitions
        self._hidden = "readOnly" if direction == "request" else "writeOnly"
        self._left = MOST_SCHEMAS
        self._by_id = {mapping(each).get("$id"): key for key, each in definitions.items()}

    def whole(self, reference: str, depth: _Depth) -> object:
        """The definition; what is joined to it is followed whatever the depth."""
        return self._definition(self._key(reference), depth, ())

    def _key(self, reference: str) -> str:
        """The name of the definition that a reference leads to, by its place or its `$id`."""
        return self._by_id.get(reference.removesuffix("#")) or key_of(reference)

    def _definition(self, key: str, depth: _Depth, within: tuple[str, ...]) -> object:
        if key not in self._definitions:
            return token(key)
        return self._plain(self._definitions[key], depth, (*within, key))

    def _plain(self, schema: object, depth: _Depth, within: tuple[str, ...]) -> object:
        if not isinstance(schema, dict):
            return schema
        self._left -= 1
        if self._left < 0:
            raise TooLargeError
        kept: dict[str, object] = {}
        kinds = text_or_texts(schema.get("type"))
        joined: list[object] = list(meaning_of(schema.get("format"), kinds))
        joined += meaning_of(ENCODED.get(text(schema.get("contentEncoding"))), kinds)
        for word, value in schema.items():
            if word in ("$ref", "$dynamicRef"):
                joined.append(self._referred(text(value), depth, within))
            elif word not in SILENT and not word.startswith("x-") and not is_idle(word, value):
                kept[word] = (
                    self._members(schema, depth.below(word), within)
                    if word == "properties" and isinstance(value, dict)
                    else self._below(word, value, depth, within)
                )
        if "allOf" in kept:
            joined = [*elements(kept.pop("allOf")), *joined]
        joined = [each for each in joined if each is not True and each != {}]
        plain: object = {**kept, "allOf": joined} if joined else kept
        if not kept and len(joined) == 1:
            plain = joined[0]
        return {"anyOf": [plain, NULL]} if plain and self._is_meant_nullable(schema) else plain

    def _is_meant_nullable(self, schema: Mapping[str, object]) -> bool:
        """Whether `nullable` stands where it has no type to add null to: it is read as it is meant."""
        place = schema.get("nullable")
        if not isinstance(place, str) or "type" in schema:
            return False
        return mapping(self._document.value(pointer_of(place))).get("nullable") is True

    def _referred(self, reference: str, depth: _Depth, within: tuple[str, ...]) -> object:
        key = self._key(reference)
        if key in within or (depth.left <= 0 and not depth.is_joined):
            return token(key)
        return self._definition(key, depth.further(), within)

    def _members(
        self, schema: Mapping[str, object], depth: _Depth, within: tuple[str, ...]
    ) -> object:
        must = texts(schema.get("required"))
        return {
            name: HIDDEN
            if self._is_hidden(member)
            else self._plain(member, depth.of_member(name in must), within)
            for name, member in mapping(schema["properties"]).items()
        }

    def _below(self, word: str, value: object, depth: _Depth, within: tuple[str, ...]) -> object:
        deeper = depth.below(word)
        if word in BY_NAME and isinstance(value, dict):
            return {name: self._plain(member, deeper, within) for name, member in value.items()}
        if word in LISTED and isinstance(value, list):
            return [self._plain(member, deeper, within) for member in value]
        if word in SINGLE:
            return self._plain(value, deeper, within)
        return value

    def _is_hidden(self, schema: object) -> bool:
        """Whether a member does not travel in this direction."""
        seen: set[str] = set()
        while isinstance(schema, dict):
            if schema.get(self._hidden) is True:
                return True
            key = self._key(text(schema.get("$ref")))
            if key in seen:
                return False
            seen.add(key)
            schema = self._definitions.get(key)
        return False


def is_idle(word: str, value: object) -> bool:
    """Whether alternatives are none: JSON Schema wants one at least, who writes none means nothing by it."""
    return word in ("allOf", "anyOf", "oneOf") and value == []


def token(key: str) -> object:
    """A schema that stands for one that is not written out."""
    return {"type": "object", "required": [f"{STANDS_FOR}{key}"]}


def settled(schema: object, *, hidden: bool) -> object:
    """The schema with true or false for members that do not travel: false for who sends, true for who gets."""
    if isinstance(schema, list):
        return [settled(each, hidden=hidden) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema == HIDDEN:
        return hidden
    kept = {word: settled(value, hidden=hidden) for word, value in schema.items()}
    members = schema.get("properties")
    if not hidden and schema.get("additionalProperties") is False and isinstance(members, dict):
        named = {name: each for name, each in members.items() if each != HIDDEN}
        kept["properties"] = settled(named, hidden=hidden)
    return kept
