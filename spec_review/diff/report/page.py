"""A comparison as one page, the old and the new text side by side."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from jinja2 import Environment

from openapi_documents import Document, DocumentError, Pointer, Position
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

LONGEST_LINE: Final = 240
"""How many letters of a line are shown."""

AROUND: Final = 3
"""How many lines before and after a place are shown."""

PAGE: Final = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>What {{ new }} changes</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #1d2129 }
article { border: 1px solid #d5d9e0; border-left-width: 5px; border-radius: 4px; margin: 1rem 0; padding: .6rem 1rem }
article.breaking { border-left-color: #c62828 } article.unclear { border-left-color: #e0a800 }
article.safe { border-left-color: #2e7d32 }
nav { position: sticky; top: 0; background: #fff; padding: .4rem 0; border-bottom: 1px solid #d5d9e0 }
nav a { margin-right: 1.5rem }
h2 { display: inline } h3 { font-size: 1rem; margin: 0 } h3 a { color: inherit; text-decoration: none }
article, details { scroll-margin-top: 3rem } p { margin: .2rem 0; color: #555 }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem } .sides > div { min-width: 0 }
pre { background: #f6f8fa; overflow-x: auto; padding: .5rem; margin: .3rem 0; font-size: 13px }
pre b { background: #fff0b3; font-weight: inherit; display: inline-block; min-width: 100% }
.place { font-family: monospace; font-size: 13px } @media (max-width: 50rem) { .sides { grid-template-columns: 1fr } }
</style></head><body>
<h1>What {{ new }} changes</h1><p>against {{ old }}: {{ summary }}</p>
<nav>{% for section in sections %}<a href="#{{ section.verdict }}">{{ section.heading }} ({{ section.entries | length }})</a>
{% endfor %}</nav>
{% for section in sections %}<details id="{{ section.verdict }}"{% if loop.first or section.verdict != "safe" %} open{% endif %}>
<summary><h2>{{ section.heading }} ({{ section.entries | length }})</h2></summary>
{% for entry in section.entries %}<article class="{{ section.verdict }}" id="{{ entry.fingerprint }}">
<h3><a href="#{{ entry.fingerprint }}">{{ entry.sentence }}</a></h3>
<p>{{ entry.whom }}{% if entry.where %}; {{ entry.where }}{% endif %} <code>{{ entry.rule }}</code></p>
{% if entry.note %}<p>{{ entry.note }}</p>{% endif %}
<div class="sides">{% for side in entry.sides %}<div><span class="place">{{ side.place }}</span> {{ side.value }}
<pre>{% for line in side.lines %}{% if line.is_marked %}<b>{% endif %}{{ "%5d" | format(line.number) }}  {{ line.text }}
{%- if line.is_marked %}</b>{% endif %}
{% endfor %}</pre></div>{% endfor %}</div>
{% if entry.further %}<details>
<summary>{{ entry.further | length }} further place{{ "s" if entry.further | length > 1 }}</summary>
<p class="place">
{% for place in entry.further %}{{ place }}<br>{% endfor %}</p></details>{% endif %}
{% for witness in entry.witnesses %}<pre>{{ witness }}</pre>{% endfor %}</article>
{% endfor %}</details>
{% endfor %}</body></html>
"""


@dataclass(frozen=True)
class Line:
    """One line of a document."""

    number: int
    text: str
    is_marked: bool


@dataclass(frozen=True)
class Side:
    """What stands on one side of an entry."""

    place: str
    value: str
    lines: list[Line]


@dataclass(frozen=True)
class ShownEntry:
    """An entry as the page has it."""

    fingerprint: str
    sentence: str
    whom: str
    where: str
    rule: str
    note: str
    sides: tuple[Side, Side]
    further: list[str]
    witnesses: list[str]


@dataclass(frozen=True)
class Section:
    """The entries of one verdict."""

    verdict: str
    heading: str
    entries: list[ShownEntry]


def to_html(report: Report) -> str:
    """The comparison as one page that needs nothing besides."""
    sections = [
        Section(
            verdict,
            heading(verdict, report.parties),
            [
                shown_entry(report, each)
                for each in report.told
                if each.verdict(report.parties) == verdict
            ],
        )
        for verdict in VERDICTS
    ]
    template = Environment(autoescape=True).from_string(PAGE)
    return template.render(
        new=report.new.name,
        old=report.old.name,
        summary=summary(report),
        sections=[section for section in sections if section.entries],
    )


def shown_entry(report: Report, entry: Entry) -> ShownEntry:
    """One entry with both sides of it."""
    change = entry.change
    before, after = values(entry)
    is_new_there = not change.is_removed
    return ShownEntry(
        fingerprint=entry.fingerprint,
        sentence=entry.sentence,
        whom=whom(change),
        where=where(entry),
        rule=change.rule,
        note=change.note,
        sides=(
            side(report.old, change.old, entry.old_position, before, is_marked=entry.before != ""),
            side(report.new, change.new, entry.position, after, is_marked=is_new_there),
        ),
        further=[str(each.position) for each in entry.changes[1:]],
        witnesses=[
            *shown_lines(change, entry.parameter),
            *("\n".join(witness_lines(one)) for one in shown_witnesses(change)),
        ],
    )


def side(
    document: Document, place: Pointer, position: Position, value: str, is_marked: bool
) -> Side:
    """The lines around a place."""
    try:
        lines = lines_of(document.source_of(place).text)
    except DocumentError:
        lines = ()
    first = max(0, position.line - 1 - AROUND)
    shown = lines[first : position.line + AROUND]
    return Side(
        str(position),
        value,
        [
            Line(
                number,
                clipped(line, position.column if number == position.line else 1),
                is_marked and number == position.line,
            )
            for number, line in enumerate(shown, first + 1)
        ],
    )


@lru_cache(maxsize=4)
def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text; the same few texts are asked for again and again."""
    return tuple(text.splitlines())


def clipped(line: str, column: int) -> str:
    """A line as far as one can read it: a document in one line would stand here as a whole, for each entry."""
    if len(line) <= LONGEST_LINE:
        return line
    start = max(0, column - 1 - LONGEST_LINE // 4)
    end = start + LONGEST_LINE
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
