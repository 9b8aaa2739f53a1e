"""What holds of previews and purchases, whatever the offers are."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.client import Bench
from contract_tests.services.rewards.purchases import Body
from contract_tests.services.rewards.steps import (
    ACCOUNT,
    EXTERNAL,
    PARTICIPANT,
    PRODUCT,
    amounts,
    cents_of,
    in_order,
    plain,
    several,
)

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
ODD = ("a\0b", "\x1f", " ", "\u00e9 e\u0301", "\u2028", "\U0001f600", "'; --", "%00", "x" * 255)


def a_preview_changes_nothing(bench: Bench) -> None:
    """A preview leaves no trace: repeated, it gives the same answer."""
    reference = f"{bench.settings.run}-{bench.token[-6:]}-preview"
    body = bench.purchase(external_system_reference_number=reference)
    first = bench.obeyed(bench.preview(body), "a preview")
    for _ in range(3):
        again = bench.obeyed(bench.preview(body), "the same preview")
        bench.expect(again == first, body, f"the first answer: {plain(first)}", again)
    bench.obeyed(bench.create(body), "a purchase after its previews")


def a_purchase_does_what_its_preview_said(bench: Bench) -> None:
    """A purchase does what its preview said, and its event adds up."""
    for body in (*several(bench), *_of_nobody(bench)):
        for sent in (body, {**body, "disable_instant_spend": True}):
            said = bench.obeyed(bench.preview(sent), "a preview")
            done = bench.obeyed(bench.create(sent), "the purchase of that preview")
            expect_done(bench, sent, said, done)


def _of_nobody(bench: Bench) -> Iterator[Body]:
    """Yield a purchase of each account that takes part in nothing, and so has no wallet."""
    for account in bench.world.organisation["accounts"] if bench.world else ():
        if "participant" not in account:
            yield bench.purchase(**{ACCOUNT: {"id": account["id"]}})


def expect_done(bench: Bench, body: Body, said: Mapping[str, Any], done: Mapping[str, Any]) -> None:
    """Demand that an event does what the preview said, is posted, tells its purchase, and adds up."""
    for before, after in DONE.items():
        bench.expect(
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
        bench.expect(done.get(name) == value, body, f"{name} {value}", done.get(name))
    total = sum(oracle.cents(product["total_amount"]) for product in body["products_set"])
    bench.expect(
        cents_of(done.get("total_amount")) == total,
        body,
        f"{total} cents",
        done.get("total_amount"),
    )
    _expect_spends(bench, body, done)


def _expect_spends(bench: Bench, body: Body, done: Mapping[str, Any]) -> None:
    """Demand a posted spend request for each amount that is spent, and their sum."""
    instant = cents_of(done.get("total_instant_spend_amount"))
    automatic = cents_of(done.get("total_automatic_spend_amount"))
    bench.expect(
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
    bench.expect(
        sorted(requests, key=str) == sorted(expected, key=str),
        body,
        "a posted spend request for each amount that is spent",
        done.get("spend_requests_set"),
    )


def no_cent_is_lost_or_made(bench: Bench) -> None:
    """The wallet moves by award less spends and vouchers, to the cent."""
    for body in several(bench):
        before = bench.obeyed(bench.preview(body), "a preview")
        done = bench.obeyed(bench.create(body), "its purchase")
        after = bench.obeyed(bench.preview(body), "the preview after it")
        if before.get("wallet_balance") is None:
            continue
        balances = _allowed_balances(bench, before, done)
        points = cents_of(before.get("wallet_alternative_balance") or 0) + cents_of(
            before.get("total_award_alternative_amount") or 0
        )
        for told in (done, after):
            bench.expect(
                cents_of(told.get("wallet_balance")) in balances,
                body,
                f"a wallet of {' or '.join(str(one) for one in balances)} cents",
                told.get("wallet_balance"),
            )
            bench.expect(
                cents_of(told.get("wallet_alternative_balance") or 0) == points,
                body,
                f"an alternative balance of {points} hundredths",
                told.get("wallet_alternative_balance"),
            )


def _allowed_balances(
    bench: Bench, before: Mapping[str, Any], done: Mapping[str, Any]
) -> list[int]:
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
    if bench.strict:
        return [rest - instant - given]
    return sorted({rest - instant - given, rest - instant, rest - given, rest})


def a_purchase_moves_no_other_wallet(bench: Bench) -> None:
    """A purchase moves the wallet of its own account, and no other."""
    two = bench.known_world().organisation["accounts"][-2:]
    bodies = [bench.purchase(**{ACCOUNT: {"id": account["id"]}}) for account in two]
    for body, other in itertools.permutations(bodies, 2):
        before = bench.obeyed(bench.preview(other), "a preview for another account")
        done = bench.obeyed(bench.create(body), "a purchase")
        after = bench.obeyed(bench.preview(other), "a preview for another account")
        bench.expect(after == before, other, plain(before), after)
        mine = bench.obeyed(bench.preview(body), "a preview for the account of the purchase")
        balance = mine.get("wallet_balance")
        bench.expect(balance == done.get("wallet_balance"), body, plain(done), balance)


def a_created_purchase_can_be_read(bench: Bench) -> None:
    """A created purchase can be read as it was answered."""
    done = bench.obeyed(bench.create(bench.purchase(description="read again")), "a purchase")
    shown = bench.obeyed(bench.show(str(done.get("id"))), "the purchase that was created")
    bench.expect(shown == done, f"show {done.get('id')}", plain(done), shown)
    bench.obeyed(bench.create(bench.purchase()), "another purchase")
    again = bench.obeyed(bench.show(str(done.get("id"))), "the first purchase again")
    bench.expect(again == done, f"show {done.get('id')}", plain(done), again)
    event_id, number = str(done.get("id")), str(done.get("number"))
    for wrong in ("no-such-id", f"{event_id} ", event_id[:-1], event_id.swapcase(), number):
        if wrong != event_id:
            told = bench.show(wrong)
            bench.refused(told, f"show {wrong}", code="UNKNOWN_PURCHASE", place="#/id")


def each_purchase_is_one_of_its_own(bench: Bench) -> None:
    """Each purchase, spend and voucher has an ID of its own, and a number if it has numbers."""
    told: dict[str, list[object]] = {"id": [], "number": []}
    for body in (*several(bench), *several(bench)):
        event = bench.obeyed(bench.create(body), "a purchase")
        parts = [event, *event.get("spend_requests_set", ()), *event.get("vouchers_set", ())]
        for name, values in told.items():
            values += [one[name] for one in parts if name in one]
            bench.expect(len(set(values)) == len(values), body, f"every {name} once", values)


def an_external_reference_is_taken_once(bench: Bench) -> None:
    """An external reference is taken once."""
    reference = f"{bench.settings.run}-{bench.token[-6:]}-once"
    body = bench.purchase(external_system_reference_number=reference)
    done = bench.obeyed(bench.create(body), "a purchase with an external reference")
    bench.refused(
        bench.create(body),
        "the same external reference again",
        code="DUPLICATE_EXTERNAL_REFERENCE",
        place=f"#/{EXTERNAL}",
    )
    other = bench.purchase(
        external_system_reference_number=reference, reference_number="another", description="other"
    )
    bench.refused(bench.create(other), "the same external reference for another purchase")
    if bench.world is not None:
        somebody = {ACCOUNT: {"id": bench.world.organisation["accounts"][0]["id"]}}
        told = bench.create({**body, **somebody})
        bench.refused(told, "the same external reference for another account")
    after = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    bench.expect(
        after.get("wallet_balance") == done.get("wallet_balance"),
        body,
        f"a wallet of {done.get('wallet_balance')}",
        after.get("wallet_balance"),
    )
    for near in (reference.upper(), f"{reference} ", f" {reference}"):
        bench.obeyed(bench.create({**body, EXTERNAL: near}), f"another reference, {near!r}")


def odd_texts_are_texts_like_any_other(bench: Bench) -> None:
    """Any text may stand in a reference, and comes back as it was sent."""
    for odd in ODD:
        reference = f"{bench.settings.run}-{bench.token[-6:]}-{odd}"[:255]
        body = bench.purchase(
            external_system_reference_number=reference, reference_number=odd, description=odd
        )
        done = bench.obeyed(bench.create(body), body)
        shown = bench.obeyed(bench.show(str(done.get("id"))), "the purchase that was created")
        for name in ("external_system_reference_number", "reference_number", "description"):
            bench.expect(shown.get(name) == body[name], body, body[name], shown.get(name))
        bench.refused(bench.create(body), "the same external reference again")
        bench.refused(bench.show(odd), f"show {odd!r}")


def a_refused_purchase_changes_nothing(bench: Bench) -> None:
    """A refused purchase changes nothing."""
    before = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    reference = f"{bench.settings.run}-{bench.token[-6:]}-refused"
    body = bench.purchase(external_system_reference_number=reference)
    for wrong in _refused(bench, body):
        bench.refused(bench.create(wrong), wrong)
        after = bench.obeyed(bench.preview(bench.purchase()), "a preview")
        bench.expect(after == before, "a preview after a refusal", plain(before), after)
    bench.obeyed(bench.create(body), "the same purchase, corrected")


def _refused(bench: Bench, body: Body) -> Iterator[Body]:
    """Yield the purchase with one fault each, from the first that is looked for to the last."""
    wrong = copy.deepcopy(body)
    wrong["products_set"][-1][PRODUCT] = {"code": "no such thing"}
    yield wrong
    yield {**body, PARTICIPANT: {"number": "no such participant"}}
    if bench.strict:  # elsewhere such a name may be ignored (R20)
        yield {**body, "fields_set": "no_such_field"}


def the_order_of_products_does_not_matter(bench: Bench) -> None:
    """The order of the products does not matter."""
    for body in several(bench):
        one = bench.obeyed(bench.preview(body), "a preview")
        turned = {**body, "products_set": body["products_set"][::-1]}
        two = bench.obeyed(bench.preview(turned), "the same products in another order")
        bench.expect(in_order(two) == in_order(one), turned, plain(one), two)


def a_split_line_changes_no_total(bench: Bench) -> None:
    """A line split in parts with the same sums changes nothing."""
    for body in several(bench, splits=False):
        one = bench.obeyed(bench.preview(body), "a preview")
        for parts in (2, 90):
            split = {**body, "products_set": [*_split(body["products_set"][0], parts)]}
            split["products_set"] += body["products_set"][1:]
            two = bench.obeyed(bench.preview(split), f"the same with one line in {parts} parts")
            bench.expect(in_order(two) == in_order(one), split, plain(one), two)


def _split(product: Mapping[str, Any], parts: int) -> Iterator[Body]:
    """Yield the lines that a line falls into, with the same sums; the last takes what is over."""
    net, vat = oracle.cents(product["net_amount"]), oracle.cents(product["vat_amount"])
    for part in range(parts):
        over = part == parts - 1
        share = net // parts + (net % parts if over else 0)
        tax = vat // parts + (vat % parts if over else 0)
        yield {**product, **amounts(share, tax, share + tax)}


def more_products_never_award_less(bench: Bench) -> None:
    """More products never award less while the offers stay."""
    for body in several(bench):
        one = bench.obeyed(bench.preview(body), "a preview")
        more = {**body, "products_set": body["products_set"] + body["products_set"][:1]}
        two = bench.obeyed(bench.preview(more), "the same with one product more")
        before = {offer["id"] for offer in one.get("applied_reward_offers_set") or ()}
        after = {offer["id"] for offer in two.get("applied_reward_offers_set") or ()}
        if before <= after:  # else an offer ended at an amount, and less is right
            bench.expect(
                cents_of(two.get("total_award_amount")) >= cents_of(one.get("total_award_amount")),
                more,
                f"at least {one.get('total_award_amount')}",
                two.get("total_award_amount"),
            )


def spends_keep_to_their_bounds(bench: Bench) -> None:
    """No spend exceeds wallet, purchase, award or limits."""
    for body in several(bench):
        data = bench.obeyed(bench.preview(body), "a preview")
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
            bench.expect(holds, body, told, data)


def disable_instant_spend_makes_it_zero(bench: Bench) -> None:
    """disable_instant_spend leaves instant offers out."""
    for body in several(bench):
        data = bench.obeyed(bench.preview({**body, "disable_instant_spend": True}), "a preview")
        bench.expect(
            cents_of(data.get("total_instant_spend_amount") or 0) == 0,
            body,
            "no instant spend",
            data.get("total_instant_spend_amount"),
        )
        bench.expect(not data.get("voucher_types_set"), body, "no vouchers", data)
        plain = bench.obeyed(bench.preview(body), "a preview")
        off = bench.obeyed(bench.preview({**body, "disable_instant_spend": False}), "a preview")
        bench.expect(off == plain, body, "false as absent", off)


def fields_set_gives_a_part_of_the_answer(bench: Bench) -> None:
    """fields_set gives those members of the full answer."""
    full = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    names = list(full)
    choices = [[name] for name in names] + [names[:3], names[-2:], names[::2], names]
    if bench.strict:
        choices.append(names[:2] * 2)  # a name that is known may stand twice (R20)
    for chosen in choices:
        for joined in (",".join(chosen), " , ".join(chosen)):
            data = bench.obeyed(bench.preview(bench.purchase(fields_set=joined)), joined)
            expected = {name: full[name] for name in chosen}
            bench.expect(data == expected, joined, plain(expected), data)


def fields_set_of_a_purchase_chooses_too(bench: Bench) -> None:
    """fields_set gives those members of a purchase that is created."""
    chosen = ["id", "total_awarded_amount", "description"]
    done = bench.obeyed(bench.create(bench.purchase(fields_set=",".join(chosen))), "a purchase")
    bench.expect(set(done) == set(chosen), chosen, str(chosen), list(done))


def an_unknown_field_is_refused(bench: Bench) -> None:
    """A name in fields_set that the operation's answer does not know is refused."""
    for wrong in ("", ","):
        bench.refused(bench.preview(bench.purchase(fields_set=wrong)), {"fields_set": wrong})
    of_preview = ("total_award_amount,no_such_field", "Total_award_amount", "total_awarded_amount")
    of_purchase = ("id,no_such_field", "total_award_amount")
    for ask, names in ((bench.preview, of_preview), (bench.create, of_purchase)):
        for wrong in ("no_such_field", *names):
            told = ask(bench.purchase(fields_set=wrong))
            bench.refused(told, {"fields_set": wrong}, code="UNKNOWN_FIELD", place="#/fields_set")


def every_member_is_answered(bench: Bench) -> None:
    """Every member is answered, unless fields_set chooses."""
    data = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    done = bench.obeyed(bench.create(bench.purchase()), "a purchase")
    few = bench.obeyed(bench.create(bench.purchase(fields_set="id")), "a purchase")
    shown = bench.obeyed(bench.show(str(few.get("id"))), "a purchase, read without fields_set")
    for sent, schema, told in (
        ("a preview", "PurchasePreview", data),
        ("a purchase", "PurchaseEvent", done),
        ("a purchase that is read", "PurchaseEvent", shown),
    ):
        names = set(bench.contract.document.root["components"]["schemas"][schema]["properties"])
        bench.expect(set(told) == names, sent, str(sorted(names)), sorted(told))


def a_reference_number_may_be_used_again(bench: Bench) -> None:
    """A reference number may be used again, and a preview looks at none."""
    body = bench.purchase(reference_number="the same")
    for _ in range(2):
        bench.obeyed(bench.create(body), "the same reference number")
    taken = bench.purchase(**{EXTERNAL: f"{bench.settings.run}-{bench.token[-6:]}-again"})
    bench.obeyed(bench.create(taken), "a purchase with an external reference")
    bench.obeyed(bench.preview(taken), "the preview of a purchase that was made")


def a_quantity_does_not_multiply(bench: Bench) -> None:
    """Amounts are for the whole line, whatever the quantity."""
    for body in several(bench):
        one = bench.obeyed(bench.preview(body), "a preview")
        for quantity in (1, 2, 0.5, 1000):
            products = [{**product, "quantity": quantity} for product in body["products_set"]]
            many = {**body, "products_set": products}
            data = bench.obeyed(bench.preview(many), many)
            bench.expect(data == one, many, plain(one), data)


def numbers_count_by_value(bench: Bench) -> None:
    """100 and 100.0 are the same amount."""
    one = bench.obeyed(bench.preview(bench.purchase()), "a preview")
    body = bench.purchase()
    for product in body["products_set"]:
        for name in ("net_amount", "vat_amount", "total_amount"):
            product[name] = float(product[name])
    data = bench.obeyed(bench.preview(body), "whole amounts with a fraction of zero")
    bench.expect(data == one, body, plain(one), data)
