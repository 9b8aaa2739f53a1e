"""The lifecycles that a contract declares, those of items of batches and those of resources alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mock_server.console.explained.basis import Basis, basis_of, text_of
from mock_server.contracts.contract import Contract
from openapi_documents import Node
from openapi_documents.vocabulary import Vocabulary


@dataclass(frozen=True)
class Outcome:
    """A row that decides what an item or a creation becomes: a state, or a refusal with a status. `number` counts from 1."""

    number: int
    when: str
    rule: str
    then: str
    refuse: int | None
    message: str
    basis: Basis


@dataclass(frozen=True)
class Transition:
    """A way from one state to another: by an operation, by an event, or `after` a duration of ISO 8601."""

    number: int
    sources: tuple[str, ...]
    to: str
    operation: str
    event: str
    after: str
    guard: str
    basis: Basis


@dataclass(frozen=True)
class Life:
    """A lifecycle as the page tells it. `states` have their marks: initial, saved, final."""

    name: str
    key: tuple[str, ...]
    records: str
    state: str
    states: Mapping[str, tuple[str, ...]]
    outcomes: tuple[Outcome, ...]
    transitions: tuple[Transition, ...]
    notices: tuple[tuple[str, str], ...]
    totals: tuple[str, ...]


def lives_of(contract: Contract) -> tuple[Life, ...]:
    """Return the lifecycles of a contract that is served, and so well-formed, in their order."""
    vocabulary = Vocabulary(contract.document)
    components = contract.document.root.get("components")
    declared = vocabulary.word(components, "x-lifecycles") if components is not None else None
    return tuple(_life(*one) for one in declared.entries()) if declared is not None else ()


def _life(name: str, node: Node) -> Life:
    return Life(
        name=name,
        key=tuple(one.text() for one in node["key"].elements()),
        records=text_of(node, "records"),
        state=text_of(node, "state"),
        states={state: _marks(flags) for state, flags in node["states"].members()},
        outcomes=tuple(_outcome(*one) for one in _rows(node, "outcomes")),
        transitions=tuple(_transition(*one) for one in _rows(node, "transitions")),
        notices=tuple(
            (one["on"].text(), one["webhook"].text()) for _, one in _rows(node, "notify")
        ),
        totals=tuple(node["totals"].mapping()) if "totals" in node else (),
    )


def _rows(node: Node, name: str) -> Iterator[tuple[int, Node]]:
    found = node.get(name)
    yield from enumerate(found.elements() if found is not None else (), start=1)


def _marks(flags: Node) -> tuple[str, ...]:
    return tuple(name for name, flag in (flags.value or {}).items() if flag is True)


def _outcome(number: int, row: Node) -> Outcome:
    when, refuse = row["when"], row.get("refuse")
    return Outcome(
        number,
        when=text_of(row, "when"),
        rule=text_of(when, "rule") if isinstance(when.value, dict) else "",
        then=text_of(row, "then"),
        refuse=refuse.integer() if refuse is not None else None,
        message=text_of(row, "message"),
        basis=basis_of(row),
    )


def _transition(number: int, row: Node) -> Transition:
    sources, by = row["from"], row.get("by")
    return Transition(
        number,
        sources=tuple(sources.value) if isinstance(sources.value, list) else (sources.text(),),
        to=row["to"].text(),
        operation=text_of(by, "operation") if by is not None else "",
        event=text_of(by, "event") if by is not None else "",
        after=text_of(row, "after"),
        guard=text_of(row, "when"),
        basis=basis_of(row),
    )
