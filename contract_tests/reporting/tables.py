"""What of the contracts was reached, as the rows of the report's tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NotRequired, TypedDict

from contract_tests.judging.coverage import Behaviour, Coverage, Part, Place, Side
from contract_tests.judging.reach import reached
from contract_tests.reading.contract import Contract

_MOST_TOLD = 6  # behaviours of a silence


class Row(TypedDict):
    """Something that can be reached, how often it was, and why it was not."""

    contract: str
    id: str
    name: str
    count: int
    why: str | None
    inside: NotRequired[int]
    outside: NotRequired[int]
    answers: NotRequired[dict[str, int]]
    never: NotRequired[list[str]]
    succeeded: NotRequired[bool]


class SilenceRow(TypedDict):
    """A silence of a contract, and what the server did where it applies."""

    contract: str
    id: str
    question: str
    choice: str
    alternatives: list[str]
    basis: str
    did: str | None
    as_chosen: bool | None
    why: str | None


class Tables(TypedDict):
    """The rows of each kind."""

    operations: list[Row]
    states: list[Row]
    outcomes: list[Row]
    rules: list[Row]
    constraints: list[Row]
    silences: list[Row]


def tables(contracts: Iterable[Contract], coverage: Coverage) -> Tables:
    """Return the rows of all tables."""
    known = list(contracts)
    return Tables(
        operations=[row for one in known for row in _operations(one, coverage)],
        states=[row for one in known for row in _states(one, coverage)],
        outcomes=[row for one in known for row in _outcomes(one, coverage)],
        rules=[
            _both_sides(one, coverage, Part.RULE, f"rule.{rule.id}", rule.message)
            for one in known
            for rule in one.rules.values()
        ],
        constraints=[row for one in known for row in _constraints(one, coverage)],
        silences=[row for one in known for row in _silence_coverage(one, coverage)],
    )


def _row(contract: Contract, coverage: Coverage, place: Place, label: str) -> Row:
    count = coverage.counts.get(place, 0)
    why = None if count else coverage.reasons.get(place, "no request led to it")
    return Row(contract=contract.name, id=place.name, name=label, count=count, why=why)


def _operations(contract: Contract, coverage: Coverage) -> Iterator[Row]:
    for one in reached(contract, coverage):
        operation = one.operation
        place = Place(Part.OPERATION, contract.name, operation.id)
        row = _row(contract, coverage, place, operation.label)
        row["answers"] = {str(code): times for code, times in sorted(one.seen.items())}
        row["never"] = list(one.missed)
        row["succeeded"] = one.succeeded
        if one.seen and not one.succeeded:
            row["why"] = coverage.reasons.get(place, one.why)
        yield row


def _states(contract: Contract, coverage: Coverage) -> Iterator[Row]:
    for lifecycle in contract.lifecycles.values():
        for state in lifecycle.states:
            place = Place(Part.STATE, contract.name, f"{lifecycle.name}.{state}")
            yield _row(contract, coverage, place, state)


def _outcomes(contract: Contract, coverage: Coverage) -> Iterator[Row]:
    for lifecycle in contract.lifecycles.values():
        for row in lifecycle.rows:
            place = Place(Part.OUTCOME, contract.name, f"{lifecycle.name}.{row.number}")
            label = f"{row.number} {row.when} -> {row.then}"
            yield _row(contract, coverage, place, label)


def _both_sides(contract: Contract, coverage: Coverage, part: Part, name: str, label: str) -> Row:
    inside = coverage.counts.get(Place(part, contract.name, name, Side.INSIDE), 0)
    outside = coverage.counts.get(Place(part, contract.name, name, Side.OUTSIDE), 0)
    reason = coverage.reasons.get(Place(part, contract.name, name), "no item tried it")
    return Row(
        contract=contract.name,
        id=name,
        name=label,
        count=inside + outside,
        inside=inside,
        outside=outside,
        why=None if inside + outside else reason,
    )


def _constraints(contract: Contract, coverage: Coverage) -> Iterator[Row]:
    names = {
        place.name
        for place in coverage.counts
        if place.part is Part.CONSTRAINT and place.contract == contract.name
    }
    for name in sorted(names):
        label = name.removeprefix("schema.")
        yield _both_sides(contract, coverage, Part.CONSTRAINT, name, label)


def _silence_coverage(contract: Contract, coverage: Coverage) -> Iterator[Row]:
    for one in silences(contract, coverage):
        seen = _seen(contract, coverage, one["id"])
        yield Row(
            contract=one["contract"],
            id=one["id"],
            name=one["question"],
            count=sum(seen.values()),
            why=one["why"],
        )


def silences(contract: Contract, coverage: Coverage) -> Iterator[SilenceRow]:
    """Yield the silences of a contract, and what the server did."""
    unseen = "no request of a partner can show it, or none did in this run"
    for one in contract.silences.values():
        seen = _seen(contract, coverage, one.id)
        place = Place(Part.SILENCE, contract.name, one.id)
        yield SilenceRow(
            contract=contract.name,
            id=one.id,
            question=one.question,
            choice=one.choice,
            alternatives=list(one.alternatives),
            basis=one.basis,
            did="; ".join(_told(seen)) or None,
            as_chosen=_as_chosen(seen),
            why=None if seen else coverage.reasons.get(place, unseen),
        )


def _seen(contract: Contract, coverage: Coverage, silence: str) -> Mapping[Behaviour, int]:
    return coverage.behaviours.get((contract.name, silence), Counter())


def _told(seen: Mapping[Behaviour, int]) -> Iterator[str]:
    """Yield the behaviours, those that were not chosen first, then the commonest."""
    ranked = sorted(seen.items(), key=lambda one: (one[0].as_chosen is not False, -one[1]))
    for behaviour, times in ranked[:_MOST_TOLD]:
        yield f"{behaviour.told} ({times} times)" if times > 1 else behaviour.told


def _as_chosen(seen: Mapping[Behaviour, int]) -> bool | None:
    """Whether all that was seen is what the contract chose; None where nothing tells."""
    told = {behaviour.as_chosen for behaviour in seen} - {None}
    return None if not told else False not in told
