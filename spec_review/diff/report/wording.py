"""A change in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Final

from spec_review.diff.changes import Change
from spec_review.diff.comparison import Diff
from spec_review.diff.schemas.wording import name_of
from spec_review.diff.verdicts import PARTIES, PARTNERS, Verdict
from spec_review.simulation.witness import Witness

WHO: Final[Mapping[str, str]] = {
    "sender": "a partner who sends",
    "reader": "a partner who reads",
    "provider": "a provider",
}


HEADINGS: Final[Mapping[Verdict, str]] = {
    "breaking": "Breaking for partners",
    "unclear": "Unclear for partners",
    "safe": "Safe for partners",
}


def summary(diff: Diff) -> str:
    """How many changes of each verdict there are, in one line."""
    if not diff.changes:
        return "Nothing changed."
    counts = ", ".join(f"{len(diff.of(verdict, PARTNERS))} {verdict}" for verdict in HEADINGS)
    shown = sum(each.change.is_behavioural for each in diff.changes)
    batches = f"; {shown} shown by a batch that ends otherwise" if shown else ""
    count = "1 change" if len(diff.changes) == 1 else f"{len(diff.changes)} changes"
    return f"{count}, for partners {counts}{batches}."


def whom(change: Change) -> str:
    """Whom the change concerns: `breaking for a partner who sends; unclear for a provider`."""
    counts = []
    for verdict in ("breaking", "unclear"):
        who = [WHO[party] for party in PARTIES if change.verdicts.of(party) == verdict]
        if who:
            everyone = "everyone" if len(who) == len(PARTIES) else " and ".join(who)
            counts.append(f"{verdict} for {everyone}")
    return "; ".join(counts) or "safe for all"


def shown_witnesses(change: Change) -> tuple[Witness, ...]:
    """The witnesses that are worth a reader's time: the shortest one."""
    return change.witnesses[:1]


LONGEST_SHOWN: Final = 200
"""How many letters of a value are told in a line."""


def shown_lines(change: Change) -> Iterator[str]:
    """The values that show a change, in a line each."""
    for shown in change.shown:
        value = json.dumps(shown.value, ensure_ascii=False)
        value = value if len(value) <= LONGEST_SHOWN else f"{value[:LONGEST_SHOWN]} ..."
        name = name_of(shown.new)
        told = (
            "is taken now, it was refused" if shown.is_taken_now else "is refused now, it was taken"
        )
        yield f"{value} for {name} {told}"
