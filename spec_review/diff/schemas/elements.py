"""The items of arrays."""

from __future__ import annotations

from collections.abc import Iterator

from spec_review.diff.schemas.differences import Nested, SchemaDifference
from spec_review.diff.schemas.sides import Sides, every, matched_places
from spec_review.reading.following import followed
from spec_review.reading.parts import parts, properties, single, types


def element_differences(sides: Sides) -> Iterator[SchemaDifference | Nested]:
    """Items that must fit a schema now, or another one, or none any more."""
    before, after = every(sides.before, "items"), every(sides.after, "items")
    for pair in matched_places(sides.versions, before, after):
        yield Nested(sides.versions.schemas(*pair))
    if after and not before and "array" in types(sides.before):
        sentence = f"the items of {sides.name()} must fit a schema now"
        yield SchemaDifference("items", "narrows", sentence, sides.old, after[0])
    elif before and not after and "array" in types(sides.after):
        sentence = f"the items of {sides.name()} may be anything now"
        yield SchemaDifference("items", "widens", sentence, before[0], sides.new)


def list_in_object(sides: Sides) -> Iterator[Nested]:
    """A list that became a member of an object: its items are compared all the same."""
    before = single(sides.before, "items")
    document = sides.versions.new
    for places in properties(sides.after).values():
        after = single(parts(document, followed(document, places[0])), "items")
        if before and after:
            yield Nested(sides.versions.schemas(before, after))
