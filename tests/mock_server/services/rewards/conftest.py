"""A rewards service without HTTP around it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mock_server.services.rewards.ledger import Ledger
from mock_server.services.rewards.service import Rewards
from mock_server.storage.store import Store
from tests.mock_server.services.rewards.samples import WORLD


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.instant = 1_700_000_000_000_000

    def __call__(self, organisation: str) -> int:
        return self.instant


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rewards(clock: Clock) -> Iterator[Rewards]:
    """Return the service in its first state, with its ledger in memory."""
    store = Store("sqlite://")
    ledger = Ledger(store.database)
    ledger.open(WORLD)
    yield Rewards(WORLD, ledger, clock)
    store.close()
