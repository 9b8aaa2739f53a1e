"""How often each part of a contract was reached, and what silences showed."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Part(StrEnum):
    """A kind of thing that is counted."""

    OPERATION = "operations"
    ANSWER = "answers"  # named by operation and status code
    STATE = "states"
    OUTCOME = "outcomes"
    RULE = "rules"
    CONSTRAINT = "constraints"
    SILENCE = "silences"
    CREATED = "created"


class Side(StrEnum):
    """On which side of a rule or a constraint an item stood."""

    INSIDE = "inside"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Place:
    """Something of a contract that can be reached."""

    part: Part
    contract: str
    name: str
    side: Side | None = None


@dataclass(frozen=True)
class Behaviour:
    """What a server did where a silence applies, and whether it is what the contract chose (None: neither)."""

    told: str
    as_chosen: bool | None


@dataclass
class Coverage:
    """Counts by place, behaviours by silence, and the reasons why something was not reached."""

    counts: Counter[Place] = field(default_factory=Counter)
    behaviours: dict[tuple[str, str], Counter[Behaviour]] = field(default_factory=dict)
    reasons: dict[Place, str] = field(default_factory=dict)

    def saw(self, contract: str, silence: str, behaviour: Behaviour) -> None:
        """Note what a server did where a silence applies."""
        self.behaviours.setdefault((contract, silence), Counter())[behaviour] += 1

    def add(self, other: Coverage) -> None:
        """Add what another process counted."""
        self.counts += other.counts
        for silence, seen in other.behaviours.items():
            self.behaviours.setdefault(silence, Counter()).update(seen)
        self.reasons.update(other.reasons)

    def take(self) -> Coverage:
        """Return what was counted, and begin anew."""
        taken = Coverage(self.counts, self.behaviours, self.reasons)
        self.counts, self.behaviours, self.reasons = Counter(), {}, {}
        return taken


@dataclass(frozen=True)
class ContractCoverage:
    """The coverage of one contract; `guard` keeps threads apart that count together."""

    contract: str
    coverage: Coverage
    guard: threading.Lock = field(default_factory=threading.Lock)

    def count(self, part: Part, name: str, side: Side | None = None, times: int = 1) -> None:
        """Count something that was reached."""
        with self.guard:
            self.coverage.counts[Place(part, self.contract, name, side)] += times

    def saw(self, silence: str, told: str, *, as_chosen: bool | None) -> None:
        """Note what the server did where a silence applies."""
        with self.guard:
            self.coverage.saw(self.contract, silence, Behaviour(told, as_chosen))

    def has_seen(self, silence: str) -> bool:
        """Whether anything was noted for a silence."""
        return (self.contract, silence) in self.coverage.behaviours

    def explain(self, part: Part, name: str, why: str) -> None:
        """Say why something was not reached."""
        with self.guard:
            self.coverage.reasons[Place(part, self.contract, name)] = why
