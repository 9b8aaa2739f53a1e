"""The item that all variations vary: how a server refuses it as it stands, if it does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from contract_tests.generation.variations import Variation
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import spelled
from contract_tests.reading import requirements
from contract_tests.reading.contract import Submission
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.scenarios.attempts import attempted
from contract_tests.scenarios.validity_questions import BATCH

_ITEM = requirements.constraint("item")


def refused(session: Session, submission: Submission, every: Sequence[Variation]) -> Broken | None:
    """Return how the plain item is refused, by the requirement that a variation of it shows."""
    if session.dry:
        return None
    problem = _sent_alone(session, submission, _ITEM)
    if problem is None or problem.finding.requirement != _ITEM:
        return None  # others are found, and told in small, on the way
    named = _sent_alone(session, submission, _shown(session, submission, every))
    return problem if named is None else named


def _shown(session: Session, submission: Submission, every: Sequence[Variation]) -> Requirement:
    """Return what most of the variations have in common that the server saves."""
    told = [one for one in every if one.keyed and not one.length]
    saved = Counter(one.requirement for one in _saved(session, submission, told))
    votes = sorted(saved, key=lambda one: (one.kind is not Kind.RULE, -saved[one]))
    shown = next((one for one in votes if one != _ITEM), _ITEM)
    if shown.kind is Kind.RULE:
        return shown
    # What another submission showed of a rule that is asked here too.
    maker = session.maker(submission)
    asked = map(requirements.rule, sorted(maker.validity.rules_asked(maker.full)))
    return next((one for one in asked if session.knows(one)), shown)


def _sent_alone(
    session: Session, submission: Submission, requirement: Requirement
) -> Broken | None:
    return attempted(partial(_send_alone, session, submission, requirement))


def _send_alone(session: Session, submission: Submission, requirement: Requirement) -> None:
    story, maker = session.story(Suite.RULES), session.maker(submission)
    item = maker.keyed(maker.full, f"{story.namespace}k")
    session.settle(session.submit(story, submission, [spelled(item, requirement, "a valid item")]))


def _saved(
    session: Session, submission: Submission, every: Sequence[Variation]
) -> Iterator[Variation]:
    """Yield the variations that the server saves, whatever is right."""
    maker = session.maker(submission)
    size = min(BATCH, submission.max_items or BATCH)
    for start in range(0, len(every), size):
        batch = every[start : start + size]
        story = session.story(Suite.RULES)
        entries = [
            spelled(maker.keyed(one.item, f"{story.namespace}v{number}"))
            for number, one in enumerate(batch)
        ]
        try:
            made = session.begin(story, submission, entries)
            session.mismatches(made)
        except Broken:
            return
        for one, state in zip(batch, made.states, strict=True):
            if state in submission.lifecycle.saving:
                yield one
