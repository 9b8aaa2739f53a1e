"""A callback that the request which made a resource asks for: by an expression of the contract, signed like a webhook."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mock_server.resources.listener import listening
from tests.mock_server.served import serving

JOB = {
    "type": "object",
    "required": ["id", "state", "callback"],
    "properties": {
        "id": {"type": "string", "readOnly": True},
        "state": {"type": "string", "enum": ["Running", "Done"], "readOnly": True},
        "callback": {"type": "string", "format": "uri"},
    },
}
BODY = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Job"}}}}
ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.1",
    "info": {"title": "Jobs", "version": "1"},
    "security": [{"token": []}],
    "paths": {
        "/jobs": {
            "post": {
                "operationId": "start",
                "requestBody": BODY,
                "responses": {"201": {"description": "Started.", **BODY}},
                "callbacks": {
                    "done": {
                        "{$request.body#/callback}?job={$response.body#/id}": {
                            "post": {
                                "requestBody": BODY,
                                "responses": {"204": {"description": "Heard."}},
                            }
                        }
                    }
                },
            }
        },
        "/jobs/{id}": {
            "get": {"parameters": [ID], "responses": {"200": {"description": "It.", **BODY}}}
        },
    },
    "components": {
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        "schemas": {"Job": JOB},
        "x-lifecycles": {
            "job": {
                "key": ["/id"],
                "state": "/state",
                "states": {"Running": {"initial": True}, "Done": {"final": True}},
                "transitions": [{"from": "Running", "to": "Done", "after": "PT5S"}],
                "notify": [{"on": "Done", "webhook": "done"}],
            }
        },
    },
}


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[httpx.Client]:
    file = tmp_path / "jobs.json"
    file.write_text(json.dumps(CONTRACT), encoding="utf-8")
    with serving(file) as served, closing(served.partner()) as client:
        yield client


def test_who_asked_is_called_back_when_it_is_so_and_not_before(jobs: httpx.Client) -> None:
    with listening() as listener:
        listener.secret = jobs.get("/_sandbox/webhooks").json()["callback_secret"]
        made = jobs.post("/jobs", json={"callback": listener.url}).json()
        jobs.post("/_sandbox/clock", json={"advance": 4})
        assert jobs.get(f"/jobs/{made['id']}").json()["state"] == "Running"
        assert listener.bodies == []
        jobs.post("/_sandbox/clock", json={"advance": 1})
        assert listener.wait(1) == [{**made, "state": "Done"}]

        (told,) = jobs.get("/_sandbox/webhooks/deliveries").json()
        assert (told["url"], told["event"]) == (f"{listener.url}?job={made['id']}", "done")


def test_nobody_is_called_back_at_a_host_that_is_not_this_machine(jobs: httpx.Client) -> None:
    jobs.post("/jobs", json={"callback": "https://example.com/hook"})
    jobs.post("/_sandbox/clock", json={"advance": 5})
    assert jobs.get("/_sandbox/webhooks/deliveries").json() == []
