"""Stories in letters, and how they are played.

A step is one request; `b:` before it lets the other partner send it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Submitted
from contract_tests.reading.contract import Submission
from contract_tests.scenarios.letters import Letters, split
from contract_tests.scenarios.records import look_again

STORIES: tuple[tuple[str, ...], ...] = (
    ("A",),
    ("A, A",),
    ("A, A, A",),
    ("A, A, A, A",),
    ("A, A'",),
    ("A', A",),
    ("A, A', A''",),
    ("A, A, A'",),
    ("A, A', A",),
    ("A, B, A', B",),
    ("A, B, B', A", "B", "A"),
    ("A!",),
    ("A!, A!",),
    ("A!, A!!",),
    ("A, A!",),
    ("A!, A",),
    ("A!, A, A",),
    ("A!, B",),
    ("A, B!, C, D!, E",),
    ("B, A!, A!, C, C",),
    ("A!, B, B'",),
    ("A", "A, B!", "A, B, B'"),
    ("A", "A"),
    ("A", "A", "A"),
    ("A", "A'"),
    ("A", "A'", "A"),
    ("A", "A'", "A'"),
    ("A", "A, A"),
    ("A", "A, A'"),
    ("A", "A', A'"),
    ("A", "A, A'", "A"),
    ("A", "A!"),
    ("A", "A!", "A"),
    ("A", "A, A!"),
    ("A", "B, A, C", "C, B"),
    ("A, B, C", "C", "A", "B"),
    ("A, A'", "A"),
    ("A, A'", "A'"),
    ("A, A', A''", "A''"),
    ("A, A'", "A", "A'"),
    ("A!", "A"),
    ("A!", "A!"),
    ("A!, A!!", "A"),
    ("A, A!", "A"),
    ("A!", "A", "A!"),
    ("?",),
    ("?, ?",),
    ("?, A, ?", "A, ?"),
    ("?, ??",),
    ("?", "??, A, ?"),
    ("A, A~",),
    ("A", "A~"),
    ("A, B, A~, B'",),
    ("A, B, C, D, E, F, A",),
    ("A, B, C, D, E, F, A'",),
    ("A, A", "A, B", "B"),
)
OTHER_STORIES: tuple[tuple[str, ...], ...] = (
    ("b: A", "A"),
    ("b: A", "A'"),
    ("A", "b: A", "A", "b: A"),
    ("b: A, A'", "A"),
    ("A", "b: A'", "b: A"),
)


def play(session: Session, submission: Submission, steps: Sequence[str], suite: Suite) -> None:
    """Play a story, each step settled before the next; raises Broken where it goes wrong."""
    try:
        _play(session, submission, steps, suite)
    except Broken as problem:
        raise problem.but(plain=is_plain(steps)) from None


def is_plain(steps: Sequence[str]) -> bool:
    """Whether nothing but the rows is tried in a story: no other spelling of an item."""
    return not any("~" in step for step in steps)


def _play(session: Session, submission: Submission, steps: Sequence[str], suite: Suite) -> None:
    most = submission.max_items
    if most and any(len(split(one)) > most for one in steps):
        return  # no request may be that long
    story = session.story(suite)
    letters = Letters(session, submission, story.namespace)
    if not letters.knows(steps):
        return
    made: list[Submitted] = []
    seen: dict[Caller, set[str]] = {caller: set() for caller in Caller}
    for step in steps:
        caller, request = _sender(step)
        names = {letter[0] for letter in split(request)}
        entries = letters.entries(request)
        other = Caller.SECOND if caller is Caller.FIRST else Caller.FIRST
        if names & seen[other] and not names & seen[caller]:
            # New to this partner, though not to the other one.
            tried = catalogue.ACCESS_PARTNER_RECORDS
            entries = [dataclasses.replace(one, requirement=tried) for one in entries]
        seen[caller] |= names
        one = session.submit(story, submission, entries, caller)
        if submission.asynchronous:
            session.settle(one)
        made.append(one)
    look_again(session, made)


def _sender(step: str) -> tuple[Caller, str]:
    """Return who sends a step, and its request."""
    caller, _, request = step.rpartition(":")
    return Caller(caller.strip() or Caller.FIRST), request
