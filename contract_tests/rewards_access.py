"""Logging in and out, organisations, and what HTTP itself refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.rewards_bench import CREATE, LOGIN, PREVIEW, Bench, World
from contract_tests.rewards_exact import compare_preview
from contract_tests.rewards_scenes import Body
from contract_tests.rewards_steps import ACCOUNT


def login_gives_a_token(bench: Bench) -> None:
    """A login gives a token that opens the other operations."""
    first, second = bench.fresh_token(), bench.fresh_token()
    for token in (first, second):
        bench.obeyed(bench.preview(bench.purchase(), token), "a preview with a fresh token")


def a_false_login_is_refused(bench: Bench) -> None:
    """User, password and organisation must belong together."""
    for name in ("username", "password", "organisation"):
        wrong = bench.settings.login[name] + "x"
        bench.refused(bench.login(**{name: wrong}), f"a login with another {name}")
        bench.refused(bench.login(**{name: None}), f"a login without {name}")
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
    bad: tuple[object, ...] = (None, "", "618012859", token[:-1], token + "x", 7, True, {}, [token])
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
    event = bench.obeyed(bench.create(bench.purchase()), "a purchase")
    bench.refused(bench.show(str(event.get("id")), other), "an event of another organisation")
    theirs = world.fixture.organisations[login["organisation"]]
    compare_preview(bench, _common_purchase(world, theirs), theirs, other)
    foreign = world.organisation["accounts"][-1]["number"]
    told = bench.preview(bench.purchase(**{ACCOUNT: {"number": foreign}}), other)
    bench.refused(told, "an account of another organisation")


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
