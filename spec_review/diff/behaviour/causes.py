"""From a witness to the change of the text that is its cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from openapi_documents import Pointer
from spec_review.diff.behaviour.verdicts import verdicts_of_witness
from spec_review.diff.changes import Change
from spec_review.diff.verdicts import SAFE, UNCLEAR
from spec_review.simulation.validity import Fault
from spec_review.simulation.witness import IntakePair, Witness, decided


def explained(
    changes: Sequence[Change], witnesses: Sequence[Witness], pairs: Sequence[IntakePair]
) -> list[Change]:
    """The changes with their witnesses; a witness without a cause becomes a change of its own."""
    by_name = {pair.old.name: pair for pair in pairs}
    explained_changes: list[Change] = []
    used: set[int] = set()
    for change in changes:
        shown = {
            index: witness
            for index, witness in enumerate(witnesses)
            if is_shown_by(change, witness, by_name[witness.operation])
        }
        used |= shown.keys()
        explained_changes.append(with_witnesses(change, list(shown.values()), by_name))
    for index, witness in enumerate(witnesses):
        if index not in used:
            explained_changes.append(outcome_change(witness, by_name[witness.operation]))
    return explained_changes


def is_shown_by(change: Change, witness: Witness, pair: IntakePair) -> bool:
    """Whether a witness is one of this change."""
    is_limit = witness.facet == "limits" and change.facet == "validity"
    if witness.facet != change.facet and not is_limit:
        return False
    if change.operations and not {pair.old.name, pair.new.name} & set(change.operations):
        return False
    match witness.facet:
        case "limits":
            return is_batch_limit(change, pair)
        case "processing":
            return True
        case "validity":
            faults = (*witness.faults_before, *witness.faults_after)
            return any(is_cause_of(change, fault) for fault in faults)
    lifecycle = pair.new.lifecycle.pointer
    is_its_own = change.new[: len(lifecycle)] == lifecycle
    return is_its_own and (witness.facet != "rows" or row_decides(change, witness, pair))


def row_decides(change: Change, witness: Witness, pair: IntakePair) -> bool:
    """Whether an item that ends otherwise was decided by the row, or ends in the state, that changed."""
    if change.kind in ("rows-reordered", "saved-changed"):
        return True
    ways = decided(witness.before[-1], witness.after[-1])
    if change.kind == "state-added":
        return any(state == change.new[-1] for _, _, _, state in ways)
    if change.kind == "state-removed":
        return any(state == change.old[-1] for _, state, _, _ in ways)
    conditions = {
        row.when
        for intake, place in ((pair.old, change.old), (pair.new, change.new))
        for row in intake.lifecycle.outcomes
        if place[: len(row.pointer)] == row.pointer
    }
    return any(was in conditions or now in conditions for was, _, now, _ in ways)


def is_batch_limit(change: Change, pair: IntakePair) -> bool:
    """Whether the change is one of how many items a batch may have."""
    return change.kind == "limit" and texts_of(change.new[:-1]) == texts_of(pair.new.items[:-1])


def is_cause_of(change: Change, fault: Fault) -> bool:
    """Whether a fault of an item lies in what changed."""
    if fault.rule:
        return fault.rule in change.item_rules and any(
            is_inside(place, fault.place) for place in (change.old, change.new)
        )
    if fault.missing and change.member:
        places = (change.old, change.new, *change.related)
        is_near = any(is_inside(place, fault.place) for place in places)
        return is_near and fault.missing == change.member
    for place in change.related:
        inside = len(place) > 2 and is_inside(fault.place, place)
        if inside and (not change.member or change.member in fault.instance):
            return True
    return any(
        is_inside(place, fault.place) or (len(place) > 3 and is_inside(fault.place, place))
        for place in (change.old, change.new)
        if place not in change.related
    )


def is_inside(place: Pointer, above: Pointer) -> bool:
    """Whether a place is another one or lies below it."""
    length = len(above)
    if len(place) < length or (length and str(place[length - 1]) != str(above[-1])):
        return False  # at once, for most places: every change is asked of every fault
    return texts_of(place[:length]) == texts_of(above)


def texts_of(place: Pointer) -> tuple[str, ...]:
    """A place whose indices are text, for a validator writes them so."""
    return tuple(map(str, place))


def with_witnesses(
    change: Change, witnesses: Sequence[Witness], pairs: Mapping[str, IntakePair]
) -> Change:
    """The change with the verdicts that its witnesses lead to."""
    if witnesses:
        verdicts = change.verdicts if is_met_elsewhere(change, pairs) else SAFE
        for witness in witnesses:
            verdicts = verdicts.joined(verdicts_of_witness(witness, pairs[witness.operation]))
        shortest = sorted(witnesses, key=lambda witness: witness.size)
        return change.with_witnesses(shortest, verdicts)
    if change.facet == "rows" and change.kind not in ("state-added", "state-removed"):
        note = (
            "No batch was found that ends in another state; "
            "the sentence in validation_errors may be another."
        )
        return replace(change, verdicts=SAFE, note=note)
    if change.facet in ("key", "records", "initial"):
        verdicts = UNCLEAR if change.operations else SAFE
        return replace(change, verdicts=verdicts, note="No batch was found that ends otherwise.")
    return change


def is_met_elsewhere(change: Change, pairs: Mapping[str, IntakePair]) -> bool:
    """Whether a change of a schema also concerns operations that take no batches."""
    names = {name for pair in pairs.values() for name in (pair.old.name, pair.new.name)}
    return change.facet == "validity" and not set(change.operations) <= names


def outcome_change(witness: Witness, pair: IntakePair) -> Change:
    """A change for a witness that no single line of the contract explains."""
    return Change(
        "outcome-changed",
        f"a batch sent to {pair.new.name} ends otherwise",
        verdicts_of_witness(witness, pair),
        (*pair.old.pointer, "x-submission"),
        (*pair.new.pointer, "x-submission"),
        "behaviour",
        operations=(pair.new.name,),
        witnesses=(witness,),
        facet=witness.facet,
    )
