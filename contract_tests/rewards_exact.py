"""What comes out exactly, when the world behind the server is the fixture's."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from contract_tests import rewards_oracle as oracle
from contract_tests.rewards_bench import PREVIEW, Bench
from contract_tests.rewards_scenes import Body, examples
from contract_tests.rewards_steps import ACCOUNT, AMOUNTS, SETS, cents_of, same


def the_published_examples_come_out(bench: Bench) -> None:
    """Both published examples give the printed amounts."""
    bench.known_world()
    operation = bench.contract.operation(PREVIEW)
    response = operation.raw["responses"]["200"] if operation else {}
    printed = response["content"]["application/json"]["examples"]
    for name, breaks, body in examples(bench.contract, PREVIEW):
        if breaks is None and name in printed:
            expected = printed[name]["value"]["data"]
            data = bench.obeyed(bench.preview(body), name)
            for member, value in expected.items():
                bench.expect(
                    same(data.get(member), value), name, f"{member}: {value}", data.get(member)
                )


def every_amount_comes_out_to_the_cent(bench: Bench) -> None:
    """Every member of a preview comes out, to the cent."""
    world = bench.known_world()
    for body in world.maker.many(bench.settings.pick(50, 300, 3000)):
        compare_preview(bench, body, world.organisation, bench.token)


def every_purchase_comes_out_to_the_cent(bench: Bench) -> None:
    """Every wallet comes out, to the cent, after a purchase."""
    world = bench.known_world()
    account = world.organisation["accounts"][-1]["number"]
    for body in itertools.islice(
        (one for one in world.maker.many(200) if _is_new(one)), bench.settings.pick(10, 40, 150)
    ):
        mine = {**body, ACCOUNT: {"number": account}}
        said = compare_preview(bench, mine, world.organisation, bench.token)
        done = bench.obeyed(bench.create(mine), "the purchase of that preview")
        moved = (
            said["wallet_balance"]
            + said["total_award_amount"]
            - said["total_instant_spend_amount"]
            - said["total_automatic_spend_amount"]
            - oracle.vouchers(world.organisation, mine)
        )
        bench.expect(
            cents_of(done.get("wallet_balance")) == moved,
            mine,
            f"a wallet of {moved} cents",
            done.get("wallet_balance"),
        )


def _is_new(body: Body) -> bool:
    return "disable_instant_spend" not in body or len(body["products_set"]) > 1


def compare_preview(
    bench: Bench, body: Body, organisation: Mapping[str, Any], token: str
) -> dict[str, Any]:
    """Preview a purchase and compare every member; return what was expected, in cents."""
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
    return expected


def untouched_wallets_are_the_fixtures(bench: Bench) -> None:
    """A wallet that nobody used is as in the fixture."""
    world = bench.known_world()
    for account in world.organisation["accounts"][:-1]:
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
    """Return an answer with amounts in cents and sets as sorted ids."""
    found = dict(data)
    for name in AMOUNTS:
        if found.get(name) is not None:
            found[name] = cents_of(found[name])
    for name in SETS:
        found[name] = sorted(str(one.get("id")) for one in found.get(name) or ())
    return found
