"""What a partner does at the console, and what is written where nothing of it may run."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests.mock_server.samples import CLIENTS
from tests.mock_server.served import Served

PATIENCE = 60_000
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
Open = Callable[..., Page]
OpenWith = Callable[..., tuple[Page, Served]]


def signed_in(page: Page, who: str = "partner-a") -> Page:
    page.get_by_role("button", name=who, exact=True).click()
    expect(page.locator("#who")).to_have_text(who)
    return page


def token_of(page: Page) -> str:
    kept = page.evaluate("sessionStorage.getItem('understudy')")
    return str(json.loads(kept)["token"])


def send(sandbox: Served, page: Page, items: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token_of(page)}"}
    return sandbox.http.post(CLIENTS, json=items, headers=headers)
