"""Media types and their ranges: which of the new contract takes the place of which of the old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class MediaRange:
    """A media type or a range of them, without its spelling."""

    kind: str
    subtype: str
    parameters: tuple[str, ...] = ()

    def holds(self, other: MediaRange) -> bool:
        """Whether every media type of another range is one of this."""
        return (
            self.kind in ("*", other.kind)
            and self.subtype in ("*", other.subtype)
            and set(self.parameters) <= set(other.parameters)
        )


def media_range(text: str) -> MediaRange:
    """The range that a text names; `charset=utf-8` goes without saying."""
    essence, *rest = (part.strip().lower() for part in text.split(";"))
    kind, _, subtype = essence.partition("/")
    said = sorted(part.replace('"', "") for part in rest if part)
    return MediaRange(kind, subtype, tuple(part for part in said if part != "charset=utf-8"))


@dataclass(frozen=True)
class MatchedMedia:
    """The media types of two bodies: those that belong together, those that are gone or new."""

    pairs: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]


def matched_media(before: Iterable[str], after: Iterable[str]) -> MatchedMedia:
    """Equal ones first, then each with the narrowest range of the other side that holds it."""
    old = {text: media_range(text) for text in before}
    new = {text: media_range(text) for text in after}
    pairs = [(first, second) for first in old for second in new if old[first] == new[second]]
    gone = {text: one for text, one in old.items() if one not in new.values()}
    fresh = {text: one for text, one in new.items() if one not in old.values()}
    held = {text: holder for text, one in gone.items() if (holder := narrowest(new, one))}
    holding = {text: holder for text, one in fresh.items() if (holder := narrowest(old, one))}
    pairs += held.items()
    pairs += [(holder, text) for text, holder in holding.items()]
    return MatchedMedia(
        tuple(dict.fromkeys(pairs)),
        tuple(text for text in gone if text not in held and text not in holding.values()),
        tuple(text for text in fresh if text not in holding),
    )


def narrowest(ranges: Mapping[str, MediaRange], wanted: MediaRange) -> str | None:
    """The range with the fewest stars that holds another one."""
    holders = [text for text, one in ranges.items() if one != wanted and one.holds(wanted)]
    return min(holders, key=lambda text: text.count("*"), default=None)
