"""Limits of numbers, lengths and counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from spec_review.diff.schemas.differences import Effect, SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.reading.parts import LOWER, Part
from spec_review.reading.values import number

Stricter = Callable[[Sequence[float]], float]
"""Which of several limits decides: the largest lower one, the smallest upper one."""


def limit_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Limits that are tighter now, or looser, or not there any more."""
    for lower, upper in LOWER.items():
        yield from differences_of_limit(sides, lower, max)
        yield from differences_of_limit(sides, upper, min)


def differences_of_limit(sides: Sides, word: str, stricter: Stricter) -> Iterator[SchemaDifference]:
    """What one keyword says otherwise."""
    before = strictest_limit(sides.before, word, stricter)
    after = strictest_limit(sides.after, word, stricter)
    if before == after or (word in ("minLength", "minItems") and not before and not after):
        return
    old, new = sides.places(word)
    name = sides.name(new, old)
    narrows = before is None or (after is not None and stricter((before, after)) == after)
    effect: Effect = "narrows" if narrows else "widens"
    if before is None:
        sentence = f"{name} has a {word} of {after} now"
    elif after is None:
        sentence = f"{name} has no {word} any more, it was {before}"
    else:
        sentence = f"{name} has a {word} of {after} now, it was {before}"
    yield SchemaDifference("limit", effect, sentence, old, new)


def strictest_limit(side: Sequence[Part], word: str, stricter: Stricter) -> float | None:
    """The strictest limit that the parts set."""
    limits = [number(part.value.get(word)) for part in side]
    found = [limit for limit in limits if limit is not None]
    return stricter(found) if found else None
