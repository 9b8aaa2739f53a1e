"""The `x-` vocabulary of a document as frozen values, each with the pointer of its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from openapi_documents import Operation, Pointer

Condition = Literal[
    "rival-in-request", "invalid", "twin-in-request", "twin-saved", "rival-saved", "otherwise"
]

CONDITIONS: Final[tuple[Condition, ...]] = get_args(Condition)
"""What an outcome row may ask of an item."""

ErrorForm = Literal["problem", "envelope", "oauth"]

ERROR_FORMS: Final[tuple[ErrorForm, ...]] = get_args(ErrorForm)
"""How the errors of a contract are rendered."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One reference to a row of `x-silences`."""

    pointer: Pointer
    id: str


@dataclass(frozen=True, slots=True)
class State:
    """A state that an item can have."""

    pointer: Pointer
    name: str
    is_initial: bool
    is_saved: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A row of the decision table. `source` is None when the row does not have the member."""

    pointer: Pointer
    index: int
    when: str
    then: str
    source: str | None
    silences: tuple[Mention, ...]
    message: str

    @property
    def silence_ids(self) -> tuple[str, ...]:
        """The silences that the row rests on."""
        return tuple(mention.id for mention in self.silences)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """What becomes of the items of a submission; `key` is () when the whole item is the key."""

    pointer: Pointer
    name: str
    key: tuple[str, ...]
    records: str
    states: tuple[State, ...]
    initial: str | None
    saved: frozenset[str]
    outcomes: tuple[Outcome, ...]
    silences: tuple[Mention, ...]

    @property
    def state_names(self) -> tuple[str, ...]:
        """The names of its states, in the order in which they are written."""
        return tuple(state.name for state in self.states)

    @property
    def saves(self) -> bool:
        """Whether some row leads to a state that is saved."""
        return any(outcome.then in self.saved for outcome in self.outcomes)


@dataclass(frozen=True, slots=True)
class Submission:
    """An operation that takes items of a lifecycle."""

    pointer: Pointer
    operation: Operation
    lifecycle: str
    processing: str


@dataclass(frozen=True, slots=True)
class StatusOf:
    """An operation that answers how submissions stand; `submissions` are operationIds."""

    pointer: Pointer
    operation: Operation
    submissions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RecordOf:
    """An operation that reads one saved item of a lifecycle."""

    pointer: Pointer
    operation: Operation
    lifecycle: str


@dataclass(frozen=True, slots=True)
class ItemRule:
    """One of the `x-rules` of a schema: what it says in CEL of `self` and `partner`."""

    pointer: Pointer
    schema: Pointer
    id: str
    expression: str
    message: str
    source: str | None
    silences: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Silence:
    """A row of `x-silences`: a question that the sources leave open, and what was chosen.

    `about` says what it is about, `instead` what a server does that chose another alternative.
    """

    pointer: Pointer
    id: str
    question: str
    choice: str
    alternatives: tuple[str, ...]
    basis: str
    about: str
    instead: tuple[Mapping[str, object], ...]
