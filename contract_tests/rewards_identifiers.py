"""Identifiers: exactly one member, and what it finds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.documents import resolve
from contract_tests.rewards_bench import CREATE, PREVIEW, Bench, NotReached, World
from contract_tests.rewards_scenes import Body, schema_of
from contract_tests.rewards_steps import (
    ACCOUNT,
    BUSINESS_UNIT,
    COLLECTIONS,
    PARTICIPANT,
    PRODUCT,
    TOKEN,
    UNIT,
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
    """What an identifier does not find is refused."""
    for name, members in _identifiers(bench):
        for member in members:
            if member == TOKEN or name.startswith("invoice"):
                continue
            wrong = {member: "no such thing"}
            bench.refused(bench.preview(_with_identifier(bench, name, wrong)), {name: wrong})


def an_access_token_that_is_not_effective_names_nobody(bench: Bench) -> None:
    """Only effective access tokens identify, with their own pass code."""
    world = bench.known_world()
    wrong: list[Body] = [
        {"authentication_code": "no such code"},
        {"identifier": "no such card", "pass_code": "1234"},
        {"one_time_password": 999999},
    ]
    for token in world.organisation["access_tokens"]:
        identifier = {
            name: token[name]
            for name in ("authentication_code", "identifier", "pass_code", "one_time_password")
            if name in token
        }
        if token["state"] != "EFFECTIVE" or "expires_at" in token:
            wrong.append(identifier)
        if "pass_code" in token:
            wrong.append({**identifier, "pass_code": token["pass_code"] + "0"})
    for identifier in wrong:
        body = bench.purchase(**{ACCOUNT: {TOKEN: identifier}})
        bench.refused(bench.preview(body), {ACCOUNT: {TOKEN: identifier}})
        bench.refused(bench.create(body), {ACCOUNT: {TOKEN: identifier}})


def a_name_of_two_accounts_names_neither(bench: Bench) -> None:
    """A name that several accounts have is refused."""
    accounts = bench.known_world().organisation["accounts"]
    names = [account["name"] for account in accounts]
    for name in {one for one in names if names.count(one) > 1}:
        body = bench.purchase(**{ACCOUNT: {"name": name}})
        bench.refused(bench.preview(body), {ACCOUNT: {"name": name}})


def a_participant_must_be_the_accounts(bench: Bench) -> None:
    """A participant that is given must be the account's."""
    accounts = bench.known_world().organisation["accounts"]
    own = accounts[-1]["participant"]
    other = next(one["participant"] for one in accounts if one.get("participant"))
    for member in ("id", "number"):
        good = {PARTICIPANT: {member: own[member]}}
        bench.obeyed(bench.preview(bench.purchase(**good)), good)
        for value in (other[member], "no such participant"):
            wrong = {PARTICIPANT: {member: value}}
            bench.refused(bench.preview(bench.purchase(**wrong)), wrong)


def a_one_time_password_names_for_one_purchase(bench: Bench) -> None:
    """A one-time password is used up by a purchase, not by a preview."""
    tokens = bench.known_world().organisation["access_tokens"]
    for token in tokens:
        password = token.get("one_time_password")
        if password is None or token["state"] != "EFFECTIVE" or "expires_at" in token:
            continue
        body = bench.purchase(**{ACCOUNT: {TOKEN: {"one_time_password": password}}})
        if not bench.preview(body).is_ok:
            continue  # used up by a run before
        bench.obeyed(bench.preview(body), "a second preview with a one-time password")
        bench.obeyed(bench.create(body), "a purchase with a one-time password")
        bench.refused(bench.create(body), "a second purchase with a one-time password")
        bench.refused(bench.preview(body), "a preview with a used one-time password")
        return
    raise NotReached("every one-time password of the fixture is used up; reset the sandbox")


def _identifiers(bench: Bench) -> Iterator[tuple[str, list[str]]]:
    """Yield each identifier that the contract knows in a purchase, with its members."""
    document = bench.contract.document
    body = schema_of(bench.contract, PREVIEW)
    properties = dict(body.get("properties", {}))
    products = resolve(document, properties.get("products_set", {}))
    properties.update(resolve(document, products.get("items", {})).get("properties", {}))
    for name, raw in properties.items():
        schema = resolve(document, raw)
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
