"""What is broken at the root of a submission is told once, and nothing else is asked of it."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler

import pytest

from contract_tests.judging.mode import Mode
from contract_tests.judging.session import Session
from contract_tests.scenarios.first_look import first_look
from tests.contract_tests.contracts import CLIENT, V2
from tests.contract_tests.plain_servers import Act, answer, granting, serving
from tests.contract_tests.sessions import process_of


def accepting(identifier: str, code: int = 202) -> Act:
    """Return what takes every submission under one id, and has nothing else."""

    def acting(handler: BaseHTTPRequestHandler) -> None:
        if handler.command == "GET":
            answer(handler, 404)
            return
        uri = f"{handler.path}/Status/{identifier}"
        told = {"status_check_id": identifier, "status_check_uri": uri}
        answer(handler, code, json.dumps(told).encode())

    return granting(acting)


def looked_at(act: Act) -> tuple[Session, list[str]]:
    with serving(act) as (base_url, _):
        session = process_of(V2, base_url, mode=Mode.DOCUMENTED).session(V2)
        first_look(session)
    return session, [one.requirement.id for one in session.findings.take()]


def test_an_answer_of_another_form_is_told_once_and_hides_nothing_behind_it() -> None:
    session, found = looked_at(accepting("x" * 3000))
    assert {"answer.documented", "submission.status-uri"} <= set(found)
    assert session.why_not(CLIENT)
    assert (CLIENT.id, 202) in session.asking.undocumented


def asking_for_keys(handler: BaseHTTPRequestHandler) -> None:
    """Refuse whatever is sent without a key, and accept anything else."""
    if handler.command == "POST" and "Idempotency-Key" not in handler.headers:
        answer(handler, 400)
    else:
        accepting("x")(handler)


@pytest.mark.parametrize(
    ("act", "needed"),
    [
        (accepting("x"), False),
        (accepting("x", 400), False),
        (granting(asking_for_keys), True),
    ],
)
def test_a_key_is_needed_where_it_helps(act: Act, needed: bool) -> None:
    session, _ = looked_at(act)
    assert session.asking.needs_keys == needed
