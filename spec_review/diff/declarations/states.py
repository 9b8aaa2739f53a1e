"""States of a lifecycle that are new or gone, and what is marked at them."""

from __future__ import annotations

from collections.abc import Iterator

from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.verdicts import EVERYONE, UNCLEAR_READER, Verdicts
from spec_review.reading.vocabulary import Lifecycle


def state_changes(before: Lifecycle, after: Lifecycle) -> Iterator[Change]:
    """The states of one lifecycle."""
    old, new = (*before.pointer, "states"), (*after.pointer, "states")
    for state in before.state_names:
        if state not in after.state_names:
            yield declared_change(
                "state-removed",
                f"the lifecycle {after.name} has no state {state} any more",
                Verdicts(sender="unclear", provider="unclear"),
                (*old, state),
                new,
                facet="initial" if state == before.initial else "rows",
                is_removed=True,
            )
    for state in after.state_names:
        if state not in before.state_names:
            yield declared_change(
                "state-added",
                f"the lifecycle {after.name} has the state {state} now",
                UNCLEAR_READER,
                old,
                (*new, state),
                facet="initial" if state == after.initial else "rows",
            )
        elif (state in before.saved) != (state in after.saved):
            verb = "is saved now" if state in after.saved else "is no longer saved"
            sentence = f"an item that ends {state} {verb} ({after.name})"
            yield declared_change(
                "saved-changed", sentence, EVERYONE, (*old, state), (*new, state), facet="rows"
            )
    if before.initial != after.initial:
        yield declared_change(
            "initial-changed",
            f"an item of {after.name} starts {after.initial or 'in no state'} now,"
            f" it started {before.initial or 'in no state'}",
            Verdicts(reader="breaking", provider="breaking"),
            old,
            (*new, after.initial) if after.initial else new,
            facet="initial",
        )
