"""Nothing that a contract, a request or a partner says is run by the pages."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, expect

from tests.mock_server.console.desk import HOSTILE, Open, signed_in, token_of
from tests.mock_server.samples import CLIENTS, client
from tests.mock_server.served import Serve, Served


def test_nothing_that_is_shown_is_run(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    expect(page.locator("#live")).to_have_text("live")
    headers = {"Authorization": f"Bearer {token_of(page)}", "X-Odd": HOSTILE}
    sandbox.http.post(f"{CLIENTS}?{HOSTILE}", json=[client(HOSTILE)], headers=headers)
    page.locator("#requests tr").first.get_by_role("button").click()
    expect(page.locator("#requests .detail")).to_contain_text("onerror")
    assert page.locator("#requests img").count() == 0
    assert page.title() == "Understudy sandbox"


def hostile_contract() -> dict[str, Any]:
    content = {"application/json": {"example": {"said": HOSTILE}}}
    operation = {
        "operationId": HOSTILE,
        "summary": HOSTILE,
        "description": HOSTILE,
        "responses": {"200": {"description": HOSTILE, "content": content}},
    }
    return {
        "openapi": "3.1.1",
        "info": {"title": HOSTILE, "version": HOSTILE, "description": HOSTILE, "summary": HOSTILE},
        "paths": {"/x": {"get": operation}},
    }


def test_no_name_of_a_contract_is_run(browser: Browser, served: Serve) -> None:
    sandbox = served(hostile_contract())
    page = browser.new_page()
    for path, shown in (("/", "main h3"), ("/_sandbox/reference/api", ".opblock-summary")):
        page.goto(f"{sandbox.server.url}{path}")
        expect(page.locator(shown).first).to_be_visible()
        assert page.title() != "owned"
        assert page.locator("img[src='x']").count() == 0 or "sandbox" not in page.title()
    page.close()
