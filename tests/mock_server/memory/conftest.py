"""A shop whose document says nothing of memory, served once; each test is another of its callers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.mock_server.served import Served

SHOP = Path(__file__).with_name("shop.yaml")
CONSENTS = Path(__file__).with_name("consents.yaml")


@pytest.fixture(scope="session")
def shop_server() -> Iterator[Served]:
    """Return the server of the shop."""
    server = Embedded(Settings(contracts=(SHOP,), database="sqlite://", admin_key="the-admin-key"))
    with httpx.Client(base_url=server.url, timeout=30) as http:
        yield Served(server, http)
    server.stop()


@pytest.fixture
def shop(shop_server: Served) -> Iterator[httpx.Client]:
    """Return a new caller of the shop, whose clock stands still."""
    client = shop_server.partner()
    yield client
    client.close()


@pytest.fixture(scope="session")
def bank_server() -> Iterator[Served]:
    """Return the server of a bank whose document declares the lives of consents and payments."""
    settings = Settings(contracts=(CONSENTS,), database="sqlite://", admin_key="the-admin-key")
    server = Embedded(settings)
    with httpx.Client(base_url=server.url, timeout=30) as http:
        yield Served(server, http)
    server.stop()


@pytest.fixture
def bank(bank_server: Served) -> Iterator[httpx.Client]:
    """Return a new caller of the bank, whose clock stands still."""
    client = bank_server.partner()
    yield client
    client.close()
