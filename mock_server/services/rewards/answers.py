"""Writes previews and events as the plain values of `data`, and picks those of `fields_set`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from mock_server.services.rewards.computation import AwardedVoucher, Preview, Purchase
from mock_server.services.rewards.money import to_json
from mock_server.services.rewards.refusals import refusal
from mock_server.services.rewards.world import SchemeOffer, VoucherType

Numbered = Callable[[str], str]
NewId = Callable[[], str]


def of_preview(preview: Preview) -> dict[str, object]:
    """Return all members of a preview's answer."""
    participant, wallet = preview.participant, preview.wallet
    return {
        "total_award_amount": to_json(preview.total_award_amount),
        "total_award_alternative_amount": _or_null(preview.total_award_alternative_amount),
        "total_instant_spend_amount": to_json(preview.total_instant_spend_amount),
        "total_automatic_spend_amount": to_json(preview.total_automatic_spend_amount),
        "total_additional_spend_amount": to_json(preview.total_additional_spend_amount),
        "minimum_spend_amount_per_transaction": to_json(preview.spend_limits.minimum),
        "maximum_spend_amount_per_transaction": to_json(preview.spend_limits.maximum),
        "reduction_method": preview.reduction_method,
        "rewards_participant_id": participant.id if participant else None,
        "rewards_participant_name": participant.name if participant else None,
        "wallet_balance": to_json(wallet.balance) if wallet else None,
        "wallet_alternative_balance": _or_null(wallet.alternative_balance) if wallet else None,
        "allow_spending": preview.allow_spending,
        "voucher_types_set": list(
            {v.voucher_type.id: _voucher_type(v.voucher_type) for v in preview.vouchers}.values()
        ),
        "applied_reward_offers_set": _offers(preview),
    }


def of_event(
    purchase: Purchase,
    preview: Preview,
    body: Mapping[str, object],
    number: Numbered,
    new_id: NewId,
) -> dict[str, Any]:
    """Return all members of a posted purchase: what the preview said, as done."""
    participant, wallet = preview.participant, preview.wallet_afterwards
    spent = preview.total_instant_spend_amount + preview.total_automatic_spend_amount
    return {
        "id": new_id(),
        "number": number("PCE"),
        "type": "PURCHASE",
        "life_cycle_state": "POSTED",
        "accounts_receivable_id": purchase.account.id,
        "rewards_participant_id": participant.id if participant else None,
        "rewards_participant_name": participant.name if participant else None,
        "performed_on": body["performed_on"],
        "description": body.get("description"),
        "reference_number": body["reference_number"],
        "external_system_reference_number": body.get("external_system_reference_number"),
        "total_amount": to_json(purchase.total_amount),
        "total_awarded_amount": to_json(preview.total_award_amount),
        "total_awarded_alternative_amount": _or_null(preview.total_award_alternative_amount),
        "total_instant_spend_amount": to_json(preview.total_instant_spend_amount),
        "total_automatic_spend_amount": to_json(preview.total_automatic_spend_amount),
        "total_spend_amount": to_json(spent),
        "reduction_method": preview.reduction_method,
        "wallet_balance": to_json(wallet.balance) if wallet else None,
        "wallet_alternative_balance": _or_null(wallet.alternative_balance) if wallet else None,
        "applied_reward_offers_set": _offers(preview),
        "spend_requests_set": [
            {
                "id": new_id(),
                "number": number("SRE"),
                "type": "SPEND_REQUEST",
                "life_cycle_state": "POSTED",
                "amount": to_json(amount),
                "instant_spend": instant,
                "automatic_spend": not instant,
                "reduction_method": preview.reduction_method,
            }
            for amount, instant in (
                (preview.total_instant_spend_amount, True),
                (preview.total_automatic_spend_amount, False),
            )
            if amount > 0
        ],
        "vouchers_set": [_voucher(voucher, new_id()) for voucher in preview.vouchers],
    }


def selected(data: Mapping[str, object], fields_set: str | None) -> dict[str, object]:
    """Return the members that `fields_set` names, all when it is absent (R20). Raises Problem."""
    if fields_set is None:
        return dict(data)
    names = [name.strip(" ") for name in fields_set.split(",")]
    for name in names:
        if name not in data:
            raise refusal("UNKNOWN_FIELD", "/fields_set", f"the answer has no member {name}")
    return {name: data[name] for name in names}


def _or_null(amount: Decimal | None) -> int | float | None:
    return to_json(amount) if amount is not None else None


def _offers(preview: Preview) -> list[dict[str, object]]:
    return [_offer(offer) for offer in preview.applied_reward_offers]


def _offer(applied: SchemeOffer) -> dict[str, object]:
    return {
        "id": applied.offer.id,
        "name": applied.offer.name,
        "scheme_name": applied.scheme_name,
    }


def _voucher_type(voucher_type: VoucherType) -> dict[str, object]:
    return {
        "id": voucher_type.id,
        "name": voucher_type.name,
        "alternative_code": voucher_type.alternative_code,
        "value_options": voucher_type.value_options,
        "classification": voucher_type.classification,
        "description": voucher_type.description,
    }


def _voucher(voucher: AwardedVoucher, voucher_id: str) -> dict[str, object]:
    return {
        "id": voucher_id,
        "value": to_json(voucher.value),
        "voucher_type": _voucher_type(voucher.voucher_type),
    }
