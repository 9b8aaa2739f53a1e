"""Whether values fit a self-contained schema or a part of it, each validator as small as the value allows.

A large document's schema reaches hundreds of others, which take longer to compile than all else that an answer costs.
A value touches few of them: which ones is seen by walking schema and value together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import unquote

from mock_server.contracts.standalone import Schema, target
from mock_server.contracts.validator import NOTHING, Definitions, Validator
from openapi_documents.pointers import pointer_parts

_OFTEN: Final = 3
"""From so many questions about one schema on, it is compiled for all values; later, where that takes longer."""
_DEFINITIONS_A_QUESTION: Final = 4
_SAME: Final = ("allOf", "anyOf", "oneOf")
_SAME_ONE: Final = ("not", "if", "then", "else")
_MEMBERS: Final = ("additionalProperties", "unevaluatedProperties")
_NO_REFERENCE: Final = "#/$defs/none"
_HEAD: Final = ("$schema", "$id", "$defs")
_ITEMS: Final = ("items", "contains", "unevaluatedItems")


class Proofs:
    """Proofs of values, for one self-contained schema and its parts."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        """Take the schema, which must not change."""
        self._root = root
        definitions = root.get("$defs", {})
        self._has_resources = any(
            isinstance(one, Mapping) and "$id" in one for one in definitions.values()
        )
        self._named: dict[str, frozenset[str]] = {}
        self._all: Definitions | None = None
        # With the schema itself, so that its id stays its own.
        self._asked: dict[int, tuple[Schema, int]] = {}
        self._compiled: dict[int, Validator] = {}
        self._small: dict[tuple[int, frozenset[str]], Validator] = {}
        self._often = max(_OFTEN, len(definitions) // _DEFINITIONS_A_QUESTION)

    def fits(self, schema: Schema, value: object) -> bool:
        """Whether a value fits; never one that is no JSON. Raises SchemaError for a broken schema."""
        try:
            return self.accepts(schema, value)
        except ValueError:  # a lone surrogate, or a value that is no JSON
            return False

    def accepts(self, schema: Schema, value: object) -> bool:
        """Whether a value fits. Raises SchemaError for a broken schema, and ValueError for a value that is no JSON."""
        return (
            schema if isinstance(schema, bool) else self._validator(schema, value).is_valid(value)
        )

    def _validator(self, schema: Mapping[str, Any], value: object) -> Validator:
        known = self._compiled.get(id(schema))
        if known is not None:
            return known
        _, times = self._asked.get(id(schema), (schema, 0))
        self._asked[id(schema)] = schema, times + 1
        if times + 1 < self._often and not self._has_resources:
            touched = _Touched(self._root)
            if touched.by(schema, value):
                return self._small_one(schema, frozenset(touched.names))
        if self._all is None:
            self._all = Definitions(self._root)
        self._compiled[id(schema)] = found = self._all.compiled(schema)
        return found

    def _small_one(self, schema: Mapping[str, Any], names: frozenset[str]) -> Validator:
        """Return the validator of values that come to these definitions only."""
        known = self._small.get((id(schema), names))
        if known is None:
            known = NOTHING.compiled(self._with_only(schema, names))
            self._small[id(schema), names] = known
        return known

    def _with_only(self, schema: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
        """Return a schema with these definitions, and anything in place of the others that they name."""
        definitions = self._root.get("$defs", {})
        own = {word: part for word, part in schema.items() if word not in _HEAD}
        stubs = {one for name in names for one in self._names_in(name)} | set(_named_in(own))
        kept = {
            name: definitions[name] if name in names else True
            for name in names | stubs
            if name in definitions
        }
        head = {word: self._root[word] for word in _HEAD[:2] if word in self._root}
        return {**head, **own, "$defs": kept}

    def _names_in(self, name: str) -> frozenset[str]:
        if name not in self._named:
            self._named[name] = frozenset(_named_in(self._root["$defs"][name]))
        return self._named[name]


def _named_in(value: object) -> Iterator[str]:
    """Yield the names of the definitions that a schema refers to."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Mapping):
            if isinstance(here.get("$ref"), str):
                yield _name_in(here["$ref"])
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)


@lru_cache(maxsize=4096)
def _name_in(reference: str) -> str:
    """Return the name of the definition that a reference leads to or into, "" when it leads elsewhere."""
    parts = pointer_parts(unquote(reference.partition("#")[2]))
    return parts[1] if len(parts) > 1 and parts[0] == "$defs" else ""


class _Touched:
    """The definitions of a schema that a validator comes to, on its way through a value."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root = root
        self.names: set[str] = set()

    def by(self, schema: Schema, value: object) -> bool:
        """Note the definitions; tell whether all of them could be seen."""
        waiting, seen = [(schema, value)], set[tuple[int, int]]()
        while waiting:
            here, at = waiting.pop()
            if isinstance(here, bool) or (id(here), id(at)) in seen:
                continue
            seen.add((id(here), id(at)))
            if "$dynamicRef" in here or not _name_in(here.get("$ref", _NO_REFERENCE)):
                return False
            waiting += self._below(here, at)
        return True

    def _below(self, schema: Mapping[str, Any], value: object) -> Iterator[tuple[Schema, object]]:
        if "$ref" in schema:
            self.names.add(_name_in(schema["$ref"]))
            yield target(self._root, schema["$ref"]), value
        for word in _SAME:
            yield from ((one, value) for one in schema.get(word, ()))
        yield from ((schema[word], value) for word in _SAME_ONE if word in schema)
        yield from ((one, value) for one in schema.get("dependentSchemas", {}).values())
        if isinstance(value, dict):
            yield from _members(schema, value)
        elif isinstance(value, list):
            below = [*schema.get("prefixItems", ()), *(schema[w] for w in _ITEMS if w in schema)]
            yield from ((one, item) for one in below for item in value)


def _members(
    schema: Mapping[str, Any], value: dict[str, object]
) -> Iterator[tuple[Schema, object]]:
    declared = schema.get("properties", {})
    yield from ((declared[name], member) for name, member in value.items() if name in declared)
    others = [schema[word] for word in _MEMBERS if word in schema]
    others += schema.get("patternProperties", {}).values()
    yield from ((one, member) for one in others for member in value.values())
    if "propertyNames" in schema:
        yield from ((schema["propertyNames"], name) for name in value)
