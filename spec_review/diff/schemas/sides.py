"""Both sides of a pair of schemas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openapi_documents import Pointer
from spec_review.diff.schemas.wording import name_of
from spec_review.diff.versions import Pair, Versions
from spec_review.reading.parts import Part, parts


@dataclass(frozen=True)
class Sides:
    """The parts of both schemas at one pair of places."""

    versions: Versions
    old: Pointer
    new: Pointer
    before: Sequence[Part]
    after: Sequence[Part]

    @staticmethod
    def of(versions: Versions, old: Pointer, new: Pointer) -> Sides:
        """Both schemas with all that speaks about their values."""
        return Sides(versions, old, new, parts(versions.old, old), parts(versions.new, new))

    def places(self, *words: str) -> tuple[Pointer, Pointer]:
        """Where a keyword stands on both sides; where one has it not, the same part or the whole."""
        old = keyword_place(self.before, words)
        new = keyword_place(self.after, words)
        return (
            old or same_part(self.before, new) or self.old,
            new or same_part(self.after, old) or self.new,
        )

    def name(self, new: Pointer = (), old: Pointer = ()) -> str:
        """The place in words: of the part that speaks, so that it is the same for all who include it."""
        for place, side in ((new, self.after), (old, self.before)):
            for part in side:
                if place[: len(part.pointer)] == part.pointer and len(place) > len(part.pointer):
                    return name_of(part.pointer)
        return name_of(self.new)


def keyword_place(side: Sequence[Part], words: Sequence[str]) -> Pointer | None:
    """Where the first of these keywords stands."""
    for word in words:
        for part in side:
            if word in part.value:
                return (*part.pointer, word)
    return None


def same_part(side: Sequence[Part], other: Pointer | None) -> Pointer | None:
    """The part of this side that stands where a place of the other side does."""
    if other is None:
        return None
    return next(((*part.pointer, other[-1]) for part in side if part.pointer == other[:-1]), None)


def is_closed(side: Sequence[Part]) -> bool:
    """Whether an object refuses members that are not named."""
    return any(
        part.value.get("additionalProperties") is False
        or part.value.get("unevaluatedProperties") is False
        for part in side
    )


def every(side: Sequence[Part], word: str) -> list[Pointer]:
    """Where all parts that have this keyword, with a schema, have it."""
    return [(*part.pointer, word) for part in side if isinstance(part.value.get(word), dict | bool)]


def matched_places(
    versions: Versions, before: Sequence[Pointer], after: Sequence[Pointer]
) -> Iterator[Pair]:
    """The places of both sides that belong together: those written alike, then one after the other."""
    left = list(after)
    waiting: list[Pointer] = []
    for old in before:
        value = versions.old.value(old)
        same = next((new for new in left if versions.new.value(new) == value), None)
        if same is None:
            waiting.append(old)
        else:
            left.remove(same)
            yield old, same
    yield from zip(waiting, left, strict=False)
