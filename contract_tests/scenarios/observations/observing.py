"""Looks at a silence in every way that can show it."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.judging.coverage import Behaviour
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.silences import Silence
from contract_tests.scenarios.observations.topics import ANY, LOOKS, Look


def behaviours(session: Session, silence: Silence) -> Iterator[Behaviour]:
    """Yield what a server does where a silence applies."""
    for look in LOOKS.get(silence.about, ANY) if silence.about else ANY:
        yield from _looked(session, silence, look)


def _looked(session: Session, silence: Silence, look: Look) -> list[Behaviour]:
    """Look with the first submission that shows something, those first that name the silence."""
    for submission in sorted(session.usable, key=lambda one: silence.id not in one.silences):
        try:
            seen = list(look(session, submission, silence))
        except Broken as problem:
            seen = [Behaviour(f"it broke {problem.finding.requirement.id}", None)]
        if seen:
            return seen
    return []
