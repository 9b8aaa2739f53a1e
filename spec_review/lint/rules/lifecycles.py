"""What a lifecycle says, taken by itself: its states and its decision table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.document import Document
from spec_review.lint.rule import Fault, Rule, did_you_mean, listed
from spec_review.lint.samples import parcels
from spec_review.reading.vocabulary import CONDITIONS, Contract, Lifecycle, Outcome, read

_OTHERWISE: Final = "        - {when: otherwise, then: Completed, source: guide 5}\n"


def _unreachable_state(document: Document) -> Iterator[Fault]:
    for lifecycle in read(document).lifecycles:
        reached = {row.then for row in lifecycle.outcomes}
        for state in lifecycle.states:
            if not state.initial and state.name not in reached:
                yield Fault(
                    state.pointer,
                    f"no outcome row of {lifecycle.name} leads to {state.name}",
                    "add a row that leads there, or leave the state out",
                    at_key=True,
                )


def _unknown_state(document: Document) -> Iterator[Fault]:
    contract = read(document)
    for lifecycle in contract.lifecycles:
        if not lifecycle.states:
            continue
        names = lifecycle.state_names
        for row in lifecycle.outcomes:
            if row.then and row.then not in names:
                yield Fault(
                    (*row.pointer, "then"),
                    f"{lifecycle.name} has no state {row.then}",
                    did_you_mean(row.then, names, f"its states are {listed(names)}"),
                )
    every = {name for lifecycle in contract.lifecycles for name in lifecycle.state_names}
    for silence in contract.silences:
        for index, other in enumerate(silence.instead):
            name = str(other.get("state", ""))
            if name and name not in every:
                yield Fault(
                    (*silence.pointer, "instead", index, "state"),
                    f"no lifecycle has a state {name}",
                    did_you_mean(name, every, f"the states are {listed(sorted(every))}"),
                )


def _final_state(document: Document) -> Iterator[Fault]:
    for lifecycle in read(document).lifecycles:
        initial = [state for state in lifecycle.states if state.initial]
        if lifecycle.states and len(initial) == len(lifecycle.states):
            yield Fault(
                (*lifecycle.pointer, "states"),
                f"{lifecycle.name} has no final state, so its items stay {initial[0].name} for ever",
                "add a state that is not initial, and a row that leads to it",
                at_key=True,
            )
            continue
        for state in initial[1:]:
            yield Fault(
                state.pointer,
                f"{lifecycle.name} has a second initial state, besides {initial[0].name}",
                "let one of them be final",
                at_key=True,
            )
        for row in lifecycle.outcomes:
            if row.then in [state.name for state in initial]:
                yield Fault(
                    (*row.pointer, "then"),
                    f"this row leads to {row.then}, which is not final",
                    "lead to a final state: an outcome is for ever",
                )


def _dead_row(document: Document) -> Iterator[Fault]:
    contract = read(document)
    for lifecycle in contract.lifecycles:
        earlier: list[Outcome] = []
        for row in lifecycle.outcomes:
            reason = _never(contract, lifecycle, row, earlier)
            if reason:
                yield Fault(
                    row.pointer,
                    f"this row can never decide: {reason}",
                    "leave it out, or move it up",
                    at_key=True,
                )
            earlier.append(row)


def _never(contract: Contract, lifecycle: Lifecycle, row: Outcome, earlier: list[Outcome]) -> str:
    """Return why no item ever meets a row, "" when some item can."""
    for above in earlier:
        if above.when == "otherwise":
            return "it stands below otherwise, which takes every item"
        if above.when == row.when and row.when in CONDITIONS:
            return f"{row.when} stands above already, in line {_line(contract, above)}"
    if row.when.startswith("rival-") and not lifecycle.key:
        return "the key is the whole item, so two items of one key are identical"
    if (
        row.when.endswith("-saved")
        and lifecycle.records
        and not any(
            other.saves for other in contract.lifecycles if other.records == lifecycle.records
        )
    ):
        return f"nothing is ever saved in {lifecycle.records}"
    return ""


def _line(contract: Contract, row: Outcome) -> int:
    return contract.document.key_position(row.pointer).line


def _no_otherwise(document: Document) -> Iterator[Fault]:
    for lifecycle in read(document).lifecycles:
        if lifecycle.outcomes and "otherwise" not in [row.when for row in lifecycle.outcomes]:
            yield Fault(
                (*lifecycle.pointer, "outcomes"),
                f"{lifecycle.name} does not say what becomes of an item that no row decides",
                "end with {when: otherwise, then: ...}",
                at_key=True,
            )


def _saved_collection(document: Document) -> Iterator[Fault]:
    """Find saved states that nothing saves to, which `unreachable-state` does not tell."""
    for lifecycle in read(document).lifecycles:
        for state in lifecycle.states:
            if state.saved and state.initial:
                yield Fault(
                    state.pointer,
                    f"{state.name} is initial and saved, but an item is saved when it is judged",
                    "let a final state be saved",
                    at_key=True,
                )


def _collection_disagreement(document: Document) -> Iterator[Fault]:
    first: dict[str, Lifecycle] = {}
    for lifecycle in read(document).lifecycles:
        if not lifecycle.records:
            continue
        other = first.setdefault(lifecycle.records, lifecycle)
        if other is lifecycle:
            continue
        if set(other.key) != set(lifecycle.key):
            yield Fault(
                (*lifecycle.pointer, "key"),
                f"{lifecycle.name} and {other.name} save in {lifecycle.records} under different keys, "
                f"{_key(lifecycle)} and {_key(other)}",
                "give them one key, or a collection each",
                at_key=True,
            )
            continue
        theirs = {row.when: row.then for row in other.outcomes}
        for row in lifecycle.outcomes:
            if row.when.endswith("-saved") and theirs.get(row.when, row.then) != row.then:
                yield Fault(
                    (*row.pointer, "then"),
                    f"{row.when} in {lifecycle.records} is {row.then} here "
                    f"and {theirs[row.when]} in {other.name}",
                    "let both lifecycles say the same of a saved record",
                )


def _key(lifecycle: Lifecycle) -> str:
    return listed(lifecycle.key) if lifecycle.key else "the whole item"


_SECOND: Final = """\
    crate:
      key: [weight]
      records: parcels
      states: {Completed: {saved: true}, Failed: {}}
      outcomes:
        - {when: invalid, then: Failed, source: guide 2}
        - {when: otherwise, then: Completed, source: guide 5}
  responses:
    Problem:
      description: The request"""
_CRATES: Final = """\
  /crates:
    post:
      operationId: sendCrates
      summary: Send crates
      x-submission: {lifecycle: crate, processing: synchronous}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
            example: [{number: a1, weight: 2, lifters: 1}]
      responses:
        '200':
          description: What became of each.
          content:
            application/json:
              schema:
                type: object
                properties:
                  result:
                    type: array
                    description: The crates.
                    items:
                      type: object
                      properties:
                        status:
                          type: object
                          description: Where it stands.
                          properties:
                            state: {type: string, description: The state., enum: [Completed, Failed]}
              example: {result: []}
  /parcels/status/{id}:
"""

unreachable_state: Final = Rule(
    id="unreachable-state",
    severity="error",
    sentence="Every state is the initial one or the end of some outcome row.",
    why="A state that nothing leads to is promised to partners and never comes.",
    breaks=parcels(
        ("        Failed: {}\n", "        Failed: {}\n        ▸Lost: {}\n"),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Conflict, Failed, Lost]}"),
    ),
    keeps=parcels(),
    faults=_unreachable_state,
)
unknown_state: Final = Rule(
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
    faults=_unknown_state,
)
final_state: Final = Rule(
    id="final-state",
    severity="error",
    sentence="A lifecycle has one initial state at most, and every row leads to a final one.",
    why="An item that never becomes final keeps its partner asking for ever.",
    breaks=parcels(
        ("then: Failed, source: guide 2", "then: ▸Pending, source: guide 2"),
        ("        Failed: {}\n", ""),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Conflict]}"),
    ),
    keeps=parcels(),
    faults=_final_state,
)
dead_row: Final = Rule(
    id="dead-row",
    severity="error",
    sentence="Every outcome row can decide for some item.",
    why="A row that never decides misleads everybody who reads the table.",
    breaks=parcels(
        (
            _OTHERWISE,
            _OTHERWISE + "        - ▸{when: twin-saved, then: Duplicate, source: guide 4}\n",
        ),
        ("        - {when: twin-saved, then: Duplicate, source: guide 4}\n", ""),
    ),
    keeps=parcels(),
    faults=_dead_row,
)
no_otherwise: Final = Rule(
    id="no-otherwise",
    severity="error",
    sentence="The decision table ends with otherwise.",
    why="Without it some items have no outcome, and each server gives them another.",
    breaks=parcels(
        (_OTHERWISE, ""),
        ("      outcomes:\n", "      ▸outcomes:\n"),
        ("then: Failed, source", "then: Completed, source"),
        ("        Failed: {}\n", ""),
        ("Duplicate, Conflict, Failed]}", "Duplicate, Conflict]}"),
    ),
    keeps=parcels(),
    faults=_no_otherwise,
)
saved_state: Final = Rule(
    id="saved-state",
    severity="error",
    sentence="No state is both initial and saved.",
    why="An item is saved when it is judged; before that there is nothing to save.",
    breaks=parcels(
        ("        Pending: {initial: true}", "        ▸Pending: {initial: true, saved: true}")
    ),
    keeps=parcels(),
    faults=_saved_collection,
)
collection_disagreement: Final = Rule(
    id="collection-disagreement",
    severity="error",
    sentence="Lifecycles that save in one collection have one key and judge a saved record alike.",
    why="What is a duplicate for one operation would be another record for the other.",
    breaks=parcels(
        (
            "  responses:\n    Problem:\n      description: The request",
            _SECOND.replace("key: [weight]", "▸key: [weight]"),
        ),
        ("  /parcels/status/{id}:\n", _CRATES),
    ),
    keeps=parcels(
        (
            "  responses:\n    Problem:\n      description: The request",
            _SECOND.replace("key: [weight]", "key: [number]"),
        ),
        ("  /parcels/status/{id}:\n", _CRATES),
    ),
    faults=_collection_disagreement,
)
