"""Many tills and one wallet: no cent is lost or made, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest

from mock_server.http.problems import Problem
from mock_server.services.rewards.ledger import Ledger
from mock_server.services.rewards.service import Rewards
from mock_server.storage.store import Store
from tests.mock_server.services.rewards.samples import WORLD

ACCOUNT = "A000000000000000000000000000000A"
CREATES = 1000


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    store = Store(database_url)
    ledger = Ledger(store.database)
    ledger.open(WORLD)
    ledger.reset(WORLD, "northwind")
    yield ledger
    store.close()


def purchase(number: int, **members: Any) -> dict[str, Any]:
    amount = 20 + number % 7
    return {
        "accounts_receivable_identifier": {"id": ACCOUNT},
        "performed_by_unit_identifier": {"name": "Coffee Bar"},
        "payment_medium_type_identifier": {"name": "Cash"},
        "performed_on": "2020-05-04T10:00:00",
        "reference_number": str(number),
        "products_set": [
            {
                "product_identifier": {"code": "Espresso"},
                "net_amount": amount,
                "vat_amount": 0.37,
                "total_amount": amount + 0.37,
            }
        ],
        **members,
    }


def money(value: float) -> Decimal:
    return Decimal(repr(value))


def test_a_thousand_creates_at_once_lose_and_make_no_cent(ledger: Ledger) -> None:
    rewards = Rewards(WORLD, ledger, lambda organisation: 1_700_000_000_000_000)
    with ThreadPoolExecutor(8) as pool:
        done: list[Any] = list(
            pool.map(
                lambda number: rewards.create_purchase("northwind", purchase(number)),
                range(CREATES),
            )
        )
    moves = [
        money(event["total_awarded_amount"]) - money(event["total_spend_amount"]) for event in done
    ]
    with ledger.reading("northwind") as page:
        wallet, moved = page.wallet(ACCOUNT), page.moved(ACCOUNT)
    opening = Decimal("100000.00")
    assert wallet is not None
    assert wallet.balance == opening + sum(moves)
    assert moved[0] == int(sum(moves) * 100)
    # Each purchase saw the wallet that another one left: sorted by number, they make one chain.
    in_order = sorted(zip(done, moves, strict=True), key=lambda pair: pair[0]["number"])
    balance = opening
    for event, move in in_order:
        balance += move
        assert money(event["wallet_balance"]) == balance
    assert len({event["id"] for event in done}) == CREATES


def test_of_many_with_one_external_reference_one_is_created(ledger: Ledger) -> None:
    rewards = Rewards(WORLD, ledger, lambda organisation: 1_700_000_000_000_000)
    accounts = [account.id for account in WORLD["northwind"].accounts.entries]

    def create(number: int) -> str:
        identifier = {"id": accounts[number % len(accounts)]}
        body = purchase(
            number,
            accounts_receivable_identifier=identifier,
            external_system_reference_number="TILL-1",
        )
        try:
            rewards.create_purchase("northwind", body)
        except Problem as problem:
            return str(problem.code)
        return "OK"

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(create, range(40)))
    assert codes == ["DUPLICATE_EXTERNAL_REFERENCE"] * 39 + ["OK"]


def test_of_many_with_one_one_time_password_one_is_created(ledger: Ledger) -> None:
    rewards = Rewards(WORLD, ledger, lambda organisation: 1_700_000_000_000_000)
    identifier = {"access_token_identifier": {"one_time_password": 734821}}

    def create(number: int) -> str:
        try:
            rewards.create_purchase(
                "northwind", purchase(number, accounts_receivable_identifier=identifier)
            )
        except Problem as problem:
            return str(problem.code)
        return "OK"

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(create, range(40)))
    assert codes == ["OK"] + ["ONE_TIME_PASSWORD_NOT_VALID"] * 39
    with ledger.reading("northwind") as page:
        assert page.moved(ACCOUNT)[0] != 0


@pytest.mark.parametrize("odd", ["a\0b", "\0", "\x1f", "\u2028", "\U0001f600", "'; --", "x" * 255])
def test_odd_references_are_references_like_any_other(ledger: Ledger, odd: str) -> None:
    rewards = Rewards(WORLD, ledger, lambda organisation: 1_700_000_000_000_000)
    body = purchase(1, external_system_reference_number=odd, reference_number=odd)
    done: Any = rewards.create_purchase("northwind", body)
    assert rewards.show_purchase("northwind", done["id"])["reference_number"] == odd
    for call, arguments, code in (
        (rewards.create_purchase, ("northwind", body), "DUPLICATE_EXTERNAL_REFERENCE"),
        (rewards.show_purchase, ("northwind", odd), "UNKNOWN_PURCHASE"),
    ):
        with pytest.raises(Problem) as caught:
            call(*arguments)
        assert caught.value.code == code
