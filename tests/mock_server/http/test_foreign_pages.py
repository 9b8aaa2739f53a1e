"""Swagger UI, Redoc and Scalar, on pages of another origin and in a real browser, work against the sandbox."""

from __future__ import annotations

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.mock_server.samples import document
from tests.mock_server.served import Serve, Served

PATIENCE = 60_000
CONTRACT = document(
    {
        "/a": {
            "post": {
                "summary": "Send it",
                "requestBody": {"content": {"application/json": {"example": {"n": 5}}}},
                "responses": {
                    "200": {
                        "description": "Fine.",
                        "headers": {"X-Total": {"required": True, "schema": {"const": 7}}},
                        "content": {"application/json": {"example": "it came through"}},
                    }
                },
            }
        }
    },
    servers=[{"url": "/v1"}],
)
PAGES = {
    "swagger": (
        ("swagger_ui", "static/swagger-ui-bundle.js"),
        '<script src="swagger-ui-bundle.js"></script>'
        '<script>SwaggerUIBundle({url: "CONTRACT", dom_id: "#here"})</script>',
    ),
    "redoc": (
        ("flask_openapi_redoc", "templates/redoc/js/redoc.standalone.js"),
        '<script type="module">import {init} from "./redoc.standalone.js";'
        'init("CONTRACT", {}, document.getElementById("here"))</script>',
    ),
    "scalar": (
        ("flask_openapi_scalar", "templates/scalar/js/scalar.standalone.js"),
        '<script src="scalar.standalone.js"></script>'
        '<script>Scalar.createApiReference("#here", {url: "CONTRACT"})</script>',
    ),
}
Open = Callable[[str], Page]


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder."""

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def sandbox(served: Serve) -> Served:
    return served(CONTRACT)


@pytest.fixture
def opened(sandbox: Served, browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Return a function that opens a page of another origin; nobody but that and the sandbox is ever reached."""
    folder = tmp_path / "pages"
    folder.mkdir()
    handler = functools.partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    here = (origin, sandbox.server.url, "data:", "blob:")
    context.route(
        lambda url: not url.startswith(here), lambda route: route.abort("blockedbyclient")
    )

    def open_(name: str) -> Page:
        (package, script), text = PAGES[name]
        spec = find_spec(package)
        assert spec is not None
        assert spec.origin is not None
        shutil.copy(Path(spec.origin).parent / script, folder)
        written = text.replace("CONTRACT", f"{sandbox.server.url}/contracts/api.json")
        head = '<!doctype html><meta charset="utf-8"><body><div id="here"></div>'
        (folder / f"{name}.html").write_text(head + written, encoding="utf-8")
        page = context.new_page()
        page.goto(f"{origin}/{name}.html")
        return page

    expect.set_options(timeout=PATIENCE)
    yield open_
    context.close()
    server.shutdown()
    server.server_close()


def test_swagger_ui_sends_a_request_and_shows_all_of_the_answer(opened: Open) -> None:
    page = opened("swagger")
    page.get_by_text("Send it").click()
    page.get_by_role("button", name="Try it out").click()

    page.get_by_role("button", name="Execute").click()

    answer = page.locator(".live-responses-table")
    expect(answer).to_contain_text("it came through")
    expect(answer).to_contain_text("x-total: 7")


def test_redoc_reads_the_contract(opened: Open) -> None:
    expect(opened("redoc").get_by_text("Send it").first).to_be_visible()


def test_scalar_sends_a_request_and_shows_the_answer(opened: Open, sandbox: Served) -> None:
    page = opened("scalar")
    page.get_by_role("button", name="Test Request").first.click()

    with page.expect_response(f"{sandbox.server.url}/v1/a") as sent:
        page.get_by_role("button", name="Send").first.click()

    assert sent.value.json() == "it came through"
    expect(page.get_by_text("it came through").last).to_be_visible()
