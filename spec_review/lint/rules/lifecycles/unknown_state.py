"""Whether a row or a silence names a state that is not declared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.wording import did_you_mean, joined
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping, text, texts


def faults(contract: Contract) -> Iterator[Fault]:
    """Find states that are named and not declared."""
    yield from unknown_in_rows(contract)
    yield from unknown_in_silences(contract)


def unknown_in_rows(contract: Contract) -> Iterator[Fault]:
    """Find the states that rows lead to and their lifecycle does not have."""
    for lifecycle in contract.lifecycles:
        names = lifecycle.state_names
        for outcome in lifecycle.outcomes if names else ():
            if outcome.then and outcome.then not in names:
                yield Fault(
                    (*outcome.pointer, "then"),
                    f"{lifecycle.name} has no state {outcome.then}",
                    did_you_mean(outcome.then, names, f"its states are {joined(names)}"),
                )


def unknown_in_silences(contract: Contract) -> Iterator[Fault]:
    """Find the states of other alternatives that no lifecycle has."""
    every = {name for lifecycle in contract.lifecycles for name in lifecycle.state_names}
    for silence in contract.silences:
        for index, other in enumerate(silence.instead):
            for place, name in states_of(other):
                if name not in every:
                    yield Fault(
                        (*silence.pointer, "instead", index, *place),
                        f"no lifecycle has a state {name}",
                        did_you_mean(name, every, f"the states are {joined(sorted(every))}"),
                    )


def states_of(alternative: Mapping[str, object]) -> Iterator[tuple[Pointer, str]]:
    """The states that an alternative names, each with its place in it."""
    state = text(alternative.get("state"))
    if state:
        yield ("state",), state
    for number, name in enumerate(texts(alternative.get("in"))):
        yield ("in", number), name
    for name in mapping(alternative.get("shown")):
        yield ("shown", name), str(name)


RULE: Final = Rule(
    id="unknown-state",
    severity="error",
    sentence="Every state that a row or a silence names is declared.",
    why="The server would answer a state of which nobody knows whether it is final or saved.",
    breaks=parcels(
        ("then: Conflict, source", "then: ▸Conflit, source"),
        ("        Conflict: {}\n", ""),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Failed]}"),
        ("alternatives: [Conflict]", "alternatives: [Failed]"),
    ),
    keeps=parcels(),
    faults=faults,
)
