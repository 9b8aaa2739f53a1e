"""Logging in and out, organisations, and what HTTP itself refuses."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.client import CREATE, LOGIN, PREVIEW, RewardsClient
from contract_tests.services.rewards.steps import ACCOUNT, EXTERNAL, TOKEN
from contract_tests.services.rewards.values import Body, Record


def login_gives_a_token(rewards: RewardsClient) -> None:
    """A login gives a token that opens the other operations."""
    first, second = rewards.fresh_token(), rewards.fresh_token()
    for token in (first, second):
        rewards.obeyed(rewards.preview(rewards.purchase(), token), "a preview with a fresh token")


def a_login_may_name_a_unit_of_the_organisation(rewards: RewardsClient) -> None:
    """A login may name a unit, by the ID of one of the organisation."""
    world = rewards.known_world()
    other = world.other_organisation
    for unit in world.organisation["units"]:
        token = rewards.fresh_token(unit=unit["id"])
        rewards.obeyed(rewards.preview(rewards.purchase(), token), "a preview with that token")
    unit = world.organisation["units"][0]
    for wrong in ("no such unit", unit["name"], other["units"][0]["id"]):
        answer = rewards.login(unit=wrong)
        rewards.refused(answer, {"unit": wrong}, code="UNKNOWN_UNIT", place="#/unit")


def a_false_login_is_refused(rewards: RewardsClient) -> None:
    """User, password and organisation must belong together."""
    for name in ("username", "password", "organisation"):
        right = rewards.login_given[name]
        wrong = [f"{right}x", right[:-1], f"{right} ", f" {right}"]
        for one in (*wrong, *({right.upper(), right.lower()} - {right})):
            answer = rewards.login(**{name: one})
            rewards.refused(answer, f"a login with the {name} {one!r}", code="INVALID_CREDENTIALS")
        for empty in ("", None):
            answer = rewards.login(**{name: empty})
            rewards.refused(answer, f"a login without {name}", code="INVALID_REQUEST")
    bodies: tuple[object, ...] = ([], {}, {"username": 1, "password": 2, "organisation": 3})
    for body in bodies:
        rewards.refused(rewards.ask(LOGIN, body), body)


def a_login_of_one_organisation_fails_in_another(rewards: RewardsClient) -> None:
    """A login is good for its own organisation only."""
    world = rewards.known_world()
    other = world.other_login
    rewards.refused(
        rewards.login(organisation=other["organisation"]), "a login to another organisation"
    )


def without_a_good_token_nothing_is_answered(rewards: RewardsClient) -> None:
    """Every other operation needs a good token."""
    body = rewards.purchase()
    token = rewards.token
    near = (token[:-1], f"{token}x", f"{token} ", f" {token}")
    others = {token.upper(), token.lower()} - {token}
    bad: tuple[object, ...] = (None, "", "618012859", *near, *others, 7, True, {}, [token])
    for one in bad:
        rewards.refused(rewards.preview(body, one), {"token": one}, 401)
        rewards.refused(rewards.create(body, one), {"token": one}, 401)
    for one in (None, "", "618012859"):
        rewards.refused(rewards.show("X", one), {"token": one}, 401)
        rewards.refused(rewards.release(one), {"token": one}, 401)


def a_released_token_is_worth_nothing(rewards: RewardsClient) -> None:
    """A released token is refused from then on."""
    token, other = rewards.fresh_token(), rewards.fresh_token()
    rewards.obeyed(rewards.release(token), "a release")
    rewards.refused(
        rewards.preview(rewards.purchase(), token), "a preview with a released token", 401
    )
    rewards.refused(rewards.show("X", token), "a released token", 401)
    rewards.refused(rewards.release(token), "a second release", 401)
    rewards.obeyed(rewards.preview(rewards.purchase(), other), "another token of the same user")


def organisations_never_meet(rewards: RewardsClient) -> None:
    """Nobody sees or is influenced by another organisation."""
    world = rewards.known_world()
    login = world.other_login
    other = rewards.fresh_token(**login)
    reference = f"{rewards.run}-ours"
    mine = rewards.purchase(external_system_reference_number=reference)
    event = rewards.obeyed(rewards.create(mine), "a purchase")
    rewards.refused(rewards.show(str(event.get("id")), other), "an event of another organisation")
    theirs = world.other_organisation
    common = _common_purchase(rewards, theirs)
    said = rewards.obeyed(rewards.preview(common, other), common)
    last = {**common, EXTERNAL: reference, ACCOUNT: {"id": theirs["accounts"][-1]["id"]}}
    done = rewards.obeyed(rewards.create(last, other), "a reference that another organisation used")
    for body, data in ((common, said), (last, done)):
        mine = oracle.account_of(theirs, body)["participant"]["id"]
        who = data.get("rewards_participant_id")
        rewards.expect(who == mine, body, f"the participant {mine}", who)
    rewards.refused(rewards.show(str(done.get("id"))), "an event of another organisation")
    for one, two, token in (
        (world.organisation, theirs, other),
        (theirs, world.organisation, rewards.token),
    ):
        for foreign in _foreign(one, two):
            answer = rewards.preview({**common, ACCOUNT: foreign}, token)
            rewards.refused(answer, {ACCOUNT: foreign})


def _foreign(here: Record, there: Record) -> Iterator[Body]:
    """Yield identifiers that name an account in one organisation and nothing in another."""
    for account in here["accounts"]:
        if all(one["number"] != account["number"] for one in there["accounts"]):
            yield {"number": account["number"]}
    codes = {token.get("authentication_code") for token in there["access_tokens"]}
    for code in (token.get("authentication_code") for token in here["access_tokens"]):
        if code is not None and code not in codes:
            yield {TOKEN: {"authentication_code": code}}


def _common_purchase(rewards: RewardsClient, theirs: Record) -> Body:
    """Return a purchase whose names mean something, but not the same, in two organisations."""
    numbers = {account["number"] for account in rewards.known_world().organisation["accounts"]}
    account = next(one for one in theirs["accounts"] if one["number"] in numbers)
    return rewards.maker().purchase(account["number"], theirs["units"][0]["name"], 10_000)


def what_is_no_request_is_refused(rewards: RewardsClient) -> None:
    """Broken JSON, no object, another content type: an error in the envelope."""
    good = b'{"token": "x"}'
    text = {"Content-Type": "text/plain"}
    for operation in (LOGIN, PREVIEW, CREATE):
        for raw in (b"", b"{", b"nonsense", b"[]", b"null", b'"text"', b'{"token": NaN}', b"\xff"):
            answer = rewards.ask(operation, raw)
            rewards.expect(not answer.is_ok, repr(raw), "an error", answer.reply.told)
        answer = rewards.ask(operation, good, headers=text)
        rewards.expect(not answer.is_ok, "a body of text/plain", "an error", answer.reply.told)
        if rewards.strict:
            rewards.expect(
                answer.reply.status == 415, "a body of text/plain", "415", answer.reply.told
            )


def another_method_is_refused(rewards: RewardsClient) -> None:
    """Another method is an error in the envelope."""
    for operation in (PREVIEW, CREATE):
        answer = rewards.ask(operation, None, method="GET")
        rewards.refused(answer, f"GET on {operation}", 405)
