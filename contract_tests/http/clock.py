"""The clocks of a sandbox, where the server that is judged is one: they are frozen and moved."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping

from contract_tests.http.client import Client
from contract_tests.http.failures import TargetFailure, Unanswered
from contract_tests.http.messages import JSON, Exchange, Request, get
from contract_tests.http.partners import Caller

CONTROL = "/_sandbox/clock"


class SandboxClock:
    """The clock of each partner; there is none where the control surface does not answer."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[Caller, bool] = {}
        self._frozen: list[Caller] = []

    @property
    def was_found(self) -> bool:
        """Whether any partner has one, as far as it was asked for."""
        return any(self._known.values())

    def has(self, caller: Caller) -> bool:
        """Whether a partner has a clock that can be moved."""
        limits = self._client.budget.limits
        if limits.read_only or limits.dry_run:
            return False
        if caller not in self._known:
            self._known[caller] = self._is_there(caller)
        return self._known[caller]

    def _is_there(self, caller: Caller) -> bool:
        try:
            reply = self._client.send(get(CONTROL, caller=caller), control=True).reply
            return reply is not None and reply.status == 200 and isinstance(reply.json(), dict)
        except (Unanswered, ValueError):
            return False

    def freeze(self, caller: Caller) -> None:
        """Stop a partner's clock, where there is one; the request that releases it is kept back."""
        if caller in self._frozen or not self.has(caller) or not self._client.budget.keep_back():
            return
        self._set(caller, {"freeze": True})
        self._frozen.append(caller)

    def release(self) -> None:
        """Let the clocks that were stopped run again."""
        for caller in self._frozen:
            self._client.budget.give_back()
            with contextlib.suppress(TargetFailure):
                self._set(caller, {"freeze": False})
        self._frozen.clear()

    def advance(self, caller: Caller, seconds: float) -> Exchange:
        """Move a partner's clock; returns the request, which belongs to the story that needs it."""
        return self._set(caller, {"advance": seconds})

    def _set(self, caller: Caller, change: Mapping[str, object]) -> Exchange:
        body = json.dumps(change).encode()
        return self._client.send(Request("POST", CONTROL, JSON, body, caller=caller), control=True)
