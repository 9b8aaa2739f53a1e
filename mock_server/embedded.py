"""The sandbox inside somebody else's process, and the world of one partner in it."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

from mock_server import clock as clocks
from mock_server.clock import MICROSECONDS, Change, Clock
from mock_server.http.problems import Problem
from mock_server.runtime import Runtime
from mock_server.serving import Embedded
from mock_server.settings import Settings
from mock_server.storage.partners import Partner, new_secret
from mock_server.storage.store import Store


class SandboxClock:
    """A partner's clock. It stands still unless it is told otherwise, so that no test depends on real time."""

    def __init__(self, store: Store, partner: str) -> None:
        """Take the partner's clock and freeze it."""
        self._store = store
        self._partner = partner
        self.freeze()

    def now(self) -> str:
        """Return the instant, as RFC 3339."""
        clock = self._store.submissions.due(self._partner).clock
        return clocks.to_text(clock.now(clocks.real_now()))

    def advance(self, seconds: float) -> None:
        """Move the clock on; whatever becomes due is settled before the next answer."""
        self._change(lambda clock, real: clock.advanced(round(seconds * MICROSECONDS), real))

    def set(self, instant: str) -> None:
        """Set the clock to an RFC 3339 instant."""
        self._change(lambda clock, real: clock.set_to(clocks.from_text(instant), real))

    def freeze(self) -> None:
        """Stop the clock."""
        self._change(Clock.frozen)

    def release(self) -> None:
        """Let the clock run on from where it stands."""
        self._change(Clock.released)

    def _change(self, change: Change) -> None:
        with self._store.database.begin_write() as connection:
            clock = self._store.partners.lock(connection, self._partner)
            changed = change(clock, clocks.real_now())
            self._store.partners.set_clock(connection, self._partner, changed)


class SandboxWorld:
    """One partner and its world. Each hand-written service that is served is an attribute by its name."""

    def __init__(self, url: str, partner: Partner, runtime: Runtime) -> None:
        """Take the server's URL, the partner, and what stands behind them."""
        self.url = url
        self.client_id = partner.client_id
        self.client_secret = partner.client_secret
        self.attributes = partner.attributes
        self.clock = SandboxClock(runtime.store, partner.client_id)
        self._runtime = runtime

    def token(self) -> str:
        """Return a bearer token."""
        return self._runtime.tokens.issue(self.client_id)

    def reset(self) -> None:
        """Make the world as it was when the test began."""
        self._runtime.store.reset(self.client_id)
        self._runtime.scenarios.clear(self.client_id)
        self.clock.freeze()

    def scenario(self, name: str, *, operation: str | None = None, times: int | None = 1) -> None:
        """Let the next requests go wrong, `times` of them (None: all) to an operationId, or to any.

        The names are those of `GET /_sandbox/scenarios`. Raises ValueError for another one.
        """
        try:
            self._runtime.scenarios.add(self.client_id, name, operation=operation, times=times)
        except Problem as problem:
            raise ValueError(problem.faults[0].detail) from None

    def __getattr__(self, name: str) -> Any:
        """Return what a service gives to tests, or an attribute of the partner, such as its currency."""
        if name in self._runtime.services:
            return self._runtime.services[name].for_tests(self.url)
        if name in self.attributes:
            return self.attributes[name]
        raise AttributeError(f"neither a service that is served nor an attribute is called {name}")


class SandboxServer:
    """A running sandbox that gives every caller a partner of its own."""

    def __init__(self, contracts: tuple[Path, ...] = ()) -> None:
        """Start it on a free port, with its state in memory."""
        self._embedded = Embedded(
            Settings(contracts=contracts, database="sqlite://", admin_key=new_secret())
        )
        self._runtime = self._embedded.sandbox.runtime
        self._numbers = itertools.count(1)
        self.url = self._embedded.url
        self.admin_key = self._runtime.settings.admin_key

    def new_world(self, **attributes: Any) -> SandboxWorld:
        """Return the world of a new partner with these attributes, and the fixtures' defaults for others."""
        client_id = f"test-partner-{next(self._numbers)}"
        partner = self._runtime.starting.partner(client_id, new_secret(), attributes)
        self._runtime.store.partners.add([partner])
        return SandboxWorld(self.url, partner, self._runtime)

    def stop(self) -> None:
        """Stop it."""
        self._embedded.stop()
