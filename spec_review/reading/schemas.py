"""What the schemas of a document say: compiled to validate, and asked for their members."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import jsonschema_rs

from spec_review.document import Document, Pointer, UnresolvedError, text_of

_ADDRESS: Final = "urn:document"
_BRANCHES: Final = ("allOf", "anyOf", "oneOf")
_DEEPEST: Final = 50


@dataclass(frozen=True, slots=True)
class Misfit:
    """One way in which a value does not fit its schema; `path` leads to the place in the value."""

    path: Pointer
    sentence: str


@dataclass(eq=False)
class Schemas:
    """The schemas of one document. Made by `schemas_of`."""

    document: Document
    data: Any
    registry: jsonschema_rs.Registry | None
    _compiled: dict[Pointer, Any] = field(default_factory=dict)

    def misfits(self, schema: Pointer, value: Any) -> list[Misfit]:
        """Return how a value breaks the schema at a pointer.

        The list is empty as well when the schema cannot be compiled, which other rules report.
        """
        compiled = self._compile(schema)
        if compiled is None:
            return []
        try:
            causes = (_cause(error) for error in compiled.iter_errors(value))
            return [Misfit(tuple(error.instance_path), error.message) for error in causes]
        except (ValueError, UnicodeEncodeError):
            return []

    def fits(self, schema: Pointer, value: Any) -> bool:
        """Tell whether a value fits the schema at a pointer."""
        compiled = self._compile(schema)
        try:
            return compiled is None or bool(compiled.is_valid(value))
        except (ValueError, UnicodeEncodeError):
            return False

    def _compile(self, schema: Pointer) -> Any:
        if schema not in self._compiled:
            self._compiled[schema] = self._new(schema)
        return self._compiled[schema]

    def _new(self, schema: Pointer) -> Any:
        if self.registry is None:
            return None
        fragment = quote(text_of(schema)[1:], safe="/~")
        try:
            return jsonschema_rs.Draft202012Validator(
                {"$ref": f"{_ADDRESS}#{fragment}"},
                registry=self.registry,
                validate_formats=True,
            )
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
            return None

    def parts(self, schema: Pointer, depth: int = 0) -> Iterator[Pointer]:
        """Yield the schema behind `$ref` and all schemas that `allOf` and its kin join to it."""
        if depth > _DEEPEST:
            return
        value = self.document.value(schema)
        if not isinstance(value, dict):
            return
        yield schema
        if isinstance(value.get("$ref"), str):
            try:
                yield from self.parts(self.document.follow(schema), depth + 1)
            except UnresolvedError:
                return
        for word in _BRANCHES:
            branches = value.get(word)
            for index in range(len(branches)) if isinstance(branches, list) else ():
                yield from self.parts((*schema, word, index), depth + 1)

    def members(self, schema: Pointer) -> dict[str, list[Pointer]]:
        """Return the places of the schemas of each named member of an object."""
        found: dict[str, list[Pointer]] = {}
        for part in self.parts(schema):
            properties = self.document.value((*part, "properties"))
            for name in properties if isinstance(properties, dict) else ():
                found.setdefault(name, []).append((*part, "properties", name))
        return found

    def required(self, schema: Pointer) -> set[str]:
        """Return the members that every object of the schema has; branches of choices left out."""
        return {
            name
            for part in self.parts(schema)
            if not {"anyOf", "oneOf"} & set(part[len(schema) :])
            for name in _texts(self.document.value((*part, "required")))
        }

    def types(self, schema: Pointer) -> set[str]:
        """Return the JSON types that the schema or a part of it names."""
        found: set[str] = set()
        for part in self.parts(schema):
            named = self.document.value((*part, "type"))
            found |= {named} if isinstance(named, str) else set(_texts(named))
        return found

    def items(self, schema: Pointer) -> Pointer | None:
        """Return the place of the schema of the items of an array."""
        for part in self.parts(schema):
            if isinstance(self.document.value((*part, "items")), dict):
                return (*part, "items")
        return None

    def member(self, schema: Pointer, name: str) -> Pointer | None:
        """Return the place of the first schema of a member."""
        return next(iter(self.members(schema).get(name, ())), None)

    def words(self, schema: Pointer) -> tuple[Pointer, list[Any]] | None:
        """Return the place and the values of the `enum` (or `const`) of a schema."""
        for part in self.parts(schema):
            enum = self.document.value((*part, "enum"))
            if isinstance(enum, list):
                return (*part, "enum"), enum
            value = self.document.value(part)
            if "const" in value:
                return (*part, "const"), [value["const"]]
        return None


def _cause(error: Any) -> Any:
    """Return the one thing that keeps a value from the branch that it nearly fits."""
    while error.kind.name in ("anyOf", "oneOf"):
        branches = sorted(getattr(error.kind, "context", ()), key=len)
        if not branches or len(branches[0]) != 1 or len(branches) > 1 == len(branches[1]):
            break
        error = branches[0][0]
    return error


@lru_cache(maxsize=8)
def schemas_of(document: Document) -> Schemas:
    """Return the schemas of a document, compiled when they are first asked."""
    data = _in_current_dialect(document) if document.version == "3.0" else document.data
    try:
        registry = jsonschema_rs.Registry([(_ADDRESS, data)], draft=jsonschema_rs.Draft202012)
    except (jsonschema_rs.ReferencingError, ValueError):
        registry = None
    return Schemas(document, data, registry)


def _in_current_dialect(document: Document) -> Any:
    """Return the data of an OpenAPI 3.0 document with its schemas in JSON Schema 2020-12."""
    data = _copy(document.data)
    for place in document.objects("schema"):
        schema = data
        for part in place:
            schema = schema[part]
        if not isinstance(schema, dict) or "$ref" in schema:
            continue
        for word, border in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
            exclusive = schema.get(word)
            if isinstance(exclusive, bool):
                del schema[word]
                if exclusive and border in schema:
                    schema[word] = schema.pop(border)
        if schema.pop("nullable", False) is True and isinstance(schema.get("type"), str):
            schema["type"] = [schema["type"], "null"]
            if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
                schema["enum"].append(None)
    return data


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(inner) for name, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _texts(value: Any) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
