"""What comes out exactly, when the world behind the server is the fixture's."""

from __future__ import annotations

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.bodies import answered_examples, examples
from contract_tests.services.rewards.client import PREVIEW, NotReached, RewardsClient
from contract_tests.services.rewards.purchasing import expect_done
from contract_tests.services.rewards.steps import ACCOUNT, AMOUNTS, SETS, cents_of, same
from contract_tests.services.rewards.values import Body, Record


def the_published_examples_come_out(rewards: RewardsClient) -> None:
    """Both published examples give the printed amounts."""
    accounts = rewards.known_world().organisation["accounts"]
    printed = answered_examples(rewards.contract, PREVIEW)
    published = {
        one.name: one.body
        for one in examples(rewards.contract, PREVIEW)
        if one.breaks is None and one.name in printed
    }
    for ((member, value),) in (body[ACCOUNT].items() for body in published.values()):
        if all(account[member] != value for account in accounts):
            raise NotReached("the published examples are of another organisation")
    for name, body in published.items():
        data = rewards.obeyed(rewards.preview(body), name)
        for member, value in printed[name]["data"].items():
            rewards.expect(
                same(data.get(member), value), name, f"{member}: {value}", data.get(member)
            )


def every_amount_comes_out_to_the_cent(rewards: RewardsClient) -> None:
    """Every member of a preview comes out, to the cent."""
    world = rewards.known_world()
    for body in rewards.maker().many(rewards.session.plan.effort.pick(50, 300, 3000)):
        compare_preview(rewards, body, world.organisation, rewards.token)
    other = world.other_organisation
    token = rewards.fresh_token(**world.other_login)
    for body in rewards.maker(other).some(20):
        compare_preview(rewards, body, other, token)


def every_purchase_comes_out_to_the_cent(rewards: RewardsClient) -> None:
    """Every purchase does what comes out, and moves the wallet by it, to the cent."""
    world = rewards.known_world()
    account = {"number": world.organisation["accounts"][-1]["number"]}
    for body in rewards.maker().some(rewards.session.plan.effort.pick(10, 50, 300)):
        mine = {**body, ACCOUNT: account}
        said = compare_preview(rewards, mine, world.organisation, rewards.token)
        done = rewards.obeyed(rewards.create(mine), "the purchase of that preview")
        expect_done(rewards, mine, said, done)
        _expect_vouchers(rewards, mine, said, done)


def _expect_vouchers(rewards: RewardsClient, body: Body, said: Record, done: Record) -> None:
    """Demand the vouchers that come out, and a wallet from which they are taken."""
    expected = oracle.vouchers(rewards.known_world().organisation, body)
    given = sorted(
        (str(one["voucher_type"]["id"]), cents_of(one["value"])) for one in done["vouchers_set"]
    )
    rewards.expect(given == expected, body, f"the vouchers (in cents) {expected}", str(given))
    moved = (
        cents_of(said["wallet_balance"])
        + cents_of(said["total_award_amount"])
        - cents_of(said["total_instant_spend_amount"])
        - cents_of(said["total_automatic_spend_amount"])
        - sum(value for _, value in expected)
    )
    rewards.expect(
        cents_of(done["wallet_balance"]) == moved,
        body,
        f"a wallet of {moved} cents",
        done["wallet_balance"],
    )


def compare_preview(rewards: RewardsClient, body: Body, organisation: Record, token: str) -> Record:
    """Preview a purchase and compare every member; return the answer."""
    answer = rewards.preview(body, token)
    data = rewards.obeyed(answer, body)
    opening = oracle.account_of(organisation, body).get("wallet")
    balance, points = data.get("wallet_balance"), data.get("wallet_alternative_balance")
    expected = oracle.expected(
        organisation,
        body,
        cents_of(balance) if opening else None,
        cents_of(points) if opening and "alternative_balance" in opening else None,
    )
    came = _comparable(data)
    for name, value in expected.items():
        rewards.expect(
            came.get(name, "nothing") == value,
            body,
            f"{name}: {value}{' (in cents)' if name in AMOUNTS else ''}",
            f"{came.get(name, 'nothing')} in {answer.reply.told}",
        )
    return data


def untouched_wallets_are_the_fixtures(rewards: RewardsClient) -> None:
    """A wallet that nobody used is as in the fixture."""
    world = rewards.known_world()
    for account in world.organisation["accounts"][:-2]:
        body = rewards.purchase(**{ACCOUNT: {"id": account["id"]}})
        data = rewards.obeyed(rewards.preview(body), account["name"])
        wallet = account.get("wallet") or {}
        for name, member in (
            ("wallet_balance", "balance"),
            ("wallet_alternative_balance", "alternative_balance"),
        ):
            value = wallet.get(member)
            rewards.expect(
                same(data.get(name), value), account["name"], f"{name}: {value}", data.get(name)
            )


def _comparable(data: Record) -> dict[str, object]:
    """Return an answer with amounts in cents and sets in the order of ids."""
    found = dict(data)
    for name in AMOUNTS:
        if found.get(name) is not None:
            found[name] = cents_of(found[name])
    for name in SETS:
        found[name] = oracle.by_id(found.get(name) or ())
    return found
