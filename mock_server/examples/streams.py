"""What the parts of the search share: values that can be asked for by number, and the search as they see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final, NamedTuple, Protocol

from mock_server.contracts.standalone import Schema, named
from mock_server.examples.limits import Plain
from mock_server.examples.plain import key_of
from openapi_documents.pointers import escape

# The references that a place stands in.
Refs = tuple[str, ...]


class Where(NamedTuple):
    """Where a value is made.

    That is the references that led there, the place as a message names it, and how many objects it stands in.
    """

    refs: Refs
    at: str
    level: int = 0

    @property
    def name(self) -> str:
        """The place, as the document's reader knows it."""
        return named(self.refs[-1]) if self.refs else self.at

    def behind(self, used: Refs) -> Where:
        """Return the same place behind further references."""
        return self._replace(refs=self.refs + used)

    def item(self) -> Where:
        """Return where the items of an array are made."""
        return self._replace(at=f"{self.name}/items")

    def member(self, name: str) -> Where:
        """Return where a member of an object is made."""
        return Where(self.refs, f"{self.name}/properties/{escape(name)}", self.level + 1)


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

    generous: bool
    """Whether members and items are given that need not be there."""

    def fits(self, schema: Schema, value: object) -> bool:
        """Whether the validator of a schema accepts a value."""

    def may_be_sent(self, schema: Schema) -> bool:
        """Whether a member may stand in an answer at all."""

    def gives(self, schema: Schema, where: Where) -> bool:
        """Whether a member that need not be there is given in an object."""

    def values(self, schema: Schema, where: Where) -> Iterator[object]:
        """Different valid values, the preferred first."""

    def plain(self, schema: Schema, where: Where) -> Iterator[tuple[Plain, Refs]]:
        """The plain schemas that together mean the schema; with each, the references used."""

    def stream(self, schemas: Sequence[Schema], where: Where) -> Stream:
        """The values that fit all of some schemas."""

    def give_up(self, at: str, why: str) -> None:
        """Note that a schema has no value that could be made."""
