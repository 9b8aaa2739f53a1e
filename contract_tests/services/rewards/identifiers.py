"""Identifiers: exactly one member, and what it finds."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from contract_tests.services.rewards.access_tokens import tokens_name_their_account
from contract_tests.services.rewards.bodies import members_of
from contract_tests.services.rewards.client import CREATE, PREVIEW, RewardsClient
from contract_tests.services.rewards.steps import (
    ACCOUNT,
    COLLECTIONS,
    PARTICIPANT,
    PRODUCT,
    TOKEN,
    UNKNOWN,
    with_identifier,
)
from contract_tests.services.rewards.values import Body, Record


def an_identifier_has_exactly_one_member(rewards: RewardsClient) -> None:
    """Exactly one of the members of an identifier must be given."""
    for name, members in _identifiers(rewards):
        values = _known_values(rewards, name, members)
        for wrong in _wrong_identifiers(members, values):
            body = with_identifier(rewards, name, wrong)
            for operation in (PREVIEW, CREATE):
                answer = rewards.ask(operation, {**body, "token": rewards.token})
                rewards.refused(answer, {name: wrong})


def each_member_of_an_identifier_names_the_same(rewards: RewardsClient) -> None:
    """Each member of an identifier finds the same thing."""
    world = rewards.known_world()
    for name, members in _identifiers(rewards):
        values = _known_values(rewards, name, members)
        answers = []
        for member in (one for one in members if one in values):
            body = with_identifier(rewards, name, {member: values[member]})
            answers.append(rewards.obeyed(rewards.preview(body), {name: {member: values[member]}}))
        rewards.expect(all(one == answers[0] for one in answers), name, "the same answers", answers)
    for account in world.organisation["accounts"]:
        if account.get("participant"):
            tokens_name_their_account(rewards, world, account)


def what_an_identifier_does_not_find_is_refused(rewards: RewardsClient) -> None:
    """What an identifier does not find, letter by letter, is refused."""
    for name, members in _identifiers(rewards):
        if name.startswith("invoice"):
            continue
        values = _known_values(rewards, name, members)
        for member in (one for one in members if one != TOKEN):
            others = (values[one] for one in values if values[one] != values.get(member))
            for value in ("no such thing", *_near(values.get(member)), *others):
                wrong = {member: value}
                rewards.refused(
                    rewards.preview(with_identifier(rewards, name, wrong)),
                    {name: wrong},
                    code=UNKNOWN[name],
                    place=f"{name}/{member} ",
                )


def _near(text: str | None) -> Iterator[str]:
    """Yield texts that are nearly a text."""
    if text is not None:
        yield from (f"{text} ", f" {text}", text[:-1])
        yield from {text.upper(), text.lower()} - {text}


def a_name_of_two_accounts_names_neither(rewards: RewardsClient) -> None:
    """A name that several accounts have is refused."""
    accounts = rewards.known_world().organisation["accounts"]
    names = [account["name"] for account in accounts]
    for name in {one for one in names if names.count(one) > 1}:
        body = rewards.purchase(**{ACCOUNT: {"name": name}})
        for answer in (rewards.preview(body), rewards.create(body)):
            rewards.refused(
                answer,
                {ACCOUNT: {"name": name}},
                code="AMBIGUOUS_ACCOUNT",
                place=f"#/{ACCOUNT}/name",
            )


def a_participant_must_be_the_accounts(rewards: RewardsClient) -> None:
    """A participant that is given must be the account's."""
    mine = rewards.known_world().organisation["accounts"][-1]["participant"]
    for member in ("id", "number"):
        good = {PARTICIPANT: {member: mine[member]}}
        rewards.obeyed(rewards.preview(rewards.purchase(**good)), good)
        unknown = {PARTICIPANT: {member: "no such participant"}}
        answer = rewards.preview(rewards.purchase(**unknown))
        rewards.refused(
            answer, unknown, code="UNKNOWN_PARTICIPANT", place=f"#/{PARTICIPANT}/{member}"
        )
    for account, participant in _mismatches(rewards.known_world().organisation):
        wrong = {ACCOUNT: account, PARTICIPANT: participant}
        for answer in (
            rewards.preview(rewards.purchase(**wrong)),
            rewards.create(rewards.purchase(**wrong)),
        ):
            rewards.refused(answer, wrong, code="PARTICIPANT_MISMATCH", place=f"#/{PARTICIPANT}")


def _mismatches(organisation: Record) -> Iterator[tuple[Body, Body]]:
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


def _identifiers(rewards: RewardsClient) -> Iterator[tuple[str, list[str]]]:
    """Yield each identifier that the contract knows in a purchase, with its members."""
    members = members_of(rewards.contract, PREVIEW)
    members |= members_of(rewards.contract, PREVIEW, "products_set")
    for name, schema in members.items():
        if schema.get("minProperties") == schema.get("maxProperties") == 1:
            yield name, list(schema["properties"])


def _known_values(rewards: RewardsClient, name: str, members: list[str]) -> dict[str, Any]:
    """Return a good value for as many members of an identifier as is known."""
    if rewards.world is None:
        body = rewards.purchase()
        given = body["products_set"][0].get(name) if name == PRODUCT else body.get(name)
        return dict(given or {})
    organisation = rewards.world.organisation
    account = organisation["accounts"][-1]
    if name == PARTICIPANT:
        record = account["participant"]
    elif name in COLLECTIONS:
        record = account if name == ACCOUNT else organisation[COLLECTIONS[name]][0]
    else:
        record = {"id": "1", "number": "1"}
    return {member: record[member] for member in members if member in record}


def _wrong_identifiers(members: list[str], values: Record) -> Iterator[Body]:
    yield {}
    yield {"unknown": "X"}
    made_up = {one: {"authentication_code": "AUTH-265"} if one == TOKEN else "X" for one in members}
    values_of = {**made_up, **values}
    for one, two in itertools.combinations(members, 2):
        yield {one: values_of[one], two: values_of[two]}
    for one in values:
        yield {one: None}
        yield {one: 1}
        yield {one: values[one], "unknown": "X"}
