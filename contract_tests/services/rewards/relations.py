"""What holds between the previews of purchases that differ in one thing, and within each of them."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.client import RewardsClient
from contract_tests.services.rewards.steps import (
    amounts,
    cents_of,
    in_order,
    plain,
    several,
)
from contract_tests.services.rewards.values import Body, Record


def the_order_of_products_does_not_matter(rewards: RewardsClient) -> None:
    """The order of the products does not matter."""
    for body in several(rewards):
        one = rewards.obeyed(rewards.preview(body), "a preview")
        turned = {**body, "products_set": body["products_set"][::-1]}
        two = rewards.obeyed(rewards.preview(turned), "the same products in another order")
        rewards.expect(in_order(two) == in_order(one), turned, plain(one), two)


def a_split_line_changes_no_total(rewards: RewardsClient) -> None:
    """A line split in parts with the same sums changes nothing."""
    for body in several(rewards, splits=False):
        one = rewards.obeyed(rewards.preview(body), "a preview")
        for parts in (2, 90):
            split = {**body, "products_set": [*_split(body["products_set"][0], parts)]}
            split["products_set"] += body["products_set"][1:]
            two = rewards.obeyed(rewards.preview(split), f"the same with one line in {parts} parts")
            rewards.expect(in_order(two) == in_order(one), split, plain(one), two)


def _split(product: Record, parts: int) -> Iterator[Body]:
    """Yield the lines that a line falls into, with the same sums; the last takes what is over."""
    net, vat = oracle.cents(product["net_amount"]), oracle.cents(product["vat_amount"])
    for part in range(parts):
        over = part == parts - 1
        share = net // parts + (net % parts if over else 0)
        tax = vat // parts + (vat % parts if over else 0)
        yield {**product, **amounts(share, tax, share + tax)}


def more_products_never_award_less(rewards: RewardsClient) -> None:
    """More products never award less while the offers stay."""
    for body in several(rewards):
        one = rewards.obeyed(rewards.preview(body), "a preview")
        more = {**body, "products_set": body["products_set"] + body["products_set"][:1]}
        two = rewards.obeyed(rewards.preview(more), "the same with one product more")
        before = {offer["id"] for offer in one.get("applied_reward_offers_set") or ()}
        after = {offer["id"] for offer in two.get("applied_reward_offers_set") or ()}
        if before <= after:  # else an offer ended at an amount, and less is right
            rewards.expect(
                cents_of(two.get("total_award_amount")) >= cents_of(one.get("total_award_amount")),
                more,
                f"at least {one.get('total_award_amount')}",
                two.get("total_award_amount"),
            )


def a_quantity_does_not_multiply(rewards: RewardsClient) -> None:
    """Amounts are for the whole line, whatever the quantity."""
    for body in several(rewards):
        one = rewards.obeyed(rewards.preview(body), "a preview")
        for quantity in (1, 2, 0.5, 1000):
            products = [{**product, "quantity": quantity} for product in body["products_set"]]
            many = {**body, "products_set": products}
            data = rewards.obeyed(rewards.preview(many), many)
            rewards.expect(data == one, many, plain(one), data)


def numbers_count_by_value(rewards: RewardsClient) -> None:
    """100 and 100.0 are the same amount."""
    one = rewards.obeyed(rewards.preview(rewards.purchase()), "a preview")
    body = rewards.purchase()
    for product in body["products_set"]:
        for name in ("net_amount", "vat_amount", "total_amount"):
            product[name] = float(product[name])
    data = rewards.obeyed(rewards.preview(body), "whole amounts with a fraction of zero")
    rewards.expect(data == one, body, plain(one), data)


def spends_keep_to_their_bounds(rewards: RewardsClient) -> None:
    """No spend exceeds wallet, purchase, award or limits."""
    for body in several(rewards):
        data = rewards.obeyed(rewards.preview(body), "a preview")
        wallet = cents_of(data.get("wallet_balance") or 0)
        total = sum(oracle.cents(product["total_amount"]) for product in body["products_set"])
        instant = cents_of(data.get("total_instant_spend_amount") or 0)
        automatic = cents_of(data.get("total_automatic_spend_amount") or 0)
        additional = cents_of(data.get("total_additional_spend_amount") or 0)
        least = cents_of(data.get("minimum_spend_amount_per_transaction") or 0)
        most = cents_of(data.get("maximum_spend_amount_per_transaction") or 10**12)
        bounds = {
            "instant within the award": instant <= cents_of(data.get("total_award_amount") or 0),
            "instant within the purchase": instant <= total,
            "additional within the wallet": additional + automatic <= wallet,
            "all within the purchase": instant + automatic + additional <= total,
            "additional at most the maximum": additional <= most,
            "additional zero or at least the minimum": additional == 0 or additional >= least,
            "automatic at most the maximum": automatic <= most,
            "automatic zero or at least the minimum": automatic == 0 or automatic >= least,
            "nothing of the wallet when spending is not allowed": data.get("allow_spending")
            is not False
            or automatic + additional == 0,
        }
        for told, holds in bounds.items():
            rewards.expect(holds, body, told, data)


def disable_instant_spend_makes_it_zero(rewards: RewardsClient) -> None:
    """disable_instant_spend leaves instant offers out."""
    for body in several(rewards):
        data = rewards.obeyed(rewards.preview({**body, "disable_instant_spend": True}), "a preview")
        rewards.expect(
            cents_of(data.get("total_instant_spend_amount") or 0) == 0,
            body,
            "no instant spend",
            data.get("total_instant_spend_amount"),
        )
        rewards.expect(not data.get("voucher_types_set"), body, "no vouchers", data)
        plain = rewards.obeyed(rewards.preview(body), "a preview")
        off = rewards.obeyed(rewards.preview({**body, "disable_instant_spend": False}), "a preview")
        rewards.expect(off == plain, body, "false as absent", off)
