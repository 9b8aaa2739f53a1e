"""Which members an answer has: all of them, or those that `fields_set` names."""

from __future__ import annotations

from contract_tests.services.rewards.bodies import answered_members
from contract_tests.services.rewards.client import CREATE, PREVIEW, SHOW, RewardsClient
from contract_tests.services.rewards.steps import (
    plain,
)


def fields_set_gives_a_part_of_the_answer(rewards: RewardsClient) -> None:
    """fields_set gives those members of the full answer."""
    full = rewards.obeyed(rewards.preview(rewards.purchase()), "a preview")
    names = list(full)
    choices = [[name] for name in names] + [names[:3], names[-2:], names[::2], names]
    if rewards.strict:
        choices.append(names[:2] * 2)  # a name that is known may stand twice (R20)
    for chosen in choices:
        for joined in (",".join(chosen), " , ".join(chosen)):
            data = rewards.obeyed(rewards.preview(rewards.purchase(fields_set=joined)), joined)
            expected = {name: full[name] for name in chosen}
            rewards.expect(data == expected, joined, plain(expected), data)


def fields_set_of_a_purchase_chooses_too(rewards: RewardsClient) -> None:
    """fields_set gives those members of a purchase that is created."""
    chosen = ["id", "total_awarded_amount", "description"]
    done = rewards.obeyed(
        rewards.create(rewards.purchase(fields_set=",".join(chosen))), "a purchase"
    )
    rewards.expect(set(done) == set(chosen), chosen, str(chosen), list(done))


def an_unknown_field_is_refused(rewards: RewardsClient) -> None:
    """A name in fields_set that the operation's answer does not know is refused."""
    for wrong in ("", ","):
        rewards.refused(rewards.preview(rewards.purchase(fields_set=wrong)), {"fields_set": wrong})
    of_preview = ("total_award_amount,no_such_field", "Total_award_amount", "total_awarded_amount")
    of_purchase = ("id,no_such_field", "total_award_amount")
    for ask, names in ((rewards.preview, of_preview), (rewards.create, of_purchase)):
        for wrong in ("no_such_field", *names):
            answer = ask(rewards.purchase(fields_set=wrong))
            rewards.refused(
                answer, {"fields_set": wrong}, code="UNKNOWN_FIELD", place="#/fields_set"
            )


def every_member_is_answered(rewards: RewardsClient) -> None:
    """Every member is answered, unless fields_set chooses."""
    data = rewards.obeyed(rewards.preview(rewards.purchase()), "a preview")
    done = rewards.obeyed(rewards.create(rewards.purchase()), "a purchase")
    few = rewards.obeyed(rewards.create(rewards.purchase(fields_set="id")), "a purchase")
    shown = rewards.obeyed(rewards.show(str(few.get("id"))), "a purchase, read without fields_set")
    for sent, operation, came in (
        ("a preview", PREVIEW, data),
        ("a purchase", CREATE, done),
        ("a purchase that is read", SHOW, shown),
    ):
        names = answered_members(rewards.contract, operation)
        rewards.expect(set(came) == names, sent, str(sorted(names)), sorted(came))
