"""Every example of a document, with the schema that it must fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from spec_review.document import Document, Pointer, UnresolvedError
from spec_review.reading.schemas import schemas_of


@dataclass(frozen=True, slots=True)
class Example:
    """One example: where its value stands, the schema it must fit, and the rule it breaks or ""."""

    pointer: Pointer
    schema: Pointer
    value: Any
    breaks: str
    breaks_at: Pointer


@dataclass(frozen=True, slots=True)
class Instance:
    """A part of a value (at `path` in it) that a schema with `x-rules` speaks about."""

    path: Pointer
    schema: Pointer
    value: Any


@lru_cache(maxsize=8)
def examples_of(document: Document) -> tuple[Example, ...]:
    """Return every example and default of a document, each once."""
    found: dict[tuple[Pointer, Pointer], Example] = {}
    for example in (*_of_holders(document), *_of_schemas(document)):
        found.setdefault((example.pointer, example.schema), example)
    return tuple(found.values())


def _of_holders(document: Document) -> Iterator[Example]:
    for kind in ("media type", "parameter", "header"):
        for place in document.objects(kind):
            holder = document.value(place)
            if not isinstance(holder, dict) or "schema" not in holder:
                continue
            schema = (*place, "schema")
            if "example" in holder:
                yield Example((*place, "example"), schema, holder["example"], "", ())
            named = holder.get("examples")
            for name in named if isinstance(named, dict) else ():
                try:
                    at = document.follow((*place, "examples", name))
                except UnresolvedError:
                    continue
                example = document.value(at)
                for word in ("value", "dataValue"):
                    if isinstance(example, dict) and word in example:
                        breaks = example.get("x-breaks")
                        yield Example(
                            (*at, word),
                            schema,
                            example[word],
                            breaks if isinstance(breaks, str) else "",
                            (*at, "x-breaks"),
                        )


def _of_schemas(document: Document) -> Iterator[Example]:
    for place in document.objects("schema"):
        schema = document.value(place)
        if not isinstance(schema, dict):
            continue
        for word in ("example", "default"):
            if word in schema:
                yield Example((*place, word), place, schema[word], "", ())
        listed = schema.get("examples")
        for index, value in enumerate(listed) if isinstance(listed, list) else ():
            yield Example((*place, "examples", index), place, value, "", ())


def instances(document: Document, schema: Pointer, value: Any) -> Iterator[Instance]:
    """Yield every part of a value that a schema with `x-rules` speaks about."""
    yield from _instances(document, schema, value, (), frozenset())


def _instances(
    document: Document, schema: Pointer, value: Any, path: Pointer, above: frozenset[Pointer]
) -> Iterator[Instance]:
    said = document.value(schema)
    if not isinstance(said, dict) or schema in above:
        return
    here = above | {schema}
    if isinstance(said.get("x-rules"), list):
        yield Instance(path, schema, value)
    if isinstance(said.get("$ref"), str):
        try:
            target = document.follow(schema)
        except UnresolvedError:
            return
        yield from _instances(document, target, value, path, here)
    for index in range(len(said["allOf"])) if isinstance(said.get("allOf"), list) else ():
        yield from _instances(document, (*schema, "allOf", index), value, path, here)
    for word in ("anyOf", "oneOf"):
        for index in range(len(said[word])) if isinstance(said.get(word), list) else ():
            branch = (*schema, word, index)
            if schemas_of(document).fits(branch, value):
                yield from _instances(document, branch, value, path, here)
    yield from _below(document, schema, said, value, path)


def _below(
    document: Document, schema: Pointer, said: dict[str, Any], value: Any, path: Pointer
) -> Iterator[Instance]:
    if isinstance(value, dict):
        named = said.get("properties")
        named = named if isinstance(named, dict) else {}
        for name, inner in value.items():
            if name in named:
                below = (*schema, "properties", name)
            elif isinstance(said.get("additionalProperties"), dict):
                below = (*schema, "additionalProperties")
            else:
                continue
            yield from _instances(document, below, inner, (*path, name), frozenset())
    elif isinstance(value, list):
        first = said.get("prefixItems")
        count = len(first) if isinstance(first, list) else 0
        for index, inner in enumerate(value):
            below = (*schema, "prefixItems", index) if index < count else (*schema, "items")
            yield from _instances(document, below, inner, (*path, index), frozenset())
