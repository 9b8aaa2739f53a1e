"""The life of an item as a contract declares it: states, and the rows that lead to them (docs/lifecycle.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from openapi_documents import Pointer


class Condition(StrEnum):
    """When an outcome row holds for an item."""

    RIVAL_IN_REQUEST = "rival-in-request"
    INVALID = "invalid"
    TWIN_IN_REQUEST = "twin-in-request"
    TWIN_SAVED = "twin-saved"
    RIVAL_SAVED = "rival-saved"
    OTHERWISE = "otherwise"

    @property
    def meaning(self) -> str:
        """Return when it holds, in words."""
        return _MEANINGS[self]

    @property
    def is_of_request(self) -> bool:
        """Whether it compares an item with what stands beside it in its request."""
        return self in {Condition.RIVAL_IN_REQUEST, Condition.TWIN_IN_REQUEST}

    @property
    def is_of_records(self) -> bool:
        """Whether it compares an item with what was saved before."""
        return self in {Condition.TWIN_SAVED, Condition.RIVAL_SAVED}


_MEANINGS = {
    Condition.RIVAL_IN_REQUEST: "another item of the same request has its key and is not identical",
    Condition.INVALID: "it breaks its schema or one of the x-rules in it",
    Condition.TWIN_IN_REQUEST: "an identical item stands before it in the same request",
    Condition.TWIN_SAVED: "an identical record of this partner was saved earlier",
    Condition.RIVAL_SAVED: (
        "a record of this partner with its key, not identical, was saved earlier"
    ),
    Condition.OTHERWISE: "no other row holds",
}


@dataclass(frozen=True)
class Row:
    """One row of a lifecycle's outcomes: the first whose condition holds decides."""

    number: int
    when: Condition
    then: str
    source: str
    message: str | None
    silences: tuple[str, ...]


@dataclass(frozen=True)
class Lifecycle:
    """How an item gets from its initial to its final state."""

    name: str
    key: tuple[str, ...]  # the members that make it; none: the whole item
    records: str  # the collection that saved items go to
    states: tuple[str, ...]
    initial: str | None  # none where items are judged at once
    saving: frozenset[str]
    rows: tuple[Row, ...]
    silences: tuple[str, ...]

    def row(self, when: Condition) -> Row | None:
        """Return the first row of a condition."""
        return next((row for row in self.rows if row.when is when), None)


@dataclass(frozen=True)
class Rule:
    """What JSON Schema cannot say, in CEL; `place` is where its expression stands."""

    id: str
    rule: str
    message: str
    source: str
    silences: tuple[str, ...]
    place: Pointer = field(default=(), compare=False)
