"""Requests for tokens, good and bad ones, and what their answers must be (RFC 6749 section 5)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from contract_tests.http.credentials import basic
from contract_tests.http.messages import FORM, JSON, Exchange, Reply, Request
from contract_tests.http.partners import Partner
from contract_tests.http.tokens import grant_of, life_of
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Breach, Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import Story
from contract_tests.reading.requirements import Requirement

LONGEST_LIFE = 6
"""Seconds for whose end a run waits."""
_OPERATION = "token"
_GRANT = {"grant_type": "client_credentials"}


@dataclass(frozen=True)
class TokenRequest:
    """A request for a token; a bad one is refused with one of the codes and, if it is named, an error."""

    about: str
    body: bytes
    headers: Mapping[str, str]
    statuses: tuple[int, ...] = (200,)
    error: str = ""


def can_ask(session: Session) -> bool:
    """Whether a token can be asked for as the contract says: there is a place, an id and a secret.

    Who takes other names for them, where a silence leaves that open, is asked nothing more.
    """
    client = session.asking.client
    partner = client.partners.first
    as_chosen = session.freedom.strict or not client.asks.names
    return as_chosen and None not in {
        client.server.token_url,
        partner.client_id,
        partner.client_secret,
    }


def fresh_token(session: Session) -> tuple[str, float | None]:
    """Return a token of its own, and for how many seconds it is good as far as that is told."""
    client = session.asking.client
    headers, body = grant_of(client.partners.first, client.asks)
    value = _json(_sent(session, session.story(Suite.ACCESS), TokenRequest("", body, headers)))
    return str(value.get("access_token")), life_of(value.get("expires_in"))


def good_requests(partner: Partner) -> Iterator[TokenRequest]:
    """Yield every way to ask for a token."""
    right = _credentials(partner)
    header = {"Authorization": basic(right["client_id"], right["client_secret"])}
    yield TokenRequest("a form", urlencode(right).encode(), FORM)
    yield TokenRequest("JSON", json.dumps(right).encode(), JSON)
    yield TokenRequest("a form and HTTP Basic", urlencode(_GRANT).encode(), {**FORM, **header})
    yield TokenRequest("JSON and HTTP Basic", json.dumps(_GRANT).encode(), {**JSON, **header})


def bad_requests(partner: Partner) -> Iterator[TokenRequest]:
    """Yield every way to ask wrongly, as a form and as JSON."""
    for about, form, headers, statuses, error in _bad(_credentials(partner)):
        as_form, as_json = urlencode(form).encode(), json.dumps(form).encode()
        yield TokenRequest(f"{about}, as form", as_form, {**headers, **FORM}, statuses, error)
        yield TokenRequest(f"{about}, as JSON", as_json, {**headers, **JSON}, statuses, error)


def mixed_request(one: Partner, two: Partner) -> TokenRequest:
    """Return a request with the id of one partner and the secret of another."""
    form = {**_credentials(one), "client_secret": two.client_secret or ""}
    about = "the secret of another partner"
    return TokenRequest(about, urlencode(form).encode(), FORM, (401,), "invalid_client")


def _credentials(partner: Partner) -> dict[str, str]:
    return {
        **_GRANT,
        "client_id": partner.client_id or "",
        "client_secret": partner.client_secret or "",
    }


Form = dict[str, str]


def _bad(right: Form) -> Iterator[tuple[str, Form, Form, tuple[int, ...], str]]:
    """Yield what is wrong, the form, headers, and the codes and the error of the refusal."""
    name, secret = right["client_id"], right["client_secret"]
    refused: tuple[tuple[int, ...], str] = ((401,), "invalid_client")
    for about, wrong in (
        ("a wrong secret", "wrong"),
        ("a secret cut short", secret[:-1]),
        ("a secret with more after it", f"{secret}x"),
        ("a secret in capitals", secret.swapcase()),
    ):
        yield about, {**right, "client_secret": wrong}, {}, *refused
    yield "an empty secret", {**right, "client_secret": ""}, {}, (400, 401), ""
    yield "an unknown client", {**right, "client_id": "nobody"}, {}, *refused
    nobody = {**right, "client_id": "nobody", "client_secret": "x"}
    yield "the secret of nobody", nobody, {}, *refused
    yield "no credentials", _GRANT, {}, (400, 401), ""
    header = {"Authorization": basic(name, "wrong")}
    yield "a wrong secret by HTTP Basic", _GRANT, header, *refused
    without = {member: value for member, value in right.items() if member != "grant_type"}
    yield "no grant type", without, {}, (400,), "invalid_request"
    other: tuple[tuple[int, ...], str] = ((400,), "unsupported_grant_type")
    yield "another grant", {**right, "grant_type": "password"}, {}, *other
    yield "an unknown grant", {**right, "grant_type": "x"}, {}, *other


def require_given(session: Session, asked: TokenRequest) -> None:
    """Raise Broken unless a token is given, in the form of RFC 6749 section 5.1."""
    story = session.story(Suite.ACCESS)
    reply = _sent(session, story, asked)
    if reply.status != 200:
        raise _broken(session, story, asked, catalogue.TOKEN_FORMS, "200", reply.told)
    wrong = _answer_faults(reply, _json(reply))
    if wrong:
        expected = "as RFC 6749 5.1 says"
        raise _broken(session, story, asked, catalogue.TOKEN_ANSWER, expected, wrong[0])


def note_token_form(session: Session) -> None:
    """Note that a token is not given as the contract asks for it."""
    try:
        require_given(session, next(good_requests(session.asking.client.partners.first)))
    except Broken as problem:
        session.note(problem)


def _answer_faults(reply: Reply, value: Mapping[str, object]) -> list[str]:
    life = value.get("expires_in")
    lives = isinstance(life, int | float) and not isinstance(life, bool) and life > 0
    token = value.get("access_token")
    checks = {
        "access_token is no text": isinstance(token, str) and bool(token),
        f"token_type is {value.get('token_type')!r}": (
            str(value.get("token_type", "")).lower() == "bearer"
        ),
        f"expires_in is {life!r}": lives,
        f"the content type is {reply.media_type}": reply.media_type == "application/json",
        "Cache-Control: no-store is missing": "no-store" in reply.headers.get("cache-control", ""),
    }
    return [fault for fault, holds in checks.items() if not holds]


def require_refused(session: Session, asked: TokenRequest) -> None:
    """Raise Broken unless a request is refused as RFC 6749 section 5.2 says."""
    story = session.story(Suite.ACCESS)
    reply = _sent(session, story, asked)
    named = _json(reply).get("error")
    right = isinstance(named, str) and (not asked.error or named == asked.error)
    if reply.status not in asked.statuses or not right:
        codes = " or ".join(map(str, asked.statuses))
        expected = f"{codes} with error {asked.error or 'as RFC 6749 5.2 says'}"
        raise _broken(session, story, asked, catalogue.TOKEN_REFUSED, expected, reply.told)
    challenge = reply.headers.get("www-authenticate", "")
    by_basic = reply.status == 401 and "Authorization" in asked.headers
    if by_basic and not challenge.lower().startswith("basic"):
        expected, came = "WWW-Authenticate: Basic", challenge or "(none)"
        raise _broken(session, story, asked, catalogue.TOKEN_REFUSED, expected, came)


def _json(reply: Reply) -> Mapping[str, object]:
    try:
        value = reply.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _sent(session: Session, story: Story, asked: TokenRequest) -> Reply:
    client = session.asking.client
    url = client.server.token_url or ""
    exchange: Exchange = client.send(Request("POST", url, asked.headers, asked.body, caller=None))
    story.exchanges.append(exchange)
    return exchange.reply or Reply(0, {}, b"")


def _broken(
    session: Session,
    story: Story,
    asked: TokenRequest,
    requirement: Requirement,
    expected: str,
    came: str,
) -> Broken:
    breach = Breach(requirement, (expected,), came)
    return session.asking.broken(story, _OPERATION, asked.about, breach)
