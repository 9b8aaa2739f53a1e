"""A sandbox and a browser that looks at its pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.mock_server.console.desk import PATIENCE, Open, OpenWith
from tests.mock_server.samples import V2
from tests.mock_server.served import Serve, Served


@pytest.fixture
def sandbox(served: Serve) -> Served:
    return served(V2)


@pytest.fixture
def opened(browser: Browser, sandbox: Served) -> Iterator[Open]:
    """Return a function that opens a page of the sandbox; nothing of it may be asked of another host."""
    contexts = []
    elsewhere: list[str] = []

    def open_(
        path: str = "/", width: int = 1200, scheme: Literal["light", "dark"] = "light"
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on(
            "request",
            lambda request: (
                elsewhere.append(request.url)
                if not request.url.startswith((sandbox.server.url, "data:", "blob:"))
                else None
            ),
        )
        page.goto(f"{sandbox.server.url}{path}")
        return page

    expect.set_options(timeout=PATIENCE)
    yield open_
    for context in contexts:
        context.close()
    assert elsewhere == []


@pytest.fixture
def opened_with(browser: Browser, served: Serve) -> Iterator[OpenWith]:
    """Return a function that serves contracts and opens the console."""
    pages = []

    def open_(*contracts: Any) -> tuple[Page, Served]:
        sandbox = served(*contracts)
        page = browser.new_page(reduced_motion="reduce")
        page.set_default_timeout(PATIENCE)
        pages.append(page)
        page.goto(sandbox.server.url)
        return page, sandbox

    expect.set_options(timeout=PATIENCE)
    yield open_
    for page in pages:
        page.close()
