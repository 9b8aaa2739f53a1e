"""Writes down, in the transaction of a transition, whom it has to be told."""

from __future__ import annotations

import base64
import re
import secrets
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import msgspec

from mock_server.clock import Micros
from mock_server.contracts.contract import Contract
from mock_server.http.requests import Request
from mock_server.resources.bodies import Bodies
from mock_server.resources.effects import named_by
from mock_server.resources.keeper import Keeper
from mock_server.resources.living import Cause
from mock_server.resources.shapes import value_at
from mock_server.resources.transactions import Transaction
from mock_server.storage.resources import Stored
from mock_server.storage.store import Store
from mock_server.storage.webhooks import NewDelivery
from mock_server.webhooks import payloads
from mock_server.webhooks.hosts import why_not
from mock_server.webhooks.payloads import Described, News
from openapi_documents.pointers import pointer_parts

_EXPRESSION = re.compile(r"\{(\$[^}]+)\}")


@dataclass(frozen=True)
class Notices:
    """Is told of the states that resources of one contract come to, and writes messages about them."""

    contract: Contract
    bodies: Bodies
    store: Store
    allowed_hosts: Sequence[str]

    def __call__(
        self, moment: Transaction, keeper: Keeper, stored: Stored, at: Micros, cause: Cause
    ) -> None:
        """Write down whom a state has to be told."""
        life = keeper.life
        if life is None or not life.notices:
            return
        if cause.source is not None and stored.version == 1:
            self._note_callbacks(moment, keeper, stored, cause.source)
        names = dict.fromkeys(one.webhook for one in life.notices if one.on == stored.state)
        new = [one for name in names for one in self._messages(moment, keeper, stored, at, name)]
        self.store.webhooks.add(moment.connection, new)

    # -- messages ----------------------------------------------------------------------------------

    def _messages(
        self, moment: Transaction, keeper: Keeper, stored: Stored, at: Micros, name: str
    ) -> Iterator[NewDelivery]:
        webhook = payloads.webhook(self.contract.document, name)
        resource = name_of(stored)
        if webhook is not None:
            for target in self.store.webhooks.targets_of(moment.connection, moment.partner):
                if not target.events or name in target.events.split("\n"):
                    place = (target.id, target.url, target.secret)
                    yield self._message(moment, keeper, stored, at, webhook, place)
        urls = self.store.webhooks.callbacks_of(moment.connection, moment.partner, resource, name)
        if urls:
            name_of_secret = callback_secret_name(moment.partner)
            secret = self.store.settings.get_in(moment.connection, name_of_secret, new_secret())
            described = self._callback(keeper, name)
            for url in urls:
                yield self._message(moment, keeper, stored, at, described, (url, url, secret))

    def _message(
        self,
        moment: Transaction,
        keeper: Keeper,
        stored: Stored,
        at: Micros,
        described: Described,
        place: tuple[str, str, str],
    ) -> NewDelivery:
        target, url, secret = place
        news = News(f"msg_{uuid.uuid4().hex}", described.name, keeper.value(stored), at)
        body = msgspec.json.encode(payloads.payload(described, keeper, self.bodies, news))
        return NewDelivery(
            news.id, moment.partner, target, name_of(stored), described.name,
            described.method.upper(), url, secret, body, at,
        )  # fmt: skip

    # -- callbacks ---------------------------------------------------------------------------------

    def _callback(self, keeper: Keeper, name: str) -> Described:
        for binding in keeper.resource.bindings.values():
            found = payloads.callbacks(self.contract.document, binding.operation.place, name)
            if found:
                return found[0]
        return Described(name, "", "post", None)

    def _note_callbacks(
        self, moment: Transaction, keeper: Keeper, stored: Stored, request: Request
    ) -> None:
        """Note where the request that made a resource wants to be called back."""
        life = keeper.life
        for name in dict.fromkeys(one.webhook for one in life.notices) if life is not None else ():
            found = payloads.callbacks(self.contract.document, request.operation.place, name)
            for described in found:
                url = self._url(described.expression, request, keeper, stored)
                if url and why_not(url, self.allowed_hosts) is None:
                    self.store.webhooks.add_callback(
                        moment.connection, moment.partner, name_of(stored), name, url
                    )

    @staticmethod
    def _url(expression: str, request: Request, keeper: Keeper, stored: Stored) -> str:
        """Return the URL that an expression of a callback gives, "" where it gives none."""
        value = keeper.value(stored)

        def found(text: str) -> object:
            if text.startswith("$response.body#"):
                return value_at(value, pointer_parts(text.partition("#")[2]))
            return named_by(text, request)

        if expression.startswith("$"):
            return str(found(expression) or "")
        whole = _EXPRESSION.fullmatch(expression)
        if whole is not None:
            return str(found(whole[1]) or "")

        def filled(match: re.Match[str]) -> str:
            text = str(found(match[1]) or "")
            return text if match.start() == 0 else quote(text, safe="")

        return _EXPRESSION.sub(filled, expression)


def name_of(stored: Stored) -> str:
    """Return the text that names a resource among all of a partner."""
    return msgspec.json.encode((stored.kind, stored.scope, stored.key)).decode()


def new_secret() -> str:
    """Return a new secret of Standard Webhooks."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"


def callback_secret_name(partner: str) -> str:
    """Return the name of the setting that holds the secret of a partner's callbacks."""
    return f"callback-secret:{partner}"
