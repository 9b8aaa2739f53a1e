"""What is played on both servers: the same stories, items and requests, by the same seed, with keys of each run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from contract_tests.compare.requests import requests
from contract_tests.compare.seen import Played, Seen
from contract_tests.generation.variations import Variation
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.acceptance import is_accepted
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Step, Story, Submitted, listed, spelled
from contract_tests.reading import requirements
from contract_tests.reading.contract import Submission
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.silences import Topic
from contract_tests.scenarios.letters import Letters, split
from contract_tests.scenarios.stories import OTHER_STORIES, STORIES
from contract_tests.scenarios.validity_questions import thinned

_LETTERS = ("A", "A'", "A''", "A!", "B", "B'", "C", "?")
_TOGETHER = 60  # variations of an item in one request


@dataclass(frozen=True)
class Play:
    """One play; `follows` says that each point of it follows from those before."""

    act: Callable[[Session], Played]
    follows: bool


def plays(session: Session) -> Iterator[Play]:
    """Yield what is played, as the materials of a session allow; every session can play it."""
    for submission in session.contract.submissions:
        if session.maker(submission).usable:
            for steps in _stories(session):
                yield Play(_story(submission, steps), follows=True)
            yield from _variations(session, submission)
    for request in requests(session):
        yield Play(request, follows=False)


def _stories(session: Session) -> Iterator[tuple[str, ...]]:
    effort = session.plan.effort
    yield from STORIES[:: effort.pick(3, 1, 1)]
    if len(session.callers) > 1:
        yield from OTHER_STORIES
    chance = random.Random(session.plan.seed)  # noqa: S311 - repeatable, not secret
    for _ in range(effort.pick(4, 20, 100)):
        steps = range(chance.randint(1, 3))
        yield tuple(", ".join(chance.choices(_LETTERS, k=chance.randint(1, 4))) for _ in steps)


def _story(submission: Submission, steps: Sequence[str]) -> Callable[[Session], Played]:
    def act(session: Session) -> Played:
        story = session.story(Suite.LIFECYCLE)
        letters = Letters(session, submission, story.namespace)
        most = submission.max_items
        if not letters.knows(steps) or (most and any(len(split(one)) > most for one in steps)):
            return Played(())
        seen: list[Seen] = []
        for step in steps:
            caller, _, request = step.rpartition(":")
            asker = Caller(caller.strip() or Caller.FIRST)
            seen += _submitted(
                session, story, Step(submission, asker, tuple(letters.entries(request)))
            )
        return Played(tuple(seen), tuple(story.exchanges))

    return act


def _variations(session: Session, submission: Submission) -> Iterator[Play]:
    effort = session.plan.effort
    chosen = thinned(
        session.materials.variations(submission).all, effort.pick(1, 4, 100), session.plan.seed
    )
    most = min(_TOGETHER, submission.max_items or _TOGETHER)

    for start in range(0, len(chosen), most):
        part = chosen[start : start + most]

        def act(session: Session, part: Sequence[Variation] = part) -> Played:
            return _varied(session, submission, part)

        yield Play(act, follows=False)


def _varied(session: Session, submission: Submission, part: Sequence[Variation]) -> Played:
    story, maker = session.story(Suite.RULES), session.maker(submission)
    entries = []
    for number, one in enumerate(part):
        key = f"{story.namespace}v{number}".ljust(one.length, "x")
        item = maker.keyed(one.item, key) if one.keyed else one.item
        entries.append(spelled(item, one.requirement, one.about))
    seen = _submitted(session, story, Step(submission, Caller.FIRST, tuple(entries)))
    return Played(tuple(seen), tuple(story.exchanges))


def _submitted(session: Session, story: Story, step: Step) -> list[Seen]:
    """Return what a server makes of a submission: a code, then what became of each item."""
    operation = step.submission.operation
    try:
        asked = session.post(story, step)
        code = str(asked.reply.status)
        known = session.contract.silences
        about = tuple(
            one for one in operation.silences
            if one in known and known[one].about is Topic.ACCEPTANCE
        )  # fmt: skip
        seen = [_seen(step, catalogue.SUBMISSION_ACCEPTED, code, about)]
        if not is_accepted(operation, asked.reply.status, session.freedom):
            return seen
        made = session.accepted(asked, step)
        session.mismatches(made)
    except Broken as problem:
        return [_seen(step, problem.finding.requirement, problem.finding.came[:80])]
    return [*seen, *(_of_item(session, made, number) for number in range(len(step.entries)))]


def _seen(step: Step, requirement: Requirement, told: str, silences: tuple[str, ...] = ()) -> Seen:
    return Seen(requirement, told, step.submission.id, listed(step.entries), silences)


def _of_item(session: Session, made: Submitted, number: int) -> Seen:
    """Return what became of an item, under the row that decides it or what it was sent to try."""
    entry = made.entries[number]
    row = made.allowed[number].strict if made.allowed else made.submission.lifecycle.rows[-1]
    requirement = requirements.outcome(row.when).worded(
        f"When {row.when.meaning}: {row.then}", row.source
    )
    silences = row.silences
    alone = row.when in {Condition.INVALID, Condition.OTHERWISE}
    if alone and entry.requirement is not None:
        requirement = entry.requirement
    if row.when is Condition.INVALID:
        faults = session.maker(made.submission, made.caller).validity.faults(entry.value)
        silences += tuple(name for fault in faults for name in fault.silences)
    about = f"{_place(made, number)}{entry.text}" + (f" ({entry.about})" if entry.about else "")
    return Seen(requirement, made.states[number], made.submission.id, about, silences)


def _place(made: Submitted, number: int) -> str:
    count = len(made.entries)
    return f"item {number + 1} of {count}: " if count > 1 else ""
