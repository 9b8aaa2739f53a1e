"""The page that tells what the sandbox does by a contract, and why."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from tests.mock_server.samples import OPENAPI, V2, answering, document
from tests.mock_server.served import Serve, Served


class Text(HTMLParser):
    """The words of a page, and the places that its links and elements name."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ids: list[str] = []
        self.anchors: set[str] = set()
        self.feed(html)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        if (given.get("href") or "").startswith("#"):
            self.anchors.add((given["href"] or "")[1:])

    def handle_data(self, data: str) -> None:
        self.words += data.split()

    @property
    def told(self) -> str:
        return " ".join(self.words)


def page(sandbox: Served, name: str = "api") -> Text:
    answer = sandbox.http.get(f"/_sandbox/explain/{name}")
    assert answer.status_code == 200
    return Text(answer.text)


def test_rows_of_a_lifecycle_are_told_with_what_they_rest_on(served: Serve) -> None:
    told = page(served(V2), V2.stem).told
    assert "The key is partner_client_id" in told
    assert "1 rival-in-request another item of the request has its key" in told
    assert "takes items, which are judged later by the lifecycle" in told.lower()
    assert "silence S14" in told


def test_every_silence_of_the_contract_is_told_with_its_basis_and_its_places(served: Serve) -> None:
    sandbox = served(V2)
    told = page(sandbox, V2.stem)
    contract = sandbox.http.get(f"/contracts/{V2.stem}.json").json()
    for silence in contract["x-silences"]:
        assert f"silence-{silence['id']}" in told.ids
        for member in ("question", "choice", "basis"):
            assert " ".join(silence.get(member, "").split()) in told.told
    assert "Named at paths : /api/v2/RevenueClaims : post" in told.told


def test_every_link_within_the_page_leads_to_a_place_of_it(served: Serve) -> None:
    told = page(served(V2, OPENAPI / "offers-preview.yaml"), "offers-preview")
    assert told.anchors <= set(told.ids)
    assert len(told.ids) == len(set(told.ids))


LIFE: dict[str, Any] = {
    "key": ["id"],
    "state": "stand",
    "states": {"Open": {"initial": True}, "Shut": {"final": True}},
    "outcomes": [
        {"when": {"rule": "self.size > 9"}, "refuse": 422, "message": "Too large."},
        {"when": "otherwise", "then": "Open", "source": "the leaflet"},
    ],
    "transitions": [
        {"from": "Open", "to": "Shut", "by": {"operation": "shut"}, "when": "self.size > 1"},
        {"from": "Open", "to": "Shut", "by": {"event": "storm"}},
        {"from": "Open", "to": "Shut", "after": "PT1H", "source": "the timetable"},
    ],
}
THING = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "size": {"type": "integer"},
        "stand": {"type": "string", "readOnly": True},
        "half": {"type": "number", "readOnly": True, "x-value": "self.size / 2"},
    },
    "x-rules": [{"id": "even", "rule": "self.size % 2 == 0", "message": "Only even ones."}],
}
GATES = {
    "/gates": {
        "post": {
            "operationId": "make",
            "x-rate-limit": {"requests": 2, "per": "PT30S"},
            "requestBody": {"content": {"application/json": {"schema": THING}}},
            "responses": {
                "201": {
                    "description": "Made.",
                    "content": {"application/json": {"schema": THING}},
                },
                "409": {"description": "There is one already."},
            },
        }
    },
    "/gates/{id}": {
        "get": {
            "operationId": "look",
            "responses": {
                "200": {"description": "Here.", "content": {"application/json": {"schema": THING}}}
            },
        }
    },
    "/gates/{id}/shut": {
        "post": {
            "operationId": "shut",
            "x-requires": [{"lifecycle": "gate", "id": "$request.path.id", "states": ["Open"]}],
            "responses": {"204": {"description": "Shut."}},
        }
    },
}


@pytest.mark.parametrize(
    "words",
    [
        "self.size > 9 refused with 422 Too large.",
        "2 otherwise nothing above holds Open the leaflet",
        "operation shut self.size > 1",
        "event storm, of somebody outside",
        "time, PT1H after the timetable",
        "even self.size % 2 == 0 Only even ones.",
        "self.size / 2",
        "Takes 2 requests in 30 s of each partner",
        "409 There is one already.",
        "Refused with 409 unless the gate that $request.path.id names is Open",
        "Moves the state of one of gates",
    ],
)
def test_what_a_contract_declares_is_told(served: Serve, words: str) -> None:
    lives = {"x-lifecycles": {"gate": LIFE}}
    assert words in page(served(document(GATES, components=lives))).told


def test_a_contract_without_our_words_is_told_by_what_is_inferred(served: Serve) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    body = {"content": {"application/json": {"schema": schema}}}
    made = {"201": {"description": "Made.", **body}, "403": {"description": "Not yours."}}
    paths = {
        "/pets": {"post": {"operationId": "makePet", "requestBody": body, "responses": made}},
        "/pets/{id}": {
            "get": {"operationId": "readPet", "responses": {"200": {"description": "It.", **body}}}
        },
        "/weather": {"get": answering({"sun": True})},
    }
    told = page(served(document(paths))).told
    assert "declares no lifecycle, no rule and no silence" in told
    assert "pets /pets/{id} id POST /pets and GET /pets/{id}" in told
    assert "Makes one of pets" in told
    assert "403 Not yours." in told
    assert "GET /weather" in told
    assert "Answers by the contract's examples." in told


def test_without_a_memory_nothing_is_said_to_be_kept(served: Serve) -> None:
    told = page(served(document({"/x": {"get": answering(1)}}), stateless=True)).told
    assert "started with --stateless" in told


def test_a_contract_that_is_not_served_has_no_page(served: Serve) -> None:
    answer = served(V2).http.get("/_sandbox/explain/nobody")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/problem+json"
