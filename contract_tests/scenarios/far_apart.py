"""A large request in which twins, rivals and invalid items stand far apart, and across every round number."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.judging import catalogue
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Effort, Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, spelled
from contract_tests.reading.contract import Submission
from contract_tests.scenarios.letters import Letters

_LIMITS = (50, 100, 128, 256, 500, 512, 1000, 1024, 2000, 5000)
"""Likely limits of a chunk of items."""


def large_problem(session: Session, submission: Submission, size: int) -> Broken | None:
    """Play so many items, and some of them again; return what goes wrong."""
    try:
        _play(session, submission, size)
    except Broken as problem:
        return problem
    return None


def _play(session: Session, submission: Submission, size: int) -> None:
    story = session.story(Suite.LIFECYCLE)
    letters = Letters(session, submission, story.namespace)
    entries = _entries(letters, size)
    session.settle(session.submit(story, submission, entries))
    # A quick run looks at some of the records only.
    stride = max(1, size // 60) if session.plan.effort is Effort.QUICK else 1
    later = [*entries[2:12], *entries[-12:-2], *entries[2::stride]][: submission.max_items]
    plain = [replace(entry, requirement=None) for entry in later]
    session.settle(session.submit(story, submission, plain))


def _entries(letters: Letters, size: int) -> list[Entry]:
    maker, variants, prefix = letters.maker, letters.variants, letters.namespace
    entries = [spelled(maker.keyed(variants[0], f"{prefix}f{number}")) for number in range(size)]
    places = (("A", 0), ("A", size - 1), ("B", 1), ("B'", size - 2), ("C!", size // 2))
    for letter, place in places:
        if letters.knows((letter,)) and 0 <= place < size:
            entries[place] = letters.entry(letter, catalogue.BATCH_FAR)
    for number, limit in enumerate(_LIMITS):
        if limit + 5 < size - 3:
            twin = maker.keyed(variants[0], f"{prefix}t{number}")
            rival = maker.keyed(variants[1 % len(variants)], f"{prefix}r{number}")
            again = maker.keyed(variants[0], f"{prefix}r{number}")
            for place, item in (
                (limit - 3 - number, twin),
                (limit + 3, twin),
                (limit - 15 - number, rival),
                (limit + 4, again),
            ):
                entries[place] = spelled(item, catalogue.BATCH_FAR)
    return entries
