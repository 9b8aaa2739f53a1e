"""A shop whose document says nothing of memory, served once; each test is another of its callers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.mock_server.served import Served, serving

SHOP = Path(__file__).with_name("shop.yaml")
CONSENTS = Path(__file__).with_name("consents.yaml")


@pytest.fixture(scope="session")
def shop_server() -> Iterator[Served]:
    """Return the server of the shop."""
    with serving(SHOP) as served:
        yield served


@pytest.fixture
def shop(shop_server: Served) -> Iterator[httpx.Client]:
    """Return a new caller of the shop, whose clock stands still."""
    client = shop_server.partner()
    yield client
    client.close()


@pytest.fixture(scope="session")
def bank_server() -> Iterator[Served]:
    """Return the server of a bank whose document declares the lives of consents and payments."""
    with serving(CONSENTS) as served:
        yield served


@pytest.fixture
def bank(bank_server: Served) -> Iterator[httpx.Client]:
    """Return a new caller of the bank, whose clock stands still."""
    client = bank_server.partner()
    yield client
    client.close()
