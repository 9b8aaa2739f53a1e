"""A comparison for a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

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
from spec_review.simulation.wording import witness_lines

LARGEST: Final = 60_000
"""How many letters a comment may have; code hosts refuse more than 65,536."""

MOST: Final = 25
"""How many entries of one verdict are told; the rest is counted."""


def to_markdown(report: Report) -> str:
    """The comparison as a comment; what does not fit is counted."""
    head = ["### What `" + report.new.name + "` changes", "", escaped(summary(report)), ""]
    parts = ["\n".join(head)]
    left = LARGEST - len(parts[0]) - 200
    for verdict in VERDICTS:
        found = [entry for entry in report.told if entry.verdict(report.parties) == verdict]
        if not found:
            continue
        title = f"{heading(verdict, report.parties)} ({len(found)})"
        is_long = verdict == "safe"
        items: list[str] = []
        for entry in found[:MOST]:
            item = "\n".join(markdown_of_entry(entry))
            if len(item) > left:
                break
            left -= len(item) + 1
            items.append(item)
        if len(items) < len(found):
            items.append(f"- and {len(found) - len(items)} more")
        opened = f"<details><summary>{title}</summary>\n" if is_long else f"#### {title}\n"
        parts.append("\n".join([opened, *items, *(["", "</details>"] if is_long else []), ""]))
    if report.accepted:
        parts.append(f"{len(report.accepted)} more are accepted.\n")
    return "\n".join(parts)


def markdown_of_entry(entry: Entry) -> Iterator[str]:
    """One entry as an item of a list."""
    change = entry.change
    note = f" {escaped(change.note)}" if change.note else ""
    there = f" {where(entry)}" if where(entry) else ""
    yield f"- **{escaped(entry.sentence)}** ({whom(change)}){there}{note}"
    before, after = values(entry)
    yield f"  {code(str(entry.old_position))} {code(before)} → {code(str(entry.position))} {code(after)}"
    yield from (f"  {code(line)}" for line in shown_lines(change, entry.parameter))
    for witness in shown_witnesses(change):
        yield ""
        yield "  ```text"
        yield from (f"  {line}" for line in witness_lines(witness))
        yield "  ```"
        yield ""


def code(text: str) -> str:
    """A text as code in which nothing of it is Markdown."""
    fence = "``" if "`" in text else "`"
    space = " " if "`" in text else ""
    return f"{fence}{space}{text.replace(chr(10), ' ')}{space}{fence}"


def escaped(text: str) -> str:
    """A text in which Markdown finds no HTML; its backticks are ours."""
    return text.replace("<", "&lt;").replace("*", "\\*").replace("\n", " ")
