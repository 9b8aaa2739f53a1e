"""Idempotency keys: the first answer again, and nothing submitted twice (docs/contracts.md#idempotency)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import pytest

from contract_tests.generation.keys import in_digits, numerals
from contract_tests.http.messages import JSON, Reply, Request
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.asking import Asked
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Entry, Step, Story
from contract_tests.reading.contract import Submission
from contract_tests.reading.equality import canonical
from contract_tests.reading.silences import OtherRetry
from contract_tests.scenarios.attempts import each_noted, trial
from contract_tests.scenarios.valid_items import once_refused, valid

LONGEST = 255  # characters of a key


def test_an_idempotency_key_makes_a_retry_safe(session: Session, usable: Submission) -> None:
    """The first answer again, before and after it is settled; nothing is submitted twice."""
    header = usable.operation.key_header
    if header is None:
        pytest.skip("the submission takes no idempotency key")
    if _judges_anew(session, usable, header):
        return
    every = (_repeat, _reuse, _other_operation, _separate, _alike, _kept, _refused_first)
    each_noted(session, [trial(one, usable, header) for one in every])


def _judges_anew(session: Session, submission: Submission, header: str) -> bool:
    """Whether a server takes a repeat for a submission of its own, as a silence may leave open."""
    free = [silence for silence, one in session.freedom.open(OtherRetry) if one.repeat == "anew"]
    if not free:
        return False
    story = session.story(Suite.BODIES)
    entries, headers = [valid(session, submission, story, "k1")], {header: _key(story)}
    try:
        first = session.submit(story, submission, entries, headers=headers)
        session.settle(first)
        again = _posted(session, story, submission, entries, headers)
        anew = again.reply.status == first.reply.status and again.reply.body != first.reply.body
        if anew:
            _accepted(session, again, submission, entries)
    except Broken:
        return False
    for silence in free if anew else ():
        session.coverage.saw(silence, "a repeat is judged anew", as_chosen=False)
    return anew


def _key(story: Story) -> str:
    return f"{story.namespace}key"


def _posted(
    session: Session,
    story: Story,
    submission: Submission,
    entries: Sequence[Entry],
    headers: dict[str, str],
) -> Asked:
    return session.post(story, Step(submission, Caller.FIRST, tuple(entries)), headers)


def _accepted(
    session: Session, asked: Asked, submission: Submission, entries: Sequence[Entry]
) -> None:
    step = Step(submission, Caller.FIRST, tuple(entries))
    session.settle(session.accepted(asked, step))


def _repeat(session: Session, submission: Submission, header: str) -> None:
    story = session.story(Suite.BODIES)
    entries, headers = [once_refused(session, submission, story, "k1")], {header: _key(story)}
    made = session.submit(story, submission, entries, headers=headers)
    again = _posted(session, story, submission, entries, headers)
    _require_same(session, made.reply, again)
    session.settle(made)
    again = _posted(session, story, submission, entries, headers)
    _require_same(session, made.reply, again)
    if submission.asynchronous:
        session.poll(made)
        session.advance(story, 3600)
        session.poll(made)


def _require_same(session: Session, first: Reply, again: Asked) -> None:
    same = again.reply.status == first.status
    if same:
        try:
            same = canonical(again.reply.json()) == canonical(first.json())
        except ValueError:
            same = False
    if not same:
        raise session.asking.breaks(again, catalogue.IDEMPOTENCY_REPEAT, first.told)


def _reuse(session: Session, submission: Submission, header: str) -> None:
    story = session.story(Suite.BODIES)
    headers = {header: _key(story)}
    first = [once_refused(session, submission, story, name) for name in ("k1", "k3")]
    made = session.submit(story, submission, first, headers=headers)
    other = once_refused(session, submission, story, "k2")
    changed = [once_refused(session, submission, story, name, variant=1) for name in ("k1", "k3")]
    for body in ([other], [*first, other], first[::-1], changed, [other]):
        asked = _posted(session, story, submission, body, headers)
        session.asking.require_refused(asked, catalogue.IDEMPOTENCY_REUSE, (422,))
        session.settle(made)
    session.settle(session.submit(story, submission, [other]))


def _other_operation(session: Session, submission: Submission, header: str) -> None:
    for other in session.usable:
        if other.id == submission.id or other.operation.key_header is None:
            continue
        story = session.story(Suite.BODIES)
        entries, headers = [once_refused(session, submission, story, "k1")], {header: _key(story)}
        made = session.submit(story, submission, entries, headers=headers)
        asked = _posted(session, story, other, entries, headers)
        session.asking.require_refused(asked, catalogue.IDEMPOTENCY_REUSE, (422,))
        session.settle(made)


def _alike(session: Session, submission: Submission, header: str) -> None:
    """Keys are compared exactly, the whole of them: 255 characters are allowed."""
    story = session.story(Suite.BODIES)
    key = _key(story)
    long = key.ljust(LONGEST - 1, "x")
    answers: list[bytes] = []
    tried = [key, key.swapcase(), f"{long}1", f"{long}2", f"{key}0"]
    tried += chain.from_iterable(numerals(in_digits(key)))
    for number, one in enumerate(dict.fromkeys(tried)):
        entries = [once_refused(session, submission, story, f"k{number}")]
        asked = _posted(session, story, submission, entries, {header: one})
        if asked.reply.status == 422 or asked.reply.body in answers:
            expected = "a submission of its own"
            raise session.asking.breaks(asked, catalogue.IDEMPOTENCY_EXACT, expected)
        answers.append(asked.reply.body)
        _accepted(session, asked, submission, entries)
    entries = [once_refused(session, submission, story, "longer")]
    asked = _posted(session, story, submission, entries, {header: f"{long}12"})
    session.asking.require_refused(asked, catalogue.IDEMPOTENCY_EXACT, (400,))


def _kept(session: Session, submission: Submission, header: str) -> None:
    """A key is known after many other keys were used."""
    story = session.story(Suite.BODIES)
    entries = [once_refused(session, submission, story, "k")]
    made = session.submit(story, submission, entries, headers={header: _key(story)})
    for number in range(session.plan.effort.pick(8, 25, 120)):
        other = once_refused(session, submission, story, f"m{number}")
        session.submit(story, submission, [other], headers={header: f"{_key(story)}{number}"})
    again = _posted(session, story, submission, entries, {header: _key(story)})
    _require_same(session, made.reply, again)


def _refused_first(session: Session, submission: Submission, header: str) -> None:
    """Nothing is kept of a refused request, its key neither."""
    story, operation = session.story(Suite.BODIES), submission.operation
    headers = {header: _key(story)}
    request = Request(operation.method, operation.path, {**JSON, **headers}, b"[")
    told = "an array that is not closed, with a key"
    refused = session.asking.ask(story, operation, request, told)
    session.asking.require_refused(refused, catalogue.BODY_MALFORMED, (400,))
    entries = [valid(session, submission, story, "k")]
    asked = _posted(session, story, submission, entries, headers)
    if asked.reply.status >= 400:
        expected = str(operation.success)
        raise session.asking.breaks(asked, catalogue.BODY_NOTHING_KEPT, expected)
    _accepted(session, asked, submission, entries)


def _separate(session: Session, submission: Submission, header: str) -> None:
    """Other keys, and no key, are submissions of their own."""
    story = session.story(Suite.BODIES)
    entry = valid(session, submission, story, "k1")
    for headers in ({header: _key(story)}, {header: _key(story) + "2"}, {}, {}):
        session.settle(session.submit(story, submission, [entry], headers=headers))
