"""What changed in the lifecycles, as they are written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from openapi_documents import Pointer
from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.declarations.outcomes import outcome_changes
from spec_review.diff.declarations.states import state_changes
from spec_review.diff.verdicts import EVERYONE, SAFE
from spec_review.reading.vocabulary import Lifecycle
from spec_review.simulation.witness import IntakePair

LIFECYCLES: Final[Pointer] = ("components", "x-lifecycles")


def lifecycle_changes(
    old: Sequence[Lifecycle], new: Sequence[Lifecycle], pairs: Sequence[IntakePair]
) -> Iterator[Change]:
    """Every change of a lifecycle, those that belong together found by the submissions they serve."""
    before = {lifecycle.name: lifecycle for lifecycle in old}
    after = {lifecycle.name: lifecycle for lifecycle in new}
    successors = {pair.old.lifecycle.name: pair.new.lifecycle.name for pair in pairs}
    successors = {name: name for name in before if name in after} | successors
    for name, lifecycle in before.items():
        served = tuple(pair.new.name for pair in pairs if pair.old.lifecycle.name == name)
        successor = after.get(successors.get(name, ""))
        changes = (
            [lifecycle_removed(lifecycle, is_served=bool(served))]
            if successor is None
            else changes_of_lifecycle(lifecycle, successor)
        )
        yield from (replace(change, operations=served) for change in changes)
    for name, lifecycle in after.items():
        if name not in successors.values():
            sentence = f"the lifecycle {name} is new"
            yield declared_change("lifecycle-added", sentence, SAFE, LIFECYCLES, lifecycle.pointer)


def lifecycle_removed(lifecycle: Lifecycle, *, is_served: bool) -> Change:
    """A lifecycle that only the old contract has."""
    sentence = f"the lifecycle {lifecycle.name} is gone"
    verdicts = EVERYONE if is_served else SAFE
    return declared_change(
        "lifecycle-removed", sentence, verdicts, lifecycle.pointer, LIFECYCLES, is_removed=True
    )


def changes_of_lifecycle(before: Lifecycle, after: Lifecycle) -> Iterator[Change]:
    """The changes of one lifecycle."""
    old, new = before.pointer, after.pointer
    if before.name != after.name:
        sentence = f"the lifecycle {before.name} is called {after.name} now"
        yield declared_change("lifecycle-renamed", sentence, SAFE, old, new)
    if before.key != after.key:
        now, was = key_in_words(after.key), key_in_words(before.key)
        sentence = f"the key of the lifecycle {after.name} is {now} now, it was {was}"
        yield declared_change(
            "key-changed", sentence, EVERYONE, (*old, "key"), (*new, "key"), facet="key"
        )
    if before.records != after.records:
        sentence = (
            f"the lifecycle {after.name} saves to the collection {after.records} now,"
            f" it was {before.records}"
        )
        yield declared_change(
            "records-changed", sentence, EVERYONE, (*old, "records"), (*new, "records"),
            facet="records",
        )  # fmt: skip
    yield from state_changes(before, after)
    yield from outcome_changes(before, after)


def key_in_words(key: Sequence[str]) -> str:
    """A key in words."""
    return " with ".join(key) if key else "the whole item"
