"""Values of an enum or const that are gone or new."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from spec_review.diff.schemas.differences import SchemaDifference
from spec_review.diff.schemas.enumerations import ALTERNATIVES, allowed_values, place_of_value
from spec_review.diff.schemas.sides import Sides
from spec_review.output.wording import listed_values
from spec_review.reading.parts import Part, is_among, without
from spec_review.reading.values import elements


def value_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Values that are no longer taken, or are taken now."""
    before, after = allowed_values(sides.before), allowed_values(sides.after)
    old, new = sides.places("enum", "const", *ALTERNATIVES)
    name = sides.name(new, old)
    if before is None:
        if after is not None:
            sentence = f"{name} takes only {listed_values(after)} now"
            yield SchemaDifference("values", "narrows", sentence, old, new)
        return
    if after is None:
        sentence = f"{name} takes other values than {listed_values(before)} now"
        yield SchemaDifference("values", "widens", sentence, old, new, is_tolerable=True)
        return
    removed, added = without(before, after), without(after, before)
    if removed:
        sentence = f"{name} takes {listed_values(removed)} no longer"
        yield SchemaDifference("value-removed", "narrows", sentence, old, new)
    if added:
        sentence = f"{name} may be {listed_values(added)} now"
        at = place_of_value(sides.after, added[0]) or new
        is_further = len(removed) < len(before)
        yield SchemaDifference("value-added", "widens", sentence, old, at, is_tolerable=is_further)


def null_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Whether an enum lists null beside `nullable`: OpenAPI 3.0.3 wants it there, many a validator does not."""
    before, after = allowed_values(sides.before), allowed_values(sides.after)
    if before is None or after is None or not all(map(is_nullable, (sides.before, sides.after))):
        return
    was, now = (is_among(None, values) for values in (before, after))
    if was != now:
        old, new = sides.places("enum")
        verb = "lists null now" if now else "no longer lists null"
        sentence = f"{sides.name(new, old)} {verb}; whether `nullable` alone lets it through depends on who reads it"
        yield SchemaDifference(
            "value-added" if now else "value-removed", "unclear", sentence, old, new,
            only="response" if now else "request", is_beyond_values=True,
        )  # fmt: skip


def is_nullable(side: Sequence[Part]) -> bool:
    """Whether a part says `nullable`."""
    return any(part.value.get("nullable") is True for part in side)


EXTENSIBLE: Final = "x-extensible-enum"
"""A list of values to which more may come (Zalando's guidelines, rule 112): who reads copes with any."""


def extensible_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Known values of an open list that are gone, or new: no validator holds anybody to them, a server may."""
    before, after = listed(sides.before, EXTENSIBLE), listed(sides.after, EXTENSIBLE)
    gone, fresh = without(before, after), without(after, before)
    old, new = sides.places(EXTENSIBLE)
    name = sides.name(new, old)
    if gone and after:
        sentence = f"{name} no longer knows {listed_values(gone)}"
        yield SchemaDifference(
            "value-removed", "narrows", sentence, old, new, is_beyond_values=True
        )
    if fresh and before:
        sentence = f"{name} knows {listed_values(fresh)} now"
        yield SchemaDifference(
            "value-added", "none", sentence, old, new, is_beyond_values=True, is_tolerable=True
        )


def listed(side: Sequence[Part], word: str) -> list[object]:
    """The values that the parts list under a keyword."""
    return [value for part in side for value in elements(part.value.get(word))]
