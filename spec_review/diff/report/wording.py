"""A change in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, get_args

from spec_review.diff.changes import Change
from spec_review.diff.report.entries import Entry, with_name
from spec_review.diff.report.report import Report
from spec_review.diff.schemas.wording import name_of
from spec_review.diff.verdicts import PARTIES, PARTNERS, Verdict
from spec_review.output.review import counted
from spec_review.output.wording import first_few, joined
from spec_review.simulation.life_wording import life_lines
from spec_review.simulation.witness import Witness

WHO: Final[Mapping[str, str]] = {
    "sender": "a partner who sends",
    "reader": "a partner who reads",
    "provider": "a provider",
}

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
"""The verdicts, the worst first."""


def heading(verdict: Verdict, parties: Sequence[str]) -> str:
    """What stands above the entries of a verdict: `Breaking for partners`."""
    if set(parties) == set(PARTNERS):
        return f"{verdict.capitalize()} for partners"
    if set(parties) == set(PARTIES):
        return f"{verdict.capitalize()} for anybody"
    return f"{verdict.capitalize()} for {joined(WHO[party] for party in parties)}"


def summary(report: Report) -> str:
    """How many changes of each verdict there are, in one line."""
    accepted = f"; {counted(len(report.accepted), 'change')} accepted" if report.accepted else ""
    if not report.entries:
        return f"Nothing else changed{accepted}." if accepted else "Nothing changed."
    counts = ", ".join(f"{len(report.of(verdict))} {verdict}" for verdict in VERDICTS)
    shown = sum(entry.change.is_behavioural for entry in report.entries)
    batches = f"; {shown} shown by a batch that ends otherwise" if shown else ""
    whom_ = heading("safe", report.parties).partition(" ")[2]
    number = counted(len(report.entries), "change")
    return f"{number}, {whom_} {counts}{batches}{accepted}."


def whom(change: Change) -> str:
    """Whom the change concerns: `breaking for a partner who sends; unclear for a provider`."""
    counts = []
    for verdict in ("breaking", "unclear"):
        who = [WHO[party] for party in PARTIES if change.verdicts.of(party) == verdict]
        if who:
            everyone = "everyone" if len(who) == len(PARTIES) else " and ".join(who)
            counts.append(f"{verdict} for {everyone}")
    return "; ".join(counts) or "safe for all"


def where(entry: Entry) -> str:
    """The operations that an entry touches, by name or by number; "" when none."""
    names = entry.operations
    if not names:
        return ""
    return f"in {first_few(names)}" if len(names) <= 3 else f"in {len(names)} operations"


def values(entry: Entry) -> tuple[str, str]:
    """The value before and after, each with its place; `nothing` where there is none."""
    before = entry.before or "nothing"
    after = entry.after or "nothing"
    return before, after


def shown_witnesses(change: Change) -> tuple[Witness, ...]:
    """The witnesses that are worth a reader's time: the shortest one."""
    return change.witnesses[:1]


LONGEST_TEXT: Final = 40
"""How many letters of a text are told."""

LONGEST_SHOWN: Final = 200
"""How many letters of a value are told in a line."""


def shown_lines(change: Change, parameter: str = "") -> Iterator[str]:
    """The values that show a change, in a line each, and the steps after which a resource stands otherwise."""
    for shown in change.shown:
        value = in_short(shown.value)
        name = with_name(name_of(shown.new), parameter)
        told = (
            "is taken now, it was refused" if shown.is_taken_now else "is refused now, it was taken"
        )
        yield f"{at_member(change, shown.value)}{value} for {name} {told}"
    for story in change.stories:
        yield from life_lines(story)


def in_short(value: object) -> str:
    """A value in a line; of a long text its beginning and its length, which is what it shows."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return f"{json.dumps(value[: LONGEST_TEXT // 2], ensure_ascii=False)}... ({len(value)} characters)"
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= LONGEST_SHOWN else f"{written[:LONGEST_SHOWN]} ..."


def at_member(change: Change, value: object) -> str:
    """What to look for in a value that shows a change of a member, which may be far down in it."""
    if not change.kind.startswith("member-") or not isinstance(value, dict):
        return ""
    return f"{'with' if change.member in value else 'without'} `{change.member}`: "
