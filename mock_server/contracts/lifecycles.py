"""What a contract declares of the fate of its items: states, and the rows that decide between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

CONDITIONS = (
    "invalid",
    "rival-in-request",
    "twin-in-request",
    "twin-saved",
    "rival-saved",
    "otherwise",
)


class State(NamedTuple):
    """A declared state of an item."""

    name: str
    initial: bool
    saved: bool


class Row(NamedTuple):
    """One row of a lifecycle's outcomes; `number` counts from 1."""

    number: int
    when: str
    then: str
    message: str | None
    source: str | None
    silence: tuple[str, ...]


@dataclass(frozen=True)
class Lifecycle:
    """What a contract declares of the fate of its items."""

    name: str
    key: tuple[str, ...]
    records: str
    states: Mapping[str, State]
    rows: tuple[Row, ...]

    @property
    def initial(self) -> str | None:
        """The state that an item has until it is judged, if there is one."""
        return next((state.name for state in self.states.values() if state.initial), None)

    def saves(self, state: str) -> bool:
        """Tell whether an item in this state is saved."""
        return self.states[state].saved
