"""A partner at the console, in a real browser."""

from __future__ import annotations

import json

import httpx
import pytest
import yaml
from playwright.sync_api import expect

from tests.mock_server.console.desk import Open, OpenWith, send, signed_in, token_of
from tests.mock_server.resources.listener import Listener, listening
from tests.mock_server.samples import CLIENTS, OPENAPI, V2, answering, client, document
from tests.mock_server.served import Serve, Served

GUIDES_OWN = "1b7901db-4879-4616-8052-c73e29664bda"
"""The client of the guide's own sample, which the reference page sends."""


def test_a_fixture_partner_signs_in_with_one_click(opened: Open) -> None:
    page = signed_in(opened())
    expect(page.get_by_role("heading", name="Journal")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Journal")).to_be_hidden()


def test_whoever_shows_no_credentials_is_looked_at_with_one_click(opened_with: OpenWith) -> None:
    page, sandbox = opened_with(document({"/weather": {"get": answering({"sun": True})}}))
    page.get_by_role("button", name="no credentials").click()
    expect(page.locator("#live")).to_have_text("live")
    sandbox.http.get("/weather")
    expect(page.locator("#requests tr")).to_contain_text("GET /weather")


def test_nobody_gets_in_without_credentials_elsewhere(opened: Open, served: Serve) -> None:
    expect(opened().get_by_role("button", name="no credentials")).to_have_count(0)
    sandbox = served(document({"/weather": {"get": answering({"sun": True})}}))
    asked = {"Accept": "text/html", "Host": "sandbox.example"}
    assert "data-token" not in sandbox.http.get("/", headers=asked).text
    assert "data-token" in sandbox.http.get("/", headers={"Accept": "text/html"}).text


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


def test_submissions_are_downloaded_as_cases(opened: Open, sandbox: Served) -> None:
    page = signed_in(opened())
    page.get_by_role("button", name="Freeze").click()
    send(sandbox, page, [client("bakery"), client("bakery")])
    page.get_by_role("button", name="To the next due").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as cases").click()
    assert download.value.suggested_filename == "createPartnerClients.yaml"
    told = yaml.safe_load(download.value.path().read_text(encoding="utf-8"))
    assert told["cases"][0]["expected"] == [["Completed", "Duplicate"]]


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
