"""The parts of a value that schemas with `x-rules` speak about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from openapi_documents import Document, Pointer
from spec_review.reading.following import followed_or_none
from spec_review.reading.validators import Validators
from spec_review.reading.values import elements, mapping


@dataclass(frozen=True, slots=True)
class Instance:
    """A part of a value, at `path` in it, and a schema that speaks about it."""

    path: Pointer
    schema: Pointer
    value: object


def instances(
    document: Document, validators: Validators, schema: Pointer, value: object
) -> Iterator[Instance]:
    """Every part of a value with each schema with `x-rules` that speaks about it, from outside."""
    seen: set[tuple[Pointer, Pointer]] = set()
    waiting = [Instance((), schema, value)]
    while waiting:
        here = waiting.pop()
        said = document.value(here.schema)
        if (here.path, here.schema) in seen or not isinstance(said, dict):
            continue
        seen.add((here.path, here.schema))
        if isinstance(said.get("x-rules"), list):
            yield here
        further = [*beside(document, validators, here), *inside(document, here)]
        waiting += reversed(further)


def beside(document: Document, validators: Validators, here: Instance) -> Iterator[Instance]:
    """The same value with the schemas that a schema refers to or joins, as far as it fits them."""
    said = mapping(document.value(here.schema))
    if isinstance(said.get("$ref"), str):
        target = followed_or_none(document, here.schema)
        if target is not None:
            yield Instance(here.path, target, here.value)
    for word in ("allOf", "anyOf", "oneOf"):
        for index in range(len(elements(said.get(word)))):
            branch = (*here.schema, word, index)
            if word == "allOf" or validators.fits(branch, here.value):
                yield Instance(here.path, branch, here.value)


def inside(document: Document, here: Instance) -> Iterator[Instance]:
    """The members or items of a value with their schemas."""
    said = mapping(document.value(here.schema))
    if isinstance(here.value, dict):
        named = mapping(said.get("properties"))
        for name, inner in here.value.items():
            if name in named:
                yield Instance((*here.path, name), (*here.schema, "properties", name), inner)
            elif isinstance(said.get("additionalProperties"), dict):
                yield Instance((*here.path, name), (*here.schema, "additionalProperties"), inner)
    elif isinstance(here.value, list):
        count = len(elements(said.get("prefixItems")))
        for index, inner in enumerate(here.value):
            below = ("prefixItems", index) if index < count else ("items",)
            yield Instance((*here.path, index), (*here.schema, *below), inner)
