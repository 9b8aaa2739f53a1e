"""Schemas of OpenAPI 3.0, 3.1 and 3.2 as JSON Schema 2020-12, one at a time and self-contained.

`standalone` returns a schema with everything that it reaches, in whatever file, so that any validator
takes it and none has to retrieve anything. What is converted once is shared by all that reach it.

- 3.0: `nullable` beside a `type`, which allows null also where an `enum` leaves it out; boolean
  `exclusiveMinimum` and `exclusiveMaximum`; what stands beside `$ref` is nothing.
- 3.1 and later: schemas with an `$id` keep it, and `$dynamicRef` its scope; all other references are
  followed here.
- read and write side: a `readOnly` member is not required of a request, a `writeOnly` one not of an
  answer (OpenAPI 3.1.1, "Schema Object", fixed fields). Conditions (`not`, `if`) ask as they stand.
- A schema that leads back to itself about the same value asks no second time.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

from openapi_documents.document import Document
from openapi_documents.errors import CircularReferenceError
from openapi_documents.form import Misfit, told
from openapi_documents.grammar import IN_PLACE, SUBSCHEMAS
from openapi_documents.node import described
from openapi_documents.pointers import Pointer, escape, joined, split_file, text_of
from openapi_documents.schemas.ecma import for_python
from openapi_documents.schemas.in_place import CONDITIONS, InPlace, Side, may_require
from openapi_documents.schemas.words import faults, held, words_of

Schema = dict[str, Any] | bool

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ROOT: Final = "urn:understudy:schema"
"""The `$id` of every standalone schema."""
_DROPPED: Final = frozenset({"$schema", "$id", "$ref", "$anchor", "$vocabulary", "nullable"})
_NOT_IN_3_0: Final = frozenset({"$dynamicRef", "$dynamicAnchor", "$defs"})
_HOLD_SCHEMAS: Final = frozenset({"$defs", "definitions"})
_SAYING: Final[Mapping[str, type]] = {
    **dict.fromkeys(("title", "description", "$comment", "format"), str),
    **dict.fromkeys(("contentEncoding", "contentMediaType"), str), "deprecated": bool, "examples": list,
}  # fmt: skip
"""Words that judge nothing, with the types without which a validator refuses the whole schema."""
_EXCLUSIVE: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
_ASKED: Final = re.compile(" without | within | as a condition")
_MOST_VARIANTS: Final = 2000
"""Ways in which schemas of one circle may lead to each other before it is told."""


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
class _Definition:
    """A variant under its name, once it is converted with the definitions that it refers to."""

    variant: Variant
    key: str
    schema: Schema | None = None
    needs: dict[str, _Definition] = field(default_factory=dict)


_Convert = Callable[[Pointer, Any, Variant], Schema]


@dataclass(eq=False)
class Schemas:
    """The schemas of a document.

    A member of a schema that `marks` names (an extension) is replaced by the text of its schema's
    place, for a validator's keyword of that name to find it. `patterns` says how regular expressions
    are spelled: as they stand, or so that Python's `re` gives them the same meaning.
    """

    document: Document
    marks: frozenset[str] = frozenset()
    patterns: Literal["ecma", "python"] = "ecma"
    _definitions: dict[Variant, _Definition] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.in_place = InPlace(self.document)
        self.words = words_of(self.document)

    def standalone(self, place: Pointer, side: Side = "both") -> dict[str, Any]:
        """Return the schema at a place as JSON Schema 2020-12 that refers to nothing outside.

        Its `$defs` are named by the places of the schemas. Raises DocumentError for a reference that
        leads nowhere, for something that is no schema, and for a word that has not its form.
        """
        if not isinstance(self.document.value(place), dict | bool):
            place = self.document.follow(place)
        start, reference = self.reference(Variant(place, side))
        definitions: dict[str, Schema] = {}
        waiting = deque([start])
        circling = 0
        while waiting:
            one = waiting.popleft()
            if one.key in definitions:
                continue
            circling += bool(one.variant.open)
            if circling > _MOST_VARIANTS:
                raise self._endless(one.variant.place)
            definitions[one.key] = self._schema(one)
            waiting.extend(one.needs.values())
        return {"$schema": DIALECT, "$id": ROOT, "$ref": reference, "$defs": definitions}

    def reference(self, wanted: Variant) -> tuple[_Definition, str]:
        """Return which definition is needed for a schema, and the reference to the schema."""
        resource = self.resource(wanted.place)
        if resource == wanted.place or not wanted.is_plain:
            uri = self.uri(wanted.place) if wanted.is_plain else ""
            needed = self.definition(wanted)
            return needed, uri or f"{ROOT}#/$defs/{quote(escape(needed.key), safe='~')}"
        inside = "".join(f"/{escape(str(part))}" for part in wanted.place[len(resource) :])
        needed = self.definition(Variant(resource, wanted.side))
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

    def definition(self, variant: Variant) -> _Definition:
        """Return the definition of a variant, converted or not."""
        known = self._definitions.get(variant)
        if known is None:
            known = self._definitions[variant] = _Definition(variant, variant.key)
        return known

    def _schema(self, definition: _Definition) -> Schema:
        if definition.schema is None:
            conversion = _Conversion(self, definition.variant)
            definition.schema = conversion.result()
            definition.needs = conversion.needs
        return definition.schema

    def _endless(self, place: Pointer) -> CircularReferenceError:
        return CircularReferenceError(
            self.document.position(place), place, text_of(place),
            "this schema leads back to itself, about the same value, in too many ways",
        )  # fmt: skip


class _Conversion:
    """Converts one schema with all that stands in it.

    Its methods pass on a variant, `asked`: the schema about whose value is spoken, with all members
    that need not be there.
    """

    def __init__(self, schemas: Schemas, variant: Variant) -> None:
        self._schemas = schemas
        self._document = schemas.document
        self._in_place = schemas.in_place
        self._variant = variant
        self.needs: dict[str, _Definition] = {}
        self._is_old = schemas.document.version == "3.0"
        self._uri = schemas.uri(variant.place)
        has_place_in_resource = bool(self._uri) or schemas.resource(variant.place) != variant.place
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
        if "$id" in value and place != asked.place and self._schemas.uri(place):
            return self._referred(place, asked)  # a resource of its own
        reference = value.get("$ref")
        if self._is_old and isinstance(reference, str):
            return self._reference(place, reference, asked)
        for fault in faults(self._document, self._schemas.words, place, value):
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
            if name in self._dropped:
                continue
            if name in self._schemas.marks:
                schema[name] = text_of(place)
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
        spell = for_python if self._schemas.patterns == "python" else _for_ecma
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
        if isinstance(value, dict) and "$id" in value and self._schemas.uri(place):
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
        needed, reference = self._schemas.reference(variant)
        self.needs[needed.key] = needed
        return {"$ref": reference}

    def _put_dynamic(self, place: Pointer, schema: dict[str, Any], asked: Variant) -> None:
        """Let a dynamic reference lead to its anchor here, or be a plain one when there is none."""
        target = self._document.target(place, schema["$dynamicRef"])
        anchor = schema["$dynamicRef"].partition("#")[2]
        if self._document.value((*target, "$dynamicAnchor")) == anchor:
            resource = self._schemas.resource(target)
            needed = self._schemas.definition(Variant(resource, asked.side))
            self.needs[needed.key] = needed
            schema["$dynamicRef"] = f"{self._schemas.uri(resource) or ROOT}#{anchor}"
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


__all__ = ["DIALECT", "Schemas", "Side", "Variant"]
