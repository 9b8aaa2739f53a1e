"""A report as Markdown, for the summary of a step in a pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator

from contract_tests.reporting.report import FoundRow, Report
from contract_tests.reporting.text import shortened

_MOST = 50  # findings; a summary has a limit of its own
_MARKS = {"holds": "\u2705", "broken": "\u274c", "not judged": "\u26a0\ufe0f"}


def render(report: Report) -> str:
    """Return a report as Markdown; what a server sent stands as text in it, never as markup."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"### {_MARKS[report['verdict']]} {_text(report['sentence'])}"
    yield ""
    if report["findings"]:
        yield "| Rule | What | Operations | Came | Standing |"
        yield "|---|---|---|---|---|"
    for one in report["findings"][:_MOST]:
        yield f"| {' | '.join(_cells(one))} |"
    if len(report["findings"]) > _MOST:
        yield f"\n{len(report['findings']) - _MOST} more findings stand in the report."
    for known in report["baseline"]["mended"]:
        told = f"{known['rule']} at {known['operation']}"
        yield f"\nMended: {_text(told)}; take it off the baseline."
    for note in report["notes"]:
        yield f"\nNote: {_text(note)}"


def _cells(one: FoundRow) -> Iterator[str]:
    yield _text(one["rule"])
    yield _text(one["sentence"])
    yield _text(", ".join(one["operations"]))
    yield _text(shortened(one["came"], 200))
    yield _text(": ".join(filter(None, (one["standing"], one["reason"]))))


def _text(text: str) -> str:
    """Return a text with all punctuation that Markdown or HTML might read escaped."""
    return re.sub(r"([\\`*_{}\[\]<>#|&~!()$@])", r"\\\1", text)
