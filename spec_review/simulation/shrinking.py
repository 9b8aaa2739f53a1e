"""The smallest item of which something still holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spec_review.simulation.edits import LEFT_OUT, Edit, edited, places
from spec_review.simulation.identity import Item


def smaller(item: Item, keeps: Callable[[Item], bool]) -> Item:
    """The item without every member and every element that `keeps` does not need."""
    while True:
        fresh = next((cut for cut in cuts(item) if keeps(cut)), None)
        if fresh is None:
            return item
        item = fresh


def cuts(item: Item) -> Iterator[Item]:
    """The item with one thing left out, the outermost first; the first element of a list stays."""
    for path, _ in sorted(places(item.value), key=lambda place: len(place[0])):
        if path and path[-1] != 0:
            yield Item(edited(item.value, Edit(path, LEFT_OUT)))
