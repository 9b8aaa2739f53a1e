"""The day on which an operation is switched off (`x-sunset`, as RFC 8594 means it).

What is announced may go on its day and not before; the day may be put off and not brought forward.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from spec_review.diff.changes import Change
from spec_review.diff.operations.context import Context
from spec_review.diff.operations.pairs import OperationPair
from spec_review.diff.verdicts import BOTH, SAFE, UNCLEAR_SENDER, Verdicts
from spec_review.reading.values import text


def sunset_of(value: Mapping[str, object]) -> date | None:
    """The announced day, None when there is none that can be read."""
    try:
        return date.fromisoformat(text(value.get("x-sunset"))[:10])
    except ValueError:
        return None


def sunset_changes(pair: OperationPair, context: Context) -> Iterator[Change]:
    """A day that is announced, or another one."""
    before, after = pair.old.value.get("x-sunset"), pair.new.value.get("x-sunset")
    if before == after:
        return
    was, now = sunset_of(pair.old.value), sunset_of(pair.new.value)
    sentence = f"{pair.name} is switched off on {after or 'no day'} now"
    sentence += f", it was {before}" if before is not None else ""
    verdicts = verdicts_of(was, now, context.today)
    yield pair.change("sunset-changed", sentence, verdicts, *pair.at("x-sunset"))


def verdicts_of(was: date | None, now: date | None, today: date) -> Verdicts:
    """What it is for whom that the day is another one."""
    if now is None:
        return SAFE
    if was is not None:
        return BOTH if now < was else SAFE
    return UNCLEAR_SENDER if now > today else BOTH
