"""The smallest valid value of a JSON Schema, found by search and proved by a compiled validator.

The interface::

    smallest(schema, document)             the value; NoInstance when none was found
    Instances(document).smallest(schema)   the same for many schemas: the document is prepared once
    Instances(document).is_valid(schema, value)
    Instances(document).resolve(value)     follows `$ref` to its target

A schema is read as its document says: OpenAPI 3.0 is rewritten into JSON Schema 2020-12 first
(`nullable`, boolean `exclusiveMinimum`, no siblings of `$ref`), 3.1 and 3.2 are taken as they are.

How a value is found. `_plain` turns a schema into *plain* ones, one after the other: `$ref`,
`allOf`, `oneOf`, `anyOf` and `if` are merged away, a branch at a time. For a plain schema the
example, the default and the members of `enum` come first, then values made of its keywords: nearest
to zero, shortest, required members only. Each is asked of the validator of the schema as written;
so `not`, `contains` or a pattern may cost a candidate, but never let a wrong one through. A
smallest value never holds a value of its own schema, so recursion ends by refusing to enter a
`$ref` twice.

Nothing is drawn at random: the same schema always gives the same value.
"""

from __future__ import annotations

import base64
import copy
import json
import random
import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import count, islice
from math import ceil, floor, lcm
from typing import Any, Final
from urllib.parse import quote, unquote

import jsonschema_rs
import rstr

Schema = Mapping[str, Any] | bool
Plain = dict[str, Any]
Refs = tuple[str, ...]

BASE: Final = "urn:understudy:contract"
"""The name under which the validators know the document."""

EFFORT: Final = 20_000
"""How many candidates are tried for one value before giving up."""

MANY: Final = 1_000
"""How many different values are offered of one plain schema."""

_DOWN: Final = frozenset(
    {
        "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if",
        "items", "not",
        "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
    }
)  # fmt: skip
_DOWN_LISTS: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_DOWN_MAPS: Final = frozenset(
    {"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"}
)
_NAMES: Final = frozenset(
    {
        "callbacks", "content", "encoding", "headers", "links", "mediaTypes", "parameters",
        "pathItems", "paths",
        "requestBodies", "responses", "securitySchemes", "webhooks",
    }
)  # fmt: skip
_LITERAL: Final = frozenset({"const", "default", "enum", "example", "examples"})


class NoInstance(Exception):
    """No valid value was found. `pointer` is the schema that has none, `why` a clause about it."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(f"{pointer}: {why}")
        self.pointer = pointer
        self.why = why


def smallest(schema: Schema, document: Mapping[str, Any]) -> Any:
    """The smallest valid value of a schema of the document. Raises NoInstance."""
    return Instances(document).smallest(schema)


class Instances:
    """Finds values for the schemas of one document.

    It is prepared on first use, and must not change.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self._old = str(document.get("openapi", "")).startswith("3.0")
        self._ready: Any = None
        self._registry: Any = None
        self._prepared: dict[int, tuple[Schema, Schema]] = {}
        self._validators: dict[int, Any] = {}

    def smallest(self, schema: Schema, at: str = "#") -> Any:
        """The smallest valid value.

        `at` is the schema's own pointer, for the message. Raises NoInstance.
        """
        prepared = self._prepare(schema)
        search = _Search(self)
        try:
            search.accepts(prepared, None)  # a broken schema is told before anything is tried
            for value in search.values(prepared, (), at):
                return copy.deepcopy(value)
        except jsonschema_rs.ValidationError as error:
            raise NoInstance(at, f"the schema cannot be compiled: {error.message}") from error
        except RecursionError as error:
            raise NoInstance(at, "the schemas are nested too deep") from error
        raise search.verdict(at)

    def is_valid(self, schema: Schema, value: Any) -> bool:
        """Whether the value fits the schema; never for a schema that cannot be compiled."""
        prepared = self._prepare(schema)
        try:
            validator = self._validators.get(id(prepared)) or self.compiled(prepared)
        except jsonschema_rs.ValidationError:
            return False
        self._validators[id(prepared)] = validator
        return _fits(validator, value)

    def resolve(self, value: Any) -> Any:
        """The value, or what its `$ref` (of any length) leads to.

        Raises NoInstance for one that leads nowhere.
        """
        seen: set[str] = set()
        while isinstance(value, Mapping) and isinstance(ref := value.get("$ref"), str):
            if ref in seen:
                raise NoInstance(ref, "the reference leads back to itself")
            seen.add(ref)
            value = _at(self.document, ref)
        return value

    def target(self, ref: str) -> Schema:
        """The schema that a prepared `$ref` names, prepared itself."""
        self._load()
        found: Schema = _at(self._ready, ref.removeprefix(BASE))
        return found

    def compiled(self, prepared: Schema) -> Any:
        """The validator of a prepared schema.

        Raises jsonschema_rs.ValidationError for a broken schema.
        """
        self._load()
        return jsonschema_rs.Draft202012Validator(
            prepared if isinstance(prepared, bool) else dict(prepared),
            registry=self._registry,
            validate_formats=True,
        )

    def _load(self) -> None:
        if self._registry is None:
            self._ready = _prepared_object(self.document, self._old)
            self._registry = jsonschema_rs.Registry(
                [(BASE, self._ready)], draft=jsonschema_rs.Draft202012
            )

    def _prepare(self, schema: Schema) -> Schema:
        known = self._prepared.get(id(schema))
        if known is None:
            known = self._prepared[id(schema)] = (schema, _prepared_schema(schema, self._old))
        return known[1]


def _fits(validator: Any, value: Any) -> bool:
    try:
        return bool(validator.is_valid(value))
    except ValueError:  # a lone surrogate, or a value that is no JSON
        return False


# --- Reading a document ------------------------------------------------------------------------


def _at(document: Any, ref: str) -> Any:
    """The value at a local reference. Raises NoInstance."""
    if ref != "#" and not ref.startswith("#/"):
        raise NoInstance(ref, "the reference does not point into this document")
    value = document
    for part in unquote(ref[1:]).split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        try:
            value = value[int(key)] if isinstance(value, list) else value[key]
        except (KeyError, IndexError, ValueError, TypeError) as error:
            raise NoInstance(ref, "the reference leads nowhere") from error
    return value


def _prepared_object(value: Any, old: bool) -> Any:
    """A part of an OpenAPI document with its schemas prepared."""
    if isinstance(value, list):
        return [_prepared_object(item, old) for item in value]
    if not isinstance(value, dict):
        return value
    ready = {}
    for key, member in value.items():
        if key in _LITERAL or key.startswith("x-"):
            ready[key] = member
        elif key in {"schema", "itemSchema"}:
            ready[key] = _prepared_schema(member, old)
        elif key == "schemas":
            ready[key] = _each(_prepared_schema, member, old)
        elif key in _NAMES:
            ready[key] = _each(_prepared_object, member, old)
        else:
            ready[key] = _prepared_object(member, old)
    return ready


def _each(prepare: Callable[[Any, bool], Any], value: Any, old: bool) -> Any:
    """A map whose keys are names; a list (parameters of an operation) likewise."""
    if isinstance(value, dict):
        return {name: prepare(member, old) for name, member in value.items()}
    return [prepare(item, old) for item in value] if isinstance(value, list) else value


def _prepared_schema(schema: Any, old: bool) -> Any:
    """A schema as JSON Schema 2020-12 with references from the root.

    `old` when OpenAPI 3.0 wrote it.
    """
    if not isinstance(schema, Mapping):
        return schema
    ready: Plain = {}
    for key, value in schema.items():
        if key == "$ref" and isinstance(value, str) and value.startswith("#"):
            ready[key] = f"{BASE}#{quote(unquote(value[1:]), safe='/~')}"
        elif key in _DOWN_MAPS and isinstance(value, Mapping):
            ready[key] = {name: _prepared_schema(member, old) for name, member in value.items()}
        elif key in _DOWN and isinstance(value, Mapping):
            ready[key] = _prepared_schema(value, old)
        elif key in _DOWN_LISTS and isinstance(value, list):
            ready[key] = [_prepared_schema(item, old) for item in value]
        else:
            ready[key] = value
    return _modern(ready) if old else ready


def _modern(schema: Plain) -> Plain:
    """The words of OpenAPI 3.0 that mean something else in JSON Schema 2020-12."""
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    if schema.pop("nullable", False) is True and isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(flag := schema.get(exclusive), bool):
            del schema[exclusive]
            if flag and bound in schema:
                schema[exclusive] = schema.pop(bound)
    return schema


# --- Merging -----------------------------------------------------------------------------------

_HIGHER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_LOWER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_BOTH: Final = (
    "items",
    "additionalProperties",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_JOINED: Final = ("examples", "patterns", "containing", "nots")
_COUNTS: Final = (
    "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    "minContains",
)  # fmt: skip
_BRANCHING: Final = frozenset({"$ref", "allOf", "anyOf", "oneOf", "if", "then", "else"})
_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")


def _normal(schema: Mapping[str, Any]) -> Plain:
    """A schema without its branching words.

    Of words that a merged schema may have several times, there are lists.
    """
    plain = {key: value for key, value in schema.items() if key not in _BRANCHING}
    if isinstance(types := plain.get("type"), str):
        plain["type"] = [types]
    for word in _COUNTS:
        if word in plain:
            plain[word] = int(plain[word])
    if "const" in plain:
        only = [plain.pop("const")]
        plain["enum"] = [value for value in only if _among(value, plain.get("enum", only))]
    examples = plain.get("examples")
    texts = list(examples) if isinstance(examples, list) else []
    for word in ("example", "default"):
        if word in plain:
            texts.append(plain.pop(word))
    plain["examples"] = texts
    plain["patterns"] = [*plain.get("patterns", []), *_popped(plain, "pattern")]
    plain["nots"] = [*plain.get("nots", []), *_popped(plain, "not")]
    if "contains" in plain:
        group = (plain.pop("contains"), plain.pop("minContains", 1))
        plain["containing"] = [*plain.get("containing", []), group]
    return plain


def _popped(plain: Plain, key: str) -> list[Any]:
    return [plain.pop(key)] if key in plain else []


def _merged(one: Plain, two: Plain) -> Plain | None:
    """What both plain schemas ask together; None when that is plainly nothing."""
    merged = {**two, **one}
    for word in _HIGHER:
        if word in one and word in two:
            merged[word] = max(one[word], two[word])
    for word in _LOWER:
        if word in one and word in two:
            merged[word] = min(one[word], two[word])
    for word in _BOTH:
        if word in one and word in two:
            merged[word] = {"allOf": [one[word], two[word]]}
    for word in _JOINED:
        merged[word] = [*one.get(word, []), *two.get(word, [])]
    if "type" in one and "type" in two:
        merged["type"] = _common_types(one["type"], two["type"])
    if "enum" in one and "enum" in two:
        merged["enum"] = [value for value in one["enum"] if _among(value, two["enum"])]
    if "multipleOf" in one and "multipleOf" in two:
        merged["multipleOf"] = _common_step(one["multipleOf"], two["multipleOf"])
    if merged.get("type", True) == [] or merged.get("enum", True) == []:
        return None
    merged["uniqueItems"] = bool(one.get("uniqueItems") or two.get("uniqueItems"))
    _merge_members(merged, one, two)
    return merged


def _merge_members(merged: Plain, one: Plain, two: Plain) -> None:
    """Members of objects and items of arrays, each with the conditions of both sides."""
    merged["required"] = list(dict.fromkeys([*one.get("required", []), *two.get("required", [])]))
    for word in ("patternProperties", "dependentSchemas"):
        merged[word] = _joined_maps(one.get(word, {}), two.get(word, {}))
    needs = [*one.get("dependentRequired", {}).items(), *two.get("dependentRequired", {}).items()]
    merged["dependentRequired"] = {}
    for name, members in needs:
        merged["dependentRequired"].setdefault(name, []).extend(members)
    merged["properties"] = _joined_maps(one.get("properties", {}), two.get("properties", {}))
    for side, other in ((one, two), (two, one)):
        if isinstance(rest := other.get("additionalProperties"), Mapping):
            for name in side.get("properties", {}).keys() - other.get("properties", {}).keys():
                merged["properties"][name] = {"allOf": [merged["properties"][name], rest]}
    left, right = one.get("prefixItems", []), two.get("prefixItems", [])
    merged["prefixItems"] = [
        {"allOf": [_item(one, left, place), _item(two, right, place)]}
        for place in range(max(len(left), len(right)))
    ]


def _item(side: Plain, prefix: list[Any], place: int) -> Any:
    return prefix[place] if place < len(prefix) else side.get("items", True)


def _joined_maps(one: Mapping[str, Any], two: Mapping[str, Any]) -> dict[str, Any]:
    joined = {**one, **two}
    for name in one.keys() & two.keys():
        joined[name] = {"allOf": [one[name], two[name]]}
    return joined


def _common_types(one: list[str], two: list[str]) -> list[str]:
    common = [name for name in one if name in two or (name == "integer" and "number" in two)]
    narrowed = "integer" in two and "number" in one and "integer" not in common
    return [*common, "integer"] if narrowed else common


def _common_step(one: Any, two: Any) -> Any:
    left, right = _exact(one), _exact(two)
    step = Fraction(
        lcm(left.numerator * right.denominator, right.numerator * left.denominator),
        left.denominator * right.denominator,
    )
    return _number(step)


def _key(value: Any) -> str:
    """A text that is the same for values that JSON holds equal."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=str)


def _among(value: Any, values: Iterable[Any]) -> bool:
    return _key(value) in {_key(other) for other in values}


# --- The search --------------------------------------------------------------------------------


class _Search:
    """One search for one value: what it may still spend, and where it first found nothing."""

    def __init__(self, instances: Instances) -> None:
        self._instances = instances
        self._left = EFFORT
        self._dead: NoInstance | None = None
        # With the schema itself, so that its id stays its own.
        self._validators: dict[int, tuple[Schema, Any]] = {}

    def accepts(self, schema: Schema, value: Any) -> bool:
        """Whether the value fits. Raises jsonschema_rs.ValidationError for a broken schema."""
        known = self._validators.get(id(schema))
        if known is None:
            known = self._validators[id(schema)] = (schema, self._instances.compiled(schema))
        return _fits(known[1], value)

    def verdict(self, at: str) -> NoInstance:
        """Why nothing was found."""
        if self._left <= 0:
            return NoInstance(at, f"no valid value among the first {EFFORT} candidates")
        return self._dead or NoInstance(at, "no value fits the schema")

    def values(self, schema: Schema, above: Refs, at: str) -> Iterator[Any]:
        """Different valid values, the preferred first.

        `above` are the references this place stands in.
        """
        seen: set[str] = set()
        last: Any = None
        for plain, used in self._plain(schema, above, at):
            plain["named"] = used[0] if used else None
            for value in self._candidates(plain, above + used, at):
                self._left -= 1
                if self._left <= 0:
                    return
                last = value
                key = _key(value)
                if key not in seen and self.accepts(schema, value):
                    seen.add(key)
                    yield value
        if not seen and self._dead is None:
            tried = "" if last is None else f" (tried last: {json.dumps(last, default=str)[:80]})"
            self._dead = NoInstance(at, f"no value fits the schema{tried}")

    # Branches

    def _plain(self, schema: Schema, above: Refs, at: str) -> Iterator[tuple[Plain, Refs]]:
        """The plain schemas that together mean the schema; with each, the references used."""
        if isinstance(schema, bool):
            if schema:
                yield _normal({}), ()
            return
        steps: list[Iterable[Schema]] = [[sub] for sub in schema.get("allOf", [])]
        for word in ("oneOf", "anyOf"):
            if word in schema:
                steps.append(list(_branches(schema[word], schema.get("discriminator"))))
        if "if" in schema:
            steps.append(
                [
                    {"allOf": [{"not": schema["if"]}, schema.get("else", True)]},
                    {"allOf": [schema["if"], schema.get("then", True)]},
                ]
            )
        own = _normal(schema)
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            yield from self._combined(own, (), steps, above, at)
            return
        if ref in above:
            self._dead = self._dead or NoInstance(at, "the schema holds itself without an end")
            return
        for plain, used in self._plain(self._instances.target(ref), (*above, ref), at):
            merged = _merged(own, plain)
            if merged is not None:
                yield from self._combined(merged, (ref, *used), steps, above, at)

    def _combined(
        self, plain: Plain, used: Refs, steps: list[Iterable[Schema]], above: Refs, at: str
    ) -> Iterator[tuple[Plain, Refs]]:
        """The plain schema with one alternative of each step merged in."""
        if not steps:
            yield plain, used
            return
        for alternative in steps[0]:
            for part, more in self._plain(alternative, above, at):
                self._left -= 1
                merged = _merged(plain, part)
                if merged is not None and self._left > 0:
                    yield from self._combined(merged, used + more, steps[1:], above, at)

    # Candidates

    def _candidates(self, plain: Plain, refs: Refs, at: str) -> Iterator[Any]:
        """Values that may fit a plain schema.

        Those its author wrote, then those its keywords make.
        """
        yield from plain["examples"]
        if "enum" in plain:
            yield from sorted(plain["enum"], key=lambda value: value is None)
            return
        for name in plain.get("type") or _likely_types(plain):
            if name == "object":
                yield from self._objects(plain, refs, at)
            elif name == "array":
                yield from self._arrays(plain, refs, at)
            elif name == "string":
                yield from islice(_texts(plain), MANY)
            elif name in {"integer", "number"}:
                yield from islice(_numbers(plain, name == "integer"), MANY)
            elif name == "boolean":
                yield from (False, True)
        if "null" in (plain.get("type") or ["null"]):
            yield None

    def _stream(self, schemas: Sequence[Schema], refs: Refs, at: str) -> _Stream:
        schema = schemas[0] if len(schemas) == 1 else {"allOf": list(schemas)}
        return _Stream(self.values(schema, refs, at))

    # Objects

    def _objects(self, plain: Plain, refs: Refs, at: str) -> Iterator[Any]:
        needed = _needed(plain)
        waiting = plain.get("dependentSchemas", {})
        asked = [name for name in waiting if name in needed]
        if asked:
            rest = {
                **plain,
                "dependentSchemas": {k: v for k, v in waiting.items() if k not in asked},
            }
            for more, used in self._plain({"allOf": [waiting[name] for name in asked]}, refs, at):
                merged = _merged(rest, more)
                if merged is not None:
                    yield from self._objects(merged, refs + used, at)
            return
        columns: dict[str, _Stream] = {}
        for name in needed:
            columns[name] = self._member(plain, name, refs, at)
            if columns[name].nth(0) is _END:
                return
        spare = self._spare_names(plain, needed)
        for name in spare:
            if len(columns) >= plain.get("minProperties", 0):
                break
            stream = self._member(plain, name, refs, at)
            if stream.nth(0) is not _END:
                columns[name] = stream
        base = {name: stream.nth(0) for name, stream in columns.items()}
        hinted = _hinted(plain)
        if hinted is not None and hinted[0] in base:
            name, value = hinted
            if self.accepts(plain.get("properties", {}).get(name, True), value):
                yield {**base, name: value}
        yield base
        yield from _varied(base, columns)
        yield from self._fuller(plain, base, refs, at)

    def _fuller(self, plain: Plain, base: Plain, refs: Refs, at: str) -> Iterator[Any]:
        """The object with one optional member more."""
        for name in self._spare_names(plain, base):
            value = self._member(plain, name, refs, at).nth(0)
            if value is not _END:
                yield {**base, name: value}

    def _member(self, plain: Plain, name: str, refs: Refs, at: str) -> _Stream:
        schemas: list[Schema] = []
        if name in plain.get("properties", {}):
            schemas.append(plain["properties"][name])
        for pattern, schema in plain.get("patternProperties", {}).items():
            if self.accepts({"pattern": pattern}, name):
                schemas.append(schema)
        place = f"{_origin(refs, at)}/properties/{name.replace('~', '~0').replace('/', '~1')}"
        return self._stream(schemas or [_rest(plain)], refs, place)

    def _spare_names(self, plain: Plain, taken: Iterable[str]) -> Iterator[str]:
        """Names for members that are not required: declared ones, then by pattern, then any."""
        taken = set(taken)
        declared: dict[str, Schema] = plain.get("properties", {})
        for name, schema in declared.items():
            hidden = isinstance(schema, Mapping) and schema.get("writeOnly")
            if name not in taken and not hidden and self._may_be_named(plain, name):
                yield name
        free: list[Iterator[str]] = [
            islice(_matches(pattern, 0), 20) for pattern in plain.get("patternProperties", {})
        ]
        if _rest(plain) is not False:
            names = plain.get("propertyNames", {})
            free.append(
                islice(
                    self.values({"allOf": [{"type": "string", "minLength": 1}, names]}, (), "#"),
                    100,
                )
            )
        for source in free:
            for name in source:
                if name not in taken and name not in declared and self._may_be_named(plain, name):
                    taken.add(name)
                    yield name

    def _may_be_named(self, plain: Plain, name: str) -> bool:
        return "propertyNames" not in plain or self.accepts(plain["propertyNames"], name)

    # Arrays

    def _arrays(self, plain: Plain, refs: Refs, at: str) -> Iterator[Any]:
        prefix = plain.get("prefixItems", [])
        wanted = plain.get("containing", [])
        least = max(plain.get("minItems", 0), max((least for _, least in wanted), default=0))
        most = least + len(prefix) + sum(least for _, least in wanted) + 1
        for length in range(least, min(most, plain.get("maxItems", most)) + 1):
            for backwards in (True, False):
                slots = self._slots(plain, length, backwards)
                yield from self._filled(slots, bool(plain.get("uniqueItems")), refs, at)
                if not wanted:
                    break

    def _slots(self, plain: Plain, length: int, backwards: bool) -> list[tuple[Schema, ...]]:
        """For each place of the array what its item must fit.

        `contains` takes places from one end.
        """
        prefix = plain.get("prefixItems", [])
        rest = {"items": plain.get("items", plain.get("unevaluatedItems", True))}
        slots: list[tuple[Schema, ...]] = [(_item(rest, prefix, place),) for place in range(length)]
        places = iter(range(length - 1, -1, -1) if backwards else range(length))
        for schema, least in plain.get("containing", []):
            for place in islice(places, least):
                slots[place] = (*slots[place], schema)
        return slots

    def _filled(
        self, slots: list[tuple[Schema, ...]], unique: bool, refs: Refs, at: str
    ) -> Iterator[Any]:
        streams: dict[tuple[int, ...], _Stream] = {}
        row: list[Any] = []
        taken: set[str] = set()
        where = f"{_origin(refs, at)}/items"
        stream: _Stream | None = None
        for slot in slots:
            which = tuple(id(schema) for schema in slot)
            stream = streams.setdefault(which, self._stream(slot, refs, where))
            value = stream.other_than(taken) if unique else stream.nth(0)
            if value is _END:
                return
            taken.add(_key(value))
            row.append(value)
        yield row
        if stream is not None:
            for number in range(1, MANY):
                value = stream.nth(number)
                if value is _END:
                    return
                if not unique or _key(value) not in taken:
                    yield [*row[:-1], value]


_END: Final = object()


class _Stream:
    """An iterator that remembers, so that a value can be asked for by its number."""

    def __init__(self, values: Iterator[Any]) -> None:
        self._values = values
        self._known: list[Any] = []

    def nth(self, number: int) -> Any:
        """The value of this number, counted from 0; `_END` when there are not so many."""
        while len(self._known) <= number:
            value = next(self._values, _END)
            if value is _END:
                return _END
            self._known.append(value)
        return self._known[number]

    def other_than(self, taken: set[str]) -> Any:
        """The first value that is not taken; `_END` when all are."""
        for number in count():
            value = self.nth(number)
            if value is _END or _key(value) not in taken:
                return value
        return _END


def _varied(base: Plain, columns: Mapping[str, _Stream]) -> Iterator[Plain]:
    """The object with another value of one member, members taking turns."""
    for number in range(1, MANY):
        others = [(name, stream.nth(number)) for name, stream in columns.items()]
        alive = [(name, value) for name, value in others if value is not _END]
        if not alive:
            return
        for name, value in alive:
            yield {**base, name: value}


def _likely_types(plain: Plain) -> list[str]:
    """The types of a schema that names none: what its keywords speak of first."""
    speaks = {
        "object": (
            "required", "properties", "additionalProperties", "minProperties", "patternProperties",
        ),
        "array": ("items", "prefixItems", "minItems", "containing"),
        "string": ("patterns", "format", "minLength", "maxLength"),
        "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    }  # fmt: skip
    spoken = [
        name
        for name, words in speaks.items()
        if any(plain.get(word) not in (None, [], {}) for word in words)
    ]
    others = [name for name in _TYPES if name not in {*spoken, "integer", "null"}]
    return [*spoken, *others]


def _needed(plain: Plain) -> list[str]:
    """The required members and those that they require, in the order of their declaration."""
    needed = dict.fromkeys(plain.get("required", []))
    waiting = list(needed)
    while waiting:
        for name in plain.get("dependentRequired", {}).get(waiting.pop(), []):
            if name not in needed:
                needed[name] = None
                waiting.append(name)
    declared = [name for name in plain.get("properties", {}) if name in needed]
    return list(dict.fromkeys([*declared, *needed]))


def _rest(plain: Plain) -> Schema:
    """What a member must fit that is not declared."""
    rest: Schema = True
    for word in ("unevaluatedProperties", "additionalProperties"):
        rest = plain.get(word, rest)
    return rest


def _origin(refs: Refs, at: str) -> str:
    """The pointer to name a place by.

    From the last schema with a name of its own, if there is one.
    """
    return refs[-1].removeprefix(BASE) if refs else at


# --- Discriminators ----------------------------------------------------------------------------


def _branches(options: Sequence[Schema], discriminator: Any) -> Iterator[Schema]:
    """The options, each first with the value by which the discriminator announces it."""
    if isinstance(discriminator, Mapping) and "propertyName" in discriminator:
        name = discriminator["propertyName"]
        for option in options:
            if isinstance(option, Mapping) and isinstance(ref := option.get("$ref"), str):
                told = {"enum": [_announced(ref, discriminator)]}
                yield {"allOf": [option, {"required": [name], "properties": {name: told}}]}
    yield from options


def _announced(ref: str, discriminator: Mapping[str, Any]) -> str:
    """The value that stands for a schema: by the mapping, else the schema's name."""
    name = ref.rpartition("/")[2]
    mapping = discriminator.get("mapping")
    for value, target in mapping.items() if isinstance(mapping, Mapping) else ():
        if target == name or f"{BASE}{target}" == ref:
            return str(value)
    return name


def _hinted(plain: Plain) -> tuple[str, str] | None:
    """The discriminator's member and value for a schema that inherits it by `allOf`."""
    discriminator = plain.get("discriminator")
    if not isinstance(discriminator, Mapping) or "propertyName" not in discriminator:
        return None
    named = plain.get("named")
    return (discriminator["propertyName"], _announced(named, discriminator)) if named else None


# --- Numbers -----------------------------------------------------------------------------------


def _exact(value: Any) -> Fraction:
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _numbers(plain: Plain, whole: bool) -> Iterator[int | float]:
    """Numbers within the bounds, those nearest to zero first."""
    lows = [_exact(plain[word]) for word in ("minimum", "exclusiveMinimum") if word in plain]
    highs = [_exact(plain[word]) for word in ("maximum", "exclusiveMaximum") if word in plain]
    low, high = max(lows, default=None), min(highs, default=None)
    step = _exact(plain["multipleOf"]) if "multipleOf" in plain else None
    if whole:
        step = Fraction(1) if step is None else _exact(_common_step(_number(step), 1))
    for value in _steps(low, high, step or Fraction(1)):
        yield _number(value)
    if step is None:
        yield from map(_number, _between(low, high))


def _steps(low: Fraction | None, high: Fraction | None, step: Fraction) -> Iterator[Fraction]:
    """Multiples of the step within closed bounds, outwards from the one nearest to zero."""
    first = None if low is None else ceil(low / step)
    last = None if high is None else floor(high / step)
    middle = 0
    if first is not None and first > 0:
        middle = first
    elif last is not None and last < 0:
        middle = last
    for distance in range(MANY):
        for place in dict.fromkeys((middle + distance, middle - distance)):
            if (first is None or place >= first) and (last is None or place <= last):
                yield place * step


def _between(low: Fraction | None, high: Fraction | None) -> Iterator[Fraction]:
    """Broken numbers: the bounds themselves, then halves, quarters, ... of what lies between."""
    yield from (bound for bound in (low, high) if bound is not None)
    if low is None or high is None:
        start, sign = (low, 1) if low is not None else (high or Fraction(0), -1)
        yield from (start + sign * Fraction(1, parts) for parts in range(2, 50))
        return
    for parts in range(2, 50):
        yield from (low + (high - low) * Fraction(part, parts) for part in range(1, parts))


# --- Texts -------------------------------------------------------------------------------------

_FIRST_DAY: Final = datetime(2000, 1, 1, tzinfo=UTC)


def _day(number: int) -> str:
    return (_FIRST_DAY + timedelta(days=number)).date().isoformat()


def _nth(number: int) -> str:
    return str(number) if number else ""


def _time(number: int, more: int) -> str:
    return f"{_day(number)}T00:00:00{_zeros(more)}Z"


def _zeros(more: int) -> str:
    """A fraction of so many letters, the point among them."""
    return f".{'0' * max(more - 1, 1)}" if more else ""


def _host(number: int, more: int) -> str:
    return f"{'a.' * ceil(more / 2)}{f'a{number}.' if number else ''}example.com"


def _coded(number: int, more: int) -> str:
    """Base64 of as many bytes as are needed, the last one telling them apart."""
    return base64.b64encode(bytes(ceil(more / 4) * 3) + bytes([number % 256])).decode()


# For each format the makers of a text: by its number, and by how much longer it must be than the
# shortest one. The second maker serves where the first one's text is too long.
_FORMATS: Final[dict[str, tuple[Callable[[int, int], str], ...]]] = {
    "uuid": (lambda n, more: f"00000000-0000-4000-8000-{n:012x}",),
    "date": (lambda n, more: _day(n),),
    "date-time": (_time,),
    "time": (lambda n, more: f"00:{n // 60 % 60:02}:{n % 60:02}{_zeros(more)}Z",),
    "duration": (lambda n, more: f"P{n + 1}D",),
    "email": (
        lambda n, more: f"{'a' * min(more + 1, 60)}{_nth(n)}@example.com",
        lambda n, more: f"a{_nth(n)}@b.c",
    ),
    "hostname": (_host, lambda n, more: f"a{_nth(n)}{'a' * more}"),
    "ipv4": (lambda n, more: f"192.0.2.{n + 1}",),
    "ipv6": (lambda n, more: f"2001:db8::{n + 1:x}",),
    "uri": (
        lambda n, more: f"https://example.com/{_nth(n)}{'a' * more}",
        lambda n, more: f"a:{_nth(n)}",
    ),
    "uri-reference": (lambda n, more: f"/{_nth(n)}{'a' * more}",),
    "uri-template": (lambda n, more: f"/{_nth(n)}{'a' * more}",),
    "json-pointer": (lambda n, more: f"/{_nth(n)}{'a' * more}",),
    "relative-json-pointer": (lambda n, more: f"{n}{'/' if more else ''}{'a' * (more - 1)}",),
    "regex": (lambda n, more: f".{_nth(n)}{'a' * more}",),
    "byte": (_coded,),
    "decimal": (lambda n, more: f"{n}{_zeros(more)}",),
}
for _alias, _name in {
    "idn-email": "email", "idn-hostname": "hostname", "url": "uri", "iri": "uri",
    "iri-reference": "uri-reference",
}.items():  # fmt: skip
    _FORMATS[_alias] = _FORMATS[_name]


def _texts(plain: Plain) -> Iterator[str]:
    """Texts of the format or the pattern if there is one, then of letters, the shortest first."""
    least = plain.get("minLength", 0)
    for make in _FORMATS.get(plain.get("format", ""), ()):
        for number in range(MANY // 4):
            text = make(number, 0)
            yield text if len(text) >= least else make(number, least - len(text))
    for pattern in plain["patterns"]:
        yield from _matches(pattern, least)
    for number in count():
        text = _word(number).rjust(least, "a")
        if len(text) > plain.get("maxLength", len(text)):
            return
        yield text


def _word(number: int) -> str:
    """Nothing, a, b, ..., z, aa, ab, ..."""
    letters = ""
    while number > 0:
        number, place = divmod(number - 1, 26)
        letters = string.ascii_lowercase[place] + letters
    return letters


class _Chooser(random.Random):
    """What `rstr` takes for chance: a number that says each choice, a length for each repeat.

    Number 0 takes the first of everything, so the text is the plainest one; the other numbers count
    through the choices as the digits of a clock do.
    """

    def __init__(self, number: int, longer: int) -> None:
        super().__init__(0)
        self._number = number
        self._longer = longer

    def randint(self, a: int, b: int) -> int:
        return max(a, min(a + self._longer, b))

    def choice(self, seq: Any) -> Any:
        if all(isinstance(item, str) for item in seq):
            seq = sorted(set(seq), key=lambda letter: (not letter.isalnum(), letter))
        self._number, place = divmod(self._number, len(seq))
        return seq[place]


def _matches(pattern: str, least: int) -> Iterator[str]:
    """Texts made from a regular expression, the shortest first; `least` letters are wanted."""
    made: set[str] = set()
    try:
        shortest = rstr.Rstr(_Chooser(0, 0)).xeger(_pythonic(pattern))
        lengths = dict.fromkeys((0, 1, 2, max(least - len(shortest), 0), least, 3, 5, 8))
        for number in range(MANY // 4):
            for longer in lengths if number < 20 else (0, 1, least):
                text = rstr.Rstr(_Chooser(number, longer)).xeger(_pythonic(pattern))
                if text not in made:
                    made.add(text)
                    yield text
                    yield text.ljust(least, "a")
        yield from (f"{shortest}{_word(number)}" for number in range(1, MANY // 4))
    except (re.error, ValueError, KeyError, IndexError, OverflowError):
        return  # an expression that Python or rstr does not know


_CLASSES: Final = {
    "L": "a-zA-Z", "Letter": "a-zA-Z", "Alphabetic": "a-zA-Z", "Lu": "A-Z", "Ll": "a-z",
    "N": "0-9", "Nd": "0-9", "P": "!-/", "S": "$+", "Sc": "$", "Z": " ", "Zs": " ",
    "M": "\u0300", "Mn": "\u0300",
}  # fmt: skip


def _pythonic(pattern: str) -> str:
    """An expression of ECMA-262 in Python's spelling.

    Named groups and the common Unicode classes.
    """
    text, inside, place = "", False, 0
    while place < len(pattern):
        here = pattern[place : place + 2]
        end = pattern.find("}", place)
        if here == "\\p" and end > 0:
            letters = _CLASSES.get(pattern[place + 3 : end].rpartition("=")[2], "a-zA-Z")
            text += letters if inside else f"[{letters}]"
            place = end + 1
            continue
        if here.startswith("\\"):
            text += here
            place += 2
            continue
        if pattern.startswith("(?<", place) and pattern[place + 3 : place + 4] not in {"=", "!"}:
            text += "(?P<"
            place += 3
            continue
        inside = here[0] == "[" or (inside and here[0] != "]")
        text += here[0]
        place += 1
    return text
