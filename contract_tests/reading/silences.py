"""Where the sources are silent: what a row of `x-silences` is about, and what a server may do instead.

Question, choice, alternatives and basis are text for people. `about` and `instead` are the same as data: the n-th of
`instead` says what a server does that takes the n-th of the alternatives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from contract_tests.reading.lifecycle import Condition


class Topic(StrEnum):
    """What a silence is about."""

    OUTCOME = "outcome"  # what an item becomes where a row holds
    ORDER = "order"  # in which order the conditions are looked for
    EQUALITY = "equality"
    CORRECTION = "correction"  # how a saved record is corrected
    RULE = "rule"
    SCHEMA = "schema"  # which members and values an item may have
    REFERENCE = "reference"  # an item that names what nobody sent
    OVERLAP = "overlap"  # items whose periods overlap
    PARTS = "parts"  # what is saved of an item that has parts
    STATUS_ANSWER = "status-answer"  # its form
    STATES = "states"  # which of them are shown
    ERRORS = "errors"  # their form and their text
    ECHO = "echo"  # whether an entry holds the item
    URL = "url"
    RESULT_ORDER = "result-order"
    PROGRESS = "progress"  # whether a submission is seen half done
    FILTER_VALUES = "filter-values"
    FILTER_SCOPE = "filter-scope"
    RECORDS = "records"  # how they are read
    PATHS = "paths"
    ACCEPTANCE = "acceptance"  # how a submission is answered
    REQUEST_BODY = "request-body"  # its form
    REFUSED_BODY = "refused-body"
    LIMITS = "limits"
    STATUS_ID = "status-id"  # one that leads nowhere
    AUTHENTICATION = "authentication"
    IDEMPOTENCY = "idempotency"
    SERVICE = "service"  # what a hand-written service alone can tell


@dataclass(frozen=True)
class OtherState:
    """An item ends in another state; `record` says what becomes of the record that it met."""

    state: str
    record: Literal["kept", "replaced", "added"] | None = None


@dataclass(frozen=True)
class OtherOrder:
    """The conditions are looked for in another order, the first one first."""

    conditions: tuple[Condition, ...]


@dataclass(frozen=True)
class OtherRule:
    """An x-rule is read otherwise: another expression, or None where it is not applied at all."""

    expression: str | None


@dataclass(frozen=True)
class OtherSchema:
    """Keywords of a schema have other values; None takes a keyword away."""

    keywords: Mapping[str, object]


@dataclass(frozen=True)
class UnknownMembers:
    """An item with a member that nobody described is refused, or the member is dropped."""

    are: Literal["refused", "dropped"]


@dataclass(frozen=True)
class OtherCode:
    """Another status code: of a success, or in place of `of`; perhaps only when something holds of the items."""

    code: int
    of: int | None = None
    when: Literal["nothing-saved", "invalid"] | None = None
    holds_nothing: bool = False


@dataclass(frozen=True)
class JudgedByItem:
    """What would be refused as a whole is accepted, and judged item by item."""


@dataclass(frozen=True)
class OtherMember:
    """A member of an entry is absent, null, empty or one text, in some states or in all of them."""

    name: str
    form: Literal["absent", "null", "empty", "text", "present", "free"]
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class OtherNames:
    """Members have other names; or, in errors, all of them are spelled otherwise."""

    names: Mapping[str, str]
    spelling: Literal["camelCase", "as-sent"] | None = None


@dataclass(frozen=True)
class OtherMedia:
    """Only these content types are taken."""

    types: tuple[str, ...]


@dataclass(frozen=True)
class AnyOrderOfResults:
    """Entries stand in any order."""


@dataclass(frozen=True)
class ItemByItem:
    """Items of a submission become final one by one."""


@dataclass(frozen=True)
class ShownStates:
    """States are shown as others."""

    shown: Mapping[str, str]


@dataclass(frozen=True)
class OtherFilter:
    """The filter takes other values, does something else with unknown ones, or filters something else."""

    values: tuple[str, ...] | None = None
    unknown: Literal["empty", "ignored"] | None = None
    scope: Literal["overall"] | None = None


@dataclass(frozen=True)
class OtherPaths:
    """Paths, or their beginnings, are others."""

    paths: Mapping[str, str]


@dataclass(frozen=True)
class OtherStatusAnswer:
    """Members of a status answer stand elsewhere: JSON pointers by what they tell, None for what is not told."""

    pointers: Mapping[str, str | None]


@dataclass(frozen=True)
class OtherEquality:
    """Items are compared as texts, or after their values were made alike."""

    by: Literal["text", "normalised"]


@dataclass(frozen=True)
class OtherRetry:
    """The idempotency key is required, or a repeat is judged anew."""

    key: Literal["required"] | None = None
    repeat: Literal["anew"] | None = None


@dataclass(frozen=True)
class SavedParts:
    """Of an item that is not saved as a whole, its valid or its new parts are."""

    parts: Literal["valid-parts", "new-parts"]


@dataclass(frozen=True)
class RecordsRead:
    """Records of every collection can be read by an operation that the contract does not have."""


@dataclass(frozen=True)
class Named:
    """A choice that only the hand-written part of a service knows, by its name."""

    name: str


Alternative = (
    OtherState
    | OtherOrder
    | OtherRule
    | OtherSchema
    | UnknownMembers
    | OtherCode
    | JudgedByItem
    | OtherMember
    | OtherNames
    | OtherMedia
    | AnyOrderOfResults
    | ItemByItem
    | ShownStates
    | OtherFilter
    | OtherPaths
    | OtherStatusAnswer
    | OtherEquality
    | OtherRetry
    | SavedParts
    | RecordsRead
    | Named
)


@dataclass(frozen=True)
class Silence:
    """A place where the sources are silent, what this contract chose, and what else a server may do."""

    id: str
    question: str
    choice: str
    alternatives: tuple[str, ...]
    basis: str
    about: Topic | None = None
    instead: tuple[Alternative, ...] = ()
