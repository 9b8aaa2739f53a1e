"""The conversion of one schema to JSON Schema 2020-12, with all that stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from openapi_documents.form import Misfit, told
from openapi_documents.grammar import IN_PLACE, SUBSCHEMAS
from openapi_documents.node import described
from openapi_documents.pointers import Pointer, text_of
from openapi_documents.schemas.definitions import ROOT, Definition, Definitions, Schema, Variant
from openapi_documents.schemas.ecma import for_python
from openapi_documents.schemas.in_place import CONDITIONS, may_require
from openapi_documents.schemas.words import faults, held

_DROPPED: Final = frozenset({"$schema", "$id", "$ref", "$anchor", "$vocabulary", "nullable"})
_NOT_IN_3_0: Final = frozenset({"$dynamicRef", "$dynamicAnchor", "$defs"})
_HOLD_SCHEMAS: Final = frozenset({"$defs", "definitions"})
_SAYING: Final[Mapping[str, type]] = {
    **dict.fromkeys(("title", "description", "$comment", "format"), str),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), str), "deprecated": bool, "examples": list,
}  # fmt: skip
"""Words that judge nothing, with the types without which a validator refuses the whole schema."""
_EXCLUSIVE: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
_Convert = Callable[[Pointer, Any, Variant], Schema]


class Conversion:
    """Converts one schema with all that stands in it.

    Its methods pass on a variant, `asked`: the schema about whose value is spoken, with all members
    that need not be there.
    """

    def __init__(self, definitions: Definitions, variant: Variant) -> None:
        self._definitions = definitions
        self._document = definitions.document
        self._in_place = definitions.in_place
        self._variant = variant
        self.needs: dict[str, Definition] = {}
        self._is_old = definitions.document.version == "3.0"
        self._uri = definitions.uri(variant.place)
        has_place_in_resource = (
            bool(self._uri) or definitions.resource(variant.place) != variant.place
        )
        self._dropped = (
            _DROPPED
            | (_NOT_IN_3_0 if self._is_old else frozenset())
            | (frozenset() if has_place_in_resource else _HOLD_SCHEMAS)
            | (frozenset() if variant.is_plain else {"$dynamicAnchor"})
        )

    def result(self) -> Schema:
        """Return the schema; `needs` has what it refers to then."""
        place = self._variant.place
        value = self._document.value(place)
        schema = self._schema(place, value, self._entered(self._variant, value))
        if isinstance(schema, dict) and self._variant.is_plain and self._uri:
            schema = {"$id": self._uri, **schema}
        return schema

    def _entered(self, asked: Variant, value: Any) -> Variant:
        """Return what is asked with the members that its own schema says need not be there."""
        if asked.is_condition or asked.side == "both" or not may_require(value):
            return asked
        own = self._in_place.hidden(asked.place, asked.side)
        return asked._replace(hidden=asked.hidden | own) if own else asked

    def _schema(self, place: Pointer, value: Any, asked: Variant) -> Schema:
        if isinstance(value, bool):
            return value
        if not isinstance(value, dict):
            raise self._document.error(place, f"{described(value)} stands here, no schema")
        if "$id" in value and place != asked.place and self._definitions.uri(place):
            return self._referred(place, asked)  # a resource of its own
        reference = value.get("$ref")
        if self._is_old and isinstance(reference, str):
            return self._reference(place, reference, asked)
        for fault in faults(self._document, self._definitions.words, place, value):
            raise fault
        schema = self._words(place, value, asked)
        if isinstance(reference, str):
            schema |= self._reference(place, reference, asked)
        if isinstance(schema.get("$dynamicRef"), str):
            self._put_dynamic(place, schema, asked)
        return _modernized(value, schema) if self._is_old else schema

    def _words(self, place: Pointer, value: dict[str, Any], asked: Variant) -> dict[str, Any]:
        """Convert the words of a schema, but for its references."""
        schema: dict[str, Any] = {}
        for name, item in value.items():
            if name in self._definitions.marks:
                schema[name] = text_of(place)
            elif name in self._dropped:
                continue
            elif name in SUBSCHEMAS:
                schema[name] = self._below((*place, name), item, asked)
            elif name in ("required", "dependentRequired"):
                schema[name] = _without(item, asked.hidden)
            elif isinstance(item, _SAYING.get(name, object)):
                schema[name] = item
        self._spell(place, schema)
        return schema

    def _spell(self, place: Pointer, schema: dict[str, Any]) -> None:
        """Spell the patterns of a schema as the engine reads them that is asked for."""
        spell = for_python if self._definitions.patterns == "python" else _for_ecma
        try:
            if "pattern" in schema:
                schema["pattern"] = spell(schema["pattern"])
            if "patternProperties" in schema:
                spelled: dict[str, Schema] = {}
                for pattern, below in schema["patternProperties"].items():
                    name = spell(pattern)
                    spelled[name] = {"allOf": [spelled[name], below]} if name in spelled else below
                schema["patternProperties"] = spelled
        except ValueError as error:
            raise self._document.error(place, str(error)) from None

    def _below(self, place: Pointer, item: Any, asked: Variant) -> Any:
        """Convert what stands under a word that holds schemas."""
        word = str(place[-1])
        shape = SUBSCHEMAS[word][0]
        if word in CONDITIONS and asked.side != "both":
            asked = asked._replace(hidden=frozenset(), is_condition=True)
        convert = self._schema if word in IN_PLACE else self._other_value
        if shape == "one" and isinstance(item, dict | bool):
            return convert(place, item, asked)
        if shape == "list" and isinstance(item, list):
            return [convert((*place, index), one, asked) for index, one in enumerate(item)]
        if shape == "map" and isinstance(item, dict):
            if isinstance(item.get("$ref"), str):
                return self._elsewhere(place, asked, convert)
            return {name: convert((*place, name), one, asked) for name, one in item.items()}
        raise told(self._document, Misfit(place, "a list" if shape == "list" else "a mapping"))

    def _elsewhere(self, place: Pointer, asked: Variant, convert: _Convert) -> dict[str, Any]:
        """Convert the schemas of a map that stands, at least in part, behind a `$ref`."""
        return {
            name: convert(held, self._document.value(held), asked)
            for name, held in self._document.members(place).items()
        }

    def _other_value(self, place: Pointer, value: Any, asked: Variant) -> Schema:
        """Convert a schema that speaks about another value than the one in which it stands."""
        own = Variant(place, asked.side, is_condition=asked.is_condition)
        if isinstance(value, dict) and "$id" in value and self._definitions.uri(place):
            return self._needed(own)
        return self._schema(place, value, self._entered(own, value))

    # -- references --------------------------------------------------------------------------------

    def _reference(self, place: Pointer, reference: str, asked: Variant) -> dict[str, Any]:
        self._document.follow(place)  # raises for a reference that leads back to itself
        return self._referred(self._document.target(place, reference), asked)

    def _referred(self, target: Pointer, asked: Variant) -> dict[str, Any]:
        """Return the reference to a schema, {} when it is being asked about this value already."""
        circle: frozenset[Pointer] = frozenset()
        if self._in_place.circle(target) == self._in_place.circle(asked.place):
            circle = asked.open | {asked.place}
            if target in circle:
                return {}
        hidden = asked.hidden
        if hidden:
            hidden &= self._in_place.required(target, asked.side)
        return self._needed(Variant(target, asked.side, hidden, circle, asked.is_condition))

    def _needed(self, variant: Variant) -> dict[str, Any]:
        needed, reference = self._definitions.reference(variant)
        self.needs[needed.key] = needed
        return {"$ref": reference}

    def _put_dynamic(self, place: Pointer, schema: dict[str, Any], asked: Variant) -> None:
        """Let a dynamic reference lead to its anchor here, or be a plain one when there is none."""
        target = self._document.target(place, schema["$dynamicRef"])
        anchor = schema["$dynamicRef"].partition("#")[2]
        if self._document.value((*target, "$dynamicAnchor")) == anchor:
            resource = self._definitions.resource(target)
            needed = self._definitions.of(Variant(resource, asked.side))
            self.needs[needed.key] = needed
            schema["$dynamicRef"] = f"{self._definitions.uri(resource) or ROOT}#{anchor}"
            return
        del schema["$dynamicRef"]
        referred = self._referred(target, asked)
        if "$ref" in schema and referred:
            schema["allOf"] = [*schema.get("allOf", ()), referred]
        else:
            schema |= referred


def _for_ecma(pattern: str) -> str:
    return held(pattern) or pattern


def _without(names: Any, hidden: frozenset[str]) -> Any:
    """Return what `required` or `dependentRequired` says without some members, each name once."""
    if isinstance(names, dict):
        return {name: _without(one, hidden) for name, one in names.items()}
    return list(dict.fromkeys(one for one in names if one not in hidden))


def _modernized(value: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
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
    return schema
