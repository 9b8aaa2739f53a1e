"""A comparison for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from spec_review.diff.changes import LocatedChange
from spec_review.diff.comparison import Diff
from spec_review.diff.report.wording import HEADINGS, shown_witnesses, summary, whom
from spec_review.diff.verdicts import PARTNERS
from spec_review.simulation.wording import witness_lines


def to_markdown(diff: Diff) -> str:
    """The comparison for a pull request."""
    lines = [f"### What `{diff.new.name}` changes", "", summary(diff), ""]
    for verdict, heading in HEADINGS.items():
        found = diff.of(verdict, PARTNERS)
        if not found:
            continue
        is_long = verdict == "safe"
        lines += [f"<details><summary>{heading} ({len(found)})</summary>", ""] if is_long else []
        lines += [] if is_long else [f"#### {heading} ({len(found)})", ""]
        for each in found:
            lines += markdown_of_change(each)
        lines += ["", "</details>"] if is_long else []
        lines += [""]
    return "\n".join(lines)


def markdown_of_change(each: LocatedChange) -> Iterator[str]:
    """One change as an item of a list."""
    change = each.change
    note = f" {change.note}" if change.note else ""
    place = f"`{each.position}`"
    yield f"- **{escaped(change.sentence)}** ({whom(change)}) {place}{escaped(note)}"
    for witness in shown_witnesses(change):
        yield ""
        yield "  ```text"
        yield from (f"  {line}" for line in witness_lines(witness))
        yield "  ```"
        yield ""


def escaped(text: str) -> str:
    """A text in which Markdown finds no HTML; its backticks are ours."""
    return text.replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")
