"""Partners who must not meet (docs/lifecycle.md#partners)."""

from __future__ import annotations

import pytest

from contract_tests.http.messages import Request
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Step, record_path
from contract_tests.reading.contract import Operation, Submission
from contract_tests.scenarios.attempts import each_noted, first_noted, first_of_each_noted, trial
from contract_tests.scenarios.letters import Letters
from contract_tests.scenarios.records import is_readable, look_again, read


def test_another_partners_submission_is_not_found(session: Session, usable: Submission) -> None:
    """Neither its status, before and after the end, nor its records."""
    if len(session.callers) < 2:
        pytest.skip("no second partner was given")
    first_of_each_noted(session, [trial(_looked_at_by_another, usable)])


def _looked_at_by_another(session: Session, submission: Submission) -> None:
    story, asking = session.story(Suite.ACCESS), session.asking
    letters = Letters(session, submission, story.namespace)
    made = session.submit(story, submission, letters.entries("A, B"))
    for step in range(2):
        for path in _status_paths(submission, made.status_path):
            request = Request("GET", path, caller=Caller.SECOND)
            status = submission.status or submission.operation
            asked = asking.ask(story, status, request, f"GET {path} by another partner")
            asking.require_refused(asked, catalogue.ACCESS_PARTNER_STATUS, (404,))
        if step == 0:
            session.settle(made)
    value = made.entries[0].value
    if submission.record is not None and is_readable(submission, value):
        path = record_path(submission, value)
        told = f"GET {path} by another partner"
        asked = asking.ask(story, submission.record, read(path, Caller.SECOND), told)
        asking.require_refused(asked, catalogue.ACCESS_PARTNER_RECORDS, (404,))
    look_again(session, [made])


def _status_paths(submission: Submission, path: str | None) -> list[str]:
    """Return the path of a status, plain and with its filter."""
    if path is None:
        return []
    parameter = submission.state_filter
    values = parameter.values[:2] if parameter else ()
    name = parameter.name if parameter else ""
    return [path, *(f"{path}?{name}={value}" for value in values)]


def test_partners_are_judged_apart(session: Session, usable: Submission) -> None:
    """The same keys of both, saved and waiting, before and after each other."""
    if len(session.callers) < 2:
        pytest.skip("no second partner was given")
    acts = [
        trial(_side_by_side, usable, theirs, ours, settled=settled)
        for theirs, ours in (("A", "A"), ("A", "A'"), ("A, A'", "A"))
        for settled in (True, False)
    ]
    first_noted(session, acts)


def _side_by_side(
    session: Session, submission: Submission, theirs: str, ours: str, *, settled: bool
) -> None:
    story, made = session.story(Suite.ACCESS), []
    for caller, request in ((Caller.SECOND, theirs), (Caller.FIRST, ours)):
        letters = Letters(session, submission, story.namespace, caller)
        entries = letters.entries(request, catalogue.ACCESS_PARTNER_RECORDS)
        made.append(session.submit(story, submission, entries, caller))
        if settled:
            session.settle(made[-1])
    for one in made:
        session.settle(one)
    look_again(session, made)


def test_idempotency_keys_belong_to_a_partner(session: Session, usable: Submission) -> None:
    """The same key of another partner, with the same body and with another."""
    header = usable.operation.key_header
    if header is None or len(session.callers) < 2:
        pytest.skip("there is no idempotency key, or no second partner")
    acts = [trial(_same_key, usable, usable.operation, header, letters) for letters in ("A", "B")]
    each_noted(session, acts)


def _same_key(
    session: Session, submission: Submission, operation: Operation, header: str, request: str
) -> None:
    story = session.story(Suite.ACCESS)
    headers = {header: f"{story.namespace}key"}
    entries = Letters(session, submission, story.namespace).entries("A")
    one = session.submit(story, submission, entries, headers=headers)
    theirs = Letters(session, submission, story.namespace, Caller.SECOND).entries(request)
    step = Step(submission, Caller.SECOND, tuple(theirs))
    asked = session.post(story, step, headers)
    same = asked.reply.body == one.reply.body and submission.asynchronous
    if asked.reply.status == 422 or same:
        expected = "a submission of its own"
        raise session.asking.breaks(asked, catalogue.IDEMPOTENCY_PARTNER, expected)
    two = session.accepted(asked, step)
    session.settle(one)
    session.settle(two)
