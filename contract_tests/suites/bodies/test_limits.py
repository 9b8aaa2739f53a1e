"""How large a request may be (docs/contracts.md#bodies)."""

from __future__ import annotations

import pytest

from contract_tests.http.messages import JSON, Request
from contract_tests.judging import catalogue
from contract_tests.judging.mode import Effort, Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import Submission
from contract_tests.scenarios.attempts import first_of_each_noted, trial
from contract_tests.scenarios.bad_bodies import MOST
from contract_tests.scenarios.valid_items import once_refused

BYTES = 10 * 1024 * 1024


def _pad(count: int) -> str:
    """Return a shell command that prints an item with so many letters."""
    return f"""python3 -c 'print("[{{\\"x_pad\\": \\"" + "a" * {count} + "\\"}}]")'"""


def test_more_than_ten_mebibytes_are_refused(session: Session, usable: Submission) -> None:
    """One item that is too long by itself."""
    if usable.operation.response(413) is None:
        pytest.skip("the contract documents no 413")
    first_of_each_noted(session, [trial(_too_long, usable)])


def _too_long(session: Session, submission: Submission) -> None:
    story, asking, operation = session.story(Suite.BODIES), session.asking, submission.operation
    good = once_refused(session, submission, story, "k")
    body = f'[{good.text[:-1]}, "x_pad": "{"a" * BYTES}"}}]'.encode()
    request = Request(operation.method, operation.path, JSON, body, _pad(BYTES))
    asked = asking.ask(story, operation, request, "more than 10 MiB")
    asking.require_refused(asked, catalogue.BODY_TOO_LARGE, (413,))
    session.settle(session.submit(story, submission, [good]))


def test_the_largest_array_is_accepted(session: Session, usable: Submission) -> None:
    """Exactly as many items as the contract allows."""
    if usable.max_items is None or usable.max_items > MOST:
        pytest.skip("the contract sets no limit that is tried")
    if session.plan.effort is Effort.QUICK:
        pytest.skip("not in a quick run")
    count = usable.max_items
    body = b"[" + b",".join([b"{}"] * count) + b"]"
    recipe = f"""python3 -c 'print("[" + ",".join(["{{}}"] * {count}) + "]")'"""
    act = trial(_accepted, usable, body, recipe, f"{count} empty items")
    first_of_each_noted(session, [act])


def test_a_body_just_within_the_limit_is_accepted(session: Session, usable: Submission) -> None:
    """One item of nearly 10 MiB; what becomes of it is another matter."""
    if usable.operation.response(413) is None:
        pytest.skip("the contract documents no 413")
    if session.plan.effort is Effort.QUICK:
        pytest.skip("not in a quick run")
    size = BYTES - 1024
    body = f'[{{"x_pad": "{"a" * size}"}}]'.encode()
    sent = f"a body of {len(body)} bytes"
    first_of_each_noted(session, [trial(_accepted, usable, body, _pad(size), sent)])


def _accepted(
    session: Session, submission: Submission, body: bytes, recipe: str, sent: str
) -> None:
    story, operation = session.story(Suite.BODIES), submission.operation
    request = Request(operation.method, operation.path, JSON, body, recipe)
    asked = session.asking.ask(story, operation, request, sent)
    if asked.reply.status >= 400:
        expected = str(operation.success)
        raise session.asking.breaks(asked, catalogue.BODY_LARGEST, expected)
