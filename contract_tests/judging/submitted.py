"""What is submitted: items as they are sent, the story they belong to, and what has been seen of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from contract_tests.generation.variations import spell
from contract_tests.http.client import Reply
from contract_tests.judging.oracle import Allowed
from contract_tests.reading.contract import Submission


@dataclass(frozen=True)
class Entry:
    """One item as it is sent: its value, its JSON text, and the promise it stands for."""

    value: Any
    text: str
    rule: str | None = None
    told: str = ""


@dataclass(frozen=True)
class Step:
    """A submission of a story: which, whose, and its items."""

    submission: Submission
    who: str
    entries: tuple[Entry, ...]


@dataclass
class Episode:
    """One story: the prefix of its keys, and what it has submitted so far."""

    namespace: str
    suite: str
    steps: list[Step] = field(default_factory=list)


@dataclass
class Submitted:
    """A submission that was accepted, and what has been seen of it."""

    submission: Submission
    who: str
    entries: tuple[Entry, ...]
    episode: Episode
    number: int
    reply: Reply
    status_path: str | None
    states: list[str] = field(default_factory=list)
    seen: list[Any] | None = None
    allowed: list[Allowed] | None = None
    settled: bool = False

    @property
    def final(self) -> bool:
        """Whether every item was seen in a final state."""
        initial = self.submission.lifecycle.initial
        return bool(self.states) and initial not in self.states


def told(entries: Sequence[Entry]) -> str:
    """Return the items as text, the middle of a long list left out."""
    texts = [entry.text for entry in entries]
    if len(texts) > 6:
        texts = [*texts[:3], f"... {len(texts) - 6} more ...", *texts[-3:]]
    return "[" + ", ".join(texts) + "]"


def spelled(value: Any, rule: str | None = None, told: str = "", style: str = "plain") -> Entry:
    """Return an item as it is sent."""
    return Entry(value, spell(value, style), rule, told)


def record_path(submission: Submission, value: Any) -> str:
    """Return the path that reads the record of an item's key, "" when nothing reads records."""
    path = submission.record.path if submission.record else ""
    return re.sub(r"\{([^}]*)\}", lambda name: str(value[member_of(submission, name[1])]), path)


def member_of(submission: Submission, name: str) -> str:
    """Return the member of the key that a name in the record's path stands for.

    It is the one of that name; where the names differ, the order tells.
    """
    key = submission.lifecycle.key
    if name in key:
        return name
    names = re.findall(r"\{([^}]*)\}", submission.record.path if submission.record else "")
    return key[names.index(name)]
