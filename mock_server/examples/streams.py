"""What the parts of the search share: values that can be asked for by number, and the search as they see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final, Protocol

from mock_server.examples.limits import Plain
from mock_server.examples.plain import key_of
from mock_server.examples.standalone import Schema

# The references that a place stands in.
Refs = tuple[str, ...]

END: Final = object()


class Stream:
    """An iterator that remembers, so that a value can be asked for by its number."""

    def __init__(self, values: Iterator[object]) -> None:
        self._values = values
        self._known: list[object] = []
        self._free = 0

    def nth(self, number: int) -> object:
        """The value of this number, counted from 0; `END` when there are not so many."""
        while len(self._known) <= number:
            value = next(self._values, END)
            if value is END:
                return END
            self._known.append(value)
        return self._known[number]

    def next_free(self, taken: set[str]) -> object:
        """The first value that is not taken; `END` when all are. What is taken stays so."""
        for number in count(self._free):
            value = self.nth(number)
            if value is END or key_of(value) not in taken:
                self._free = number
                return value
        return END


class Finder(Protocol):
    """One search for one value."""

    def accepts(self, schema: Schema, value: object) -> bool:
        """Whether the value fits."""

    def values(self, schema: Schema, above: Refs, at: str) -> Iterator[object]:
        """Different valid values, the preferred first."""

    def plain(self, schema: Schema, above: Refs, at: str) -> Iterator[tuple[Plain, Refs]]:
        """The plain schemas that together mean the schema; with each, the references used."""

    def stream(self, schemas: Sequence[Schema], refs: Refs, at: str) -> Stream:
        """The values that fit all of some schemas."""

    def give_up(self, at: str, why: str) -> None:
        """Note that a schema has no value that could be made."""
