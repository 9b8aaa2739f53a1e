"""Names of states and members come from the contract: another one has others, and nothing else is changed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.mock_server.samples import document
from tests.mock_server.served import Serve

JSON = "application/json"
LIFECYCLE = {
    "key": ["isbn"],
    "records": "books",
    "states": {
        "Reading": {"initial": True},
        "Shelved": {"saved": True},
        "Refused": {},
        "Known": {},
    },
    "outcomes": [
        {"when": "invalid", "then": "Refused", "source": "a test"},
        {"when": "twin-saved", "then": "Known", "source": "a test"},
        {"when": "rival-saved", "then": "Known", "source": "a test"},
        {"when": "otherwise", "then": "Shelved", "source": "a test"},
    ],
}
BOOK = {
    "type": "object",
    "required": ["isbn", "title"],
    "properties": {"isbn": {"type": "string"}, "title": {"type": "string"}},
}
STATE = {"type": "string", "enum": ["Reading", "Shelved", "Refused", "Known"]}
WHY = {"type": "array", "items": {"type": "string"}}
SENT = {"type": "object", "properties": BOOK["properties"]}
REF = {"$ref": "#/components/schemas/Book"}


def replied(schema: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"description": "Fine.", "content": {JSON: {"schema": schema}}, **members}


def of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def library(
    status: dict[str, Any], accepted: dict[str, Any] | None = None, wanted: str = "standing"
) -> dict[str, Any]:
    """Return a contract that takes books and tells how they stand in this form."""
    accepted = accepted or replied(of({"ticket": {"type": "string", "format": "uuid"}}))
    parameters = [
        {"name": "ticket", "in": "path", "required": True, "schema": {"type": "string"}},
        {"name": wanted, "in": "query", "schema": {**STATE, "enum": ["Shelved", "Refused"]}},
    ]
    body = {"content": {JSON: {"schema": {"type": "array", "items": REF}}}}
    paths = {
        "/books": {
            "post": {
                "operationId": "sendBooks",
                "x-submission": {"lifecycle": "book", "processing": "asynchronous"},
                "requestBody": body,
                "responses": {"202": accepted},
            }
        },
        "/tickets/{ticket}": {
            "get": {
                "operationId": "howBooksStand",
                "x-status-of": ["sendBooks"],
                "parameters": parameters,
                "responses": {"200": replied(status)},
            }
        },
        "/books/{isbn}": {
            "get": {
                "operationId": "readBook",
                "x-record-of": "book",
                "responses": {"200": replied(REF)},
            }
        },
    }
    schemes = {"token": {"type": "http", "scheme": "bearer"}}
    components = {
        "schemas": {"Book": BOOK},
        "x-lifecycles": {"book": LIFECYCLE},
        "securitySchemes": schemes,
    }
    return document(paths, components=components, security=[{"token": []}])


DUNE, NAMELESS = {"isbn": "1", "title": "Dune"}, {"isbn": "2"}
FORMS: dict[str, tuple[dict[str, Any], Any, Any]] = {
    "members of other names, in an envelope": (
        of(
            {
                "progress": {"enum": ["working", "done"]},
                "books": {
                    "type": "array",
                    "items": of({"book": SENT, "outcome": of({"value": STATE, "reasons": WHY})}),
                },
            }
        ),
        {"progress": "working", "books": [
            {"book": DUNE, "outcome": {"value": "Reading", "reasons": []}},
            {"book": NAMELESS, "outcome": {"value": "Reading", "reasons": []}}]},
        {"progress": "done", "books": [
            {"book": DUNE, "outcome": {"value": "Shelved", "reasons": []}},
            {"book": NAMELESS, "outcome": {"value": "Refused", "reasons": ["title is required"]}}]},
    ),
    "a list and no envelope": (
        {"type": "array", "items": of({"state": STATE, "item": {"type": "object"}, "errors": WHY})},
        [{"item": DUNE, "state": "Reading", "errors": []},
         {"item": NAMELESS, "state": "Reading", "errors": []}],
        [{"item": DUNE, "state": "Shelved", "errors": []},
         {"item": NAMELESS, "state": "Refused", "errors": ["title is required"]}],
    ),
    "a flag, an id, a url and no errors": (
        of(
            {
                "ticket": {"type": "string", "format": "uuid"},
                "finished": {"type": "boolean"},
                "entries": {
                    "type": "array",
                    "items": of({"data": {}, "state": STATE,
                                 "self": {"type": "string", "format": "uri-reference"}}),
                },
            }
        ),
        {"ticket": "ID", "finished": False, "entries": [
            {"data": DUNE, "state": "Reading"}, {"data": NAMELESS, "state": "Reading"}]},
        {"ticket": "ID", "finished": True, "entries": [
            {"data": DUNE, "state": "Shelved", "self": "/books/1"},
            {"data": NAMELESS, "state": "Refused"}]},
    ),
    "members of the item beside its state, by allOf": (
        of({"status": STATE, "list": {"type": "array", "items": {
            "allOf": [of({"isbn": {"type": "string"}}), of({"state": STATE})]}}}),
        {"status": "Reading", "list": [
            {"isbn": "1", "state": "Reading"}, {"isbn": "2", "state": "Reading"}]},
        {"status": "Shelved", "list": [
            {"isbn": "1", "state": "Shelved"}, {"isbn": "2", "state": "Refused"}]},
    ),
    "nothing that a schema says": (
        {},
        {"status": "Reading", "result": [
            {"data": DUNE, "status": {"state": "Reading", "validation_errors": []}},
            {"data": NAMELESS, "status": {"state": "Reading", "validation_errors": []}}]},
        {"status": "Shelved", "result": [
            {"data": DUNE, "status": {"state": "Shelved", "validation_errors": []}},
            {"data": NAMELESS, "status": {"state": "Refused",
                                          "validation_errors": ["title is required"]}}]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_status_answer_has_the_members_of_its_schema(served: Serve, name: str) -> None:
    schema, before, after = FORMS[name]
    partner = served(library(schema)).partner()

    ticket = partner.post("/books", json=[DUNE, NAMELESS]).json()["ticket"]

    def told() -> Any:
        body = partner.get(f"/tickets/{ticket}").json()
        if isinstance(body, dict) and "ticket" in body:
            assert body["ticket"] == ticket
            body["ticket"] = "ID"
        return body

    assert told() == before
    partner.post("/_sandbox/clock", json={"advance": 100})
    assert told() == after
    assert partner.get("/books/1").json() == DUNE
    assert partner.get("/_sandbox/world").json()["items"] == {"Shelved": 1, "Refused": 1}


def test_a_refused_item_is_shown_as_it_came_though_the_answer_asks_for_more(
    served: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    entries = {"type": "array", "items": of({"data": REF, "state": STATE})}
    sandbox = served(library(entries))
    sandbox.may_be_wrong = True  # the contract asks of what it lets be refused that it be valid
    partner = sandbox.partner()
    ticket = partner.post("/books", json=[NAMELESS]).json()["ticket"]

    assert partner.get(f"/tickets/{ticket}").json() == [{"data": NAMELESS, "state": "Reading"}]
    assert "the answer 200: #/0/data/title is required" in caplog.text


@pytest.mark.parametrize("parameter", ["standing", "only", "state"])
def test_the_filter_is_the_parameter_whose_values_are_states(served: Serve, parameter: str) -> None:
    schema = {"type": "array", "items": of({"data": {}, "state": STATE})}
    partner = served(library(schema, wanted=parameter)).partner()
    ticket = partner.post("/books", json=[DUNE, NAMELESS]).json()["ticket"]
    partner.post("/_sandbox/clock", json={"advance": 100})

    found = partner.get(f"/tickets/{ticket}", params={parameter: "Refused"}).json()

    assert found == [{"data": NAMELESS, "state": "Refused"}]
    assert partner.get(f"/tickets/{ticket}", params={parameter: "Lost"}).status_code == 400


ACCEPTED: list[tuple[dict[str, Any], Any]] = [
    (replied(of({"ticket": {"type": "string"}, "state": STATE})), {"ticket": "ID", "state": "Reading"}),
    (replied(of({"order": of({"bookId": {}}), "link": {"type": "string", "format": "uri"}})),
     {"order": {"bookId": "ID"}, "link": "http://HOST/tickets/ID"}),
    (replied(of({"bookId": {}, "link": {"type": "string", "format": "uri-reference"}})),
     {"bookId": "ID", "link": "/tickets/ID"}),
    (replied(of({"a": {}, "b": {}, "href": {}}), links={"next": {
        "operationId": "howBooksStand", "parameters": {"ticket": "$response.body#/b"}}}),
     {"b": "ID", "href": "/tickets/ID"}),
]  # fmt: skip


@pytest.mark.parametrize(("accepted", "body"), ACCEPTED)
def test_an_accepted_submission_is_answered_in_the_members_of_its_schema(
    served: Serve, accepted: dict[str, Any], body: Any
) -> None:
    schema = {"type": "array", "items": of({"data": {}, "state": STATE})}
    partner = served(library(schema, accepted)).partner()

    answer = partner.post("/books", json=[DUNE])

    (ticket,) = {part for part in answer.text.replace("/", '"').split('"') if len(part) == 36}
    assert answer.status_code == 202
    told = answer.text.replace(ticket, "ID").replace(partner.base_url.netloc.decode(), "HOST")
    assert told == json.dumps(body, separators=(",", ":"))
    assert partner.get(f"/tickets/{ticket}").status_code == 200


def test_a_location_that_is_documented_leads_to_the_status(served: Serve) -> None:
    headers = {"Location": {"schema": {"type": "string"}}}
    accepted = replied(of({"ticket": {"type": "string"}}), headers=headers)
    partner = served(library({}, accepted)).partner()

    answer = partner.post("/books", json=[DUNE])

    assert answer.headers["Location"] == f"/tickets/{answer.json()['ticket']}"
