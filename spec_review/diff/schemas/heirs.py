"""The schemas that a discriminator leads to though nothing lists them: those that have its schema in their `allOf`.

A value says which of them it is (OpenAPI 3.1.1, "Discriminator Object", allOf), so they travel wherever it does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from openapi_documents import Document, Pointer
from spec_review.diff.schemas.branches import mapped_names
from spec_review.diff.schemas.differences import Nested, SchemaDifference
from spec_review.diff.schemas.enumerations import ALTERNATIVES
from spec_review.diff.schemas.sides import Sides
from spec_review.reading.following import followed
from spec_review.reading.parts import Part
from spec_review.reading.values import elements, mapping, text


def heir_differences(sides: Sides) -> Iterator[SchemaDifference | Nested]:
    """Heirs that are gone or new, and the pairs of those that stayed; a mapped one is told by its value."""
    before, after = heirs(sides.versions.old, sides.old), heirs(sides.versions.new, sides.new)
    if not before or not after:
        return
    called = renamed_heirs(sides)
    for name, old in before.items():
        new = after.get(called.get(name, name))
        if new is not None:
            yield Nested(sides.versions.schemas(old, new), is_apart=True)
        elif name not in mapped_names(sides.before).values():
            sentence = f"{sides.name()} has no longer the form {name}"
            yield SchemaDifference(
                "form-removed", "narrows", sentence, old, sides.new,
                is_removed=True, is_beyond_values=True,
            )  # fmt: skip
    kept = {called.get(name, name) for name in before}
    for name, new in after.items():
        if name not in kept and name not in mapped_names(sides.after).values():
            sentence = f"{sides.name()} may have the form {name} now"
            yield SchemaDifference(
                "form-added", "widens", sentence, sides.old, new,
                is_beyond_values=True, is_tolerable=True,
            )  # fmt: skip


def renamed_heirs(sides: Sides) -> Mapping[str, str]:
    """Heirs for which a value of the discriminator stands that stood for one of another name."""
    before = heirs(sides.versions.old, owner(sides.before))
    after = heirs(sides.versions.new, owner(sides.after))
    was, now = mapped_names(sides.before), mapped_names(sides.after)
    return {
        was[value]: now[value]
        for value in was
        if value in now and was[value] in before and now[value] in after
    }


def owner(side: Sequence[Part]) -> Pointer:
    """The schema that says the discriminator, () when none does."""
    return next((part.pointer for part in side if "discriminator" in part.value), ())


def heirs(document: Document, schema: Pointer) -> Mapping[str, Pointer]:
    """The components that inherit from a schema with a discriminator of its own that lists no alternatives."""
    value = mapping(document.value(schema))
    if not text(mapping(value.get("discriminator")).get("propertyName")):
        return {}
    if any(elements(value.get(word)) for word in ALTERNATIVES):
        return {}
    below = inheriting(document)
    found: dict[str, Pointer] = {}
    waiting = [schema]
    while waiting:
        for heir in below.get(waiting.pop(), ()):
            if heir.pointer != schema and str(heir.pointer[-1]) not in found:
                found[str(heir.pointer[-1])] = heir.pointer
                waiting.append(heir.pointer)
    return found


@lru_cache(maxsize=4)
def inheriting(document: Document) -> Mapping[Pointer, tuple[Part, ...]]:
    """The components by the schemas that their `allOf` refers to."""
    found: dict[Pointer, tuple[Part, ...]] = {}
    for name, schema in mapping(document.value(("components", "schemas"))).items():
        part = Part(("components", "schemas", name), mapping(schema))
        for index, each in enumerate(elements(part.value.get("allOf"))):
            if "$ref" in mapping(each):
                parent = followed(document, (*part.pointer, "allOf", index))
                found[parent] = (*found.get(parent, ()), part)
    return found
