"""The pages for people, and the contracts as they are written."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
import yaml

from tests.mock_server.samples import OPENAPI
from tests.sandboxes import Partner, Sandbox

NAMES = [
    "partner-client-service-v1",
    "partner-client-service-v2",
    "rewards-v2",
    "identity",
    "sandbox",
]
VOID = {"meta", "link", "br", "hr", "img", "input", "wbr", "source", "col"}


class Page(HTMLParser):
    """Collects the text and the links of a page, and notices elements that are left open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_the_front_page_shows_contracts_partners_and_the_way_to_a_token(
    shared_sandbox: Sandbox,
) -> None:
    answer = shared_sandbox.http.get("/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.lower().startswith("<!doctype html>")
    text = " ".join(Page(answer.text).text)
    for wanted in [*NAMES, "partner-a", "partner-b", "partner-e", "/oauth2/token", "curl"]:
        assert wanted in text


def test_every_link_of_the_front_page_leads_somewhere(shared_sandbox: Sandbox) -> None:
    pages = {"/": Page(shared_sandbox.http.get("/", headers={"Accept": "text/html"}).text)}
    reference = "/_sandbox/reference/rewards-v2"
    pages[reference] = Page(shared_sandbox.http.get(reference).text)
    assert {f"./contracts/{name}.yaml" for name in NAMES} <= set(pages["/"].links)
    for path, page in pages.items():
        for link in page.links:
            # A proxy that serves the pages below another path need not tell of it.
            assert link.startswith((".", "#")), "nothing is fetched elsewhere"
            assert shared_sandbox.http.get(urljoin(path, link)).status_code == 200, link


def test_the_front_page_is_json_for_whoever_asks_for_it(shared_sandbox: Sandbox) -> None:
    answer = shared_sandbox.http.get("/", headers={"Accept": "application/json"})
    assert answer.headers["Content-Type"].startswith("application/json")
    text = answer.text
    assert answer.json()
    for wanted in [*NAMES, "partner-a", "/oauth2/token"]:
        assert wanted in text


def test_secrets_of_partners_that_were_created_are_not_shown(
    shared_sandbox: Sandbox, partner: Partner
) -> None:
    for kind in ("text/html", "application/json"):
        answer = shared_sandbox.http.get("/", headers={"Accept": kind})
        assert partner.client_secret not in answer.text


@pytest.mark.parametrize("name", NAMES)
def test_a_contract_is_served_as_it_is_written(shared_sandbox: Sandbox, name: str) -> None:
    written = (OPENAPI / f"{name}.yaml").read_bytes()
    answer = shared_sandbox.http.get(f"/contracts/{name}.yaml")
    assert answer.content == written
    assert "yaml" in answer.headers["Content-Type"]
    answer = shared_sandbox.http.get(f"/contracts/{name}.json")
    assert answer.headers["Content-Type"].startswith("application/json")
    assert (
        answer.json() == yaml.load(written, yaml.BaseLoader) or answer.json()["openapi"] == "3.1.1"
    )
    assert answer.json()["paths"].keys() == yaml.safe_load(written)["paths"].keys()


def test_the_time_of_an_example_is_text_in_the_json_too(shared_sandbox: Sandbox) -> None:
    contract = shared_sandbox.http.get("/contracts/partner-client-service-v1.json").json()
    example = contract["paths"]["/api/v1/Clients"]["post"]["requestBody"]["content"]
    (client,) = example["application/json"]["examples"]["guide"]["value"]
    assert client["client_start_date"] == "2024-04-23T13:44:03.585Z"


def test_a_page_that_is_not_there_is_a_problem(shared_sandbox: Sandbox) -> None:
    answer = shared_sandbox.http.get("/nowhere", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_the_front_page_answers_head(shared_sandbox: Sandbox) -> None:
    answer = shared_sandbox.http.head("/")
    assert answer.status_code == 200
    assert answer.content == b""


def test_an_operation_that_two_contracts_have_is_offered_once(shared_sandbox: Sandbox) -> None:
    html = shared_sandbox.http.get("/", headers={"Accept": "text/html"}).text
    assert html.count('<option value="createPartnerClients">') == 1
