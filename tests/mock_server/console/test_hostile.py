"""Nothing that a contract, a request or a partner says is run by the pages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.mock_server.console.desk import HOSTILE, PATIENCE
from tests.mock_server.console.hostile import FILE, hostile_contract
from tests.mock_server.served import Serve, Served

PAGES = ("/", f"/_sandbox/reference/{quote(FILE)}", f"/_sandbox/explain/{quote(FILE)}")


@pytest.fixture
def sandbox(served: Serve) -> Served:
    return served(hostile_contract(), names=(FILE,))


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a page that writes down what its policy kept from being run."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    page.add_init_script(
        "window.kept = []; document.addEventListener('securitypolicyviolation', (one) => kept.push(one.violatedDirective));"
    )
    yield page
    page.close()


def check(page: Page) -> None:
    """Check that nothing was run, and that no element was made that would have been."""
    assert page.title() != "owned"
    assert page.locator("[onerror], script:not([src])").count() == 0
    assert page.locator("a[href^='javascript']").count() == 0


def check_untouched(page: Page) -> None:
    """Check that hostile texts are texts, so that no policy was needed: of pages of our own, not of Swagger UI."""
    assert page.locator("img[src='x']").count() == 0
    assert page.evaluate("kept") == []


@pytest.mark.parametrize("path", PAGES)
def test_the_policy_lets_nothing_run_that_stands_in_a_page(sandbox: Served, path: str) -> None:
    answer = sandbox.http.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self';")
    assert "unsafe" not in policy


def test_no_text_of_a_contract_is_run(page: Page, sandbox: Served) -> None:
    page.goto(sandbox.server.url)
    page.locator("summary").first.click()
    check(page)
    check_untouched(page)
    for link, shown in (("What it does", "#operations-title"), ("Try it", ".opblock-summary")):
        page.goto(sandbox.server.url)
        page.get_by_role("link", name=link).first.click()
        expect(page.locator(shown).first).to_be_visible()
        for summary in page.locator("button.opblock-summary-control").all():
            summary.click()
        expect(page.locator("body")).to_contain_text("onerror")
        check(page)


def test_no_text_of_a_partner_is_run(page: Page, sandbox: Served) -> None:
    admin = {"X-Admin-Key": "the-admin-key"}
    new = {"client_id": "guest", "client_secret": HOSTILE, "attributes": {HOSTILE: HOSTILE}}
    made = sandbox.http.post("/_sandbox/partners", json=new, headers=admin)
    assert made.status_code == 201, made.text
    page.goto(sandbox.server.url)
    page.get_by_label("Client id").fill("guest")
    page.get_by_label("Client secret").fill(HOSTILE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator("#who")).to_have_text("guest")
    token = sandbox.server.sandbox.runtime.tokens.issue("guest")
    headers = {"Authorization": f"Bearer {token}", "X-Odd": HOSTILE}
    with httpx.Client(base_url=sandbox.server.url, headers=headers, timeout=30) as partner:
        leave_hostile_texts(partner)
    expect(page.locator("#requests tr")).to_have_count(5)
    for button in page.locator("#requests .row-button").all():
        button.click()
    page.locator("#submission-rows button").click()
    expect(page.locator("#explanation")).to_contain_text("onerror")
    page.locator("#resource-rows button").first.click()
    expect(page.locator("#resource-told")).to_contain_text("onerror")
    expect(page.locator("#webhook-rows")).to_contain_text("onerror")
    expect(page.locator("#delivery-rows")).to_contain_text("onerror")
    expect(page.locator("#scenario-rows tr")).to_have_count(1)
    check(page)
    check_untouched(page)


def leave_hostile_texts(partner: httpx.Client) -> None:
    """Send hostile texts wherever a partner may: they will stand in the journal, in rows and in what they explain."""
    hook = {"url": f"http://127.0.0.1:9/{HOSTILE}", "events": [HOSTILE]}
    assert partner.post("/_sandbox/webhooks", json=hook).status_code == 201
    scenario = {"effect": {"settle_as": HOSTILE}, "operation": HOSTILE}
    assert partner.post("/_sandbox/scenarios", json=scenario).status_code == 201
    things = f"/{quote(FILE[:42])}"
    made = partner.put(f"{things}/{quote(HOSTILE, safe='')}", json={"id": HOSTILE})
    assert made.status_code == 200, made.text
    assert partner.post(things, json={"id": f"{HOSTILE}2"}).status_code == 200
    asked = {HOSTILE: HOSTILE}
    partner.get(f"{things}/nobody", params=asked, headers={"X-Sandbox-Scenario": "<img src=x>"})
    partner.get(f"/nowhere/{HOSTILE}")
    assert partner.post("/batches", json=[{"id": HOSTILE}, {"id": HOSTILE}]).status_code == 200
