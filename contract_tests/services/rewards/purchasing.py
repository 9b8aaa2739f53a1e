"""A preview, and the purchase that does what it said: what holds of the two, whatever the offers are."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.client import RewardsClient
from contract_tests.services.rewards.steps import (
    ACCOUNT,
    cents_of,
    plain,
    several,
)
from contract_tests.services.rewards.values import Body, Record

# What a purchase did, as its preview said it.
DONE = {
    "total_award_amount": "total_awarded_amount",
    "total_award_alternative_amount": "total_awarded_alternative_amount",
    **{
        name: name
        for name in (
            "total_instant_spend_amount",
            "total_automatic_spend_amount",
            "reduction_method",
            "rewards_participant_id",
            "rewards_participant_name",
            "applied_reward_offers_set",
        )
    },
}


def a_preview_changes_nothing(rewards: RewardsClient) -> None:
    """A preview leaves no trace: repeated, it gives the same answer."""
    reference = f"{rewards.run}-preview"
    body = rewards.purchase(external_system_reference_number=reference)
    first = rewards.obeyed(rewards.preview(body), "a preview")
    for _ in range(3):
        again = rewards.obeyed(rewards.preview(body), "the same preview")
        rewards.expect(again == first, body, f"the first answer: {plain(first)}", again)
    rewards.obeyed(rewards.create(body), "a purchase after its previews")


def a_purchase_does_what_its_preview_said(rewards: RewardsClient) -> None:
    """A purchase does what its preview said, and its event adds up."""
    for body in (*several(rewards), *_of_nobody(rewards)):
        for sent in (body, {**body, "disable_instant_spend": True}):
            said = rewards.obeyed(rewards.preview(sent), "a preview")
            done = rewards.obeyed(rewards.create(sent), "the purchase of that preview")
            expect_done(rewards, sent, said, done)


def _of_nobody(rewards: RewardsClient) -> Iterator[Body]:
    """Yield a purchase of each account that takes part in nothing, and so has no wallet."""
    for account in rewards.world.organisation["accounts"] if rewards.world else ():
        if "participant" not in account:
            yield rewards.purchase(**{ACCOUNT: {"id": account["id"]}})


def expect_done(rewards: RewardsClient, body: Body, said: Record, done: Record) -> None:
    """Demand that an event does what the preview said, is posted, tells its purchase, and adds up."""
    for before, after in DONE.items():
        rewards.expect(
            done.get(after) == said.get(before),
            body,
            f"{after} as the preview's {before}: {said.get(before)}",
            f"{done.get(after)}",
        )
    told = {
        "type": "PURCHASE",
        "life_cycle_state": "POSTED",
        "performed_on": body["performed_on"],
        "reference_number": body["reference_number"],
        "external_system_reference_number": body.get("external_system_reference_number"),
        "description": body.get("description"),
    }
    for name, value in told.items():
        rewards.expect(done.get(name) == value, body, f"{name} {value}", done.get(name))
    total = sum(oracle.cents(product["total_amount"]) for product in body["products_set"])
    rewards.expect(
        cents_of(done.get("total_amount")) == total,
        body,
        f"{total} cents",
        done.get("total_amount"),
    )
    _expect_spends(rewards, body, done)


def _expect_spends(rewards: RewardsClient, body: Body, done: Record) -> None:
    """Demand a posted spend request for each amount that is spent, and their sum."""
    instant = cents_of(done.get("total_instant_spend_amount"))
    automatic = cents_of(done.get("total_automatic_spend_amount"))
    rewards.expect(
        cents_of(done.get("total_spend_amount")) == instant + automatic,
        body,
        "total_spend_amount as instant plus automatic",
        done.get("total_spend_amount"),
    )
    method = done.get("reduction_method")
    expected = [
        (amount, instantly, not instantly, "POSTED", method)
        for amount, instantly in ((instant, True), (automatic, False))
        if amount
    ]
    requests = [
        (
            cents_of(one["amount"]),
            one.get("instant_spend"),
            one.get("automatic_spend"),
            one.get("life_cycle_state"),
            one.get("reduction_method"),
        )
        for one in done.get("spend_requests_set") or ()
    ]
    rewards.expect(
        sorted(requests, key=str) == sorted(expected, key=str),
        body,
        "a posted spend request for each amount that is spent",
        done.get("spend_requests_set"),
    )


def no_cent_is_lost_or_made(rewards: RewardsClient) -> None:
    """The wallet moves by award less spends and vouchers, to the cent."""
    for body in several(rewards):
        before = rewards.obeyed(rewards.preview(body), "a preview")
        done = rewards.obeyed(rewards.create(body), "its purchase")
        after = rewards.obeyed(rewards.preview(body), "the preview after it")
        if before.get("wallet_balance") is None:
            continue
        balances = _allowed_balances(rewards, before, done)
        points = cents_of(before.get("wallet_alternative_balance") or 0) + cents_of(
            before.get("total_award_alternative_amount") or 0
        )
        for told in (done, after):
            rewards.expect(
                cents_of(told.get("wallet_balance")) in balances,
                body,
                f"a wallet of {' or '.join(str(one) for one in balances)} cents",
                told.get("wallet_balance"),
            )
            rewards.expect(
                cents_of(told.get("wallet_alternative_balance") or 0) == points,
                body,
                f"an alternative balance of {points} hundredths",
                told.get("wallet_alternative_balance"),
            )


def _allowed_balances(rewards: RewardsClient, before: Record, done: Record) -> list[int]:
    """Return what a wallet may hold after a purchase, in cents; in strict mode one amount.

    Elsewhere the instant spend may be a discount (R15), and vouchers a part of it (R43).
    """
    rest = (
        cents_of(before["wallet_balance"])
        + cents_of(before["total_award_amount"])
        - cents_of(before.get("total_automatic_spend_amount") or 0)
    )
    instant = cents_of(before.get("total_instant_spend_amount") or 0)
    given = sum(cents_of(one["value"]) for one in done.get("vouchers_set") or ())
    if rewards.strict:
        return [rest - instant - given]
    return sorted({rest - instant - given, rest - instant, rest - given, rest})


def a_purchase_moves_no_other_wallet(rewards: RewardsClient) -> None:
    """A purchase moves the wallet of its own account, and no other."""
    two = rewards.known_world().organisation["accounts"][-2:]
    bodies = [rewards.purchase(**{ACCOUNT: {"id": account["id"]}}) for account in two]
    for body, other in itertools.permutations(bodies, 2):
        before = rewards.obeyed(rewards.preview(other), "a preview for another account")
        done = rewards.obeyed(rewards.create(body), "a purchase")
        after = rewards.obeyed(rewards.preview(other), "a preview for another account")
        rewards.expect(after == before, other, plain(before), after)
        mine = rewards.obeyed(rewards.preview(body), "a preview for the account of the purchase")
        balance = mine.get("wallet_balance")
        rewards.expect(balance == done.get("wallet_balance"), body, plain(done), balance)
