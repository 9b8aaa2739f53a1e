"""Rows of the decision table that are gone, new, decide otherwise, or stand in another order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spec_review.diff.changes import Change
from spec_review.diff.declarations.changes import declared_change
from spec_review.diff.verdicts import EVERYONE, SAFE
from spec_review.reading.vocabulary import Lifecycle, Outcome


def outcome_changes(before: Lifecycle, after: Lifecycle) -> Iterator[Change]:
    """The rows of one lifecycle, those that belong together found by their condition."""
    first, second = by_condition(before.outcomes), by_condition(after.outcomes)
    for when, row in first.items():
        if when in second:
            yield from changes_of_row(after.name, row, second[when])
        else:
            sentence = f"{after.name}: no row asks for {when} any more; it said {row.then}"
            yield declared_change(
                "row-removed", sentence, EVERYONE, row.pointer, (*after.pointer, "outcomes"),
                facet="rows", is_removed=True,
            )  # fmt: skip
    for when, row in second.items():
        if when not in first:
            sentence = f"{after.name}: {when} is asked for now, and ends {row.then}"
            yield declared_change(
                "row-added", sentence, EVERYONE, (*before.pointer, "outcomes"), row.pointer,
                facet="rows",
            )  # fmt: skip
    yield from order_changes(before, after)


def changes_of_row(lifecycle: str, row: Outcome, now: Outcome) -> Iterator[Change]:
    """One condition that both ask for."""
    old, new = row.pointer, now.pointer
    if row.then != now.then:
        sentence = f"{lifecycle}: {row.when} ends {now.then} now, it ended {row.then}"
        places = (*old, "then"), (*new, "then")
        yield declared_change("row-decides-otherwise", sentence, EVERYONE, *places, facet="rows")
    if row.message != now.message:
        sentence = f"{lifecycle}: the message for {row.when} is another now"
        yield declared_change("row-message", sentence, SAFE, (*old, "message"), (*new, "message"))
    if (row.source, row.silence_ids) != (now.source, now.silence_ids):
        sentence = f"{lifecycle}: {row.when} names {ground(now)} now, it named {ground(row)}"
        yield declared_change("row-ground", sentence, SAFE, old, new)


def order_changes(before: Lifecycle, after: Lifecycle) -> Iterator[Change]:
    """Rows that both have, in another order."""
    first, second = by_condition(before.outcomes), by_condition(after.outcomes)
    was = [when for when in first if when in second]
    now = [when for when in second if when in first]
    if was == now:
        return
    moved = next(index for index, when in enumerate(now) if was[index] != when)
    sentence = f"{after.name} asks in another order: {', '.join(now)}; it was {', '.join(was)}"
    places = first[was[moved]].pointer, second[now[moved]].pointer
    yield declared_change("rows-reordered", sentence, EVERYONE, *places, facet="rows")


def by_condition(rows: Sequence[Outcome]) -> dict[str, Outcome]:
    """The rows by their condition; of two with one condition the first, which decides."""
    found: dict[str, Outcome] = {}
    for row in rows:
        found.setdefault(row.when, row)
    return found


def ground(row: Outcome) -> str:
    """What a row rests on, in words."""
    silences = ", ".join(row.silence_ids)
    return row.source or (f"silence {silences}" if silences else "nothing")
