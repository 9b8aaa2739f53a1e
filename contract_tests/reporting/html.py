"""The verdict as one self-contained HTML page, from the report that `report` describes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jinja2

_HEADLINES = {
    "holds": "The contract holds",
    "broken": "The contract is broken",
    "not judged": "Not judged",
}
Row = Mapping[str, object]
Rows = tuple[Row, ...]
# Coverage in reading order: the report's name, the heading, what one row stands for.
_GROUPS = (
    ("operations", "Operations", "every operation of the contract"),
    ("states", "States", "every state that an item can be in"),
    ("outcomes", "Outcome rows", "every row of the lifecycles that decided an item"),
    ("rules", "Rules", "every x-rule, by items just inside and just outside"),
    ("constraints", "Constraints", "every schema constraint of an item, inside and outside"),
    ("silences", "Silences", "every place where the sources leave a choice"),
)


@dataclass(frozen=True)
class Group:
    """One kind of coverage: its rows, and how many of them were reached."""

    id: str
    title: str
    about: str
    rows: Rows
    sided: bool

    @property
    def total(self) -> int:
        """Return how many rows there are."""
        return len(self.rows)

    @property
    def reached(self) -> int:
        """Return how many rows were reached at least once."""
        return sum(1 for row in self.rows if row.get("count"))

    @property
    def missed(self) -> Rows:
        """Return the rows that were not reached."""
        return tuple(row for row in self.rows if not row.get("count"))


@dataclass(frozen=True)
class Choice:
    """What a server did where the sources are silent; `mark` is one of four words."""

    row: Row
    mark: str


def render(report: Mapping[str, Any]) -> str:
    """Return the report as an HTML page that needs nothing but itself.

    `report` has the form of `Report`. Members that are missing are left out of the page; whatever the server sent is
    shown as text, never as markup.
    """
    coverage = report.get("coverage") or {}
    groups = tuple(_group(coverage, *one) for one in _GROUPS)
    return _ENVIRONMENT.get_template("report.html.jinja").render(
        report=report,
        headline=_HEADLINES.get(report.get("verdict", ""), "Verdict"),
        tone=str(report.get("verdict", "")).replace(" ", "-"),
        target=report.get("target") or {},
        ledger=report.get("ledger") or {},
        findings=report.get("findings") or [],
        contracts=report.get("contracts") or [],
        several=len(report.get("contracts") or []) > 1,
        groups=groups,
        choices=_choices(tuple(report.get("silences") or ())),
    )


def _group(coverage: Mapping[str, Rows], name: str, title: str, about: str) -> Group:
    rows = tuple(coverage.get(name) or ())
    return Group(name, title, about, rows, any("inside" in row for row in rows))


def _choices(rows: Rows) -> tuple[Choice, ...]:
    """Return the silences: what differs first, then what was seen, then what was not."""
    order = ("differs", "as chosen", "seen", "not seen")
    choices = [Choice(row, _mark(row)) for row in rows]
    return tuple(sorted(choices, key=lambda one: order.index(one.mark)))


def _mark(row: Row) -> str:
    if not row.get("did"):
        return "not seen"
    as_chosen = row.get("as_chosen")
    return "seen" if as_chosen is None else "as chosen" if as_chosen else "differs"


def _moment(text: str) -> str:
    """Return an ISO 8601 instant as people read it; anything else as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return text
    return moment.strftime("%d %B %Y, %H:%M:%S %Z").lstrip("0").rstrip()


def _thousands(value: object) -> str:
    """Return a number with its thousands apart by a thin space."""
    return f"{value:,}".replace(",", "\u2009") if isinstance(value, int) else str(value)


def _plural(count: int, word: str) -> str:
    """Return a count with its word: 1 finding, 2 findings."""
    return f"{_thousands(count)} {word}" if count == 1 else f"{_thousands(count)} {word}s"


_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("contract_tests.reporting"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters.update(moment=_moment, thousands=_thousands, plural=_plural)
