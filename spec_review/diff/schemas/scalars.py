"""Patterns, formats and the other keywords with one value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from spec_review.diff.schemas.containment import covers_plainly
from spec_review.diff.schemas.differences import Effect, SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.output.wording import listed_values
from spec_review.reading.parts import Part, is_among

Word = Literal["pattern", "format", "multipleOf", "uniqueItems"]

WORDS: Final[tuple[Word, ...]] = ("pattern", "format", "multipleOf", "uniqueItems")
"""The keywords that are compared here."""

CHECKED_FORMATS: Final = frozenset(
    ("date", "date-time", "time", "uuid", "uri", "email", "ipv4", "ipv6", "uri-reference")
)
"""The formats of which validators agree what they forbid."""


def scalar_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Keywords that are new, gone or have another value."""
    for word in WORDS:
        before, after = distinct_values(sides.before, word), distinct_values(sides.after, word)
        if before == after or (word == "uniqueItems" and not any(before) and not any(after)):
            continue
        old, new = sides.places(word)
        name = sides.name(new, old)
        if not before:
            effect: Effect = "narrows"
            sentence = f"{name} has the {word} {listed_values(after)} now"
        elif not after:
            effect = "widens"
            sentence = f"{name} has the {word} {listed_values(before)} no longer"
        else:
            effect = effect_by_meaning(word, before, after)
            was = listed_values(before)
            sentence = f"{name} has the {word} {listed_values(after)} now, it was {was}"
        if word == "format" and not are_checked(before + after):
            effect = "unclear"
        yield SchemaDifference(word, effect, sentence, old, new)


def are_checked(formats: Sequence[object]) -> bool:
    """Whether validators agree on what all these formats forbid."""
    return all(isinstance(name, str) and name in CHECKED_FORMATS for name in formats)


def distinct_values(side: Sequence[Part], word: str) -> list[object]:
    """Every value that the parts give a keyword, each once."""
    found: list[object] = []
    for part in side:
        if word in part.value and not is_among(part.value[word], found):
            found.append(part.value[word])
    return found


def effect_by_meaning(word: str, before: Sequence[object], after: Sequence[object]) -> Effect:
    """Whether the new values of a keyword take more or fewer values, as far as can be proved."""
    first = {"allOf": [{word: value} for value in before]}
    second = {"allOf": [{word: value} for value in after]}
    wider, narrower = covers_plainly(second, first), covers_plainly(first, second)
    if wider and narrower:
        return "none"
    return "widens" if wider else "narrows" if narrower else "unclear"
