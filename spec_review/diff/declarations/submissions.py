"""What changed in which operations are submissions, and what the others tell of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from openapi_documents import Document
from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.kinds import DeclarationKind
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import EVERYONE, UNCLEAR, Verdicts
from spec_review.reading.values import mapping, text_or_texts
from spec_review.simulation.model import Model
from spec_review.simulation.witness import IntakePair

Word = Literal["x-status-of", "x-record-of"]


def intake_pairs(old: Model, new: Model, pairs: Sequence[OperationPair]) -> list[IntakePair]:
    """The operations of both models that took each other's place."""
    by_place = {intake.pointer: intake for intake in new.intakes.values()}
    successors = {pair.old.pointer: pair.new.pointer for pair in pairs}
    found = []
    for intake in old.intakes.values():
        after = by_place.get(successors.get(intake.pointer, ()))
        if after is not None:
            found.append(IntakePair(intake, after))
    return found


def submission_changes(pairs: Sequence[OperationPair], new: Document) -> Iterator[Change]:
    """Operations that became submissions, or are none any more, or are processed otherwise."""
    for pair in pairs:
        changes = [*changes_of_submission(pair)]
        changes += changes_of_reference(pair, "x-status-of", new)
        changes += changes_of_reference(pair, "x-record-of", new)
        yield from (replace(change, operations=(pair.name,)) for change in changes)


def changes_of_submission(pair: OperationPair) -> Iterator[Change]:
    """Whether the operation takes items, and when it answers what became of them."""
    before, after = pair.old.value.get("x-submission"), pair.new.value.get("x-submission")
    old, new = pair.at("x-submission")
    if before is not None and after is None:
        sentence = f"{pair.name} is no longer a submission: what becomes of its items is not said"
        yield declared_change(
            "submission-removed", sentence, EVERYONE, old, new,
            facet="submission", is_removed=True,
        )  # fmt: skip
    elif before is None and after is not None:
        sentence = f"{pair.name} is a submission now: each item ends in a state"
        yield declared_change(
            "submission-added", sentence, UNCLEAR, pair.old.pointer, new, facet="submission"
        )
    first, second = mapping(before).get("processing"), mapping(after).get("processing")
    if first and second and first != second:
        sentence = f"{pair.name} is {second} now, it was {first}"
        yield declared_change(
            "processing-changed", sentence, EVERYONE, (*old, "processing"), (*new, "processing"),
            facet="processing",
        )  # fmt: skip


def changes_of_reference(pair: OperationPair, word: Word, new: Document) -> Iterator[Change]:
    """What the operation tells about: submissions, or the saved records of a lifecycle."""
    before = text_or_texts(pair.old.value.get(word))
    after = text_or_texts(pair.new.value.get(word))
    places = pair.at(word)
    is_status = word == "x-status-of"
    what = "the status of" if is_status else "the records of"
    removed = [name for name in before if name not in after]
    added = [name for name in after if name not in before]
    if removed:
        others = [
            operation.name
            for operation in new.operations()
            if set(removed) <= set(text_or_texts(operation.value.get(word)))
        ]
        instead = f"; {' and '.join(others)} does" if others else ""
        kind: DeclarationKind = "status-of-removed" if is_status else "record-of-removed"
        sentence = f"{pair.name} no longer tells {what} {', '.join(removed)}{instead}"
        verdicts = Verdicts(reader="breaking")
        yield declared_change(kind, sentence, verdicts, *places, is_removed=True)
    if added:
        kind = "status-of-added" if is_status else "record-of-added"
        sentence = f"{pair.name} tells {what} {', '.join(added)} now"
        yield declared_change(kind, sentence, Verdicts(provider="unclear"), *places)
