"""The silences that are decided otherwise, shown by what rests on them."""

from __future__ import annotations

from collections.abc import Sequence

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.declarations.silences import silences_by_id
from spec_review.reading.contract import Contract
from spec_review.reading.declarations import silences_named_at


def with_shown_silences(changes: Sequence[Change], new: Contract) -> list[Change]:
    """The changes; silences that are decided otherwise have the witnesses of what rests on them."""
    ids = {silence.pointer: name for name, silence in silences_by_id(new).items()}
    return [
        with_dependents(change, changes, new, ids[change.new[:-1]])
        if change.kind == "silence-decided-otherwise"
        else change
        for change in changes
    ]


def with_dependents(silence: Change, changes: Sequence[Change], new: Contract, name: str) -> Change:
    """The silence with the witnesses and the verdicts of all that rests on it."""
    witnesses = dict.fromkeys(silence.witnesses)
    verdicts = silence.verdicts
    for change in changes:
        places = (change.new, *change.related)
        if change.witnesses and any(name in silences_behind(new, place) for place in places):
            witnesses.update(dict.fromkeys(change.witnesses))
            verdicts = verdicts.joined(change.verdicts)
    return silence.with_witnesses(witnesses, verdicts)


def silences_behind(contract: Contract, place: Pointer) -> tuple[str, ...]:
    """The silences that a row, a rule or a schema at a place rests on."""
    if place[:1] == ("paths",):
        return ()
    lifecycles = {lifecycle.pointer for lifecycle in contract.lifecycles}
    for length in range(len(place), 2, -1):
        named = silences_named_at(contract.document, place[:length])
        if named:
            return () if place[:length] in lifecycles else named
    return ()
