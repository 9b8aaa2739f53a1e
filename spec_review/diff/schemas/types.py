"""Types that are no longer taken, or are taken now."""

from __future__ import annotations

from collections.abc import Iterator

from spec_review.diff.schemas.differences import Effect, SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.reading.parts import types, types_in_words


def type_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Types that are no longer taken, or are taken now."""
    before, after = types(sides.before), types(sides.after)
    if before == after:
        return
    lost, won = before - after, after - before
    effect: Effect = "both" if lost and won else "narrows" if lost else "widens"
    is_about_null = lost | won == {"null"}
    old, new = sides.places(*(("nullable", "type") if is_about_null else ("type",)))
    if won == {"null"} and not lost:
        sentence = f"{sides.name(new, old)} may be null now"
    elif lost == {"null"} and not won:
        sentence = f"{sides.name(new, old)} may not be null any more"
    else:
        sentence = f"{sides.name(new, old)} is {types_in_words(after)} now, it was {types_in_words(before)}"
    yield SchemaDifference("type", effect, sentence, old, new)
