"""A value with another one at one of its places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from spec_review.simulation.items import Path

LONGEST_LIST: Final = 3
"""How many elements of a list are looked at."""

DEEPEST: Final = 12
"""How deep the places of a value are looked at."""


class Left:
    """The type of `LEFT_OUT`."""

    def __repr__(self) -> str:
        return "LEFT_OUT"


LEFT_OUT: Final = Left()
"""Stands for a member that is left out."""


@dataclass(frozen=True)
class Edit:
    """Another value for one place, or LEFT_OUT."""

    path: Path
    value: object

    def is_apart_from(self, other: Edit) -> bool:
        """Whether neither of two places lies inside of the other."""
        shorter = min(len(self.path), len(other.path))
        return self.path[:shorter] != other.path[:shorter]


def places(value: object, here: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every place inside a value with what stands there, the value itself first."""
    yield here, value
    if len(here) >= DEEPEST:
        return
    if isinstance(value, dict):
        for name, member in value.items():
            yield from places(member, (*here, name))
    elif isinstance(value, list):
        for index, element in enumerate(value[:LONGEST_LIST]):
            yield from places(element, (*here, index))


def edited(value: object, edit: Edit) -> object:
    """A copy of a value with another one at one place; what is not on the way is shared."""
    return _replaced(value, edit.path, edit.value)


def _replaced(value: object, path: Path, other: object) -> object:
    if not path:
        return {} if other is LEFT_OUT else other
    step, rest = path[0], path[1:]
    is_left_out = other is LEFT_OUT and not rest
    if isinstance(value, dict):
        kept = {name: member for name, member in value.items() if name != step or not is_left_out}
        return kept if is_left_out else kept | {step: _replaced(value.get(step, {}), rest, other)}
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        changed = [] if is_left_out else [_replaced(value[step], rest, other)]
        return [*value[:step], *changed, *value[step + 1 :]]
    return value
