"""What changed in the lifecycles and silences of two contracts, as the declarations are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from spec_review.diff.changes import (
    BOTH,
    EVERYONE,
    SAFE,
    UNCLEAR,
    UNCLEAR_READER,
    Change,
    Verdicts,
)
from spec_review.diff.operations import Same
from spec_review.document import Document, Pointer
from spec_review.simulation.model import Lifecycle, Model, Row, listed, mapping
from spec_review.simulation.witnesses import Pair

SILENCE_WORDS: Final = (
    "choice", "alternatives", "about", "instead", "question", "basis",
)  # fmt: skip
"""What is said of a silence."""

LIFECYCLES: Final[Pointer] = ("components", "x-lifecycles")


def submission_pairs(old: Model, new: Model, pairs: Sequence[Same]) -> list[Pair]:
    """The submissions of both models that took each other's place."""
    by_place = {submission.pointer: submission for submission in new.submissions.values()}
    successors = {pair.old.pointer: pair.new.pointer for pair in pairs}
    found = []
    for submission in old.submissions.values():
        after = by_place.get(successors.get(submission.pointer, ()))
        if after is not None:
            found.append(Pair(submission, after))
    return found


def submission_changes(pairs: Sequence[Same], new_document: Document) -> Iterator[Change]:
    """Operations that became submissions, or are none any more, or are processed otherwise."""
    for pair in pairs:
        before = pair.old.value.get("x-submission")
        after = pair.new.value.get("x-submission")
        old, new = (*pair.old.pointer, "x-submission"), (*pair.new.pointer, "x-submission")
        if before is not None and after is None:
            yield lifecycle_change(
                "submission-removed",
                f"{pair.name} is no longer a submission: what becomes of its items is not said",
                EVERYONE,
                old,
                new,
                "submission",
                pair.name,
                is_gone=True,
            )
        elif before is None and after is not None:
            yield lifecycle_change(
                "submission-added",
                f"{pair.name} is a submission now: each item ends in a state",
                UNCLEAR,
                pair.old.pointer,
                new,
                "submission",
                pair.name,
            )
        first, second = mapping(before).get("processing"), mapping(after).get("processing")
        if first and second and first != second:
            yield lifecycle_change(
                "processing-changed",
                f"{pair.name} is {second} now, it was {first}",
                EVERYONE,
                (*old, "processing"),
                (*new, "processing"),
                "processing",
                pair.name,
            )
        for word in ("x-status-of", "x-record-of"):
            yield from reference_changes(pair, word, new_document)


def reference_changes(pair: Same, word: str, new_document: Document) -> Iterator[Change]:
    """What the operation tells about: submissions, or the saved records of a lifecycle."""
    before, after = listed(pair.old.value.get(word)), listed(pair.new.value.get(word))
    old, new = (*pair.old.pointer, word), (*pair.new.pointer, word)
    what = "the status of" if word == "x-status-of" else "the records of"
    gone = [each for each in before if each not in after]
    come = [each for each in after if each not in before]
    if gone:
        others = [
            each.name
            for each in new_document.operations()
            if set(gone) <= set(listed(each.value.get(word)))
        ]
        told = f"; {' and '.join(others)} does" if others else ""
        sentence = f"{pair.name} no longer tells {what} {', '.join(gone)}{told}"
        yield lifecycle_change(
            "status-of-removed" if word == "x-status-of" else "record-of-removed",
            sentence, Verdicts(reader="breaking"), old, new, "", pair.name, is_gone=True,
        )  # fmt: skip
    if come:
        sentence = f"{pair.name} tells {what} {', '.join(come)} now"
        yield lifecycle_change(
            "status-of-added" if word == "x-status-of" else "record-of-added",
            sentence, Verdicts(provider="unclear"), old, new, "", pair.name,
        )  # fmt: skip


def lifecycle_changes(
    old: Mapping[str, Lifecycle], new: Mapping[str, Lifecycle], pairs: Sequence[Pair]
) -> Iterator[Change]:
    """Every change of a lifecycle, those that belong together found by the submissions they serve."""
    partners = {pair.old.lifecycle.name: pair.new.lifecycle.name for pair in pairs}
    for name in old:
        if name in new:
            partners.setdefault(name, name)
    for name, before in old.items():
        served = tuple(pair.new.name for pair in pairs if pair.old.lifecycle.name == name)
        after = new.get(partners.get(name, ""))
        if after is None:
            yield lifecycle_change(
                "lifecycle-removed", f"the lifecycle {name} is gone", EVERYONE if served else SAFE,
                (*LIFECYCLES, name), LIFECYCLES, "", *served, is_gone=True,
            )  # fmt: skip
            continue
        for change in one_lifecycle(before, after):
            yield replace(change, where=served)
    for name in new:
        if name not in partners.values():
            yield lifecycle_change(
                "lifecycle-added", f"the lifecycle {name} is new", SAFE,
                LIFECYCLES, (*LIFECYCLES, name), "",
            )  # fmt: skip


def one_lifecycle(before: Lifecycle, after: Lifecycle) -> Iterator[Change]:
    """The changes of one lifecycle."""
    old, new = (*LIFECYCLES, before.name), (*LIFECYCLES, after.name)
    what = f"the lifecycle {after.name}"
    if before.name != after.name:
        yield lifecycle_change(
            "lifecycle-renamed", f"the lifecycle {before.name} is called {after.name} now",
            SAFE, old, new, "",
        )  # fmt: skip
    if before.key != after.key:
        yield lifecycle_change(
            "key-changed",
            f"the key of {what} is {key_text(after.key)} now, it was {key_text(before.key)}",
            EVERYONE, (*old, "key"), (*new, "key"), "key",
        )  # fmt: skip
    if before.records != after.records:
        yield lifecycle_change(
            "records-changed",
            f"{what} saves to the collection {after.records} now, it was {before.records}",
            EVERYONE, (*old, "records"), (*new, "records"), "records",
        )  # fmt: skip
    yield from state_changes(before, after, old, new)
    yield from row_changes(before, after, old, new)


def state_changes(
    before: Lifecycle, after: Lifecycle, old: Pointer, new: Pointer
) -> Iterator[Change]:
    """States that are new or gone, and what is marked at them."""
    for state in before.states:
        if state not in after.states:
            facet = "initial" if state == before.initial else "rows"
            yield lifecycle_change(
                "state-removed", f"the lifecycle {after.name} has no state {state} any more",
                Verdicts(sender="unclear", provider="unclear"),
                (*old, "states", state), (*new, "states"), facet, is_gone=True,
            )  # fmt: skip
    for state in after.states:
        if state not in before.states:
            facet = "initial" if state == after.initial else "rows"
            yield lifecycle_change(
                "state-added", f"the lifecycle {after.name} has the state {state} now",
                UNCLEAR_READER, (*old, "states"), (*new, "states", state), facet,
            )  # fmt: skip
            continue
        if state not in before.states:
            continue
        if (state in before.saved) != (state in after.saved):
            verb = "is saved now" if state in after.saved else "is no longer saved"
            yield lifecycle_change(
                "saved-changed", f"an item that ends {state} {verb} ({after.name})",
                EVERYONE, (*old, "states", state), (*new, "states", state), "rows",
            )  # fmt: skip
    if before.initial != after.initial:
        place = (*new, "states", after.initial) if after.initial else (*new, "states")
        yield lifecycle_change(
            "initial-changed",
            f"an item of {after.name} starts {after.initial or 'in no state'} now,"
            f" it started {before.initial or 'in no state'}",
            Verdicts(reader="breaking", provider="breaking"),
            (*old, "states"), place, "initial",
        )  # fmt: skip


def row_changes(
    before: Lifecycle, after: Lifecycle, old: Pointer, new: Pointer
) -> Iterator[Change]:
    """Rows that are gone, new, decide otherwise, or stand in another order."""
    first, second = by_condition(before.rows), by_condition(after.rows)
    for when, row in first.items():
        if when not in second:
            yield lifecycle_change(
                "row-removed",
                f"{after.name}: no row asks for {when} any more; it said {row.then}",
                EVERYONE, (*old, "outcomes", row.index), (*new, "outcomes"), "rows", is_gone=True,
            )  # fmt: skip
            continue
        now = second[when]
        here, there = (*old, "outcomes", row.index), (*new, "outcomes", now.index)
        if row.then != now.then:
            yield lifecycle_change(
                "row-decides-otherwise",
                f"{after.name}: {when} ends {now.then} now, it ended {row.then}",
                EVERYONE, (*here, "then"), (*there, "then"), "rows",
            )  # fmt: skip
        if row.message != now.message:
            yield lifecycle_change(
                "row-message",
                f"{after.name}: the message for {when} is another now",
                SAFE, (*here, "message"), (*there, "message"), "",
            )  # fmt: skip
        if (row.source, row.silences) != (now.source, now.silences):
            yield lifecycle_change(
                "row-ground",
                f"{after.name}: {when} names {ground(now)} now, it named {ground(row)}",
                SAFE, here, there, "",
            )  # fmt: skip
    for when, row in second.items():
        if when not in first:
            yield lifecycle_change(
                "row-added",
                f"{after.name}: {when} is asked for now, and ends {row.then}",
                EVERYONE, (*old, "outcomes"), (*new, "outcomes", row.index), "rows",
            )  # fmt: skip
    yield from order_changes(before, after, old, new)


def order_changes(
    before: Lifecycle, after: Lifecycle, old: Pointer, new: Pointer
) -> Iterator[Change]:
    """Rows that both have, in another order."""
    first, second = by_condition(before.rows), by_condition(after.rows)
    was = [when for when in first if when in second]
    now = [when for when in second if when in first]
    if was == now:
        return
    moved = next(index for index, when in enumerate(now) if was[index] != when)
    yield lifecycle_change(
        "rows-reordered",
        f"{after.name} asks in another order: {', '.join(now)}; it was {', '.join(was)}",
        EVERYONE,
        (*old, "outcomes", first[was[moved]].index),
        (*new, "outcomes", second[now[moved]].index),
        "rows",
    )


def by_condition(rows: Sequence[Row]) -> dict[str, Row]:
    """The rows by their condition; of two with one condition the first, which decides."""
    found: dict[str, Row] = {}
    for row in rows:
        found.setdefault(row.when, row)
    return found


def silence_changes(old: Document, new: Document) -> Iterator[Change]:
    """Silences that are new, gone, or decided otherwise."""
    before, after = silences(old), silences(new)
    for name, (here, row) in before.items():
        if name not in after:
            yield lifecycle_change(
                "silence-removed",
                f"the silence {name} is gone: {row.get('question', '')}",
                SAFE, here, ("x-silences",), "silence", is_gone=True,
            )  # fmt: skip
            continue
        there, now = after[name]
        changed = [word for word in SILENCE_WORDS if row.get(word) != now.get(word)]
        if "choice" in changed:
            yield lifecycle_change(
                "silence-decided-otherwise",
                f"the silence {name} ({now.get('question', '')}) is decided otherwise:"
                f" {now.get('choice')} It was: {row.get('choice')}",
                UNCLEAR, (*here, "choice"), (*there, "choice"), "silence",
            )  # fmt: skip
        elif any(word.startswith("alternative") for word in changed):
            told = ", ".join(word for word in changed if word.startswith("alternative"))
            yield lifecycle_change(
                "silence-alternatives",
                f"the silence {name} leaves other servers another choice ({told})",
                Verdicts(reader="unclear"), (*here, changed[0]), (*there, changed[0]), "",
            )  # fmt: skip
        elif changed:
            yield lifecycle_change(
                "silence-words", f"the silence {name} is worded otherwise", SAFE, here, there, "",
            )  # fmt: skip
    for name, (there, row) in after.items():
        if name not in before:
            yield lifecycle_change(
                "silence-added",
                f"the silence {name} is new: {row.get('question', '')} {row.get('choice', '')}",
                SAFE, ("x-silences",), there, "silence",
            )  # fmt: skip


def silences(document: Document) -> dict[str, tuple[Pointer, Mapping[str, Any]]]:
    """The rows of `x-silences` by id, with their places."""
    rows = document.data.get("x-silences")
    found: dict[str, tuple[Pointer, Mapping[str, Any]]] = {}
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            found.setdefault(
                str(row.get("id", f"number {index + 1}")), (("x-silences", index), row)
            )
    return found


def document_changes(old: Document, new: Document) -> Iterator[Change]:
    """The words of the vocabulary that stand at the document."""
    for word, verdicts in (
        ("x-error-form", Verdicts(reader="breaking", provider="breaking")),
        ("x-token", BOTH),
        ("x-error-names", UNCLEAR_READER),
    ):
        before, after = old.data.get(word), new.data.get(word)
        if before != after:
            yield lifecycle_change(
                word[2:] + "-changed",
                f"{word} is {after if after is not None else 'not set'} now,"
                f" it was {before if before is not None else 'not set'}",
                verdicts, (word,), (word,), "",
            )  # fmt: skip


def key_text(key: Sequence[str]) -> str:
    """A key in words."""
    return " with ".join(key) if key else "the whole item"


def ground(row: Row) -> str:
    """What a row rests on."""
    return row.source or ("silence " + ", ".join(row.silences) if row.silences else "nothing")


def lifecycle_change(
    rule: str,
    sentence: str,
    verdicts: Verdicts,
    old: Pointer,
    new: Pointer,
    facet: str,
    *operations: str,
    is_gone: bool = False,
) -> Change:
    """A change of the vocabulary's declarations."""
    return Change(
        rule,
        sentence,
        verdicts,
        old,
        new,
        area="silences" if rule.startswith("silence-") else "behaviour",
        is_gone=is_gone,
        where=operations,
        facet=facet,
    )
