"""The pages can be read and used by everybody: on a phone, in the dark, by keyboard, by a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.mock_server.console.desk import Open, OpenWith, send, signed_in, token_of
from tests.mock_server.samples import OPENAPI, V2, client
from tests.mock_server.served import Served

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
RULES_OF_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
Scheme = Literal["light", "dark"]
WIDTHS = (360, 768, 1400)
LIGHT_AND_DARK: tuple[Scheme, ...] = ("light", "dark")


def check(page: Page, schemes: Sequence[Scheme] = LIGHT_AND_DARK) -> None:
    """Check a page as it stands: nothing stands out of it at any width, and no rule of axe-core is broken."""
    page.wait_for_load_state()  # after a link was followed, a heading can be seen before the styles of its page are
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    for number, scheme in enumerate(schemes):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=RULES_OF_COLOURS if number else RULES)
        assert found.response["violations"] == [], found.generate_report()


def test_the_console_with_all_that_it_can_show(opened_with: OpenWith) -> None:
    page, sandbox = opened_with(V2, OPENAPI / "offers-preview.yaml")
    signed_in(page)
    page.get_by_role("button", name="Freeze").click()
    page.get_by_label("Send to").fill("http://127.0.0.1:9/hook")
    page.get_by_role("button", name="Register").click()
    send(sandbox, page, "nonsense")
    send(sandbox, page, [client("bakery"), client("bakery")])
    page.get_by_role("button", name="To the next due").click()
    headers = {"Authorization": f"Bearer {token_of(page)}"}
    sandbox.http.put("/marketing-offers/bakery", json={"level": "ADVANCE"}, headers=headers)
    page.get_by_role("button", name="Let it go wrong").click()
    page.locator("#requests tr").last.get_by_role("button").click()
    page.locator("#submission-rows").get_by_role("button", name="Why is").click()
    page.locator("#resource-rows").get_by_role("button", name="Why is").click()
    expect(page.locator("#resource-told")).to_contain_text("is Followed")
    page.locator("#delivery-rows summary").click()
    expect(page.locator("#scenario-rows tr")).to_have_count(1)
    check(page)


def test_a_page_that_explains_a_contract(opened_with: OpenWith) -> None:
    page, _ = opened_with(OPENAPI / "offers-preview.yaml")
    page.get_by_role("link", name="What it does").first.click()
    expect(page.get_by_role("heading", name="Silences")).to_be_visible()
    check(page, ["dark"])


def test_a_reference_page_with_an_answer(opened: Open) -> None:
    page = signed_in(opened())
    page.get_by_role("link", name="Try it").first.click()
    operation = page.locator(".opblock-post").first
    operation.locator("button.opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table")).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]}).response["violations"] == []


def test_news_leave_focus_and_what_is_open_alone(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    page.get_by_role("button", name="Freeze").click()
    page.get_by_label("Send to").fill("http://127.0.0.1:9/hook")
    page.get_by_role("button", name="Register").click()
    secret = page.locator("#webhook-rows details")
    secret.locator("summary").press("Enter")
    send(sandbox, page, [client("bakery")])
    why = page.locator("#submission-rows").get_by_role("button", name="Why is")
    why.focus()
    headers = {"Authorization": f"Bearer {token_of(page)}"}
    for path, body in (("clock", {"advance": 9}), ("webhooks", {"url": "http://127.0.0.1:9/two"})):
        sandbox.http.post(f"/_sandbox/{path}", json=body, headers=headers)
    send(sandbox, page, [client("mill")])  # what arrives lets the page look again
    expect(page.locator("#submission-rows tr")).to_have_count(2)
    expect(page.locator("#webhook-rows tr")).to_have_count(2)
    expect(page.locator("#submission-rows tr").last.get_by_role("button")).to_be_focused()
    expect(secret.first).to_have_attribute("open", "")


def test_sections_of_a_partner_are_offered_to_whoever_is_signed_in(opened: Open) -> None:
    page = opened()
    expect(page.locator("nav a:visible")).to_have_text(["Contracts", "Begin"])
    signed_in(page)
    expect(page.get_by_role("link", name="Webhooks")).to_be_visible()


def test_what_a_button_did_is_told_where_it_is_seen(opened: Open) -> None:
    page = signed_in(opened())
    page.get_by_label("Key").fill("nobody")
    page.get_by_label("Lifecycle or name").fill("nothing")
    page.get_by_role("button", name="Explain it").click()
    expect(page.get_by_role("status")).to_contain_text("There is no lifecycle or resource nothing.")
    expect(page.get_by_role("status")).to_be_in_viewport()
