"""Finds what the identifiers of a request name.

The request fits its schema, so each identifier has exactly one member. An identifier that finds
nothing, or too much, is refused with the place of its member.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from mock_server.http.problems import Problem
from mock_server.services.rewards.computation import Line, Purchase
from mock_server.services.rewards.money import from_json
from mock_server.services.rewards.refusals import refusal
from mock_server.services.rewards.world import (
    AccessToken,
    Account,
    Directory,
    Organisation,
    Participant,
    Product,
)

Entry = TypeVar("Entry")

Body = Mapping[str, Any]
_ONE = Decimal(1)
OneTimePasswordIsUsed = Callable[[int], bool]


class Kind(NamedTuple):
    """A kind of thing that is looked up: its name, and the code of not finding it."""

    word: str
    unknown: str


UNIT = Kind("unit", "UNKNOWN_UNIT")
BUSINESS_UNIT = Kind("business unit", "UNKNOWN_BUSINESS_UNIT")
TERM = Kind("customer event classification", "UNKNOWN_CLASSIFICATION")
BRAND = Kind("payment medium brand", "UNKNOWN_PAYMENT_MEDIUM_BRAND")
TYPE = Kind("payment medium type", "UNKNOWN_PAYMENT_MEDIUM_TYPE")
PRODUCT = Kind("product", "UNKNOWN_PRODUCT")
PARTICIPANT = Kind("participant", "UNKNOWN_PARTICIPANT")
ACCESS_TOKEN = Kind("access token", "UNKNOWN_ACCESS_TOKEN")


class Reader:
    """Reads purchases in one organisation at one instant."""

    def __init__(
        self, organisation: Organisation, now: datetime, is_used: OneTimePasswordIsUsed
    ) -> None:
        """Take the organisation, its clock's instant, and who knows which passwords are used up."""
        self._organisation = organisation
        self._now = now
        self._is_used = is_used

    def purchase(self, body: Body) -> Purchase:
        """Return the purchase of a request with all that it names looked up. Raises Problem."""
        world = self._organisation
        account = self._account(body["accounts_receivable_identifier"])
        self._check_participant(body, account)
        _optional(body, "spend_request_classification_identifier", world.classifications, TERM)
        return Purchase(
            account=account,
            performed_on=datetime.fromisoformat(body["performed_on"]),
            lines=tuple(
                _line(index, product, world.products)
                for index, product in enumerate(body["products_set"])
            ),
            unit=_optional(body, "performed_by_unit_identifier", world.units, UNIT),
            business_unit=_optional(
                body, "performed_by_business_unit_identifier", world.business_units, BUSINESS_UNIT
            ),
            classification=_optional(
                body, "classification_identifier", world.classifications, TERM
            ),
            payment_medium_brand=_optional(
                body, "payment_medium_brand_identifier", world.payment_medium_brands, BRAND
            ),
            payment_medium_type=_optional(
                body, "payment_medium_type_identifier", world.payment_medium_types, TYPE
            ),
            disable_instant_spend=body.get("disable_instant_spend", False),
        )

    def _account(self, identifier: Body) -> Account:
        place = "/accounts_receivable_identifier"
        member, value = _only_member(identifier)
        if member == "access_token_identifier":
            return self._account_of(value, f"{place}/{member}")
        found = self._organisation.accounts.find(member, value)
        if not found:
            raise refusal(
                "UNKNOWN_ACCOUNT", f"{place}/{member}", f"no account has the {member} {value}"
            )
        if len(found) > 1:  # a name is not unique by nature (R26)
            raise refusal(
                "AMBIGUOUS_ACCOUNT",
                f"{place}/{member}",
                f"{len(found)} accounts have the {member} {value}",
            )
        return found[0]

    def _check_participant(self, body: Body, account: Account) -> None:
        """Refuse a participant who is not the account's (R6)."""
        identifier = body.get("rewards_participant_identifier")
        if identifier is None:
            return
        place = "/rewards_participant_identifier"
        if self._participant(identifier, place) != account.participant:
            raise refusal(
                "PARTICIPANT_MISMATCH",
                place,
                "the participant is not the participant of the account",
            )

    def _participant(self, identifier: Body, place: str) -> Participant | None:
        member, value = _only_member(identifier)
        if member == "access_token_identifier":
            return self._account_of(value, f"{place}/{member}").participant
        return _found(self._organisation.participants, identifier, place, PARTICIPANT)

    def _account_of(self, identifier: Body, place: str) -> Account:
        """Return the account that an access token stands for (R23, R24, R25)."""
        if "one_time_password" in identifier:
            token = self._one_time_password(
                int(identifier["one_time_password"]), f"{place}/one_time_password"
            )
        else:
            token = self._lasting_token(identifier, place)
        return self._organisation.accounts.find("number", token.account)[0]

    def _lasting_token(self, identifier: Body, place: str) -> AccessToken:
        member = "identifier" if "identifier" in identifier else "authentication_code"
        token = _found(
            self._organisation.access_tokens, {member: identifier[member]}, place, ACCESS_TOKEN
        )
        if member == "identifier" and not _same_text(
            token.pass_code or "", identifier["pass_code"]
        ):
            raise refusal(
                "WRONG_PASS_CODE",
                f"{place}/pass_code",
                "the pass code is not the access token's",
            )
        if not self._is_effective(token):
            raise refusal(
                "ACCESS_TOKEN_NOT_EFFECTIVE",
                f"{place}/{member}",
                "the access token is not effective",
            )
        return token

    def _one_time_password(self, password: int, place: str) -> AccessToken:
        for token in self._organisation.access_tokens.find("one_time_password", password):
            if self._is_effective(token) and not self._is_used(password):
                return token
        raise refusal(
            "ONE_TIME_PASSWORD_NOT_VALID",
            place,
            "the one-time password is unknown, expired or used up",
        )

    def _is_effective(self, token: AccessToken) -> bool:
        return token.state == "EFFECTIVE" and (
            token.expires_at is None or self._now < token.expires_at
        )


def one_time_passwords(body: Body) -> frozenset[int]:
    """Return the one-time passwords that a purchase identifies with."""
    identifiers = (
        (body.get(name) or {}).get("access_token_identifier") or {}
        for name in ("accounts_receivable_identifier", "rewards_participant_identifier")
    )
    return frozenset(
        int(identifier["one_time_password"])
        for identifier in identifiers
        if "one_time_password" in identifier
    )


def _optional(body: Body, name: str, directory: Directory[Entry], kind: Kind) -> Entry | None:
    """Return what an identifier of the request names, None when it is absent."""
    identifier = body.get(name)
    return _found(directory, identifier, f"/{name}", kind) if identifier is not None else None


def _line(index: int, product: Body, products: Directory[Product]) -> Line:
    identifier = product["product_identifier"]
    found = products.find(*_only_member(identifier))
    if not found:
        raise _unknown(identifier, f"/products_set/{index}/product_identifier", PRODUCT)
    return Line(
        found[0].id,
        from_json(product["quantity"]) if "quantity" in product else _ONE,
        from_json(product["net_amount"]),
        from_json(product["vat_amount"]),
        from_json(product["total_amount"]),
    )


def _only_member(identifier: Body) -> tuple[str, Any]:
    (only,) = identifier.items()
    return only


def _found(directory: Directory[Entry], identifier: Body, place: str, kind: Kind) -> Entry:
    """Return the first entry that an identifier names. Raises Problem when there is none."""
    found = directory.find(*_only_member(identifier))
    if not found:
        raise _unknown(identifier, place, kind)
    return found[0]


def _unknown(identifier: Body, place: str, kind: Kind) -> Problem:
    member, value = _only_member(identifier)
    spoken = member.replace("_", " ")
    return refusal(kind.unknown, f"{place}/{member}", f"no {kind.word} has the {spoken} {value}")


def _same_text(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
