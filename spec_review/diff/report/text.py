"""A comparison for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import text_of
from spec_review.diff.changes import LocatedChange
from spec_review.diff.report.entries import Entry
from spec_review.diff.report.report import Report
from spec_review.diff.report.wording import (
    VERDICTS,
    heading,
    shown_lines,
    shown_witnesses,
    summary,
    values,
    where,
    whom,
)
from spec_review.output.wording import first_few
from spec_review.simulation.wording import witness_lines

FURTHER: Final = 3
"""How many further places are told when not all are asked for."""


def to_text(report: Report) -> str:
    """The comparison for a terminal."""
    lines = [f"{report.new.name} against {report.old.name}", ""]
    for verdict in VERDICTS:
        found = [entry for entry in report.told if entry.verdict(report.parties) == verdict]
        if found:
            lines += [f"{heading(verdict, report.parties)} ({len(found)})", ""]
            for entry in found:
                lines += [*lines_of_entry(entry, report.lists_places), ""]
    if report.accepted:
        lines += [f"Accepted ({len(report.accepted)})", ""]
        for entry, approval in report.accepted:
            lines += [f"{entry.position}: {entry.sentence}", f"    {approval.reason}", ""]
    return "\n".join([*lines, summary(report), ""])


def lines_of_entry(entry: Entry, lists_places: bool) -> Iterator[str]:
    """One entry: what changed, for whom, from what to what, where, and its shortest witness."""
    change = entry.change
    yield f"{entry.position}: {entry.sentence} [{change.rule} {entry.fingerprint}]"
    yield f"    {whom(change)}"
    before, after = values(entry)
    yield f"    before: {before} at {entry.old_position}"
    yield f"    after:  {after}" + ("" if change.is_removed else f" at {entry.position}")
    yield from places(entry, lists_places)
    if change.note:
        yield f"    {change.note}"
    yield from (f"    {line}" for line in shown_lines(change, entry.parameter))
    for witness in shown_witnesses(change):
        yield from (f"    {line}" for line in witness_lines(witness))


def places(entry: Entry, lists_all: bool) -> Iterator[str]:
    """Where an entry holds: its operations, and its further places, all or the first few."""
    if lists_all and entry.operations:
        yield f"    in {', '.join(entry.operations)}"
    elif where(entry):
        yield f"    {where(entry)}"
    further = [str(each.position) for each in entry.changes[1:]]
    if lists_all:
        further += [text_of(place) for each in entry.changes for place in each.change.related]
    if further:
        yield "    also at " + (", ".join(further) if lists_all else first_few(further, FURTHER))


def lines_of_change(located: LocatedChange) -> Iterator[str]:
    """One change with its position, its verdicts and its shortest witness."""
    change = located.change
    yield f"{located.position}: {change.sentence} [{change.rule}]"
    yield f"    {whom(change)}"
    if change.is_removed:
        yield f"    it stood at {located.old_position}"
    if change.operations:
        yield f"    in {first_few(change.operations)}"
    if change.note:
        yield f"    {change.note}"
    yield from (f"    {line}" for line in shown_lines(change))
    for witness in shown_witnesses(change):
        yield from (f"    {line}" for line in witness_lines(witness))
