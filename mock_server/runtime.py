"""What outlives an edit of the contracts: settings, store, tokens, threads, journal, scenarios and services."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable

from mock_server.clock import MICROSECONDS
from mock_server.control.starting_partners import read_starting_partners
from mock_server.http.attempts import Attempts
from mock_server.http.strangers import Strangers
from mock_server.http.token_time import TokenTime
from mock_server.http.tokens import Tokens
from mock_server.journal import Journal
from mock_server.journal.telemetry import tracing
from mock_server.scenarios import Scenarios
from mock_server.scenarios.catalogue import read_catalogue
from mock_server.services import SERVICES, OpenService
from mock_server.settings import Settings, fixture
from mock_server.storage.partners import new_secret
from mock_server.storage.store import Store
from mock_server.storage.sweeping import Keep
from mock_server.storage.threads import Threads
from mock_server.webhooks.dispatcher import Dispatcher


class Runtime:
    """Everything that the application for one set of contracts stands on."""

    def __init__(self, settings: Settings) -> None:
        """Open the store and make the fixtures' partners. Raises StorageError."""
        self.settings = settings
        self.store = Store(settings.database, settings.seed, _keep(settings))
        self.starting = read_starting_partners(fixture("partners.yaml"))
        self.store.partners.add(self.starting.partners)
        key = self.store.settings.get("signing-key", secrets.token_hex(32))
        self.tokens = Tokens(key, settings.token_lifetime)
        self.journal = Journal()
        self.tracing = tracing(os.environ)
        self.scenarios = Scenarios(read_catalogue(fixture("scenarios.yaml")))
        self.attempts = Attempts()
        # On PostgreSQL a thread for each connection; on SQLite one writes at a time.
        self.threads = Threads(writers=4 if self.store.database.is_sqlite else 8)
        self.token_time = TokenTime(
            settings.token_clock, self.store.database, self.store.partners, self.threads
        )
        self.strangers = Strangers(
            self.store.partners,
            self.threads,
            lambda name: self.starting.partner(name, new_secret(), {}),
        )
        self.dispatcher = Dispatcher(self.store, self.threads)
        self.services: dict[str, OpenService] = {}

    def open_services(self, names: Iterable[str | None]) -> list[OpenService]:
        """Return the services of these names, opened when they are first asked for; other names are nobody's."""
        for service in SERVICES:
            if service.name in names and service.name not in self.services:
                self.services[service.name] = service.open(self.store, self.threads)
        return [self.services[service.name] for service in SERVICES if service.name in names]

    def close(self) -> None:
        """Give everything back."""
        self.dispatcher.stop()
        if self.tracing is not None:
            self.tracing.close()
        self.threads.close()
        self.store.close()


def _keep(settings: Settings) -> Keep:
    seconds = settings.keep_seconds
    return Keep(
        settings.keep_submissions, round(seconds * MICROSECONDS) if seconds is not None else None
    )
