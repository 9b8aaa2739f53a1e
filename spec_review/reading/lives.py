"""The lives of resources that a contract declares, as the review reads them: whatever is of another type is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from openapi_documents import Pointer
from openapi_documents.vocabulary import Vocabulary

_PARTS = re.compile(r"(\d+(?:\.\d+)?)([WDHMS])")
_SECONDS = {"W": 604_800, "D": 86_400, "H": 3600, "M": 60, "S": 1}
_LIVING = {"state", "transitions", "notify"}


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition; `cause` is a kind (operation, event or after) and its name, or seconds."""

    pointer: Pointer
    sources: tuple[str, ...]
    to: str
    cause: tuple[str, str | float]
    guard: str | None


@dataclass(frozen=True, slots=True)
class Creation:
    """A row of what a creation becomes: a state, or a refusal; by a condition, or by a rule in CEL."""

    pointer: Pointer
    when: str
    rule: str | None
    then: str | None
    refuse: int | None


@dataclass(frozen=True, slots=True)
class Needed:
    """What an operation requires: a resource of a lifecycle in one of some states, else it is refused."""

    pointer: Pointer
    operation: str
    lifecycle: str
    id: str
    states: tuple[str, ...]
    otherwise: int


@dataclass(frozen=True, slots=True)
class Life:
    """The life of a resource: key and state as JSON pointers into its representation."""

    pointer: Pointer
    name: str
    key: tuple[str, ...]
    state: str | None
    states: tuple[str, ...]
    initial: str | None
    final: tuple[str, ...]
    transitions: tuple[Transition, ...]
    notices: tuple[tuple[str, str], ...]
    rows: tuple[Creation, ...] = ()

    @property
    def reached(self) -> frozenset[str]:
        """The states that some creation or transition leads to."""
        return frozenset({self.initial or "", *(one.to for one in self.transitions)})


def read_lives(vocabulary: Vocabulary) -> Iterator[Life]:
    """The lives of the resources of a document."""
    components = vocabulary.document.root.get("components")
    node = vocabulary.word(components, "x-lifecycles") if components is not None else None
    if node is None or not isinstance(node.value, dict):
        return
    for name, value in node.value.items():
        if isinstance(value, dict) and _LIVING & set(value):
            yield _life((*node.place, name), name, value)


def _life(pointer: Pointer, name: str, value: Mapping[str, Any]) -> Life:
    states = value.get("states")
    marks = states if isinstance(states, dict) else {}

    def marked(flag: str) -> tuple[str, ...]:
        return tuple(
            one
            for one, flags in marks.items()
            if isinstance(flags, dict) and flags.get(flag) is True
        )

    initial = marked("initial") or tuple(marks)[:1]
    state = value.get("state")
    return Life(
        pointer=pointer,
        name=name,
        key=tuple(_pointer(one) for one in value.get("key") or () if isinstance(one, str)),
        state=_pointer(state) if isinstance(state, str) else None,
        states=tuple(marks),
        initial=initial[0] if initial else None,
        final=marked("final"),
        transitions=tuple(_transitions((*pointer, "transitions"), value.get("transitions"))),
        notices=tuple(
            (str(one.get("on")), str(one.get("webhook"))) for one in _mappings(value.get("notify"))
        ),
        rows=tuple(_rows((*pointer, "outcomes"), value.get("outcomes"))),
    )


def read_needs(vocabulary: Vocabulary) -> Iterator[Needed]:
    """What the operations of a document require of resources."""
    for operation in vocabulary.document.operations():
        node = vocabulary.word(vocabulary.document.node(operation.pointer), "x-requires")
        for index, one in enumerate(
            node.value if node is not None and isinstance(node.value, list) else ()
        ):
            if isinstance(one, dict):
                states = one.get("states")
                otherwise = one.get("otherwise", 409)
                yield Needed(
                    (*operation.pointer, "x-requires", index),
                    operation.name,
                    str(one.get("lifecycle")),
                    str(one.get("id")),
                    tuple(map(str, states)) if isinstance(states, list) else (),
                    otherwise if isinstance(otherwise, int) else 409,
                )


def _rows(above: Pointer, rows: object) -> Iterator[Creation]:
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if not isinstance(row, dict):
            continue
        when, then, refuse = row.get("when"), row.get("then"), row.get("refuse")
        rule = when.get("rule") if isinstance(when, dict) else None
        yield Creation(
            (*above, index),
            "rule" if isinstance(when, dict) else str(when),
            rule if isinstance(rule, str) else None,
            then if isinstance(then, str) else None,
            refuse if isinstance(refuse, int) else None,
        )


def _transitions(above: Pointer, rows: object) -> Iterator[Transition]:
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if not isinstance(row, dict):
            continue
        sources = row.get("from")
        listed = sources if isinstance(sources, list) else [sources]
        guard = row.get("when")
        yield Transition(
            (*above, index),
            tuple(one for one in listed if isinstance(one, str)),
            str(row.get("to")),
            _cause(row),
            guard if isinstance(guard, str) else None,
        )


def _cause(row: Mapping[str, Any]) -> tuple[str, str | float]:
    by = row.get("by")
    for kind in ("operation", "event"):
        if isinstance(by, dict) and isinstance(by.get(kind), str):
            return kind, by[kind]
    text = str(row.get("after", ""))
    before, _, time = text.partition("T")
    dated = sum(float(count) * _SECONDS[unit] for count, unit in _PARTS.findall(before))
    return "after", dated + sum(float(n) * _SECONDS[unit] for n, unit in _PARTS.findall(time))


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _pointer(text: str) -> str:
    return text if text.startswith("/") else f"/{text}"
