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
