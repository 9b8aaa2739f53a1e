"""Webhooks by the control surface: where a partner wants them, what was delivered, and once more on demand."""

from __future__ import annotations

import binascii
from collections.abc import Mapping, Sequence

import msgspec
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from mock_server import clock as clocks
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.control.operations import SERVICE, SHOWN
from mock_server.http import problems
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Fault, Kind, Problem
from mock_server.http.requests import Answering, Handler, Request
from mock_server.storage.store import Store
from mock_server.storage.submissions import ordered_id
from mock_server.storage.threads import Threads
from mock_server.storage.webhooks import Attempt, Delivery, WebhookTarget
from mock_server.webhooks.dispatcher import Dispatcher
from mock_server.webhooks.hosts import why_not
from mock_server.webhooks.notices import callback_secret_name, new_secret

NO_TARGET = Kind(404, "There is no webhook {id}.")
NO_DELIVERY = Kind(404, "There is no delivery {id}.")


class WebhookOperations:
    """Answers the operations about webhooks."""

    def __init__(
        self, store: Store, threads: Threads, dispatcher: Dispatcher, allowed: Sequence[str]
    ) -> None:
        """Take the store, the threads, what delivers, and the hosts that are allowed beside this machine."""
        self._store = store
        self._threads = threads
        self._dispatcher = dispatcher
        self._allowed = allowed
        self._handlers: Mapping[str, Handler] = {
            "createWebhook": self.create,
            "listWebhooks": self.list_targets,
            "removeWebhook": self.remove,
            "listDeliveries": self.list_deliveries,
            "resendDelivery": self.resend,
        }

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of the shipped control contract."""
        handler = self._handlers.get(operation.id) if contract.service == SERVICE else None
        return Answering(handler) if handler is not None else None

    async def create(self, request: Request) -> Answer:
        """Register a target. Raises Problem 400 for a host that is not allowed, and a secret that is none."""
        url, events = request.body["url"], request.body.get("events", [])
        reason = why_not(url, self._allowed)
        if reason is not None:
            raise Problem(problems.BAD_BODY, Fault("#/url", reason))
        secret = request.body.get("secret") or new_secret()
        _check_secret(secret)
        target = WebhookTarget(f"wh_{ordered_id()}", url, "\n".join(events), secret)
        partner = request.known_caller.client_id
        await self._threads.write(partner, self._store.webhooks.add_target, partner, target)
        return json_answer(_target(target), 201)

    async def list_targets(self, request: Request) -> Answer:
        """Answer with the partner's targets, and the secret that signs what is sent to callbacks."""
        partner = request.known_caller.client_id

        def read() -> Answer:
            name = callback_secret_name(partner)
            secret = self._store.settings.get(name, new_secret())
            with self._store.database.begin_read() as connection:
                found = self._store.webhooks.targets_of(connection, partner)
            targets = [_target(target) for target in found]
            return json_answer({"webhooks": targets, "callback_secret": secret})

        return await self._threads.write(partner, read)

    async def remove(self, request: Request) -> Answer:
        """Remove a target."""
        partner, target = request.known_caller.client_id, request.parameters["id"]
        done = await self._threads.write(
            partner, self._store.webhooks.remove_target, partner, target
        )
        if not done:
            raise Problem(NO_TARGET, id=target)
        return Answer(204, media_type=None)

    async def list_deliveries(self, request: Request) -> Answer:
        """Answer with the partner's last deliveries, the last one first, each with every attempt."""
        partner = request.known_caller.client_id
        most = request.parameters.get("limit", SHOWN)

        def read() -> Answer:
            with self._store.database.begin_read() as connection:
                latest = self._store.webhooks.latest(connection, partner, most)
            return json_answer([delivered(*one) for one in latest])

        return await self._threads.run(read)

    async def resend(self, request: Request) -> Answer:
        """Deliver a message once more, under the same id."""
        partner, delivery = request.known_caller.client_id, request.parameters["id"]

        def again() -> bool:
            with self._store.database.begin_read() as connection:
                clock = self._store.partners.clock(connection, partner)
            now = clock.now(clocks.real_now())
            return self._store.webhooks.again(partner, delivery, now)

        if not await self._threads.write(partner, again):
            raise Problem(NO_DELIVERY, id=delivery)
        self._dispatcher.wake()
        return json_answer({"id": delivery}, 202)


def _check_secret(secret: str) -> None:
    try:
        Webhook(secret)
    except (binascii.Error, ValueError, EmptyWebhookSecretError):
        detail = "must be `whsec_` and then base64, as Standard Webhooks writes secrets"
        raise Problem(problems.BAD_BODY, Fault("#/secret", detail)) from None


def _target(target: WebhookTarget) -> Mapping[str, object]:
    events = target.events.split("\n") if target.events else []
    return {"id": target.id, "url": target.url, "events": events, "secret": target.secret}


def delivered(delivery: Delivery, attempts: Sequence[Attempt]) -> Mapping[str, object]:
    """Return what is told of a delivery."""
    return {
        "id": delivery.id,
        "event": delivery.event,
        "url": delivery.url,
        "status": delivery.status,
        "created_at": clocks.to_text(delivery.created_at),
        "next_at": clocks.to_text(delivery.next_at) if delivery.status == "waiting" else None,
        "body": msgspec.json.decode(bytes(delivery.body)),
        "attempts": [
            {"at": clocks.to_text(one.at), "code": one.code, "error": one.error} for one in attempts
        ],
    }
