"""What a contract says will happen: a naive model of its lifecycles.

It answers one question: which state does each item of a submission end in, when these records were saved before?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from openapi_documents import Pointer
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import Lifecycle
from spec_review.simulation.identity import Item, fingerprint
from spec_review.simulation.validity import ItemValidator


@dataclass(frozen=True)
class Intake:
    """An operation that takes a batch of items of a lifecycle."""

    name: str
    pointer: Pointer
    lifecycle: Lifecycle
    processing: str
    items: Pointer
    """The place of the schema of one item."""
    validator: ItemValidator = field(compare=False, repr=False)
    min_items: int = 1
    max_items: int | None = None


@dataclass(frozen=True)
class Decision:
    """How one item ended: its state, and the condition that decided ("" when no row held)."""

    state: str
    when: str


@dataclass(frozen=True)
class Refusal:
    """A request that is refused as a whole."""

    status: int
    reason: str

    def __str__(self) -> str:
        return f"{self.status}: {self.reason}"


@dataclass(frozen=True)
class Answer:
    """What a partner sees of one submission: at once or later, and how each item ended."""

    processing: str
    waiting: str
    decisions: tuple[Decision, ...]
    refusal: Refusal | None = None

    @property
    def states(self) -> tuple[str, ...]:
        """The state of each item, in the order of the request."""
        return tuple(decision.state for decision in self.decisions)

    def seen(self) -> tuple[object, ...]:
        """All that a partner can tell one answer from another by."""
        return (self.processing, self.waiting, self.states, self.refusal)


@dataclass(frozen=True)
class Step:
    """One request: the operation and the items of its batch."""

    operation: str
    items: tuple[Item, ...]

    @property
    def values(self) -> list[object]:
        """The batch as it is sent."""
        return [item.value for item in self.items]


class Model:
    """The lifecycles and the operations that take items, ready to be played."""

    def __init__(self, contract: Contract, intakes: Sequence[Intake]) -> None:
        self.contract = contract
        self.intakes = {intake.name: intake for intake in intakes}

    @property
    def lifecycles(self) -> Mapping[str, Lifecycle]:
        """The lifecycles of the contract by name."""
        return {lifecycle.name: lifecycle for lifecycle in self.contract.lifecycles}

    def play(self, steps: Iterable[Step]) -> list[Answer]:
        """Submit each step in order, from an empty world, and return the answers."""
        records: dict[str, list[Item]] = {}
        answers = []
        for step in steps:
            intake = self.intakes[step.operation]
            saved = records.setdefault(intake.lifecycle.records, [])
            answer = judge(intake, saved, step.items)
            for item, decision in zip(step.items, answer.decisions, strict=False):
                if decision.state in intake.lifecycle.saved:
                    saved.append(item)
            answers.append(answer)
        return answers


def judge(intake: Intake, saved: Sequence[Item], items: Sequence[Item]) -> Answer:
    """Decide one batch against the records that were saved before it."""
    if len(items) < intake.min_items:
        return Answer("", "", (), Refusal(400, "fewer items than the contract wants"))
    if intake.max_items is not None and len(items) > intake.max_items:
        return Answer("", "", (), Refusal(413, "more items than the contract takes"))
    waiting = intake.lifecycle.initial or ""
    if intake.processing == "synchronous":
        waiting = ""
    batch = Batch.of(intake.lifecycle, items)
    known = Batch.of(intake.lifecycle, saved)
    decisions = [
        decide(intake.lifecycle, conditions(intake, batch, known, index))
        for index in range(len(items))
    ]
    return Answer(intake.processing, waiting, tuple(decisions))


@dataclass(frozen=True)
class Batch:
    """Items, or records, as the conditions see them."""

    items: Sequence[Item]
    first: Mapping[object, int]
    """For each value the place where it stands first."""
    by_key: Mapping[object, set[object]]
    """For each key the values that have it."""

    @staticmethod
    def of(lifecycle: Lifecycle, items: Sequence[Item]) -> Batch:
        """The items with what is alike among them."""
        first: dict[object, int] = {}
        by_key: dict[object, set[object]] = {}
        for index, item in enumerate(items):
            first.setdefault(item.mark, index)
            key = key_of(lifecycle, item)
            if key is not None:
                by_key.setdefault(key, set()).add(item.mark)
        return Batch(items, first, by_key)

    def has_rival(self, key: object, item: Item) -> bool:
        """Whether something here has the key and is not identical to the item."""
        return bool(self.by_key.get(key, set()) - {item.mark})


def decide(lifecycle: Lifecycle, holding: set[str]) -> Decision:
    """The first row that holds."""
    for outcome in lifecycle.outcomes:
        if outcome.when in holding:
            return Decision(outcome.then, outcome.when)
    return Decision(lifecycle.initial or "", "")


def conditions(intake: Intake, batch: Batch, saved: Batch, index: int) -> set[str]:
    """Every condition that holds for the item at `index`."""
    item = batch.items[index]
    key = key_of(intake.lifecycle, item)
    if key is None:
        return {"invalid", "otherwise"}
    holding = {"otherwise"}
    if intake.validator.is_invalid(item):
        holding.add("invalid")
    if batch.has_rival(key, item):
        holding.add("rival-in-request")
    if batch.first[item.mark] < index:
        holding.add("twin-in-request")
    if item.mark in saved.first:
        holding.add("twin-saved")
    if saved.has_rival(key, item):
        holding.add("rival-saved")
    return holding


def key_of(lifecycle: Lifecycle, item: Item) -> object | None:
    """The key of an item, or None when it lacks a member of it."""
    if not lifecycle.key:
        return item.mark
    value = item.value
    if not isinstance(value, dict) or any(member not in value for member in lifecycle.key):
        return None
    return tuple(fingerprint(value[member]) for member in lifecycle.key)
