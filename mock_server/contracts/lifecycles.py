"""What a contract declares of the fate of its items: states, and the rows that decide between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from openapi_documents import Node
from openapi_documents.mending import did_you_mean
from openapi_documents.vocabulary import Vocabulary

CONDITIONS = (
    "invalid",
    "rival-in-request",
    "twin-in-request",
    "twin-saved",
    "rival-saved",
    "otherwise",
)


class State(NamedTuple):
    """A declared state of an item."""

    name: str
    initial: bool
    saved: bool


class Row(NamedTuple):
    """One row of a lifecycle's outcomes; `number` counts from 1."""

    number: int
    when: str
    then: str
    message: str | None
    source: str | None
    silence: tuple[str, ...]


@dataclass(frozen=True)
class Lifecycle:
    """What a contract declares of the fate of its items."""

    name: str
    key: tuple[str, ...]
    records: str
    states: Mapping[str, State]
    rows: tuple[Row, ...]

    @property
    def initial(self) -> str | None:
        """The state that an item has until it is judged, if there is one."""
        return next((state.name for state in self.states.values() if state.initial), None)

    def saves(self, state: str) -> bool:
        """Tell whether an item in this state is saved."""
        return self.states[state].saved


def read_lifecycles(vocabulary: Vocabulary) -> dict[str, Lifecycle]:
    """Return the lifecycles of a document by name. Raises DocumentError."""
    components = vocabulary.document.root.get("components")
    declared = vocabulary.word(components, "x-lifecycles") if components is not None else None
    if declared is None:
        return {}
    # One without a collection is the life of a resource (`lives`).
    batches = ((name, node) for name, node in declared.entries() if node.get("records") is not None)
    return {name: _lifecycle(name, node) for name, node in batches}


def _lifecycle(name: str, node: Node) -> Lifecycle:
    states = _states(node["states"])
    return Lifecycle(
        name=name,
        key=tuple(member.text() for member in node["key"].elements()),
        records=node["records"].text(),
        states=states,
        rows=_rows(node["outcomes"], states),
    )


def _states(node: Node) -> dict[str, State]:
    states = {
        name: State(name, _flag(flags, "initial"), _flag(flags, "saved"))
        for name, flags in node.members()
    }
    if sum(state.initial for state in states.values()) > 1:
        raise node.error("more than one state is initial")
    return states


def _flag(node: Node, name: str) -> bool:
    if node.value is None:  # `Failed:` with nothing behind it
        return False
    found = node.get(name)
    return found is not None and found.boolean()


def _rows(node: Node, states: Mapping[str, State]) -> tuple[Row, ...]:
    rows = tuple(_row(number, row, states) for number, row in enumerate(node.elements(), start=1))
    if not any(row.when == "otherwise" for row in rows):
        raise node.error(
            "no row holds `otherwise`", "Add one at the end, for the items that are left"
        )
    return rows


def _row(number: int, node: Node, states: Mapping[str, State]) -> Row:
    when, then = node["when"].text(), node["then"].text()
    if when not in CONDITIONS:
        mend = did_you_mean(when, list(CONDITIONS))
        raise node["when"].error(f"the condition {when} is not understood", mend)
    state = states.get(then)
    if state is None:
        mend = did_you_mean(then, list(states))
        raise node["then"].error(f"the state {then} is not declared", mend)
    if state.initial:
        raise node["then"].error(f"the state {state.name} is initial, not final")
    return Row(number, when, then, _text(node, "message"), _text(node, "source"), _silences(node))


def _text(node: Node, name: str) -> str | None:
    found = node.get(name)
    return found.text() if found is not None else None


def _silences(node: Node) -> tuple[str, ...]:
    found = node.get("silence")
    if found is None:
        return ()
    if isinstance(found.value, list):
        return tuple(one.text() for one in found.elements())
    return (found.text(),)
