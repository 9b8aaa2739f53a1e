"""The operations of lifecycles, and where their answers show the states of items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from openapi_documents import Document, Operation, Pointer
from spec_review.reading.bodies import json_schema
from spec_review.reading.contract import Contract
from spec_review.reading.parts import CHOICES, Part, enumerated, parts, properties, single
from spec_review.reading.values import mapping
from spec_review.reading.vocabulary import Lifecycle, Submission

DEEPEST: Final = 8
"""How deep in an answer the state of an item is looked for."""

ShownStates = tuple[Pointer, Sequence[object]]
"""The place of an enum in the schema of an answer, and its values."""


def judged(contract: Contract) -> Iterator[tuple[Submission, Lifecycle]]:
    """The submissions whose lifecycle is there, with it."""
    for submission in contract.submissions:
        lifecycle = contract.lifecycle(submission.lifecycle)
        if lifecycle is not None:
            yield submission, lifecycle


def success_codes(operation: Operation) -> list[str]:
    """The status codes of success that an operation answers."""
    return [code for code in mapping(operation.value.get("responses")) if code.startswith("2")]


def initial_states(lifecycle: Lifecycle) -> list[str]:
    """The names of the initial states."""
    return [state.name for state in lifecycle.states if state.is_initial]


def shown_states(
    document: Document, operation: Operation, lifecycle: Lifecycle
) -> ShownStates | None:
    """Where the answer of an operation shows the state of each item, None when no schema says so.

    It is the enum inside of an array that has most of the lifecycle's states.
    """
    found: list[ShownStates] = []
    for code in success_codes(operation):
        schema = json_schema(document, (*operation.pointer, "responses", code))
        if schema is not None:
            found += enums_in_arrays(document, schema)
    known = set(lifecycle.state_names)
    best = max(found, key=lambda shown: len(known.intersection(texts_in(shown))), default=None)
    return best if best is not None and known.intersection(texts_in(best)) else None


def texts_in(shown: ShownStates) -> list[str]:
    """The texts among the values of an enum."""
    return [value for value in shown[1] if isinstance(value, str)]


def enums_in_arrays(document: Document, schema: Pointer) -> Iterator[ShownStates]:
    """The enums in the items of arrays, from outside; each once."""
    for side in sides_in_arrays(document, schema):
        shown = enumerated(side)
        if shown is not None:
            yield shown


def members_in_arrays(document: Document, schema: Pointer) -> Iterator[Pointer]:
    """The places of the members of what stands in the items of arrays, from outside."""
    for side in sides_in_arrays(document, schema):
        for named in properties(side).values():
            yield from named


def sides_in_arrays(document: Document, schema: Pointer) -> Iterator[Sequence[Part]]:
    """The schemas of what stands in the items of arrays, from outside; each once."""
    level: list[tuple[Pointer, bool]] = [(schema, False)]
    seen: set[tuple[Pointer, bool]] = set()
    for _ in range(DEEPEST):
        below: list[tuple[Pointer, bool]] = []
        for place, is_inside in level:
            side = parts(document, place, CHOICES)
            key = (side[-1].pointer, is_inside) if side else (place, is_inside)
            if key in seen:
                continue
            seen.add(key)
            if is_inside:
                yield side
            items = single(side, "items")
            below += [(items, True)] if items is not None else []
            below += [
                (member, is_inside) for named in properties(side).values() for member in named
            ]
        level = below
