"""Who may do what: every operation needs a valid token, and tokens are given and refused as RFC 6749 says."""

from __future__ import annotations

import time

import pytest

from contract_tests.http.messages import JSON, Request
from contract_tests.http.partners import Caller
from contract_tests.judging import catalogue
from contract_tests.judging.acceptance import filled
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.reading.contract import NOBODY, Contract, Operation, Submission
from contract_tests.scenarios import token_requests
from contract_tests.scenarios.attempts import first_of_each_noted, trial
from contract_tests.scenarios.bad_tokens import BadToken, bad_tokens
from contract_tests.scenarios.letters import Letters

UNAUTHORIZED = 401


def _secured(contract: Contract) -> list[Operation]:
    return [one for one in contract.operations if one.secured]


def test_every_operation_needs_a_valid_token(session: Session, contract: Contract) -> None:
    """No token, and every token that is none; nothing is kept of such a request."""
    if not contract.submissions or not _secured(contract):
        pytest.skip("the contract has no secured submissions; the operations suite checks it")
    client = session.asking.client
    token = client.token(Caller.FIRST)
    if token is None:
        pytest.skip("no credentials were given")
    acts = [
        trial(_unauthorized, operation, bad)
        for operation in _secured(contract)
        for bad in bad_tokens(token, client.partners.first)
    ]
    first_of_each_noted(session, acts)


def _unauthorized(session: Session, operation: Operation, bad: BadToken) -> None:
    story, asking = session.story(Suite.ACCESS), session.asking
    submissions = session.contract.submissions
    submission = next((one for one in submissions if one.id == operation.id), None)
    body, headers = None, dict(bad.headers)
    if submission is not None and not session.why_not(submission):
        entry = Letters(session, submission, story.namespace).entry("A")
        body, headers = f"[{entry.text}]".encode(), {**JSON, **bad.headers}
    path = filled(operation.path, NOBODY)
    request = Request(operation.method, path, headers, body, caller=None)
    asked = asking.ask(story, operation, request, f"{request.told} with {bad.about}")
    asking.require_refused(asked, catalogue.ACCESS_TOKEN, bad.statuses)
    if asked.reply.status == 400:
        return
    if submission is not None and not bad.headers and body is not None:
        letters = Letters(session, submission, story.namespace)
        kept = letters.entry("A", catalogue.BODY_NOTHING_KEPT)
        session.settle(session.submit(story, submission, [kept]))
    if asked.reply.status != UNAUTHORIZED:
        return  # another refusal, where one is left open, asks for nothing
    challenge = asked.reply.headers.get("www-authenticate", "")
    if not challenge.lower().startswith("bearer"):
        came = f"WWW-Authenticate: {challenge or '(none)'}"
        raise asking.breaks(
            asked, catalogue.ACCESS_CHALLENGE, "WWW-Authenticate: Bearer", came=came
        )


def test_a_real_status_is_not_shown_without_a_token(session: Session, usable: Submission) -> None:
    """Not even to who knows its id."""
    if usable.status is None or session.asking.client.token(Caller.FIRST) is None:
        pytest.skip("there is no status to read, or no credentials")
    first_of_each_noted(session, [trial(_status_without_token, usable, usable.status)])


def _status_without_token(session: Session, submission: Submission, status: Operation) -> None:
    story, asking = session.story(Suite.ACCESS), session.asking
    entries = Letters(session, submission, story.namespace).entries("A")
    path = session.submit(story, submission, entries).status_path or ""
    for headers in ({}, {"Authorization": "Bearer unknown"}):
        request = Request("GET", path, headers, caller=None)
        asked = asking.ask(story, status, request, f"GET {path} without a valid token")
        asking.require_refused(asked, catalogue.ACCESS_TOKEN, (401,))


def test_an_expired_token_is_refused(session: Session, contract: Contract) -> None:
    """Where a token can be had whose end can be waited for."""
    secured = [one for one in _secured(contract) if one.method == "GET"]
    if not secured or not token_requests.can_ask(session):
        pytest.skip("no token can be fetched, or nothing needs one")
    token, life = token_requests.fresh_token(session)
    if life is None or life > token_requests.LONGEST_LIFE:
        pytest.skip(f"the tokens live too long to wait for their end ({life} s)")
    time.sleep(life + 1.2)
    first_of_each_noted(session, [trial(_with_ended_token, secured[0], token)])


def _with_ended_token(session: Session, operation: Operation, token: str) -> None:
    story, asking = session.story(Suite.ACCESS), session.asking
    path = filled(operation.path, NOBODY)
    request = Request("GET", path, {"Authorization": f"Bearer {token}"}, caller=None)
    asked = asking.ask(
        story, operation, request, f"GET {path} with a token that ended a second ago"
    )
    asking.require_refused(asked, catalogue.TOKEN_EXPIRY, (401,))


def test_tokens_are_given_and_refused_as_rfc_6749_says(
    session: Session, contract: Contract
) -> None:
    """Every way to ask, and every way to ask wrongly."""
    if contract.token_url is None or not token_requests.can_ask(session):
        pytest.skip("the contract has no token operation, or no credentials were given")
    partner = session.asking.client.partners.first
    good = [
        trial(token_requests.require_given, one) for one in token_requests.good_requests(partner)
    ]
    bad = [
        trial(token_requests.require_refused, one) for one in token_requests.bad_requests(partner)
    ]
    first_of_each_noted(session, [*good, *bad])


def test_a_token_carries_its_own_partner_only(session: Session, contract: Contract) -> None:
    """The id of one partner with the secret of another is refused."""
    if contract.token_url is None or not token_requests.can_ask(session):
        pytest.skip("the contract has no token operation, or no credentials were given")
    partners = session.asking.client.partners
    if partners.second is None:
        pytest.skip("no second partner was given")
    mixed = token_requests.mixed_request(partners.first, partners.second)
    first_of_each_noted(session, [trial(token_requests.require_refused, mixed)])
