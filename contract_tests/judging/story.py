"""Stories: what is submitted as it is sent, whose it is, and what has been seen of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.generation.spelling import Style, spell
from contract_tests.http.messages import Exchange, Reply
from contract_tests.http.partners import Caller
from contract_tests.judging.mode import Suite
from contract_tests.judging.oracle import Allowed
from contract_tests.judging.status_answer import ShownEntry
from contract_tests.reading.contract import Submission
from contract_tests.reading.requirements import Requirement

_SHOWN = 6  # items of a long list that are told


@dataclass(frozen=True)
class Entry:
    """One item as it is sent: its value, its JSON text, and what it tries.

    `requirement` is what its outcome stands for, if that is more than a row. `varies` names the array of
    which it varies an entry after the first.
    """

    value: Any
    text: str
    requirement: Requirement | None = None
    about: str = ""
    varies: str | None = None


@dataclass(frozen=True)
class Step:
    """A submission of a story: which, whose, and its items."""

    submission: Submission
    caller: Caller
    entries: tuple[Entry, ...]


@dataclass
class Story:
    """One story: the prefix of its keys, what it has submitted, and all that was sent for it.

    Its requests can be repeated on their own, for its keys are its own.
    """

    namespace: str
    suite: Suite
    steps: list[Step] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    accepted: list[Submitted] = field(default_factory=list)


@dataclass
class Submitted:
    """A submission that was accepted, and what has been seen of it."""

    submission: Submission
    caller: Caller
    entries: tuple[Entry, ...]
    story: Story
    number: int  # the order of acceptance
    reply: Reply
    status_path: str | None = None
    states: list[str] = field(default_factory=list)
    shown: list[ShownEntry] | None = None
    allowed: list[Allowed] | None = None
    settled: bool = False
    otherwise: set[str] = field(default_factory=set)  # silences whose alternatives were seen in it
    refused: bool = (
        False  # as a whole, as an alternative of a silence has it: there is no status to read
    )

    @property
    def final(self) -> bool:
        """Whether every item was seen in a final state."""
        initial = self.submission.lifecycle.initial
        return bool(self.states) and initial not in self.states


def listed(entries: Sequence[Entry]) -> str:
    """Return items as text, the middle of a long list left out."""
    texts = [entry.text for entry in entries]
    if len(texts) > _SHOWN:
        texts = [*texts[:3], f"... {len(texts) - _SHOWN} more ...", *texts[-3:]]
    return "[" + ", ".join(texts) + "]"


def spelled(
    value: object,
    requirement: Requirement | None = None,
    about: str = "",
    style: Style = Style.PLAIN,
) -> Entry:
    """Return an item as it is sent."""
    return Entry(value, spell(value, style), requirement, about)


def record_path(submission: Submission, value: Any) -> str:
    """Return the path that reads the record of an item's key, "" when nothing reads records."""
    path = submission.record.path if submission.record else ""
    return re.sub(r"\{([^}]*)\}", lambda name: str(value[key_member(submission, name[1])]), path)


def key_member(submission: Submission, name: str) -> str:
    """Return the member of the key that a name in the record's path stands for.

    It is the one of that name; where the names differ, the order tells.
    """
    key = submission.lifecycle.key
    if name in key:
        return name
    names = re.findall(r"\{([^}]*)\}", submission.record.path if submission.record else "")
    return key[names.index(name)]
