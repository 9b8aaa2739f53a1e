"""The sandbox inside somebody else's process, and the world of one partner in it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mock_server import clock as clocks
from mock_server.app import Backstage
from mock_server.clock import MICROSECONDS, Clock
from mock_server.services.rewards.service import Rewards
from mock_server.serving import Embedded
from mock_server.settings import Settings
from mock_server.storage.store import Partner, Store, new_secret


class SandboxClock:
    """A partner's clock. It stands still unless it is told otherwise, so that no test depends on real time."""

    def __init__(self, store: Store, partner: str) -> None:
        """Take the partner's clock and freeze it."""
        self._store = store
        self._partner = partner
        self._change(Clock.frozen)

    def now(self) -> str:
        """Return the instant, as RFC 3339."""
        return clocks.to_text(self._store.due(self._partner).clock.now(clocks.real_now()))

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

    def _change(self, change: clocks.Change) -> None:
        with self._store.begin_write() as connection:
            clock = self._store.lock(connection, self._partner)
            self._store.set_clock(connection, self._partner, change(clock, clocks.real_now()))


class SandboxRewards:
    """The rewards world of one organisation: its wallets are as in the fixture when it is first asked for."""

    def __init__(self, url: str, rewards: Rewards, organisation: str) -> None:
        """Take the server's URL and the service, and start afresh."""
        self.url = f"{url}/crmapi/rest/v2"
        self.organisation = organisation
        self._rewards = rewards
        self.reset()

    def token(self) -> str:
        """Return the token of a new login."""
        return self._rewards.login_of(self.organisation)

    def explain(self, purchase: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return each offer, whether a purchase (the body of a preview) gets it, and why not.

        Raises Problem for a purchase that names what is not there.
        """
        return self._rewards.explain(self.organisation, purchase)

    def reset(self) -> None:
        """Make wallets, one-time passwords and events as in the fixture."""
        self._rewards.reset(self.organisation)


class SandboxWorld:
    """One partner and its world."""

    def __init__(self, url: str, partner: Partner, stage: Backstage) -> None:
        """Take the server's URL, the partner, and what stands behind them."""
        self.url = url
        self.client_id = partner.client_id
        self.client_secret = partner.client_secret
        self.currency = partner.currency
        self.clock = SandboxClock(stage.store, partner.client_id)
        self._store = stage.store
        self._tokens = stage.tokens
        self._rewards = stage.rewards

    def token(self) -> str:
        """Return a bearer token."""
        return self._tokens.issue(self.client_id)

    def rewards(self, organisation: str = "northwind") -> SandboxRewards:
        """Return an organisation's rewards world, as in the fixture.

        Organisations are shared by all tests of a process, so a test takes its world once.
        """
        return SandboxRewards(self.url, self._rewards, organisation)

    def reset(self) -> None:
        """Make the world as it was when the test began."""
        self._store.reset(self.client_id)
        self.clock.freeze()


class SandboxServer:
    """A running sandbox that gives every caller a partner of its own."""

    def __init__(self, contracts: tuple[Path, ...] = ()) -> None:
        """Start it on a free port, with its state in memory."""
        self._embedded = Embedded(
            Settings(contracts=contracts, database="sqlite://", admin_key=new_secret())
        )
        self._numbers = itertools.count(1)
        self.url = self._embedded.url
        self.admin_key = self._embedded.sandbox.backstage.settings.admin_key

    def new_world(self, currency: str = "GBP") -> SandboxWorld:
        """Return the world of a new partner."""
        stage = self._embedded.sandbox.backstage
        partner = Partner(f"test-partner-{next(self._numbers)}", new_secret(), currency)
        stage.store.add_partners([partner])
        return SandboxWorld(self.url, partner, stage)

    def stop(self) -> None:
        """Stop it."""
        self._embedded.stop()
