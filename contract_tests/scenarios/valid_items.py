"""A valid item of a story, and what is sent of it."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.judging import catalogue
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, Story, spelled
from contract_tests.reading.contract import Submission


def valid(
    session: Session, submission: Submission, story: Story, name: str, variant: int = 0
) -> Entry:
    """Return a valid item whose key ends with a name."""
    maker = session.maker(submission)
    item = maker.variants[variant % len(maker.variants)]
    return spelled(maker.keyed(item, f"{story.namespace}{name}"))


def once_refused(
    session: Session, submission: Submission, story: Story, name: str, variant: int = 0
) -> Entry:
    """Return a valid item that stands in a request that is refused: nothing of it may be kept."""
    entry = valid(session, submission, story, name, variant)
    about = "it stood in a refused request before"
    return replace(entry, requirement=catalogue.BODY_NOTHING_KEPT, about=about)
