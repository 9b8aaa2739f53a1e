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

import copy
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from typing import Any, Final
from urllib.parse import unquote

import jsonschema_rs

from mock_server.examples.plain import (
    BASE,
    item_at,
    key_of,
    merge,
    normal,
    prepared_object,
    prepared_schema,
)
from mock_server.examples.scalars import MANY, Plain, matches, numbers, texts

Schema = Mapping[str, Any] | bool
Refs = tuple[str, ...]

EFFORT: Final = 20_000
"""How many candidates are tried for one value before giving up."""


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
            self._ready = prepared_object(self.document, self._old)
            self._registry = jsonschema_rs.Registry(
                [(BASE, self._ready)], draft=jsonschema_rs.Draft202012
            )

    def _prepare(self, schema: Schema) -> Schema:
        known = self._prepared.get(id(schema))
        if known is None:
            known = self._prepared[id(schema)] = (schema, prepared_schema(schema, self._old))
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
                key = key_of(value)
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
                yield normal({}), ()
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
        own = normal(schema)
        ref = schema.get("$ref")
        if not isinstance(ref, str):
            yield from self._combined(own, (), steps, above, at)
            return
        if ref in above:
            self._dead = self._dead or NoInstance(at, "the schema holds itself without an end")
            return
        for plain, used in self._plain(self._instances.target(ref), (*above, ref), at):
            merged = merge(own, plain)
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
                merged = merge(plain, part)
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
                yield from islice(texts(plain), MANY)
            elif name in {"integer", "number"}:
                yield from islice(numbers(plain, name == "integer"), MANY)
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
                merged = merge(rest, more)
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
            islice(matches(pattern, 0), 20) for pattern in plain.get("patternProperties", {})
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
        slots: list[tuple[Schema, ...]] = [
            (item_at(rest, prefix, place),) for place in range(length)
        ]
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
            taken.add(key_of(value))
            row.append(value)
        yield row
        if stream is not None:
            for number in range(1, MANY):
                value = stream.nth(number)
                if value is _END:
                    return
                if not unique or key_of(value) not in taken:
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
            if value is _END or key_of(value) not in taken:
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


_TYPES: Final = ("object", "array", "string", "number", "integer", "boolean", "null")


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
