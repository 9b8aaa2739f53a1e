"""How far the search for a value goes, and what is too much to be sent as an example."""

from __future__ import annotations

from typing import Any, Final

# A schema without references and branches, see `plain.py`.
Plain = dict[str, Any]

EFFORT: Final = 20_000
"""How many candidates are tried for one value before giving up."""

TURN: Final = 20
"""Candidates of one plain schema before those of the next are tried."""

MANY: Final = 1_000
"""How many different values are offered of one plain schema."""

MOST_ITEMS: Final = 10_000
"""Items of an array, and members of an object, that a schema may ask for."""

MOST_LETTERS: Final = 1_000_000
"""Letters of a text that a schema may ask for."""

MOST_VALUES: Final = 200_000
"""Values in one example, each counted where it stands."""


def weight(value: object, most: int = MOST_VALUES) -> int:
    """Return how many values a value has in it, itself included; beyond `most`, at least one more than that."""
    count, waiting = 0, [value]
    while waiting and count <= most:
        here = waiting.pop()
        count += 1
        if isinstance(here, dict):
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
    return count
