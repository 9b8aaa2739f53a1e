"""Schemas of OpenAPI 3.0, 3.1 and 3.2 as JSON Schema 2020-12, one at a time and self-contained.

`standalone` returns a schema with everything that it reaches, in whatever file, so that any validator
takes it and none has to retrieve anything. What is converted once is shared by all that reach it.

- 3.0: `nullable`, boolean `exclusiveMinimum` and `exclusiveMaximum`; what stands beside `$ref` is nothing.
- 3.1 and later: schemas with an `$id` keep it, and `$dynamicRef` its scope; all other references are
  followed here.
- read and write side: a `readOnly` member is not required of a request, a `writeOnly` one not of an
  answer (OpenAPI 3.1.1, "Schema Object", fixed fields).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

from openapi_documents.document import Document
from openapi_documents.errors import DocumentError
from openapi_documents.grammar import IN_PLACE, SUBSCHEMAS
from openapi_documents.node import described
from openapi_documents.pointers import Pointer, joined, split_file, text_of

Side = Literal["request", "response", "both"]
Schema = dict[str, Any] | bool

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_ROOT: Final = "urn:understudy:schema"
_HIDING: Final[Mapping[Side, str]] = {"request": "readOnly", "response": "writeOnly", "both": ""}
_DROPPED: Final = frozenset({"$schema", "$anchor", "$vocabulary", "nullable", "definitions"})
_EXCLUSIVE: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))


class Variant(NamedTuple):
    """A schema as it is asked for: its place, the side, and the members that need not be there."""

    place: Pointer
    side: Side
    hidden: frozenset[str]

    @property
    def key(self) -> str:
        """Its name in `$defs`."""
        without = f" without {', '.join(sorted(self.hidden))}" if self.hidden else ""
        return text_of(self.place) + without


@dataclass(frozen=True, slots=True)
class _Converted:
    """A converted schema and the schemas it refers to."""

    schema: Schema
    needs: tuple[Variant, ...]


@dataclass(eq=False)
class Schemas:
    """The schemas of a document.

    A member of a schema that `marks` names (an extension) is replaced by the text of its schema's
    place, for a validator's keyword of that name to find it.
    """

    document: Document
    marks: frozenset[str] = frozenset()
    _converted: dict[Variant, _Converted] = field(default_factory=dict, repr=False)
    _hidden: dict[tuple[Pointer, str], frozenset[str]] = field(default_factory=dict, repr=False)

    def standalone(self, place: Pointer, side: Side = "both") -> dict[str, Any]:
        """Return the schema at a place as JSON Schema 2020-12 that refers to nothing outside.

        Its `$defs` are named by the places of the schemas. Raises DocumentError for a reference that
        leads nowhere, and for something that is no schema.
        """
        if not isinstance(self.document.value(place), dict | bool):
            place = self.document.follow(place)
        start = self._reference(place, side, frozenset())
        definitions: dict[str, Schema] = {}
        waiting = deque(start.needs)
        while waiting:
            variant = waiting.popleft()
            if variant.key not in definitions:
                converted = self._convert(variant)
                definitions[variant.key] = converted.schema
                waiting.extend(converted.needs)
        schema = start.schema if isinstance(start.schema, dict) else {}
        return {"$schema": DIALECT, "$id": _ROOT, **schema, "$defs": definitions}

    # -- one schema --------------------------------------------------------------------------------

    def _convert(self, variant: Variant) -> _Converted:
        known = self._converted.get(variant)
        if known is None:
            known = _Conversion(self, variant).result()
            self._converted[variant] = known
        return known

    def _variant(self, place: Pointer, side: Side, hidden: frozenset[str]) -> Variant:
        """Return the variant of a schema; what it would not ask for anyway is not hidden."""
        if hidden:
            asked = self._asked(place, side, set())
            hidden = frozenset(hidden & asked)
        return Variant(place, side, hidden)

    def _reference(self, place: Pointer, side: Side, hidden: frozenset[str]) -> _Converted:
        """Return a schema that refers to the one at a place."""
        resource = self._resource(place)
        if resource == place or hidden:
            variant = self._variant(place, side, hidden)
            uri = self._uri(place) if resource == place and not variant.hidden else ""
            target = uri or f"{_ROOT}#/$defs/{_fragment(variant.key)}"
            return _Converted({"$ref": target}, (variant,))
        variant = self._variant(resource, side, frozenset())
        inside = "".join(f"/{_escaped(str(part))}" for part in place[len(resource) :])
        return _Converted({"$ref": f"{self._uri(resource)}#{quote(inside, safe='/~')}"}, (variant,))

    def _resource(self, place: Pointer) -> Pointer:
        """Return the root of the schema resource (`$id`) that holds a place, else the place."""
        if self.document.version == "3.0":
            return place
        file, inner = split_file(place)
        root, _ = self.document.source_of(place).resources.of(inner)
        return joined(file, root) if root else place

    def _uri(self, place: Pointer) -> str:
        """Return the URI of a schema with an `$id`, "" of another."""
        if self.document.version == "3.0":
            return ""
        _, inner = split_file(place)
        return self.document.source_of(place).resources.uris.get(inner, "") if inner else ""

    # -- the side ----------------------------------------------------------------------------------

    def hidden(self, place: Pointer, side: Side) -> frozenset[str]:
        """Return the members that a value of this side need not have, whatever `required` says."""
        word = _HIDING[side]
        if not word:
            return frozenset()
        known = self._hidden.get((place, word))
        if known is None:
            known = frozenset(self._members_with(place, word, set()))
            self._hidden[place, word] = known
        return known

    def _members_with(self, place: Pointer, word: str, seen: set[Pointer]) -> Iterator[str]:
        for part in self._parts(place, seen):
            members = self.document.value((*part, "properties"))
            for name in members if isinstance(members, dict) else ():
                inner = self._parts((*part, "properties", name), set())
                if any(self.document.value((*one, word)) is True for one in inner):
                    yield name

    def _asked(self, place: Pointer, side: Side, seen: set[Pointer]) -> set[str]:
        """Return the members that a schema or a part of it asks for, those it hides left out."""
        found: set[str] = set()
        for part in self._parts(place, seen):
            names = self.document.value((*part, "required"))
            if isinstance(names, list):
                found.update(one for one in names if isinstance(one, str))
        return found - self.hidden(place, side)

    def _parts(self, place: Pointer, seen: set[Pointer]) -> Iterator[Pointer]:
        """Yield a schema and all that speak about the same value: by `$ref`, `allOf` and its kin."""
        waiting = [place]
        while waiting:
            here = waiting.pop()
            value = self.document.value(here)
            if here in seen or not isinstance(value, dict):
                continue
            seen.add(here)
            yield here
            if isinstance(value.get("$ref"), str):
                with suppress(DocumentError):
                    waiting.append(self.document.target(here, value["$ref"]))
                if self.document.version == "3.0":
                    continue
            for word in IN_PLACE:
                inner = value.get(word)
                if isinstance(inner, list):
                    waiting += [(*here, word, index) for index in range(len(inner))]
                elif isinstance(inner, dict):
                    names = list(inner) if word == "dependentSchemas" else None
                    waiting += (
                        [(*here, word)] if names is None else [(*here, word, n) for n in names]
                    )


class _Conversion:
    """Converts one schema with all that stands in it."""

    def __init__(self, schemas: Schemas, variant: Variant) -> None:
        self._schemas = schemas
        self._document = schemas.document
        self._is_old = schemas.document.version == "3.0"
        self._variant = variant
        self._needs: dict[Variant, None] = {}

    def result(self) -> _Converted:
        schema = self._schema(self._variant.place, self._variant.hidden, is_root=True)
        return _Converted(schema, tuple(self._needs))

    def _schema(self, place: Pointer, hidden: frozenset[str], is_root: bool = False) -> Schema:
        value = self._document.value(place)
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict):
            raise self._document.error(place, f"{described(value)} stands here, no schema")
        if not is_root and self._schemas._uri(place):
            return self._referred(place, hidden)
        hidden |= self._schemas.hidden(place, self._variant.side)
        if self._is_old and isinstance(value.get("$ref"), str):
            return self._referred(self._target(place, value["$ref"]), hidden)
        schema = {
            name: self._member(place, name, item, hidden)
            for name, item in value.items()
            if name not in _DROPPED
        }
        if "$id" in schema:
            schema["$id"] = self._schemas._uri(place) or schema["$id"]
        self._put_references(place, value, schema, hidden)
        if self._is_old:
            _modernize(value, schema)
        return schema

    def _member(self, place: Pointer, name: str, item: Any, hidden: frozenset[str]) -> Any:
        if name in self._schemas.marks:
            return text_of(place)
        if name == "required" and hidden and isinstance(item, list):
            return [one for one in item if one not in hidden]
        shape, _ = SUBSCHEMAS.get(name, ("", ""))
        same_value = hidden if name in IN_PLACE else frozenset()
        if shape == "one" and isinstance(item, dict | bool):
            return self._schema((*place, name), same_value)
        if shape == "map" and isinstance(item, dict):
            return {key: self._schema((*place, name, key), same_value) for key in item}
        if shape == "list" and isinstance(item, list):
            return [self._schema((*place, name, index), same_value) for index in range(len(item))]
        return item

    def _put_references(
        self, place: Pointer, value: dict[str, Any], schema: dict[str, Any], hidden: frozenset[str]
    ) -> None:
        reference, dynamic = value.get("$ref"), value.get("$dynamicRef")
        if isinstance(reference, str):
            schema |= self._referred(self._target(place, reference), hidden)
        if isinstance(dynamic, str):
            target = self._document.target(place, dynamic)
            if self._document.value((*target, "$dynamicAnchor")) == dynamic.partition("#")[2]:
                resource = self._schemas._resource(target)
                self._need(self._schemas._variant(resource, self._variant.side, frozenset()))
                schema["$dynamicRef"] = (
                    f"{self._schemas._uri(resource)}#{dynamic.partition('#')[2]}"
                )
            else:  # without an anchor of that kind it is a plain reference
                del schema["$dynamicRef"]
                schema["allOf"] = [*schema.get("allOf", []), self._referred(target, hidden)]

    def _target(self, place: Pointer, reference: str) -> Pointer:
        end = self._document.follow(place)  # raises for a reference that leads back to itself
        target = self._document.target(place, reference)
        return target if isinstance(self._document.value(target), dict | bool) else end

    def _referred(self, place: Pointer, hidden: frozenset[str]) -> dict[str, Any]:
        converted = self._schemas._reference(place, self._variant.side, hidden)
        for variant in converted.needs:
            self._need(variant)
        return dict(converted.schema) if isinstance(converted.schema, dict) else {}

    def _need(self, variant: Variant) -> None:
        self._needs.setdefault(variant)


def _modernize(value: dict[str, Any], schema: dict[str, Any]) -> None:
    """Say what OpenAPI 3.0 has of its own in the words of JSON Schema."""
    for word, bound in _EXCLUSIVE:
        if isinstance(value.get(word), bool):
            del schema[word]
            if value[word] and bound in schema:
                schema[word] = schema.pop(bound)
    if value.get("nullable") is True and isinstance(value.get("type"), str):
        schema["type"] = [value["type"], "null"]
        if isinstance(value.get("enum"), list) and None not in value["enum"]:
            schema["enum"] = [*value["enum"], None]


def _fragment(key: str) -> str:
    return quote(_escaped(key), safe="~")


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


__all__ = ["DIALECT", "Schemas", "Side", "Variant"]
