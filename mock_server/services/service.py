"""What a hand-written service is to the rest: a name, and how it is opened."""

from __future__ import annotations

from typing import Any, Protocol

from mock_server.http.requests import Behaviour
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads


class OpenService(Behaviour, Protocol):
    """A service that is open. It also answers its own operations of the control surface."""

    def for_tests(self, url: str) -> Any:
        """Return what a test in the same process is given: the attribute of its `sandbox` that has the service's name."""


class Service(Protocol):
    """A service, not opened. `name` is the word in `x-understudy-service` of the contract that it answers."""

    name: str

    def open(self, store: Store, threads: Threads) -> OpenService:
        """Open it on a store. Raises StorageError."""
