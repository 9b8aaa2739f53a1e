"""The operations of the rewards service, called with plain values on a fresh world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_server.http.problems import Problem
from mock_server.services.rewards.service import TOKEN_LIFETIME, Rewards
from tests.mock_server.services.rewards.conftest import Clock
from tests.mock_server.services.rewards.samples import ANSWERS, LOGIN, WORLD, example


def purchase(
    account: str = "ACR0000000010",
    unit: str = "Coffee Bar",
    product: str = "Espresso",
    amount: float = 40,
    **members: Any,
) -> dict[str, Any]:
    return {
        "accounts_receivable_identifier": {"number": account},
        "performed_by_unit_identifier": {"name": unit},
        "performed_on": "2020-05-04T10:00:00",
        "reference_number": "R-1",
        "products_set": [
            {
                "product_identifier": {"code": product},
                "net_amount": amount,
                "vat_amount": 0,
                "total_amount": amount,
            }
        ],
        **members,
    }


def refused(code: str, call: Callable[..., Any], *arguments: object) -> Problem:
    with pytest.raises(Problem) as caught:
        call(*arguments)
    assert caught.value.code == code
    assert caught.value.faults[0].detail
    return caught.value


# The published examples.


def test_example_1_gives_the_printed_amounts(rewards: Rewards) -> None:
    data = rewards.preview_purchase("northwind", example("example-1"))
    assert {
        name: data[name]
        for name in (
            "total_additional_spend_amount",
            "minimum_spend_amount_per_transaction",
            "total_instant_spend_amount",
            "total_award_amount",
            "maximum_spend_amount_per_transaction",
        )
    } == {
        "total_additional_spend_amount": 673.7,
        "minimum_spend_amount_per_transaction": 10,
        "total_instant_spend_amount": 0,
        "total_award_amount": 43.2,
        "maximum_spend_amount_per_transaction": 3444,
    }


def test_example_2_gives_every_printed_member(rewards: Rewards) -> None:
    printed = ANSWERS["example-2"]["value"]
    data = rewards.preview_purchase("northwind", example("example-2"))
    assert {name: data[name] for name in printed["data"]} == printed["data"]


# Logging in.


def test_a_token_opens_its_organisation_for_two_hours(rewards: Rewards, clock: Clock) -> None:
    token = rewards.login(LOGIN)["token"]
    clock.instant += TOKEN_LIFETIME - 1
    assert rewards.authenticate(token) == "northwind"
    clock.instant += 1
    assert refused("INVALID_TOKEN", rewards.authenticate, token).status == 401


def test_a_released_token_opens_nothing_any_more(rewards: Rewards) -> None:
    token = rewards.login(LOGIN)["token"]
    rewards.release_token(token)
    refused("INVALID_TOKEN", rewards.authenticate, token)
    refused("INVALID_TOKEN", rewards.release_token, token)


def test_every_login_has_a_token_of_its_own(rewards: Rewards) -> None:
    first, second = (rewards.login(LOGIN)["token"] for _ in range(2))
    rewards.release_token(first)
    assert rewards.authenticate(second) == "northwind"


@pytest.mark.parametrize("token", [None, "", "618012859", 7, True, [], "\ud800"])
def test_what_is_no_token_opens_nothing(rewards: Rewards, token: Any) -> None:
    refused("INVALID_TOKEN", rewards.authenticate, token)


@pytest.mark.parametrize(
    "change",
    [
        {"password": "wrong"},
        {"username": "other-user"},
        {"organisation": "southwind"},
        {"organisation": "nowhere"},
    ],
)
def test_what_does_not_belong_together_does_not_log_in(rewards: Rewards, change: Any) -> None:
    assert refused("INVALID_CREDENTIALS", rewards.login, LOGIN | change).status == 400


def test_a_login_may_name_a_unit_of_the_organisation(rewards: Rewards) -> None:
    unit = WORLD["northwind"].units.entries[0].id
    assert rewards.login(LOGIN | {"unit": unit})["token"]
    refused("UNKNOWN_UNIT", rewards.login, LOGIN | {"unit": "X"})


# Previews.


def test_a_preview_leaves_no_trace(rewards: Rewards) -> None:
    body = purchase(accounts_receivable_identifier=otp(734821))
    first = rewards.preview_purchase("northwind", body)
    assert all(rewards.preview_purchase("northwind", body) == first for _ in range(3))


def test_fields_set_gives_the_members_that_it_names(rewards: Rewards) -> None:
    body = purchase(fields_set="total_award_amount, allow_spending ,wallet_balance")
    full = rewards.preview_purchase("northwind", purchase())
    assert rewards.preview_purchase("northwind", body) == {
        name: full[name] for name in ("total_award_amount", "allow_spending", "wallet_balance")
    }


def test_a_field_that_does_not_exist_is_refused(rewards: Rewards) -> None:
    body = purchase(fields_set="total_award")
    assert (
        "total_award"
        in refused("UNKNOWN_FIELD", rewards.preview_purchase, "northwind", body).faults[0].detail
    )


def test_the_same_number_in_two_organisations_is_two_accounts(rewards: Rewards) -> None:
    body = example("example-1")
    body["performed_on"] = "2016-06-22T15:00:00"
    for name in ("classification_identifier", "payment_medium_type_identifier"):
        body.pop(name)
    data = rewards.preview_purchase("southwind", body)
    assert (data["wallet_balance"], data["total_award_amount"]) == (12.34, 9)
    refused("UNKNOWN_ACCOUNT", rewards.preview_purchase, "southwind", purchase())


def otp(password: int) -> dict[str, Any]:
    return {"access_token_identifier": {"one_time_password": password}}


REFUSED = [
    ({"accounts_receivable_identifier": {"number": "X"}}, "UNKNOWN_ACCOUNT"),
    ({"accounts_receivable_identifier": {"id": "X"}}, "UNKNOWN_ACCOUNT"),
    ({"accounts_receivable_identifier": {"name": "Twin"}}, "AMBIGUOUS_ACCOUNT"),
    ({"accounts_receivable_identifier": otp(999)}, "ONE_TIME_PASSWORD_NOT_VALID"),
    ({"accounts_receivable_identifier": otp(111111)}, "ONE_TIME_PASSWORD_NOT_VALID"),
    ({"accounts_receivable_identifier": otp(222222)}, "ONE_TIME_PASSWORD_NOT_VALID"),
    (
        {
            "accounts_receivable_identifier": {
                "access_token_identifier": {"authentication_code": "X"}
            }
        },
        "UNKNOWN_ACCESS_TOKEN",
    ),
    (
        {
            "accounts_receivable_identifier": {
                "access_token_identifier": {"authentication_code": "AUTH-OLD"}
            }
        },
        "ACCESS_TOKEN_NOT_EFFECTIVE",
    ),
    (
        {
            "accounts_receivable_identifier": {
                "access_token_identifier": {"identifier": "CARD-1", "pass_code": "0000"}
            }
        },
        "WRONG_PASS_CODE",
    ),
    (
        {
            "accounts_receivable_identifier": {
                "access_token_identifier": {"identifier": "CARD-OLD", "pass_code": "4321"}
            }
        },
        "ACCESS_TOKEN_NOT_EFFECTIVE",
    ),
    ({"rewards_participant_identifier": {"number": "X"}}, "UNKNOWN_PARTICIPANT"),
    ({"rewards_participant_identifier": {"number": "RP0000000001"}}, "PARTICIPANT_MISMATCH"),
    ({"classification_identifier": {"name": "X"}}, "UNKNOWN_CLASSIFICATION"),
    ({"spend_request_classification_identifier": {"name": "X"}}, "UNKNOWN_CLASSIFICATION"),
    ({"performed_by_unit_identifier": {"alternative_code": "X"}}, "UNKNOWN_UNIT"),
    ({"performed_by_business_unit_identifier": {"code": "X"}}, "UNKNOWN_BUSINESS_UNIT"),
    ({"payment_medium_brand_identifier": {"name": "X"}}, "UNKNOWN_PAYMENT_MEDIUM_BRAND"),
    ({"payment_medium_type_identifier": {"name": "X"}}, "UNKNOWN_PAYMENT_MEDIUM_TYPE"),
]


@pytest.mark.parametrize(("change", "code"), REFUSED)
def test_what_is_not_there_is_refused_with_its_member(
    rewards: Rewards, change: Any, code: str
) -> None:
    problem = refused(code, rewards.preview_purchase, "northwind", purchase(**change))
    assert problem.status == 400
    assert problem.faults[0].pointer.startswith(f"#/{next(iter(change))}")


def test_an_unknown_product_is_refused_with_its_place(rewards: Rewards) -> None:
    problem = refused(
        "UNKNOWN_PRODUCT", rewards.preview_purchase, "northwind", purchase(product="X")
    )
    assert problem.faults[0].pointer == "#/products_set/0/product_identifier/code"


@pytest.mark.parametrize(
    "identifier",
    [
        {"id": "A0000000000000000000000000000001"},
        {"number": "ACR0000000265"},
        {"name": "0000000265 Alex T"},
        {"access_token_identifier": {"authentication_code": "AUTH-265"}},
    ],
)
def test_each_identifier_finds_the_same_account(rewards: Rewards, identifier: Any) -> None:
    body = example("example-1") | {"accounts_receivable_identifier": identifier}
    assert rewards.preview_purchase("northwind", body)["total_award_amount"] == 43.2


def test_an_account_without_participant_gets_zeros(rewards: Rewards) -> None:
    data = rewards.preview_purchase("northwind", purchase(account="ACR0000000004"))
    assert data["total_award_amount"] == data["total_additional_spend_amount"] == 0
    assert data["allow_spending"] is False
    assert data["wallet_balance"] is data["rewards_participant_id"] is None


# Purchases.


def test_a_created_purchase_does_what_the_preview_said(rewards: Rewards) -> None:
    body = purchase(payment_medium_type_identifier={"name": "Cash"})
    said: Any = rewards.preview_purchase("northwind", body)
    done: Any = rewards.create_purchase("northwind", body)
    assert done["total_awarded_amount"] == said["total_award_amount"]
    for name in (
        "total_instant_spend_amount",
        "total_automatic_spend_amount",
        "applied_reward_offers_set",
        "reduction_method",
    ):
        assert done[name] == said[name]
    assert [spend["amount"] for spend in done["spend_requests_set"]] == [9, 7.77]
    after: Any = rewards.preview_purchase("northwind", body)["wallet_balance"]
    assert after == done["wallet_balance"]
    assert round(after - said["wallet_balance"], 2) == round(10.2 - 9 - 7.77, 2)


def test_a_voucher_leaves_the_wallet_with_its_value(rewards: Rewards) -> None:
    body = purchase(unit="Garden Shop", product="Rose", amount=60)
    before: Any = rewards.preview_purchase("northwind", body)
    done: Any = rewards.create_purchase("northwind", body)
    assert [voucher["value"] for voucher in done["vouchers_set"]] == [5, 6]
    assert done["wallet_balance"] == before["wallet_balance"] + 0.6
    assert [kind["name"] for kind in before["voucher_types_set"]] == [
        "Five for the garden",
        "A tenth for next time",
    ]


def test_points_go_into_the_alternative_balance(rewards: Rewards) -> None:
    body = purchase(unit="Web Shop", product="Gold", amount=10)
    done: Any = rewards.create_purchase("northwind", body)
    assert done["total_awarded_alternative_amount"] == 65
    assert done["wallet_alternative_balance"] == 77.34


def test_a_created_purchase_is_shown_to_its_own_organisation_only(rewards: Rewards) -> None:
    done: Any = rewards.create_purchase("northwind", purchase())
    assert rewards.show_purchase("northwind", done["id"]) == done
    refused("UNKNOWN_PURCHASE", rewards.show_purchase, "southwind", done["id"])
    refused("UNKNOWN_PURCHASE", rewards.show_purchase, "northwind", "X")


def test_an_external_reference_is_taken_once(rewards: Rewards) -> None:
    body = purchase(external_system_reference_number="TILL-1")
    done: Any = rewards.create_purchase("northwind", body)
    refused("DUPLICATE_EXTERNAL_REFERENCE", rewards.create_purchase, "northwind", body)
    data = rewards.preview_purchase("northwind", body)
    assert data["wallet_balance"] == done["wallet_balance"]


def test_a_one_time_password_identifies_for_one_purchase(rewards: Rewards) -> None:
    body = purchase(accounts_receivable_identifier=otp(734821))
    rewards.preview_purchase("northwind", body)
    rewards.create_purchase("northwind", body)
    for operation in (rewards.preview_purchase, rewards.create_purchase):
        refused("ONE_TIME_PASSWORD_NOT_VALID", operation, "northwind", body)


def test_a_refused_purchase_changes_nothing(rewards: Rewards) -> None:
    body = purchase(accounts_receivable_identifier=otp(734821), fields_set="nonsense")
    before: Any = rewards.preview_purchase("northwind", purchase())
    refused("UNKNOWN_FIELD", rewards.create_purchase, "northwind", body)
    assert rewards.preview_purchase("northwind", purchase()) == before
    rewards.preview_purchase("northwind", body | {"fields_set": "wallet_balance"})


def test_numbers_of_events_go_up_by_one(rewards: Rewards) -> None:
    numbers = [rewards.create_purchase("northwind", purchase())["number"] for _ in range(3)]
    assert numbers == ["PCE0000000001", "PCE0000000002", "PCE0000000003"]


# At the controls.


def test_explain_says_of_each_offer_why(rewards: Rewards) -> None:
    told = {offer["name"]: offer for offer in rewards.explain("northwind", example("example-1"))}
    assert len(told) == len(WORLD["northwind"].offers)
    assert (told["Serendipity summer"]["applied"], told["Serendipity summer"]["award"]) == (
        True,
        7.2,
    )
    assert told["Test"]["reasons"] == [
        "it starts on 2018-01-01, after the purchase",
        "it is for the unit Merchant A unit",
    ]
    assert told["Members only"]["reasons"] == ["the buyer takes no part in Closed Club"]


def test_explain_names_the_offer_that_awarded_more(rewards: Rewards) -> None:
    body = purchase(unit="Book Shop", product="Novel", amount=50)
    told = {offer["name"]: offer["reasons"] for offer in rewards.explain("northwind", body)}
    assert told["Big reader"] == []
    assert told["Two for a book"] == [
        "the offer Big reader awards no less, and only the best is applied"
    ]


def test_reset_restores_the_world_and_keeps_the_logins(rewards: Rewards) -> None:
    token = rewards.login(LOGIN)["token"]
    body = purchase(
        accounts_receivable_identifier=otp(734821), external_system_reference_number="T"
    )
    before: Any = rewards.preview_purchase("northwind", body)
    done: Any = rewards.create_purchase("northwind", body)
    rewards.reset("northwind")
    assert rewards.authenticate(token) == "northwind"
    refused("UNKNOWN_PURCHASE", rewards.show_purchase, "northwind", done["id"])
    assert rewards.preview_purchase("northwind", body) == before
    assert rewards.create_purchase("northwind", body)["number"] == "PCE0000000001"
