"""The lives of resources as a contract declares them: states, transitions, who is told, and what operations require.

Read with code of the judge's own; `fixtures/vocabulary` holds it to what the other tools read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from openapi_documents import Node
from openapi_documents.vocabulary import Vocabulary

_DURATION = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


@dataclass(frozen=True)
class Transition:
    """A step from one of some states to another: by an operation, by an event outside of the contract, or after a time."""

    sources: tuple[str, ...]
    to: str
    operation: str | None = None
    event: str | None = None
    after: timedelta | None = None
    guard: str | None = None


@dataclass(frozen=True)
class Creation:
    """A row of what a creation becomes: a state, or a refusal. It holds by a condition, or by a rule."""

    when: str  # twin-saved, rival-saved, otherwise or rule
    rule: str | None = None
    then: str | None = None
    refuse: int | None = None


@dataclass(frozen=True)
class Life:
    """The life of a resource; keys and state are JSON pointers into its representation."""

    name: str
    key: tuple[str, ...]
    state: str | None
    states: tuple[str, ...]
    initial: str
    final: tuple[str, ...]
    transitions: tuple[Transition, ...]
    notices: tuple[tuple[str, str], ...]
    rows: tuple[Creation, ...] = ()

    def reachable(self, state: str) -> frozenset[str]:
        """Return the states that a resource may have that had this one: itself, and where transitions lead."""
        found, new = {state}, {state}
        while new:
            new = {one.to for one in self.transitions if new & set(one.sources)} - found
            found |= new
        return frozenset(found)


@dataclass(frozen=True)
class Requirement:
    """What an operation requires: that the resource which an expression names is in one of the states."""

    lifecycle: str
    id: str
    states: tuple[str, ...]
    otherwise: int


def read_lives(vocabulary: Vocabulary) -> dict[str, Life]:
    """Return the lives of resources by their names; lifecycles of the items of batches are none."""
    components = vocabulary.document.root.get("components")
    declared = vocabulary.word(components, "x-lifecycles") if components else None
    return {
        name: _life(name, node)
        for name, node in (declared.entries() if declared else ())
        if any(member in node for member in ("state", "transitions", "notify"))
    }


def read_requirements(vocabulary: Vocabulary, operation: Node) -> tuple[Requirement, ...]:
    """Return what an operation requires."""
    node = vocabulary.word(operation, "x-requires")
    return tuple(
        Requirement(
            one["lifecycle"].text(),
            one["id"].text(),
            _texts(one["states"]),
            one["otherwise"].integer() if "otherwise" in one else 409,
        )
        for one in (node.elements() if node else ())
    )


def read_uses(vocabulary: Vocabulary, operation: Node) -> tuple[tuple[str, str], ...]:
    """Return what an operation does to resources: pairs of a lifecycle and a deed."""
    node = vocabulary.word(operation, "x-resource")
    if node is None:
        return ()
    listed = node.elements() if isinstance(node.value, list) else [node]
    return tuple((one["lifecycle"].text(), one["does"].text()) for one in listed)


def read_each(vocabulary: Vocabulary, operation: Node) -> tuple[tuple[str, str], ...]:
    """Return what an operation makes one of for each element of an array: pairs of a lifecycle and a pointer."""
    node = vocabulary.word(operation, "x-resource")
    if node is None:
        return ()
    listed = node.elements() if isinstance(node.value, list) else [node]
    return tuple(
        (one["lifecycle"].text(), _pointer(one["each"].text())) for one in listed if "each" in one
    )


def _life(name: str, node: Node) -> Life:
    marks: Mapping[str, Mapping[str, object]] = {
        state: flags.value or {} for state, flags in node["states"].members()
    }
    states = tuple(marks)
    return Life(
        name=name,
        key=tuple(_pointer(text) for text in _texts(node["key"])),
        state=_pointer(node["state"].text()) if "state" in node else None,
        states=states,
        initial=next((one for one in states if marks[one].get("initial")), states[0]),
        final=tuple(one for one in states if marks[one].get("final")),
        transitions=tuple(_transition(one) for one in _elements(node, "transitions")),
        notices=tuple(
            (one["on"].text(), one["webhook"].text()) for one in _elements(node, "notify")
        ),
        rows=tuple(_creation(one) for one in _elements(node, "outcomes")),
    )


def _creation(node: Node) -> Creation:
    when, then, refuse = node["when"], node.get("then"), node.get("refuse")
    is_rule = isinstance(when.value, dict)
    return Creation(
        when="rule" if is_rule else when.text(),
        rule=when["rule"].text() if is_rule else None,
        then=then.text() if then is not None else None,
        refuse=refuse.integer() if refuse is not None else None,
    )


def _transition(node: Node) -> Transition:
    by = node.get("by")
    return Transition(
        sources=_texts(node["from"])
        if isinstance(node["from"].value, list)
        else (node["from"].text(),),
        to=node["to"].text(),
        operation=by["operation"].text() if by and "operation" in by else None,
        event=by["event"].text() if by and "event" in by else None,
        after=_duration(node["after"]) if "after" in node else None,
        guard=node["when"].text() if "when" in node else None,
    )


def _duration(node: Node) -> timedelta:
    match = _DURATION.fullmatch(node.text())
    if match is None:
        raise node.error(f"{node.text()} is no duration of ISO 8601 without years and months")
    weeks, days, hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)


def _elements(node: Node, name: str) -> Sequence[Node]:
    found = node.get(name)
    return found.elements() if found is not None else ()


def _texts(node: Node) -> tuple[str, ...]:
    return tuple(one.text() for one in node.elements())


def _pointer(text: str) -> str:
    return text if text.startswith("/") else f"/{text}"
