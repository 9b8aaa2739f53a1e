"""What a server showed at one point of a play, and how two servers differ there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from contract_tests.http.messages import Exchange
from contract_tests.reading.requirements import Requirement


@dataclass(frozen=True)
class Seen:
    """What a server did where a requirement, and perhaps some silences, apply; `told` is it in a word.

    `sent` is what led to it, in words.
    """

    requirement: Requirement
    told: str
    operation: str
    sent: str = field(compare=False)
    silences: tuple[str, ...] = field(compare=False, default=())


@dataclass(frozen=True)
class Played:
    """All that a server showed in one play, and what was sent for it."""

    seen: tuple[Seen, ...]
    exchanges: tuple[Exchange, ...] = field(repr=False, default=())


@dataclass(frozen=True)
class Difference:
    """A point at which two servers differ, with the plays that show it."""

    one: Seen
    other: Seen
    shown: tuple[Played, Played] = field(repr=False)

    @property
    def size(self) -> int:
        """Return how much has to be sent to see it."""
        return sum(len(one.request.body or b"") + 100 for one in self.shown[0].exchanges)


def differences(one: Played, other: Played, *, follows: bool) -> Iterator[Difference]:
    """Yield where two plays differ; where each point follows from those before it, only the first."""
    for here, there in zip(one.seen, other.seen, strict=False):
        if (here.requirement, here.told) != (there.requirement, there.told):
            yield Difference(here, there, (one, other))
            if follows:
                return


@dataclass(frozen=True)
class Met:
    """A difference that was met several times, by the smallest play that shows it."""

    best: Difference
    times: int


def met(found: Iterable[Difference]) -> list[Met]:
    """Return each difference of a requirement once, in the order of the requirements' names."""
    groups: dict[tuple[Requirement, str, str], list[Difference]] = {}
    for each in found:
        groups.setdefault((each.one.requirement, each.one.told, each.other.told), []).append(each)
    told = [Met(min(group, key=lambda each: each.size), len(group)) for group in groups.values()]
    return sorted(told, key=lambda each: (each.best.one.requirement.id, each.best.one.told))


def silences_of(found: Sequence[Met]) -> set[str]:
    """Return the silences that differences stand for."""
    return {name for each in found for name in each.best.one.silences}
