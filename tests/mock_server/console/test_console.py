"""A partner at the console, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Literal

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.mock_server.memory.listener import Listener, listening
from tests.mock_server.samples import CLIENTS, OPENAPI, V2, client
from tests.mock_server.served import Serve, Served

PATIENCE = 60_000
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
Open = Callable[..., Page]
OpenWith = Callable[..., tuple[Page, Served]]
GUIDES_OWN = "1b7901db-4879-4616-8052-c73e29664bda"
"""The client of the guide's own sample, which the reference page sends."""


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


def test_a_fixture_partner_signs_in_with_one_click(opened: Open) -> None:
    page = signed_in(opened())
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Journal")).to_be_hidden()


def test_a_wrong_secret_is_told_in_a_sentence(opened: Open) -> None:
    page = opened()
    page.get_by_label("Client secret").fill("wrong-secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("The client id or the client secret is wrong.")


def test_the_fixtures_are_offered_on_this_machine_only(sandbox: Served) -> None:
    html = {"Accept": "text/html"}
    assert "secret-a" in sandbox.http.get("/", headers=html).text.split("<main")[0]
    for other in ({"Host": "sandbox.example"}, {"X-Forwarded-For": "203.0.113.7"}):
        page = sandbox.http.get("/", headers={**html, **other}).text
        assert "secret-a" not in page.split("<main")[0]


def test_a_request_appears_as_it_comes(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    expect(page.locator("#live")).to_have_text("live")
    send(sandbox, page, [client("bakery")])
    row = page.locator("#requests tr").first
    expect(row).to_contain_text(f"POST {CLIENTS}")
    expect(row).to_contain_text("202")
    row.get_by_role("button").click()
    detail = page.locator("#requests .detail")
    expect(detail).to_contain_text("curl -s -X POST")
    expect(detail).to_contain_text("bakery")
    assert token_of(page) not in detail.inner_text()


def test_a_refusal_is_explained_and_found_by_its_status(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    expect(page.locator("#live")).to_have_text("live")
    send(sandbox, page, [client("bakery")])
    send(sandbox, page, "nonsense")
    expect(page.locator("#requests tr")).to_have_count(2)
    page.locator("select[name='status']").select_option("4")
    expect(page.locator("#requests tr")).to_have_count(1)
    page.locator("#requests tr").first.get_by_role("button").click()
    expect(page.locator("#requests .detail")).to_contain_text("The body does not fit the contract.")


def test_a_request_is_sent_again(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    expect(page.locator("#live")).to_have_text("live")
    send(sandbox, page, [client("bakery")])
    page.locator("#requests tr").first.get_by_role("button").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("Sent again: 202.")
    expect(page.locator("#requests tr:not(.detail)")).to_have_count(2)


def test_the_clock_is_moved_and_an_item_is_explained(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator("#clock-state")).to_contain_text("frozen")
    send(sandbox, page, [client("bakery"), client("bakery")])
    expect(page.locator("#submission-rows tr")).to_contain_text("2 Pending")
    expect(page.locator("#clock-state")).to_contain_text("waits for it to move on")
    page.get_by_role("button", name="To the next due").click()
    expect(page.locator("#submission-rows tr")).to_contain_text("1 Completed, 1 Duplicate")
    page.get_by_role("button", name="Why is").click()
    expect(page.locator("#explanation")).to_contain_text("twin-in-request, then Duplicate")
    page.get_by_role("button", name="Reset this world").click()
    expect(page.locator("#submission-rows tr")).to_have_count(0)


def test_an_operation_is_tried_from_the_reference_page(opened: Open) -> None:
    page = signed_in(opened())
    page.get_by_role("link", name="Try it").first.click()
    expect(page.locator("#who")).to_have_text("Requests are sent as partner-a.")
    operation = page.locator(".opblock-post").first
    operation.locator("button.opblock-summary-control").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text(
        "202"
    )
    page.get_by_role("link", name="Console", exact=True).click()
    expect(page.locator("#requests tr").first).to_contain_text(f"POST {CLIENTS}")


def test_a_world_is_kept_and_gone_back_to(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    send(sandbox, page, [client("bakery")])
    page.get_by_role("button", name="Take a snapshot").click()
    expect(page.get_by_role("status")).to_contain_text("This world is kept")
    page.get_by_role("button", name="Reset this world").click()
    expect(page.locator("#submission-rows tr")).to_have_count(0)
    page.get_by_role("button", name="Go back to it").click()
    expect(page.locator("#submission-rows tr")).to_have_count(1)


def test_an_answer_is_lost_on_purpose(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    expect(page.locator("#live")).to_have_text("live")
    page.locator("#scenario-name").select_option("applied-reply-lost")
    page.get_by_role("button", name="Let it go wrong").click()
    expect(page.locator("#scenario-rows tr")).to_contain_text("applied-reply-lost")
    with pytest.raises(httpx.TransportError):
        send(sandbox, page, [client("bakery")])
    row = page.locator("#requests tr").first
    expect(row).to_contain_text("lost")
    row.get_by_role("button").click()
    expect(page.locator("#requests .detail")).to_contain_text("It met the scenario")
    page.get_by_role("button", name="Drop scenario").click()
    expect(page.locator("#scenario-rows tr")).to_have_count(0)


def test_a_partner_plays_the_whole_story(opened_with: OpenWith) -> None:
    page, sandbox = opened_with(V2, OPENAPI / "offers-preview.yaml")
    headers = {"Authorization": f"Bearer {token_of(signed_in(page))}"}
    page.get_by_role("button", name="Freeze").click()
    with listening() as listener:
        page.get_by_label("Send to").fill(listener.url)
        page.get_by_role("button", name="Register").click()
        expect(page.locator("#webhook-rows tr")).to_contain_text(listener.url)
        register_secret(listener, sandbox, headers)

        page.locator("a[href$='/partner-client-service-v2']").first.click()
        operation = page.locator(".opblock-post").first
        operation.locator("button.opblock-summary-control").click()
        operation.get_by_role("button", name="Execute").click()
        expect(operation.locator(".live-responses-table .response-col_status").last).to_contain_text("202")  # fmt: skip
        page.get_by_role("link", name="Console", exact=True).click()
        expect(page.locator("#requests tr").first).to_contain_text(f"POST {CLIENTS}")
        page.get_by_role("button", name="To the next due").click()
        page.get_by_role("button", name="Why is").click()
        expect(page.locator("#explanation")).to_contain_text("otherwise, then Completed")

        page.get_by_role("button", name="Take a snapshot").click()
        expect(page.get_by_role("status")).to_contain_text("This world is kept")
        page.locator("#scenario-name").select_option("applied-reply-lost")
        page.get_by_role("button", name="Let it go wrong").click()
        followed = f"/marketing-offers/{GUIDES_OWN}"
        with pytest.raises(httpx.TransportError):
            sandbox.http.put(followed, json={"level": "ADVANCE"}, headers=headers)
        (told,) = listener.wait(1)
        assert told["data"]["partner_client_id"] == GUIDES_OWN

        page.get_by_label("Lifecycle or name").fill("marketing-offer")
        page.get_by_label("Key").fill(GUIDES_OWN)
        page.get_by_role("button", name="Explain it").click()
        expect(page.locator("#resource-told")).to_contain_text("request followMarketingOffers")
        expect(page.locator("#delivery-rows tr")).to_contain_text("delivered")
        page.get_by_role("button", name="Resend").click()
        assert len(set(map(str, listener.wait(2)))) == 1

        page.get_by_role("button", name="Go back to it").click()
        expect(page.get_by_role("status")).to_contain_text("as it was")
        assert sandbox.http.get(followed, headers=headers).status_code == 404


def register_secret(listener: Listener, sandbox: Served, headers: dict[str, str]) -> None:
    """Let the listener know the secret that the sandbox made up."""
    (webhook,) = sandbox.http.get("/_sandbox/webhooks", headers=headers).json()["webhooks"]
    listener.secret = webhook["secret"]


def test_the_archive_is_downloaded(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    expect(page.locator("#live")).to_have_text("live")
    send(sandbox, page, [client("bakery")])
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as HAR").click()
    archive = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert [entry["response"]["status"] for entry in archive["log"]["entries"]] == [202]


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


def test_everybody_can_read_it(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    expect(page.locator("#live")).to_have_text("live")
    send(sandbox, page, [client("bakery")])
    send(sandbox, page, "nonsense")
    page.locator("#requests tr").first.get_by_role("button").click()
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark", "light")
    for width, scheme in zip((360, 768, 1400), schemes, strict=True):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
        assert found.response["violations"] == [], found.generate_report()
