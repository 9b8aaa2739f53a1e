"""Logging in and out, organisations, and what HTTP itself refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.client import CREATE, LOGIN, PREVIEW, Bench, World
from contract_tests.services.rewards.purchases import Body
from contract_tests.services.rewards.steps import ACCOUNT, EXTERNAL, TOKEN


def login_gives_a_token(bench: Bench) -> None:
    """A login gives a token that opens the other operations."""
    first, second = bench.fresh_token(), bench.fresh_token()
    for token in (first, second):
        bench.obeyed(bench.preview(bench.purchase(), token), "a preview with a fresh token")


def a_login_may_name_a_unit_of_the_organisation(bench: Bench) -> None:
    """A login may name a unit, by the ID of one of the organisation."""
    world = bench.known_world()
    other = world.fixture.organisations[world.fixture.other_login(world.name)["organisation"]]
    for unit in world.organisation["units"]:
        token = bench.fresh_token(unit=unit["id"])
        bench.obeyed(bench.preview(bench.purchase(), token), "a preview with that token")
    unit = world.organisation["units"][0]
    for wrong in ("no such unit", unit["name"], other["units"][0]["id"]):
        told = bench.login(unit=wrong)
        bench.refused(told, {"unit": wrong}, code="UNKNOWN_UNIT", place="#/unit")


def a_false_login_is_refused(bench: Bench) -> None:
    """User, password and organisation must belong together."""
    for name in ("username", "password", "organisation"):
        right = bench.settings.login[name]
        wrong = [f"{right}x", right[:-1], f"{right} ", f" {right}"]
        for one in (*wrong, *({right.upper(), right.lower()} - {right})):
            told = bench.login(**{name: one})
            bench.refused(told, f"a login with the {name} {one!r}", code="INVALID_CREDENTIALS")
        for empty in ("", None):
            told = bench.login(**{name: empty})
            bench.refused(told, f"a login without {name}", code="INVALID_REQUEST")
    bodies: tuple[Any, ...] = ([], {}, {"username": 1, "password": 2, "organisation": 3})
    for body in bodies:
        bench.refused(bench.ask(LOGIN, body), body)


def a_login_of_one_organisation_fails_in_another(bench: Bench) -> None:
    """A login is good for its own organisation only."""
    world = bench.known_world()
    other = world.fixture.other_login(world.name)
    bench.refused(
        bench.login(organisation=other["organisation"]), "a login to another organisation"
    )


def without_a_good_token_nothing_is_answered(bench: Bench) -> None:
    """Every other operation needs a good token."""
    body = bench.purchase()
    token = bench.token
    near = (token[:-1], f"{token}x", f"{token} ", f" {token}")
    others = {token.upper(), token.lower()} - {token}
    bad: tuple[object, ...] = (None, "", "618012859", *near, *others, 7, True, {}, [token])
    for one in bad:
        bench.refused(bench.preview(body, one), {"token": one}, 401)
        bench.refused(bench.create(body, one), {"token": one}, 401)
    for one in (None, "", "618012859"):
        bench.refused(bench.show("X", one), {"token": one}, 401)
        bench.refused(bench.release(one), {"token": one}, 401)


def a_released_token_is_worth_nothing(bench: Bench) -> None:
    """A released token is refused from then on."""
    token, other = bench.fresh_token(), bench.fresh_token()
    bench.obeyed(bench.release(token), "a release")
    bench.refused(bench.preview(bench.purchase(), token), "a preview with a released token", 401)
    bench.refused(bench.show("X", token), "a released token", 401)
    bench.refused(bench.release(token), "a second release", 401)
    bench.obeyed(bench.preview(bench.purchase(), other), "another token of the same user")


def organisations_never_meet(bench: Bench) -> None:
    """Nobody sees or is influenced by another organisation."""
    world = bench.known_world()
    login = world.fixture.other_login(world.name)
    other = bench.fresh_token(**login)
    reference = f"{bench.settings.run}-{bench.token[-6:]}-ours"
    mine = bench.purchase(external_system_reference_number=reference)
    event = bench.obeyed(bench.create(mine), "a purchase")
    bench.refused(bench.show(str(event.get("id")), other), "an event of another organisation")
    theirs = world.fixture.organisations[login["organisation"]]
    common = _common_purchase(world, theirs)
    said = bench.obeyed(bench.preview(common, other), common)
    last = {**common, EXTERNAL: reference, ACCOUNT: {"id": theirs["accounts"][-1]["id"]}}
    done = bench.obeyed(bench.create(last, other), "a reference that another organisation used")
    for body, data in ((common, said), (last, done)):
        mine = oracle.account_of(theirs, body)["participant"]["id"]
        who = data.get("rewards_participant_id")
        bench.expect(who == mine, body, f"the participant {mine}", who)
    bench.refused(bench.show(str(done.get("id"))), "an event of another organisation")
    for one, two, token in (
        (world.organisation, theirs, other),
        (theirs, world.organisation, bench.token),
    ):
        for foreign in _foreign(one, two):
            told = bench.preview({**common, ACCOUNT: foreign}, token)
            bench.refused(told, {ACCOUNT: foreign})


def _foreign(here: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[Body]:
    """Yield identifiers that name an account in one organisation and nothing in another."""
    for account in here["accounts"]:
        if all(one["number"] != account["number"] for one in there["accounts"]):
            yield {"number": account["number"]}
    codes = {token.get("authentication_code") for token in there["access_tokens"]}
    for code in (token.get("authentication_code") for token in here["access_tokens"]):
        if code is not None and code not in codes:
            yield {TOKEN: {"authentication_code": code}}


def _common_purchase(world: World, theirs: Mapping[str, Any]) -> Body:
    """Return a purchase whose names mean something, but not the same, in two organisations."""
    numbers = {account["number"] for account in world.organisation["accounts"]}
    account = next(one for one in theirs["accounts"] if one["number"] in numbers)
    return world.maker.purchase(account["number"], theirs["units"][0]["name"], 10_000)


def what_is_no_request_is_refused(bench: Bench) -> None:
    """Broken JSON, no object, another content type: an error in the envelope."""
    good = b'{"token": "x"}'
    text = {"Content-Type": "text/plain"}
    for operation in (LOGIN, PREVIEW, CREATE):
        for raw in (b"", b"{", b"nonsense", b"[]", b"null", b'"text"', b'{"token": NaN}', b"\xff"):
            told = bench.ask(operation, raw)
            bench.expect(not told.is_ok, repr(raw), "an error", told.reply.told())
        told = bench.ask(operation, good, headers=text)
        bench.expect(not told.is_ok, "a body of text/plain", "an error", told.reply.told())
        if bench.strict:
            bench.expect(told.reply.status == 415, "a body of text/plain", "415", told.reply.told())


def another_method_is_refused(bench: Bench) -> None:
    """Another method is an error in the envelope."""
    for operation in (PREVIEW, CREATE):
        told = bench.ask(operation, None, method="GET")
        bench.refused(told, f"GET on {operation}", 405)
