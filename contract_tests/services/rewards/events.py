"""The events of purchases: each its own, read as it was answered, and none where a purchase is refused."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from contract_tests.services.rewards.client import RewardsClient
from contract_tests.services.rewards.steps import (
    ACCOUNT,
    EXTERNAL,
    PARTICIPANT,
    PRODUCT,
    plain,
    several,
)
from contract_tests.services.rewards.values import Body

ODD = ("a\0b", "\x1f", " ", "\u00e9 e\u0301", "\u2028", "\U0001f600", "'; --", "%00", "x" * 255)


def a_created_purchase_can_be_read(rewards: RewardsClient) -> None:
    """A created purchase can be read as it was answered."""
    done = rewards.obeyed(rewards.create(rewards.purchase(description="read again")), "a purchase")
    shown = rewards.obeyed(rewards.show(str(done.get("id"))), "the purchase that was created")
    rewards.expect(shown == done, f"show {done.get('id')}", plain(done), shown)
    rewards.obeyed(rewards.create(rewards.purchase()), "another purchase")
    again = rewards.obeyed(rewards.show(str(done.get("id"))), "the first purchase again")
    rewards.expect(again == done, f"show {done.get('id')}", plain(done), again)
    event_id, number = str(done.get("id")), str(done.get("number"))
    for wrong in ("no-such-id", f"{event_id} ", event_id[:-1], event_id.swapcase(), number):
        if wrong != event_id:
            answer = rewards.show(wrong)
            rewards.refused(answer, f"show {wrong}", code="UNKNOWN_PURCHASE", place="#/id")


def each_purchase_is_one_of_its_own(rewards: RewardsClient) -> None:
    """Each purchase, spend and voucher has an ID of its own, and a number if it has numbers."""
    told: dict[str, list[object]] = {"id": [], "number": []}
    for body in (*several(rewards), *several(rewards)):
        event = rewards.obeyed(rewards.create(body), "a purchase")
        parts = [event, *event.get("spend_requests_set", ()), *event.get("vouchers_set", ())]
        for name, values in told.items():
            values += [one[name] for one in parts if name in one]
            rewards.expect(len(set(values)) == len(values), body, f"every {name} once", values)


def an_external_reference_is_taken_once(rewards: RewardsClient) -> None:
    """An external reference is taken once."""
    reference = f"{rewards.run}-once"
    body = rewards.purchase(external_system_reference_number=reference)
    done = rewards.obeyed(rewards.create(body), "a purchase with an external reference")
    rewards.refused(
        rewards.create(body),
        "the same external reference again",
        code="DUPLICATE_EXTERNAL_REFERENCE",
        place=f"#/{EXTERNAL}",
    )
    other = rewards.purchase(
        external_system_reference_number=reference, reference_number="another", description="other"
    )
    rewards.refused(rewards.create(other), "the same external reference for another purchase")
    if rewards.world is not None:
        somebody = {ACCOUNT: {"id": rewards.world.organisation["accounts"][0]["id"]}}
        answer = rewards.create({**body, **somebody})
        rewards.refused(answer, "the same external reference for another account")
    after = rewards.obeyed(rewards.preview(rewards.purchase()), "a preview")
    rewards.expect(
        after.get("wallet_balance") == done.get("wallet_balance"),
        body,
        f"a wallet of {done.get('wallet_balance')}",
        after.get("wallet_balance"),
    )
    for near in (reference.upper(), f"{reference} ", f" {reference}"):
        rewards.obeyed(rewards.create({**body, EXTERNAL: near}), f"another reference, {near!r}")


def odd_texts_are_texts_like_any_other(rewards: RewardsClient) -> None:
    """Any text may stand in a reference, and comes back as it was sent."""
    for odd in ODD:
        reference = f"{rewards.run}-{odd}"[:255]
        body = rewards.purchase(
            external_system_reference_number=reference, reference_number=odd, description=odd
        )
        done = rewards.obeyed(rewards.create(body), body)
        shown = rewards.obeyed(rewards.show(str(done.get("id"))), "the purchase that was created")
        for name in ("external_system_reference_number", "reference_number", "description"):
            rewards.expect(shown.get(name) == body[name], body, body[name], shown.get(name))
        rewards.refused(rewards.create(body), "the same external reference again")
        rewards.refused(rewards.show(odd), f"show {odd!r}")


def a_refused_purchase_changes_nothing(rewards: RewardsClient) -> None:
    """A refused purchase changes nothing."""
    before = rewards.obeyed(rewards.preview(rewards.purchase()), "a preview")
    reference = f"{rewards.run}-refused"
    body = rewards.purchase(external_system_reference_number=reference)
    for wrong in _refused(rewards, body):
        rewards.refused(rewards.create(wrong), wrong)
        after = rewards.obeyed(rewards.preview(rewards.purchase()), "a preview")
        rewards.expect(after == before, "a preview after a refusal", plain(before), after)
    rewards.obeyed(rewards.create(body), "the same purchase, corrected")


def _refused(rewards: RewardsClient, body: Body) -> Iterator[Body]:
    """Yield the purchase with one fault each, from the first that is looked for to the last."""
    wrong = copy.deepcopy(body)
    wrong["products_set"][-1][PRODUCT] = {"code": "no such thing"}
    yield wrong
    yield {**body, PARTICIPANT: {"number": "no such participant"}}
    if rewards.strict:  # elsewhere such a name may be ignored (R20)
        yield {**body, "fields_set": "no_such_field"}


def a_reference_number_may_be_used_again(rewards: RewardsClient) -> None:
    """A reference number may be used again, and a preview looks at none."""
    body = rewards.purchase(reference_number="the same")
    for _ in range(2):
        rewards.obeyed(rewards.create(body), "the same reference number")
    taken = rewards.purchase(**{EXTERNAL: f"{rewards.run}-again"})
    rewards.obeyed(rewards.create(taken), "a purchase with an external reference")
    rewards.obeyed(rewards.preview(taken), "the preview of a purchase that was made")
