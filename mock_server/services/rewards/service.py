"""What the rewards service does: plain values in, plain values (the envelope's `data`) out.

A request has been checked against the contract when it comes here; what it names is looked up here. Whatever is not
obeyed is raised as a Problem, which one place outside writes as an error in the contract's own form.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mock_server.http.problems import Problem
from mock_server.services.rewards import answers
from mock_server.services.rewards.computation import Preview, Purchase, judge_offers, preview
from mock_server.services.rewards.identifiers import Reader, one_time_passwords
from mock_server.services.rewards.ledger import Bearer, Event, Ledger, Page, TakenError
from mock_server.services.rewards.money import to_json
from mock_server.services.rewards.refusals import refusal
from mock_server.services.rewards.world import Organisation, User, World

Body = Mapping[str, Any]

TOKEN_LIFETIME = 2 * 60 * 60 * 1_000_000  # two hours (R3)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Rewards:
    """The rewards service of all organisations of a world."""

    def __init__(
        self,
        world: World,
        ledger: Ledger,
        now: Callable[[str], int],
        new_id: Callable[[], str] = lambda: secrets.token_hex(16).upper(),
    ) -> None:
        """Take the world, its ledger, each organisation's clock, and where ids come from.

        `looks_at_once` tells whether what only reads takes less time than a change of threads.
        """
        self._world = world
        self._ledger = ledger
        self._now = now
        self._new_id = new_id
        self.looks_at_once = ledger.looks_at_once

    # Logging in.

    def login(self, body: Body) -> dict[str, Any]:
        """Give a token to a user whose password is right. Raises Problem."""
        user = self._user(body)
        organisation = self._world[body["organisation"]]
        unit = body.get("unit")
        if unit is not None and not organisation.units.find("id", unit):
            raise refusal("UNKNOWN_UNIT", "/unit", f"no unit has the id {unit}")
        return {"token": self._give_token(organisation.name, user.username)}

    def login_of(self, organisation: str) -> str:
        """Return a token of an organisation's first user. Raises KeyError for no such organisation."""
        user = self._world[organisation].users[0]
        return self._give_token(organisation, user.username)

    def _give_token(self, organisation: str, username: str) -> str:
        expires_at = self._now(organisation) + TOKEN_LIFETIME
        return self._ledger.give_token(Bearer(organisation, username, expires_at))

    def authenticate(self, token: object) -> str:
        """Return the organisation of a token. Raises Problem for one that is worth nothing."""
        if token is None:
            raise refusal("INVALID_TOKEN", "/token", "is required")
        bearer = self._ledger.bearer(token) if isinstance(token, str) else None
        if (
            bearer is None
            or bearer.organisation not in self._world
            or bearer.expires_at <= self._now(bearer.organisation)
        ):
            raise refusal(
                "INVALID_TOKEN", "/token", "the token is unknown, released or older than two hours"
            )
        return bearer.organisation

    def release_token(self, token: str) -> None:
        """Make a token worth nothing. Raises Problem when it is that already."""
        self.authenticate(token)
        if not self._ledger.release_token(token):
            raise refusal("INVALID_TOKEN", "/token", "the token was released a moment ago")

    def _user(self, body: Body) -> User:
        organisation = self._world.get(body["organisation"])
        for user in organisation.users if organisation is not None else ():
            if _same_text(user.username, body["username"]):
                if _same_text(user.password, body["password"]):
                    return user
                break
        raise refusal(
            "INVALID_CREDENTIALS", "", "username, password and organisation do not belong together"
        )

    # Purchases.

    def preview_purchase(self, organisation: str, body: Body) -> dict[str, object]:
        """Say what a purchase would do, and change nothing. Raises Problem."""
        with self._ledger.reading(organisation) as page:
            _, previewed = self._previewed(self._world[organisation], body, page)
        return answers.selected(answers.of_preview(previewed), body.get("fields_set"))

    def create_purchase(self, organisation: str, body: Body) -> dict[str, object]:
        """Do what the preview says at this moment, all of it or nothing. Raises Problem."""
        try:
            with self._ledger.writing(organisation) as page:
                event = self._posted(self._world[organisation], body, page)
                return answers.selected(event, body.get("fields_set"))
        except TakenError:  # a purchase at the same time was faster
            raise _taken(body) from None

    def show_purchase(self, organisation: str, event_id: str) -> dict[str, object]:
        """Return an event of the organisation. Raises Problem."""
        return self._event(organisation, event_id).answer

    def _event(self, organisation: str, event_id: str) -> Event:
        with self._ledger.reading(organisation) as page:
            event = page.event(event_id)
        if event is None:
            raise refusal("UNKNOWN_PURCHASE", "/id", f"no purchase has the id {event_id}")
        return event

    def _previewed(
        self, organisation: Organisation, body: Body, page: Page
    ) -> tuple[Purchase, Preview]:
        purchase = self._read(organisation, body, page)
        wallet = page.wallet(purchase.account.id)
        return purchase, preview(purchase, wallet, organisation)

    def _read(self, organisation: Organisation, body: Body, page: Page) -> Purchase:
        return Reader(organisation, self._instant(organisation.name), page.is_used).purchase(body)

    def _instant(self, organisation: str) -> datetime:
        return _EPOCH + timedelta(microseconds=self._now(organisation))

    def _posted(self, organisation: Organisation, body: Body, page: Page) -> dict[str, object]:
        reference = body.get("external_system_reference_number")
        if reference is not None and page.is_reference_taken(reference):
            raise _reference_taken(reference)
        purchase, previewed = self._previewed(organisation, body, page)
        event = answers.of_event(purchase, previewed, body, page.next_number, self._new_id)
        asked = {name: value for name, value in body.items() if name != "token"}
        page.post(event["id"], reference, asked, event)
        for password in one_time_passwords(body):
            page.use_up(password, event["id"])
        if previewed.wallet is not None and previewed.wallet_afterwards is not None:
            page.move(
                purchase.account.id, event["id"], previewed.wallet, previewed.wallet_afterwards
            )
        return event

    # For people at the controls of the sandbox.

    def explain(self, organisation: str, body: Body) -> list[dict[str, object]]:
        """Say of each offer whether a purchase gets it, and why not. Raises Problem."""
        world = self._world[organisation]
        # A one-time password still says whose the purchase was after it is used up.
        reader = Reader(world, self._instant(organisation), lambda password: False)
        purchase = reader.purchase(body)
        return [
            {
                "id": judged.scheme_offer.offer.id,
                "name": judged.scheme_offer.offer.name,
                "scheme_name": judged.scheme_offer.scheme_name,
                "applied": judged.applied,
                "award": to_json(judged.award),
                "currency": judged.scheme_offer.offer.currency,
                "reasons": list(judged.reasons),
            }
            for judged in judge_offers(purchase, world)
        ]

    def explain_purchase(self, organisation: str, event_id: str) -> list[dict[str, object]]:
        """Say of each offer whether a purchase got it, or why not. Raises Problem."""
        return self.explain(organisation, self._event(organisation, event_id).request)

    def reset(self, organisation: str) -> None:
        """Make the organisation's wallets, passwords and events as at first; logins stay."""
        self._ledger.reset(self._world, organisation)


def _taken(body: Body) -> Problem:
    reference = body.get("external_system_reference_number")
    if one_time_passwords(body):
        return refusal(
            "ONE_TIME_PASSWORD_NOT_VALID",
            "/accounts_receivable_identifier/access_token_identifier/one_time_password",
            "the one-time password or the external reference was used up a moment ago",
        )
    return _reference_taken(reference)


def _reference_taken(reference: object) -> Problem:
    return refusal(
        "DUPLICATE_EXTERNAL_REFERENCE",
        "/external_system_reference_number",
        f"a purchase with the external system reference number {reference} was created before",
    )


def _same_text(one: str, other: str) -> bool:
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )
