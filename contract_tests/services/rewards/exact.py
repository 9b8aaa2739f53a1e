"""What comes out exactly, when the world behind the server is the fixture's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contract_tests.services.rewards import oracle
from contract_tests.services.rewards.client import PREVIEW, Bench, NotReached
from contract_tests.services.rewards.properties import expect_done
from contract_tests.services.rewards.purchases import Body, Maker, examples
from contract_tests.services.rewards.steps import ACCOUNT, AMOUNTS, SETS, cents_of, same


def the_published_examples_come_out(bench: Bench) -> None:
    """Both published examples give the printed amounts."""
    accounts = bench.known_world().organisation["accounts"]
    operation = bench.contract.operation(PREVIEW)
    response = operation.raw["responses"]["200"] if operation else {}
    printed = response["content"]["application/json"]["examples"]
    published = {
        name: body
        for name, breaks, body in examples(bench.contract, PREVIEW)
        if breaks is None and name in printed
    }
    for ((member, value),) in (body[ACCOUNT].items() for body in published.values()):
        if all(account[member] != value for account in accounts):
            raise NotReached("the published examples are of another organisation")
    for name, body in published.items():
        data = bench.obeyed(bench.preview(body), name)
        for member, value in printed[name]["value"]["data"].items():
            bench.expect(
                same(data.get(member), value), name, f"{member}: {value}", data.get(member)
            )


def every_amount_comes_out_to_the_cent(bench: Bench) -> None:
    """Every member of a preview comes out, to the cent."""
    world = bench.known_world()
    for body in world.maker.many(bench.settings.pick(50, 300, 3000)):
        compare_preview(bench, body, world.organisation, bench.token)
    login = world.fixture.other_login(world.name)
    other = world.fixture.organisations[login["organisation"]]
    token = bench.fresh_token(**login)
    for body in Maker(other, bench.settings.seed).some(20):
        compare_preview(bench, body, other, token)


def every_purchase_comes_out_to_the_cent(bench: Bench) -> None:
    """Every purchase does what comes out, and moves the wallet by it, to the cent."""
    world = bench.known_world()
    account = {"number": world.organisation["accounts"][-1]["number"]}
    for body in world.maker.some(bench.settings.pick(10, 50, 300)):
        mine = {**body, ACCOUNT: account}
        said = compare_preview(bench, mine, world.organisation, bench.token)
        done = bench.obeyed(bench.create(mine), "the purchase of that preview")
        expect_done(bench, mine, said, done)
        _expect_vouchers(bench, mine, said, done)


def _expect_vouchers(
    bench: Bench, body: Body, said: Mapping[str, Any], done: Mapping[str, Any]
) -> None:
    """Demand the vouchers that come out, and a wallet from which they are taken."""
    expected = oracle.vouchers(bench.known_world().organisation, body)
    given = sorted(
        (str(one["voucher_type"]["id"]), cents_of(one["value"])) for one in done["vouchers_set"]
    )
    bench.expect(given == expected, body, f"the vouchers (in cents) {expected}", str(given))
    moved = (
        cents_of(said["wallet_balance"])
        + cents_of(said["total_award_amount"])
        - cents_of(said["total_instant_spend_amount"])
        - cents_of(said["total_automatic_spend_amount"])
        - sum(value for _, value in expected)
    )
    bench.expect(
        cents_of(done["wallet_balance"]) == moved,
        body,
        f"a wallet of {moved} cents",
        done["wallet_balance"],
    )


def compare_preview(
    bench: Bench, body: Body, organisation: Mapping[str, Any], token: str
) -> Mapping[str, Any]:
    """Preview a purchase and compare every member; return the answer."""
    told = bench.preview(body, token)
    data = bench.obeyed(told, body)
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
        bench.expect(
            came.get(name, "nothing") == value,
            body,
            f"{name}: {value}{' (in cents)' if name in AMOUNTS else ''}",
            f"{came.get(name, 'nothing')} in {told.reply.told()}",
        )
    return data


def untouched_wallets_are_the_fixtures(bench: Bench) -> None:
    """A wallet that nobody used is as in the fixture."""
    world = bench.known_world()
    for account in world.organisation["accounts"][:-2]:
        body = bench.purchase(**{ACCOUNT: {"id": account["id"]}})
        data = bench.obeyed(bench.preview(body), account["name"])
        wallet = account.get("wallet") or {}
        for name, member in (
            ("wallet_balance", "balance"),
            ("wallet_alternative_balance", "alternative_balance"),
        ):
            value = wallet.get(member)
            bench.expect(
                same(data.get(name), value), account["name"], f"{name}: {value}", data.get(name)
            )


def _comparable(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer with amounts in cents and sets in the order of ids."""
    found = dict(data)
    for name in AMOUNTS:
        if found.get(name) is not None:
            found[name] = cents_of(found[name])
    for name in SETS:
        found[name] = oracle.by_id(found.get(name) or ())
    return found
