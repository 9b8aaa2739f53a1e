"""A comparison for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from spec_review.diff.changes import LocatedChange
from spec_review.diff.comparison import Diff
from spec_review.diff.report.wording import HEADINGS, shown_lines, shown_witnesses, summary, whom
from spec_review.diff.verdicts import PARTNERS
from spec_review.output.wording import first_few
from spec_review.simulation.wording import witness_lines


def to_text(diff: Diff) -> str:
    """The comparison for a terminal."""
    lines = [f"{diff.new.name} against {diff.old.name}", ""]
    for verdict, heading in HEADINGS.items():
        found = diff.of(verdict, PARTNERS)
        if found:
            lines += [f"{heading} ({len(found)})", ""]
            for each in found:
                lines += [*lines_of_change(each), ""]
    return "\n".join([*lines, summary(diff), ""])


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
