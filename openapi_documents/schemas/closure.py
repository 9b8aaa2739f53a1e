"""Names gathered from whatever a place leads to, however the ways run in circles.

Places that lead to each other form a circle (a strongly connected component; Tarjan 1972) and share
what they gather. There is no recursion, so a way may be as long as somebody writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from openapi_documents.pointers import Pointer

Names = frozenset[str]


@dataclass(slots=True)
class _Open:
    """A place whose ways are being followed."""

    place: Pointer
    ways: Iterator[Pointer]
    number: int
    lowest: int
    names: set[str]


@dataclass(eq=False)
class Closure:
    """What places gather; `ways` says where a place leads, `own` what it has itself."""

    ways: Callable[[Pointer], Iterable[Pointer]]
    own: Callable[[Pointer], Iterable[str]]
    _names: dict[Pointer, Names] = field(default_factory=dict, repr=False)
    _circles: dict[Pointer, int] = field(default_factory=dict, repr=False)

    def names(self, place: Pointer) -> Names:
        """Return the names of a place and of all that it leads to."""
        if place not in self._names:
            self._explore(place)
        return self._names[place]

    def circle(self, place: Pointer) -> int:
        """Return the number of the circle of a place: the same for places that lead to each other."""
        self.names(place)
        return self._circles[place]

    def _explore(self, start: Pointer) -> None:
        numbers: dict[Pointer, int] = {}
        unfinished: list[Pointer] = []  # places whose circle is not known yet
        path: list[_Open] = []

        def enter(place: Pointer) -> None:
            number = numbers[place] = len(numbers)
            unfinished.append(place)
            path.append(_Open(place, iter(self.ways(place)), number, number, set(self.own(place))))

        enter(start)
        while path:
            here = path[-1]
            target = next(here.ways, None)
            if target is None:
                path.pop()
                if here.lowest == here.number:
                    self._close(here, unfinished)
                if path:
                    path[-1].names |= here.names
                    path[-1].lowest = min(path[-1].lowest, here.lowest)
            elif target in self._names:
                here.names |= self._names[target]
            elif target in numbers:
                here.lowest = min(here.lowest, numbers[target])
            else:
                enter(target)

    def _close(self, first: _Open, unfinished: list[Pointer]) -> None:
        """Note what the circle has gathered that was entered at a place."""
        names, number = frozenset(first.names), len(self._circles)
        while True:
            place = unfinished.pop()
            self._names[place] = names
            self._circles[place] = number
            if place == first.place:
                return
