"""A sandbox inside the process of the tests, as its users see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from mock_server.serving import Embedded
from mock_server.settings import Settings

ANSWERS = "mock_server.answers"
"""Where the sandbox writes down which of its answers break their contract."""


@dataclass
class Served:
    """A sandbox in a thread of this process, with its state in memory, as one partner sees it."""

    server: Embedded
    http: httpx.Client
    may_be_wrong: bool = False
    """Whether a test is about answers that break their contract; of any other such an answer fails the test."""

    def partner(self, **attributes: Any) -> httpx.Client:
        """Return the client of a new partner, whose clock stands still."""
        admin = {"X-Admin-Key": self.server.sandbox.runtime.settings.admin_key}
        made = self.http.post("/_sandbox/partners", json={"attributes": attributes}, headers=admin)
        token = self.server.sandbox.runtime.tokens.issue(made.json()["client_id"])
        headers = {"Authorization": f"Bearer {token}"}
        client = httpx.Client(base_url=self.server.url, headers=headers, timeout=30)
        client.post("/_sandbox/clock", json={"freeze": True}).raise_for_status()
        return client


@contextmanager
def serving(*contracts: Path, **options: Any) -> Iterator[Served]:
    """Serve contracts until the block ends, from memory unless the options of Settings say otherwise."""
    known = {"database": "sqlite://", "admin_key": "the-admin-key", **options}
    server = Embedded(Settings(contracts=contracts, **known))
    try:
        with httpx.Client(base_url=server.url, timeout=30) as http:
            yield Served(server, http)
    finally:
        server.stop()


Document = dict[str, Any] | Path
Serve = Callable[..., Served]
