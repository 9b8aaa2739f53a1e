"""What a contract declares of the lives of its resources: states, what a creation becomes, transitions, and notices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from mock_server.clock import MICROSECONDS, Micros
from mock_server.contracts.cel import Formula, read_formula
from mock_server.contracts.schema_view import MemberPath
from mock_server.contracts.totals import Total, read_totals, way_of
from openapi_documents import Node
from openapi_documents.mending import did_you_mean
from openapi_documents.vocabulary import Vocabulary

LIVING: Final = ("state", "transitions", "notify")
"""The members by which a lifecycle is that of a resource, and not of the items of a batch alone."""


class LifeState(NamedTuple):
    """A state of a resource."""

    name: str
    initial: bool
    final: bool


class CreationRow(NamedTuple):
    """A row of what a creation becomes: by a condition or a rule, a state or a refusal. `number` counts from 1."""

    number: int
    when: str
    rule: Formula | None
    then: str | None
    refuse: int | None
    message: str | None


class Transition(NamedTuple):
    """A transition: by an operation, by somebody outside (`event`), or so many microseconds `after` its state was reached."""

    number: int
    sources: tuple[str, ...]
    to: str
    operation: str | None
    event: str | None
    after: Micros | None
    guard: Formula | None


class Notice(NamedTuple):
    """Who is told of a state that was reached: by a webhook of the document, or a callback of the creating operation."""

    on: str
    webhook: str


@dataclass(frozen=True)
class Life:
    """The life of a resource. `keys` and `state` are ways in its representation."""

    name: str
    keys: tuple[MemberPath, ...]
    state: MemberPath | None
    states: Mapping[str, LifeState]
    rows: tuple[CreationRow, ...]
    transitions: tuple[Transition, ...]
    notices: tuple[Notice, ...]
    totals: tuple[Total, ...]
    node: Node = field(repr=False)

    @property
    def initial(self) -> str:
        """The state in which a resource begins: the one that is marked, else the first."""
        return next(
            (one.name for one in self.states.values() if one.initial), next(iter(self.states))
        )

    def due_after(self, state: str, since: Micros) -> Micros | None:
        """Return the instant of the first transition by time out of a state that was reached at another."""
        found = (one.after for one in self.timed(state))
        least = min((after for after in found if after is not None), default=None)
        return None if least is None else since + least

    def timed(self, state: str) -> list[Transition]:
        """Return the transitions by time out of a state, the earliest first."""
        found = [one for one in self.transitions if one.after is not None and state in one.sources]
        return sorted(found, key=lambda one: one.after or 0)


def read_lives(vocabulary: Vocabulary) -> dict[str, Life]:
    """Return the lives that a document declares, by name. Raises DocumentError."""
    components = vocabulary.document.root.get("components")
    declared = vocabulary.word(components, "x-lifecycles") if components is not None else None
    if declared is None:
        return {}
    return {name: _life(name, node) for name, node in declared.entries() if is_life(node)}


def is_life(node: Node) -> bool:
    """Tell whether a lifecycle is that of a resource."""
    return any(node.get(member) is not None for member in LIVING)


def _life(name: str, node: Node) -> Life:
    states = dict(_states(node["states"]))
    if sum(state.initial for state in states.values()) > 1:
        raise node["states"].error("more than one state is initial")
    state = node.get("state")
    return Life(
        name=name,
        keys=tuple(way_of(one.text()) for one in node["key"].elements()),
        state=way_of(state.text()) if state is not None else None,
        states=states,
        rows=tuple(_rows(node.get("outcomes"), states)),
        transitions=tuple(_transitions(node.get("transitions"), states)),
        notices=tuple(_notices(node.get("notify"), states)),
        totals=tuple(read_totals(node.get("totals"))),
        node=node,
    )


def _states(node: Node) -> Iterator[tuple[str, LifeState]]:
    for name, flags in node.members():
        yield name, LifeState(name, _flag(flags, "initial"), _flag(flags, "final"))


def _flag(node: Node, name: str) -> bool:
    found = node.get(name) if node.value is not None else None  # `Failed:` with nothing behind it
    return found is not None and found.boolean()


def _rows(node: Node | None, states: Mapping[str, LifeState]) -> Iterator[CreationRow]:
    for number, row in enumerate(node.elements() if node is not None else (), start=1):
        when = row["when"]
        is_rule = isinstance(when.value, dict)
        then, refuse, message = row.get("then"), row.get("refuse"), row.get("message")
        yield CreationRow(
            number,
            "rule" if is_rule else when.text(),
            read_formula(when["rule"]) if is_rule else None,
            _state(then, states) if then is not None else None,
            refuse.integer() if refuse is not None else None,
            message.text() if message is not None else None,
        )


def _transitions(node: Node | None, states: Mapping[str, LifeState]) -> Iterator[Transition]:
    for number, row in enumerate(node.elements() if node is not None else (), start=1):
        by, after, guard = row.get("by"), row.get("after"), row.get("when")
        if (by is None) == (after is None):
            raise row.error(
                "a transition happens `by` an operation or an event, or `after` a time",
                "Give it one of the two",
            )
        sources = row["from"]
        listed = sources.elements() if isinstance(sources.value, list) else [sources]
        operation = by.get("operation") if by is not None else None
        event = by.get("event") if by is not None else None
        yield Transition(
            number,
            tuple(_source(one, states) for one in listed),
            _state(row["to"], states),
            operation.text() if operation is not None else None,
            event.text() if event is not None else None,
            duration_of(after) if after is not None else None,
            read_formula(guard) if guard is not None else None,
        )


def _source(node: Node, states: Mapping[str, LifeState]) -> str:
    name = _state(node, states)
    if states[name].final:
        raise node.error(
            f"nothing leads out of {name}, which is final", "Leave `final` out, or the transition"
        )
    return name


def _state(node: Node, states: Iterable[str]) -> str:
    name = node.text()
    if name not in states:
        raise node.error(f"the state {name} is not declared", did_you_mean(name, list(states)))
    return name


def _notices(node: Node | None, states: Mapping[str, LifeState]) -> Iterator[Notice]:
    for row in node.elements() if node is not None else ():
        yield Notice(_state(row["on"], states), row["webhook"].text())


_DURATION: Final = re.compile(
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)
_SECONDS: Final = {"weeks": 604_800, "days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}


def duration_of(node: Node) -> Micros:
    """Return a duration of ISO 8601 in microseconds. Raises DocumentError for one that is none, or has years or months."""
    text = node.text()
    match = _DURATION.fullmatch(text)
    if match is None:
        raise node.error(
            f"{text} is no duration of ISO 8601 in weeks, days, hours, minutes and seconds",
            "Write PT24H, P7D or PT0.5S, for example",
        )
    parts = ((match[name], seconds) for name, seconds in _SECONDS.items())
    return sum(round(float(count) * seconds * MICROSECONDS) for count, seconds in parts if count)
