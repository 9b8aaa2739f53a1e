"""Identifiers that are access tokens: cards, codes and one-time passwords."""

from __future__ import annotations

from contract_tests.services.rewards.client import NotReached, RewardsClient
from contract_tests.services.rewards.steps import (
    ACCOUNT,
    EXTERNAL,
    PARTICIPANT,
    PRODUCT,
    TOKEN,
    with_identifier,
)
from contract_tests.services.rewards.values import Body, Record
from contract_tests.services.rewards.world import World


def an_access_token_identifier_has_exactly_one_member(rewards: RewardsClient) -> None:
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
            body = with_identifier(rewards, holder, {TOKEN: identifier})
            rewards.refused(rewards.preview(body), {holder: {TOKEN: identifier}})


def tokens_name_their_account(rewards: RewardsClient, world: World, account: Record) -> None:
    """Demand that each lasting access token of an account names it."""
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
        one = rewards.preview(rewards.purchase(**by_number))
        two = rewards.preview(rewards.purchase(**{ACCOUNT: {TOKEN: identifier}}))
        rewards.expect(
            rewards.obeyed(two, identifier) == rewards.obeyed(one, by_number),
            identifier,
            "the answer of its account",
            two.reply.told,
        )
        participant = {PARTICIPANT: {TOKEN: identifier}}
        three = rewards.preview(rewards.purchase(**by_number, **participant))
        rewards.obeyed(three, {**by_number, **participant})


def an_access_token_that_is_not_effective_names_nobody(rewards: RewardsClient) -> None:
    """Only effective access tokens identify, with their own pass code."""
    world = rewards.known_world()
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
            for answer in (
                rewards.preview(rewards.purchase(**sent)),
                rewards.create(rewards.purchase(**sent)),
            ):
                rewards.refused(answer, sent, code=code, place=f"#/{holder}/{TOKEN}/")


def a_one_time_password_names_for_one_purchase(rewards: RewardsClient) -> None:
    """A one-time password is used up by a purchase, not by a preview or a refusal."""
    account = rewards.known_world().organisation["accounts"][-1]
    by_number = {ACCOUNT: {"number": account["number"]}}
    for place in (ACCOUNT, PARTICIPANT):
        password = _good_password(rewards, account)
        named = {ACCOUNT: {TOKEN: password}}
        sent = rewards.purchase(**{**by_number, place: {TOKEN: password}})
        plain = rewards.obeyed(
            rewards.preview(rewards.purchase(**by_number)), "the account by number"
        )
        for _ in range(2):
            data = rewards.obeyed(rewards.preview(sent), "a preview with a one-time password")
            rewards.expect(data == plain, sent, "the answer of its account", data)
        taken = {EXTERNAL: f"{rewards.run}-{place}"}
        rewards.obeyed(
            rewards.create(rewards.purchase(**taken)), "a purchase with an external reference"
        )
        for wrong in (taken, {"products_set": [_unknown_line(sent)]}):
            rewards.refused(rewards.create({**sent, **wrong}), wrong)
        done = rewards.obeyed(rewards.create(sent), "a purchase with a one-time password")
        who = done.get("accounts_receivable_id")
        rewards.expect(who == account["id"], sent, f"the account {account['id']}", who)
        rewards.refused(rewards.create(sent), "a second purchase with a one-time password")
        for body in (sent, rewards.purchase(**named)):
            rewards.refused(rewards.preview(body), "a preview with a used one-time password")


def _good_password(rewards: RewardsClient, account: Record) -> Body:
    """Return a one-time password of an account that no purchase has used up."""
    for token in rewards.known_world().organisation["access_tokens"]:
        password = {"one_time_password": token.get("one_time_password")}
        lasting = token["state"] == "EFFECTIVE" and "expires_at" not in token
        mine = lasting and token["account"] == account["number"]
        body = rewards.purchase(**{ACCOUNT: {TOKEN: password}})
        if None not in password.values() and mine and rewards.preview(body).is_ok:
            return password
    raise NotReached("every one-time password of the fixture is used up; reset the sandbox")


def _unknown_line(body: Body) -> Body:
    return {**body["products_set"][0], PRODUCT: {"code": "no such thing"}}
