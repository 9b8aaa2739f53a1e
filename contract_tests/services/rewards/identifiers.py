"""Identifiers: exactly one member, and what it finds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.services.rewards.client import CREATE, PREVIEW, Bench, NotReached, World
from contract_tests.services.rewards.purchases import Body, members_of
from contract_tests.services.rewards.steps import (
    ACCOUNT,
    BUSINESS_UNIT,
    COLLECTIONS,
    EXTERNAL,
    PARTICIPANT,
    PRODUCT,
    TOKEN,
    UNIT,
    UNKNOWN,
)


def an_identifier_has_exactly_one_member(bench: Bench) -> None:
    """Exactly one of the members of an identifier must be given."""
    for name, members in _identifiers(bench):
        values = _known_values(bench, name, members)
        for wrong in _wrong_identifiers(members, values):
            body = _with_identifier(bench, name, wrong)
            for operation in (PREVIEW, CREATE):
                told = bench.ask(operation, {**body, "token": bench.token})
                bench.refused(told, {name: wrong})


def an_access_token_identifier_has_exactly_one_member(bench: Bench) -> None:
    """Exactly one way to name an access token, and pass_code with identifier."""
    wrong: tuple[Body, ...] = (
        {},
        {"unknown": "X"},
        {"identifier": "CARD-1"},
        {"pass_code": "1234"},
        {"authentication_code": "AUTH-265", "pass_code": "1234"},
        {"authentication_code": "AUTH-265", "one_time_password": 734821},
        {"authentication_code": "AUTH-265", "identifier": "CARD-1", "pass_code": "1234"},
        {"identifier": "CARD-1", "pass_code": "1234", "one_time_password": 734821},
        {"one_time_password": 734821, "pass_code": "1234"},
        {"one_time_password": "734821"},
        {"authentication_code": 265},
    )
    for holder in (ACCOUNT, PARTICIPANT):
        for identifier in wrong:
            body = _with_identifier(bench, holder, {TOKEN: identifier})
            bench.refused(bench.preview(body), {holder: {TOKEN: identifier}})


def each_member_of_an_identifier_names_the_same(bench: Bench) -> None:
    """Each member of an identifier finds the same thing."""
    world = bench.known_world()
    for name, members in _identifiers(bench):
        values = _known_values(bench, name, members)
        answers = []
        for member in (one for one in members if one in values):
            body = _with_identifier(bench, name, {member: values[member]})
            answers.append(bench.obeyed(bench.preview(body), {name: {member: values[member]}}))
        bench.expect(all(one == answers[0] for one in answers), name, "the same answers", answers)
    for account in world.organisation["accounts"]:
        if account.get("participant"):
            _tokens_name_their_account(bench, world, account)


def _tokens_name_their_account(bench: Bench, world: World, account: Mapping[str, Any]) -> None:
    by_number = {ACCOUNT: {"number": account["number"]}}
    for token in world.organisation["access_tokens"]:
        lasting = token["state"] == "EFFECTIVE" and "expires_at" not in token
        if token["account"] != account["number"] or not lasting or "one_time_password" in token:
            continue
        identifier = {
            name: token[name]
            for name in ("authentication_code", "identifier", "pass_code")
            if name in token
        }
        one = bench.preview(bench.purchase(**by_number))
        two = bench.preview(bench.purchase(**{ACCOUNT: {TOKEN: identifier}}))
        bench.expect(
            bench.obeyed(two, identifier) == bench.obeyed(one, by_number),
            identifier,
            "the answer of its account",
            two.reply.told(),
        )
        participant = {PARTICIPANT: {TOKEN: identifier}}
        three = bench.preview(bench.purchase(**by_number, **participant))
        bench.obeyed(three, {**by_number, **participant})


def what_an_identifier_does_not_find_is_refused(bench: Bench) -> None:
    """What an identifier does not find, letter by letter, is refused."""
    for name, members in _identifiers(bench):
        if name.startswith("invoice"):
            continue
        values = _known_values(bench, name, members)
        for member in (one for one in members if one != TOKEN):
            others = (values[one] for one in values if values[one] != values.get(member))
            for value in ("no such thing", *_near(values.get(member)), *others):
                wrong = {member: value}
                bench.refused(
                    bench.preview(_with_identifier(bench, name, wrong)),
                    {name: wrong},
                    code=UNKNOWN[name],
                    place=f"{name}/{member} ",
                )


def _near(text: str | None) -> Iterator[str]:
    """Yield texts that are nearly a text."""
    if text is not None:
        yield from (f"{text} ", f" {text}", text[:-1])
        yield from {text.upper(), text.lower()} - {text}


def an_access_token_that_is_not_effective_names_nobody(bench: Bench) -> None:
    """Only effective access tokens identify, with their own pass code."""
    world = bench.known_world()
    wrong: list[tuple[Body, str]] = [
        ({"authentication_code": "no such code"}, "UNKNOWN_ACCESS_TOKEN"),
        ({"identifier": "no such card", "pass_code": "1234"}, "UNKNOWN_ACCESS_TOKEN"),
        ({"one_time_password": 999999}, "ONE_TIME_PASSWORD_NOT_VALID"),
    ]
    codes = [
        token["pass_code"] for token in world.organisation["access_tokens"] if "pass_code" in token
    ]
    for token in world.organisation["access_tokens"]:
        identifier = {
            name: token[name]
            for name in ("authentication_code", "identifier", "pass_code", "one_time_password")
            if name in token
        }
        if token["state"] != "EFFECTIVE" or "expires_at" in token:
            once = "one_time_password" in token
            code = "ONE_TIME_PASSWORD_NOT_VALID" if once else "ACCESS_TOKEN_NOT_EFFECTIVE"
            wrong.append((identifier, code))
        if "pass_code" in token:
            right = token["pass_code"]
            for one in (f"{right}0", f"0{right}", f"{right} ", right[:-1], *codes):
                if one != right:
                    wrong.append(({**identifier, "pass_code": one}, "WRONG_PASS_CODE"))
    for identifier, code in wrong:
        for holder in (ACCOUNT, PARTICIPANT):
            sent = {holder: {TOKEN: identifier}}
            for told in (
                bench.preview(bench.purchase(**sent)),
                bench.create(bench.purchase(**sent)),
            ):
                bench.refused(told, sent, code=code, place=f"#/{holder}/{TOKEN}/")


def a_name_of_two_accounts_names_neither(bench: Bench) -> None:
    """A name that several accounts have is refused."""
    accounts = bench.known_world().organisation["accounts"]
    names = [account["name"] for account in accounts]
    for name in {one for one in names if names.count(one) > 1}:
        body = bench.purchase(**{ACCOUNT: {"name": name}})
        for told in (bench.preview(body), bench.create(body)):
            bench.refused(
                told, {ACCOUNT: {"name": name}}, code="AMBIGUOUS_ACCOUNT", place=f"#/{ACCOUNT}/name"
            )


def a_participant_must_be_the_accounts(bench: Bench) -> None:
    """A participant that is given must be the account's."""
    mine = bench.known_world().organisation["accounts"][-1]["participant"]
    for member in ("id", "number"):
        good = {PARTICIPANT: {member: mine[member]}}
        bench.obeyed(bench.preview(bench.purchase(**good)), good)
        unknown = {PARTICIPANT: {member: "no such participant"}}
        told = bench.preview(bench.purchase(**unknown))
        bench.refused(told, unknown, code="UNKNOWN_PARTICIPANT", place=f"#/{PARTICIPANT}/{member}")
    for account, participant in _mismatches(bench.known_world().organisation):
        wrong = {ACCOUNT: account, PARTICIPANT: participant}
        for told in (bench.preview(bench.purchase(**wrong)), bench.create(bench.purchase(**wrong))):
            bench.refused(told, wrong, code="PARTICIPANT_MISMATCH", place=f"#/{PARTICIPANT}")


def _mismatches(organisation: Mapping[str, Any]) -> Iterator[tuple[Body, Body]]:
    """Yield identifiers of an account and of a participant who is not the account's."""
    accounts = organisation["accounts"]
    mine = accounts[-1]
    for other in (one["participant"] for one in accounts[:-1] if "participant" in one):
        for member in ("id", "number"):
            yield {"number": mine["number"]}, {member: other[member]}
    for nobody in (one for one in accounts if "participant" not in one):
        yield {"number": nobody["number"]}, {"id": mine["participant"]["id"]}
    for token in organisation["access_tokens"]:
        code, effective = token.get("authentication_code"), token["state"] == "EFFECTIVE"
        if code is not None and effective and token["account"] != mine["number"]:
            yield {"number": mine["number"]}, {TOKEN: {"authentication_code": code}}
            yield {TOKEN: {"authentication_code": code}}, {"id": mine["participant"]["id"]}


def a_one_time_password_names_for_one_purchase(bench: Bench) -> None:
    """A one-time password is used up by a purchase, not by a preview or a refusal."""
    account = bench.known_world().organisation["accounts"][-1]
    by_number = {ACCOUNT: {"number": account["number"]}}
    for place in (ACCOUNT, PARTICIPANT):
        password = _good_password(bench, account)
        named = {ACCOUNT: {TOKEN: password}}
        sent = bench.purchase(**{**by_number, place: {TOKEN: password}})
        plain = bench.obeyed(bench.preview(bench.purchase(**by_number)), "the account by number")
        for _ in range(2):
            data = bench.obeyed(bench.preview(sent), "a preview with a one-time password")
            bench.expect(data == plain, sent, "the answer of its account", data)
        taken = {EXTERNAL: f"{bench.settings.run}-{bench.token[-6:]}-{place}"}
        bench.obeyed(bench.create(bench.purchase(**taken)), "a purchase with an external reference")
        for wrong in (taken, {"products_set": [_unknown_line(sent)]}):
            bench.refused(bench.create({**sent, **wrong}), wrong)
        done = bench.obeyed(bench.create(sent), "a purchase with a one-time password")
        who = done.get("accounts_receivable_id")
        bench.expect(who == account["id"], sent, f"the account {account['id']}", who)
        bench.refused(bench.create(sent), "a second purchase with a one-time password")
        for body in (sent, bench.purchase(**named)):
            bench.refused(bench.preview(body), "a preview with a used one-time password")


def _good_password(bench: Bench, account: Mapping[str, Any]) -> Body:
    """Return a one-time password of an account that no purchase has used up."""
    for token in bench.known_world().organisation["access_tokens"]:
        password = {"one_time_password": token.get("one_time_password")}
        lasting = token["state"] == "EFFECTIVE" and "expires_at" not in token
        mine = lasting and token["account"] == account["number"]
        body = bench.purchase(**{ACCOUNT: {TOKEN: password}})
        if None not in password.values() and mine and bench.preview(body).is_ok:
            return password
    raise NotReached("every one-time password of the fixture is used up; reset the sandbox")


def _unknown_line(body: Body) -> Body:
    return {**body["products_set"][0], PRODUCT: {"code": "no such thing"}}


def _identifiers(bench: Bench) -> Iterator[tuple[str, list[str]]]:
    """Yield each identifier that the contract knows in a purchase, with its members."""
    members = members_of(bench.contract, PREVIEW)
    members |= members_of(bench.contract, PREVIEW, "products_set")
    for name, schema in members.items():
        if schema.get("minProperties") == schema.get("maxProperties") == 1:
            yield name, list(schema["properties"])


def _known_values(bench: Bench, name: str, members: list[str]) -> dict[str, Any]:
    """Return a good value for as many members of an identifier as is known."""
    if bench.world is None:
        body = bench.purchase()
        given = body["products_set"][0].get(name) if name == PRODUCT else body.get(name)
        return dict(given or {})
    organisation = bench.world.organisation
    account = organisation["accounts"][-1]
    if name == PARTICIPANT:
        record = account["participant"]
    elif name in COLLECTIONS:
        record = account if name == ACCOUNT else organisation[COLLECTIONS[name]][0]
    else:
        record = {"id": "1", "number": "1"}
    return {member: record[member] for member in members if member in record}


def _wrong_identifiers(members: list[str], values: Mapping[str, Any]) -> Iterator[Body]:
    yield {}
    yield {"unknown": "X"}
    made_up = {one: {"authentication_code": "AUTH-265"} if one == TOKEN else "X" for one in members}
    told = {**made_up, **values}
    for one, two in itertools.combinations(members, 2):
        yield {one: told[one], two: told[two]}
    for one in values:
        yield {one: None}
        yield {one: 1}
        yield {one: values[one], "unknown": "X"}


def _with_identifier(bench: Bench, name: str, identifier: Body) -> Body:
    body = bench.purchase()
    if name == PRODUCT:
        body["products_set"][0][PRODUCT] = identifier
    elif name == BUSINESS_UNIT:
        body.pop(UNIT, None)
        body[name] = identifier
    else:
        body[name] = identifier
    return body
