"""A witness: a small scenario that ends otherwise under another contract."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Literal

from spec_review.simulation.model import Answer, Intake, Step
from spec_review.simulation.validity import Fault

Facet = Literal["processing", "initial", "limits", "key", "records", "rows", "validity", "together"]
"""A part of which the behaviour of an operation is made, or all of them together."""

FACETS: Final[tuple[Facet, ...]] = (
    "processing",
    "initial",
    "limits",
    "key",
    "records",
    "rows",
    "validity",
)
"""The parts, in the order in which they are looked at."""


@dataclass(frozen=True)
class Witness:
    """A scenario that ends otherwise: the requests of one partner, and the answers to them."""

    facet: Facet
    operation: str
    steps: tuple[Step, ...]
    before: tuple[Answer, ...]
    after: tuple[Answer, ...]
    faults_before: tuple[Fault, ...] = ()
    faults_after: tuple[Fault, ...] = ()

    @property
    def size(self) -> tuple[int, int, int, int]:
        """How much there is to read: items, requests, faults, letters."""
        batches = [step.values for step in self.steps]
        written = [batch[:10] for batch in batches]
        faults = len(self.faults_before) + len(self.faults_after)
        return (sum(map(len, batches)), len(batches), faults, len(json.dumps(written)))


@dataclass(frozen=True)
class IntakePair:
    """An operation of the old contract that takes items, and the one of the new that took its place."""

    old: Intake
    new: Intake


Decided = frozenset[tuple[str, str, str, str]]
"""How items that end otherwise were decided: condition and state before, condition and state after."""


def decided(before: Answer, after: Answer) -> Decided:
    """How the items that end otherwise were decided, before and after."""
    return frozenset(
        (was.when, was.state, now.when, now.state)
        for was, now in zip(before.decisions, after.decisions, strict=False)
        if was.state != now.state
    )
