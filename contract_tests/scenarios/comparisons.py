"""Questions that compare two items, or two keys: in one request, and in two."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.generation import keys
from contract_tests.generation.pairs import Pair
from contract_tests.judging import catalogue
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, spelled
from contract_tests.reading.contract import Submission
from contract_tests.scenarios.questions import Question, Steps

# Twins and rivals of one key, in one request and in two: the variants of each step's items.
_OF_ONE_KEY = (((0, 0),), ((0, 1),), ((0,), (0,)), ((0,), (1,)))


def of_pair(session: Session, submission: Submission, pair: Pair, *, together: bool) -> Question:
    """Return a pair of items as a question."""
    maker = session.maker(submission)

    def ask(prefix: str) -> Steps:
        one, two = (maker.keyed(item, f"{prefix}k") for item in (pair.one, pair.two))
        requirement = catalogue.EQUALITY_VALUES
        if any(one[member] != two[member] for member in submission.lifecycle.key):
            requirement = catalogue.EQUALITY_KEY
        first = spelled(one, requirement, pair.about)
        return _steps(first, spelled(two, requirement, pair.about, pair.style), together=together)

    return Question(ask)


def _steps(one: Entry, two: Entry, *, together: bool) -> Steps:
    return [[one, two]] if together else [[one], [two]]


def of_keys(session: Session, submission: Submission) -> Iterator[Question]:
    """Yield every question about keys that are alike, neighbours, of odd forms, or no valid keys."""
    longest = session.materials.variations(submission).longest_key
    for number in range(len(keys.alike("k", longest))):
        for together in (True, False):
            yield _of_alike(session, submission, longest, number, together=together)
    maker = session.maker(submission)
    one = maker.keyed(maker.full, "ct0123456789-1-k1")
    for number in range(len(list(maker.with_other_keys(one)))):
        for together in (True, False):
            yield _of_neighbours(session, submission, number, together=together)
    if len(submission.lifecycle.key) == 1 and len(maker.variants) > 1:
        for number in range(len(keys.mistaken(""))):
            yield _of_bad_keys(session, submission, number)
    for number in range(len(keys.forms("", longest))):
        for story in _OF_ONE_KEY:
            yield _of_form(session, submission, longest, number, story)


def _of_alike(
    session: Session, submission: Submission, longest: int, number: int, *, together: bool
) -> Question:
    """Two keys that are alike; where one of them is not valid, the first alone."""
    maker = session.maker(submission)

    def ask(prefix: str) -> Steps:
        one, two = (
            spelled(maker.keyed(maker.full, key), catalogue.EQUALITY_KEY, f"key {key}")
            for key in keys.alike(prefix, longest)[number]
        )
        valid = all(maker.validity.is_valid(entry.value) for entry in (one, two))
        return _steps(one, two, together=together) if valid else [[one]]

    return Question(ask)


def _of_neighbours(
    session: Session, submission: Submission, number: int, *, together: bool
) -> Question:
    """A key of several members beside one that differs in a single one of them, or nearly."""
    maker = session.maker(submission)

    def ask(prefix: str) -> Steps:
        item = maker.keyed(maker.full, f"{prefix}k1")
        others = list(maker.with_other_keys(item))
        if number >= len(others):
            return [[spelled(item)]]
        about, other = others[number]
        one, two = (spelled(value, catalogue.EQUALITY_KEY, about) for value in (item, other))
        return _steps(one, two, together=together)

    return Question(ask)


def _of_bad_keys(session: Session, submission: Submission, number: int) -> Question:
    """Keys in one request of which at least one is no valid key, but a key all the same."""
    maker = session.maker(submission)
    (member,) = submission.lifecycle.key

    def ask(prefix: str) -> Steps:
        one, two = keys.mistaken(prefix)[number]
        items = [
            {**variant, member: key}
            for variant, key in zip(maker.variants * 2, (one, two), strict=False)
        ]
        about = f"{member} = {one!r} and {two!r}"
        requirement = None if one == two else catalogue.EQUALITY_KEY
        return [[spelled(item, requirement, about) for item in items]]

    return Question(ask)


def _of_form(
    session: Session,
    submission: Submission,
    longest: int,
    number: int,
    story: tuple[tuple[int, ...], ...],
) -> Question:
    """A story of one key in a form that servers treat in ways of their own."""
    maker = session.maker(submission)
    variants = maker.variants

    def ask(prefix: str) -> Steps:
        about, key = keys.forms(prefix, longest)[number]
        steps = [
            [
                spelled(maker.keyed(variants[one % len(variants)], key), None, f"key: {about}")
                for one in step
            ]
            for step in story
        ]
        return steps if maker.validity.is_valid(steps[0][0].value) else [steps[0][:1]]

    return Question(ask)
