"""Who may do what: tokens, and partners who must not meet."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from contract_tests.http.client import FORM, NotAllowed, Reply, basic
from contract_tests.judging.session import JSON, Judge
from contract_tests.judging.submitted import record_path
from contract_tests.judging.verdict import Broken
from contract_tests.reading.contract import NOBODY, Contract, Operation, Submission
from contract_tests.scenarios import filters, stories
from contract_tests.scenarios.shrinking import note

SUITE = "access"


def _secured(contract: Contract) -> list[Operation]:
    return [one for one in contract.operations if one.secured]


def _filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", NOBODY, path)


def test_every_operation_needs_a_valid_token(judge: Judge, contract: Contract) -> None:
    """No token, and every token that is none; nothing is kept of such a request."""
    if not contract.submissions or not _secured(contract):
        pytest.skip("the contract has no secured submissions; the operations suite checks it")
    token = judge.target.token("a")
    if token is None:
        pytest.skip("no credentials were given")
    client = judge.settings.partner.client_id or "partner-a"
    faulty: list[tuple[str, dict[str, str]]] = [
        ("no token", {}),
        ("an empty header", {"Authorization": ""}),
        ("a scheme without token", {"Authorization": "Bearer"}),
        ("an unknown token", {"Authorization": "Bearer unknown"}),
        ("a token that no variable held", {"Authorization": "Bearer null"}),
        ("a token that nobody defined", {"Authorization": "Bearer undefined"}),
        ("a token backwards", {"Authorization": f"Bearer {token[::-1]}"}),
        ("a token that looks signed", {"Authorization": "Bearer eyJhbGciOiJub25lIn0.e30."}),
        ("a token with a letter more", {"Authorization": f"Bearer {token}x"}),
        ("a token with a letter before it", {"Authorization": f"Bearer x{token}"}),
        ("a token cut short", {"Authorization": f"Bearer {token[:-2]}"}),
        ("the token in another case", {"Authorization": f"Bearer {token.swapcase()}"}),
        ("a token with another first letter", {"Authorization": f"Bearer {_other(token)}"}),
        ("the token under another scheme", {"Authorization": f"Basic {token}"}),
        ("the token under a made-up scheme", {"Authorization": f"Token {token}"}),
        ("the token without a scheme", {"Authorization": token}),
        ("client credentials", {"Authorization": basic("partner-a", "secret-a")}),
        ("the client id as token", {"Authorization": f"Bearer {client}"}),
        ("a token of 2,000 letters", {"Authorization": f"Bearer {'x' * 2000}"}),
        ("a token beyond ASCII", {"Authorization": "Bearer \u00fc"}),
    ]
    noted: set[str] = set()
    for operation in _secured(contract):
        for told, headers in faulty:
            problem = _unauthorized(judge, operation, told, headers)
            if problem is not None and problem.finding.rule not in noted:
                noted.add(problem.finding.rule)
                note(judge, problem)


def _other(token: str) -> str:
    return ("A" if token[0] != "A" else "B") + token[1:]


def _unauthorized(
    judge: Judge, operation: Operation, told: str, headers: Mapping[str, str]
) -> Broken | None:
    episode = judge.episode(SUITE)
    submission = next((s for s in judge.contract.submissions if s.id == operation.id), None)
    body = None
    sent = f"{operation.method} {_filled(operation.path)} with {told}"
    all_headers = dict(headers)
    if submission is not None and judge.workshop(submission).usable:
        entry = stories.Cast(judge, submission, episode.namespace).entry("A")
        body, all_headers = f"[{entry.text}]".encode(), {**JSON, **headers}
    try:
        reply = judge.send(
            episode,
            operation,
            _filled(operation.path),
            who=None,
            headers=all_headers,
            body=body,
            sent=sent,
        )
        # What HTTP does not allow in a header may be refused before anybody asks for a token.
        statuses = (401,) if str(headers).isascii() else (400, 401)
        judge.refused(episode, operation, reply, "access.token", sent, statuses)
        if reply.status == 400:
            return None
        if submission is not None and not headers and body is not None:
            cast = stories.Cast(judge, submission, episode.namespace)
            kept = cast.entry("A", "body.nothing-kept")
            judge.settle(judge.submit(episode, submission, [kept]))
        challenge = reply.headers.get("www-authenticate", "")
        if not challenge.lower().startswith("bearer"):
            raise judge.fail(
                episode,
                "access.challenge",
                operation.id,
                sent,
                ["WWW-Authenticate: Bearer"],
                f"WWW-Authenticate: {challenge or '(none)'}",
            )
    except Broken as problem:
        return problem
    except NotAllowed:
        return None
    return None


def test_a_real_status_is_not_shown_without_a_token(judge: Judge, usable: Submission) -> None:
    """Not even to who knows its id."""
    if usable.status is None or judge.target.token("a") is None:
        pytest.skip("there is no status to read, or no credentials")
    episode = judge.episode(SUITE)
    try:
        made = judge.submit(
            episode, usable, stories.Cast(judge, usable, episode.namespace).entries("A")
        )
        for headers in ({}, {"Authorization": "Bearer unknown"}):
            reply = judge.send(
                episode,
                usable.status,
                made.status_path,
                who=None,
                headers=headers,
                sent=f"GET {made.status_path} without a valid token",
            )
            judge.refused(
                episode,
                usable.status,
                reply,
                "access.token",
                f"GET {made.status_path} without a valid token",
                (401,),
            )
    except Broken as problem:
        note(judge, problem)


def test_an_expired_token_is_refused(judge: Judge, contract: Contract) -> None:
    """Where a token can be had whose end can be waited for."""
    partner = judge.target.partner("a")
    secured = [one for one in _secured(contract) if one.method == "GET"]
    if judge.target.token_path is None or partner.client_id is None or not secured:
        pytest.skip("no token can be fetched, or nothing needs one")
    form = {
        "grant_type": "client_credentials",
        "client_id": partner.client_id,
        "client_secret": partner.client_secret or "",
    }
    reply = judge.target.fetch_token(urlencode(form).encode(), {"Content-Type": FORM})
    answer = reply.json()
    life = answer.get("expires_in")
    if not isinstance(life, int | float) or life > 6:
        pytest.skip(f"the tokens live too long to wait for their end ({life} s)")
    time.sleep(float(life) + 1.2)
    episode = judge.episode(SUITE)
    operation = secured[0]
    path = _filled(operation.path)
    try:
        reply = judge.send(
            episode,
            operation,
            path,
            who=None,
            headers={"Authorization": f"Bearer {answer['access_token']}"},
            sent=f"GET {path} with an expired token",
        )
        sent = f"GET {path} with a token that ended a second ago"
        judge.refused(episode, operation, reply, "token.expiry", sent, (401,))
    except Broken as problem:
        note(judge, problem)


# --- partners ------------------------------------------------------------------------------------


def test_another_partners_submission_is_not_found(judge: Judge, usable: Submission) -> None:
    """Neither its status, before and after the end, nor its records."""
    status = usable.status
    if not judge.target.has_other:
        pytest.skip("no second partner was given")
    episode = judge.episode(SUITE)
    try:
        made = judge.submit(
            episode, usable, stories.Cast(judge, usable, episode.namespace).entries("A, B")
        )
        for step in range(2):
            parameter = filters.state_filter(usable)
            values = parameter["schema"]["enum"][:2] if parameter else []
            queries = ["", *(f"?{parameter['name']}={value}" for value in values if parameter)]
            for query in queries if made.status_path else []:
                assert status is not None
                path = f"{made.status_path}{query}"
                told = f"GET {path} by another partner"
                reply = judge.send(episode, status, path, who="b", sent=told)
                judge.refused(episode, status, reply, "access.partner-status", told, (404,))
            if step == 0:
                judge.settle(made)
        value = made.entries[0].value
        if usable.record is not None and stories.is_readable(usable, value):
            path = record_path(usable, value)
            reply = judge.send(episode, usable.record, path, who="b", sent=f"GET {path}")
            judge.refused(
                episode,
                usable.record,
                reply,
                "access.partner-records",
                f"GET {path} by another partner",
                (404,),
            )
        stories.look_again(judge, [made])
    except Broken as problem:
        note(judge, problem)


def test_partners_are_judged_apart(judge: Judge, usable: Submission) -> None:
    """The same keys of both, saved and waiting, before and after each other."""
    if not judge.target.has_other:
        pytest.skip("no second partner was given")
    orders = ((("b", "A"), ("a", "A")), (("b", "A"), ("a", "A'")), (("b", "A, A'"), ("a", "A")))
    for order in orders:
        for settled in (True, False):
            episode = judge.episode(SUITE)
            try:
                made = []
                for who, letters in order:
                    cast = stories.Cast(judge, usable, episode.namespace, who)
                    entries = [
                        cast.entry(one.strip(), "access.partner-records")
                        for one in letters.split(",")
                    ]
                    made.append(judge.submit(episode, usable, entries, who))
                    if settled:
                        judge.settle(made[-1])
                for one in made:
                    judge.settle(one)
                stories.look_again(judge, made)
            except Broken as problem:
                note(judge, problem)
                return


def test_idempotency_keys_belong_to_a_partner(judge: Judge, usable: Submission) -> None:
    """The same key of another partner, with the same body and with another."""
    header = usable.key_header
    if header is None or not judge.target.has_other:
        pytest.skip("there is no idempotency key, or no second partner")
    for letters in ("A", "B"):
        episode = judge.episode(SUITE)
        headers = {header: f"{episode.namespace}key"}
        try:
            one = judge.submit(
                episode,
                usable,
                stories.Cast(judge, usable, episode.namespace).entries("A"),
                headers=headers,
            )
            entries = stories.Cast(judge, usable, episode.namespace, "b").entries(letters)
            reply = judge.post(episode, usable, entries, "b", headers)
            if reply.status == 422 or (reply.body == one.reply.body and usable.asynchronous):
                raise judge.fail(
                    episode,
                    "idempotency.partner",
                    usable.id,
                    "the key of another partner",
                    ["a submission of its own"],
                    reply.told(),
                )
            two = judge.accepted(episode, usable, entries, "b", reply)
            judge.settle(one)
            judge.settle(two)
        except Broken as problem:
            note(judge, problem)


# --- tokens --------------------------------------------------------------------------------------


def test_tokens_are_given_and_refused_as_rfc_6749_says(judge: Judge, contract: Contract) -> None:
    """Every way to ask, and every way to ask wrongly."""
    partner = judge.target.partner("a")
    path = contract.token_url
    if path is None or partner.client_id is None or partner.client_secret is None:
        pytest.skip("the contract has no token operation, or no credentials were given")
    name, secret = partner.client_id, partner.client_secret
    right = {"grant_type": "client_credentials", "client_id": name, "client_secret": secret}
    grant = {"grant_type": "client_credentials"}
    noted: set[str] = set()
    good = [
        ("a form", urlencode(right).encode(), {"Content-Type": FORM}),
        ("JSON", json.dumps(right).encode(), JSON),
        ("a form and HTTP Basic", urlencode(grant).encode(),
         {"Content-Type": FORM, "Authorization": basic(name, secret)}),
        ("JSON and HTTP Basic", json.dumps(grant).encode(),
         {**JSON, "Authorization": basic(name, secret)}),
    ]  # fmt: skip
    for told, body, headers in good:
        problem = _token_given(judge, told, body, headers)
        if problem is not None and problem.finding.rule not in noted:
            noted.add(problem.finding.rule)
            note(judge, problem)
    for told, form, headers, status, error in _wrong_tokens(right):
        for kind in ("form", "JSON"):
            body = urlencode(form).encode() if kind == "form" else json.dumps(form).encode()
            named = {**headers, "Content-Type": FORM if kind == "form" else JSON["Content-Type"]}
            problem = _token_refused(judge, f"{told}, as {kind}", body, named, status, error)
            if problem is not None and problem.finding.rule not in noted:
                noted.add(problem.finding.rule)
                note(judge, problem)


def _wrong_tokens(
    right: dict[str, str],
) -> list[tuple[str, dict[str, str], dict[str, str], tuple[int, ...], str]]:
    name, secret = right["client_id"], right["client_secret"]
    grant = {"grant_type": "client_credentials"}
    without = {k: v for k, v in right.items() if k != "grant_type"}
    return [
        ("a wrong secret", {**right, "client_secret": "wrong"}, {}, (401,), "invalid_client"),
        ("a secret cut short", {**right, "client_secret": secret[:-1]}, {}, (401,),
         "invalid_client"),
        ("a secret with more after it", {**right, "client_secret": f"{secret}x"}, {}, (401,),
         "invalid_client"),
        ("a secret in capitals", {**right, "client_secret": secret.swapcase()}, {}, (401,),
         "invalid_client"),
        ("an empty secret", {**right, "client_secret": ""}, {}, (400, 401), ""),
        ("an unknown client", {**right, "client_id": "nobody"}, {}, (401,), "invalid_client"),
        ("the secret of nobody", {**right, "client_id": "nobody", "client_secret": "x"}, {},
         (401,), "invalid_client"),
        ("no credentials", grant, {}, (400, 401), ""),
        ("a wrong secret by HTTP Basic", grant, {"Authorization": basic(name, "wrong")}, (401,),
         "invalid_client"),
        ("no grant type", without, {}, (400,), "invalid_request"),
        ("another grant", {**right, "grant_type": "password"}, {}, (400,),
         "unsupported_grant_type"),
        ("an unknown grant", {**right, "grant_type": "x"}, {}, (400,), "unsupported_grant_type"),
    ]  # fmt: skip


def _token_given(judge: Judge, told: str, body: bytes, headers: Mapping[str, str]) -> Broken | None:
    episode = judge.episode(SUITE)
    reply = _ask(judge, body, headers)
    try:
        value = reply.json()
    except ValueError:
        value = None
    wrong = _token_faults(reply, value)
    if reply.status != 200:
        rule = "token.forms"
        return judge.fail(episode, rule, "token", told, ["200"], reply.told())
    if wrong:
        return judge.fail(episode, "token.answer", "token", told, ["as RFC 6749 5.1 says"], wrong)
    return None


def _token_faults(  # noqa: PLR0911 - one line for each member
    reply: Reply, value: object
) -> str:
    if not isinstance(value, dict):
        return "the answer is no JSON object"
    if not isinstance(value.get("access_token"), str) or not value["access_token"]:
        return "access_token is no text"
    if str(value.get("token_type", "")).lower() != "bearer":
        return f"token_type is {value.get('token_type')!r}"
    life = value.get("expires_in")
    if not isinstance(life, int | float) or isinstance(life, bool) or life <= 0:
        return f"expires_in is {life!r}"
    if reply.media_type != "application/json":
        return f"the content type is {reply.media_type}"
    if "no-store" not in reply.headers.get("cache-control", ""):
        return "Cache-Control: no-store is missing"
    return ""


def _token_refused(
    judge: Judge,
    told: str,
    body: bytes,
    headers: Mapping[str, str],
    statuses: tuple[int, ...],
    error: str,
) -> Broken | None:
    episode = judge.episode(SUITE)
    reply = _ask(judge, body, headers)
    expected = [f"{' or '.join(map(str, statuses))} with error {error or 'as RFC 6749 5.2 says'}"]
    try:
        value = reply.json()
    except ValueError:
        value = {}
    named = value.get("error") if isinstance(value, dict) else None
    fits = reply.status in statuses and isinstance(named, str) and (not error or named == error)
    if not fits:
        return judge.fail(episode, "token.refused", "token", told, expected, reply.told())
    challenge = reply.headers.get("www-authenticate", "")
    by_basic = reply.status == 401 and "Authorization" in headers
    if by_basic and not challenge.lower().startswith("basic"):
        return judge.fail(
            episode,
            "token.refused",
            "token",
            told,
            ["WWW-Authenticate: Basic"],
            challenge or "(none)",
        )
    return None


def _ask(judge: Judge, body: bytes, headers: Mapping[str, str]) -> Reply:
    """Send a token request through the transcript, so that its curl line is told."""
    path = judge.target.token_path or ""
    return judge.target.send("POST", path, who=None, headers=headers, body=body)


def test_a_token_carries_its_own_partner_only(judge: Judge, contract: Contract) -> None:
    """The id of one partner with the secret of another is refused."""
    one = judge.target.partner("a")
    if not judge.target.has_other or contract.token_url is None or one.client_id is None:
        pytest.skip("no second partner was given")
    two = judge.target.partner("b")
    form = {
        "grant_type": "client_credentials",
        "client_id": one.client_id,
        "client_secret": two.client_secret or "",
    }
    problem = _token_refused(
        judge,
        "the secret of another partner",
        urlencode(form).encode(),
        {"Content-Type": FORM},
        (401,),
        "invalid_client",
    )
    if problem is not None:
        note(judge, problem)
