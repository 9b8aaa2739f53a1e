"""Patterns, formats and the other keywords with one value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from openapi_documents import Pointer
from spec_review.diff.schemas.differences import Effect, SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.diff.sets.formats import is_decided, meaning_of
from spec_review.output.wording import listed_values
from spec_review.reading.parts import Part, is_among

Word = Literal["pattern", "format", "multipleOf", "uniqueItems"]

WORDS: Final[tuple[Word, ...]] = ("pattern", "format", "multipleOf", "uniqueItems")
"""The keywords that are compared here."""


def scalar_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Keywords that are new, gone or have another value."""
    for word in WORDS:
        before, after = distinct_values(sides.before, word), distinct_values(sides.after, word)
        if before == after or (word == "uniqueItems" and not any(before) and not any(after)):
            continue
        old, new = sides.places(word)
        name = sides.name(new, old)
        effect: Effect = "unclear"
        if not before:
            effect = "narrows"
            sentence = f"{name} has the {word} {listed_values(after)} now"
        elif not after:
            effect = "widens"
            sentence = f"{name} has the {word} {listed_values(before)} no longer"
        else:
            was = listed_values(before)
            sentence = f"{name} has the {word} {listed_values(after)} now, it was {was}"
        if word != "format" or not undecided(before + after):
            yield SchemaDifference(word, effect, sentence, old, new)
        if word == "format" and (undecided(before + after) or meaning(before) == meaning(after)):
            yield beyond_values(effect, sentence, before + after, old, new)


def beyond_values(
    effect: Effect, sentence: str, formats: Sequence[object], old: Pointer, new: Pointer
) -> SchemaDifference:
    """A change of formats that forbid nothing, or of which it is not agreed what they forbid: at most, that they do."""
    unknown = undecided(formats)
    if unknown:
        sentence += f"; it is not agreed what {listed_values(unknown)} forbids"
    return SchemaDifference(
        "format", effect if unknown else "none", sentence, old, new,
        is_beyond_values=True, is_uncertain=bool(unknown),
    )  # fmt: skip


def undecided(formats: Sequence[object]) -> list[object]:
    """The formats of which it is not agreed what they forbid."""
    return [name for name in formats if not is_decided(name)]


def meaning(formats: Sequence[object]) -> list[object]:
    """What formats forbid, in keywords."""
    return [keywords for name in formats for keywords in meaning_of(name)]


def distinct_values(side: Sequence[Part], word: str) -> list[object]:
    """Every value that the parts give a keyword, each once."""
    found: list[object] = []
    for part in side:
        if word in part.value and not is_among(part.value[word], found):
            found.append(part.value[word])
    return found
