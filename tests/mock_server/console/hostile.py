"""A contract that would run something wherever a page shows a text of it as markup."""

from __future__ import annotations

from typing import Any

from tests.mock_server.console.desk import HOSTILE

LINK = "javascript:document.title='owned'"
FILE = "<img src=x onerror=document.title='owned'>?#\"&"
"""The name of its file; none can hold a slash."""

_THING = {
    "type": "object",
    "description": HOSTILE,
    "properties": {
        "id": {"type": "string", "description": HOSTILE, "example": HOSTILE},
        "stand": {"type": "string", "readOnly": True, "x-value": f"'{HOSTILE[:14]}'"},
        HOSTILE: {"type": "string", "enum": [HOSTILE], "x-scenarios": {HOSTILE: "slow"}},
    },
    "x-rules": [{"id": HOSTILE, "rule": "self.id != '<b>'", "message": HOSTILE, "source": HOSTILE}],
}
_BODY = {"application/json": {"schema": _THING, "example": {"id": HOSTILE}}}
_DONE = {
    "200": {
        "description": HOSTILE,
        "headers": {"X-Odd": {"description": HOSTILE, "schema": {"type": "string"}}},
        "content": _BODY,
        "links": {HOSTILE: {"operationId": HOSTILE, "description": HOSTILE}},
    },
    "404": {"description": HOSTILE},
}
_PARAMETER = {
    "name": HOSTILE,
    "in": "query",
    "description": HOSTILE,
    "schema": {"type": "string", "default": HOSTILE},
    "examples": {HOSTILE: {"summary": HOSTILE, "description": HOSTILE, "value": HOSTILE}},
}
_LIFE = {
    "key": ["id"],
    "state": "stand",
    "states": {HOSTILE: {"initial": True}, "Shut": {}},
    "outcomes": [
        {"when": {"rule": "self.id == '<i>'"}, "refuse": 409, "message": HOSTILE, "silence": "S1"},
        {"when": "otherwise", "then": HOSTILE, "source": HOSTILE},
    ],
    "transitions": [
        {"from": HOSTILE, "to": "Shut", "by": {"event": HOSTILE}, "source": HOSTILE},
        {"from": "Shut", "to": HOSTILE, "by": {"operation": HOSTILE}, "when": "self.id != '<u>'"},
    ],
    "notify": [{"on": HOSTILE, "webhook": HOSTILE}],
}
_BATCH = {
    "key": ["id"],
    "records": HOSTILE,
    "states": {HOSTILE: {"saved": True}, "Bad": {}},
    "outcomes": [
        {"when": "invalid", "then": "Bad", "message": HOSTILE},
        {"when": "otherwise", "then": HOSTILE},
    ],
}
_SILENCE = dict.fromkeys(("question", "choice", "basis"), HOSTILE)


def hostile_contract() -> dict[str, Any]:
    """Return an OpenAPI 3.1 document in which every text that it may have is hostile."""
    thing = f"/<img src=x onerror=document.title='owned'>/{{{'thing<b>'}}}"
    collection = thing.rpartition("/")[0]
    named = {"name": "thing<b>", "in": "path", "required": True, "schema": {"type": "string"}}
    told = {"summary": HOSTILE, "description": HOSTILE, "tags": [HOSTILE]}
    docs = {"externalDocs": {"url": LINK, "description": HOSTILE}}
    batch = {"type": "array", "items": _THING}
    return {
        "openapi": "3.1.1",
        "info": {
            **dict.fromkeys(("title", "version", "description", "summary"), HOSTILE),
            "termsOfService": LINK,
            "contact": {"name": HOSTILE, "url": LINK, "email": HOSTILE},
            "license": {"name": HOSTILE, "url": LINK},
        },
        **docs,
        "x-silences": [{"id": "S1", **_SILENCE, "alternatives": [HOSTILE]}],
        "servers": [{"url": "/", "description": HOSTILE}],
        "tags": [{"name": HOSTILE, "description": HOSTILE, **docs}],
        "paths": {
            collection: {
                "post": {
                    "operationId": HOSTILE,
                    **told,
                    "x-resource": {"lifecycle": HOSTILE, "does": "create"},
                    "parameters": [_PARAMETER],
                    "requestBody": {"description": HOSTILE, "content": _BODY},
                    "responses": _DONE,
                }
            },
            thing: {
                "parameters": [named],
                "get": {
                    "operationId": f"read {HOSTILE}",
                    **told,
                    "x-resource": {"lifecycle": HOSTILE, "does": "read"},
                    "responses": _DONE,
                },
                "put": {
                    "operationId": f"put {HOSTILE}",
                    **told,
                    "x-rate-limit": {"requests": 100, "per": "PT1S"},
                    "requestBody": {"content": _BODY},
                    "responses": _DONE,
                },
            },
            "/batches": {
                "post": {
                    "operationId": f"submit {HOSTILE}",
                    **told,
                    "x-submission": {"lifecycle": f"batch {HOSTILE}", "processing": "synchronous"},
                    "requestBody": {"content": {"application/json": {"schema": batch}}},
                    "responses": {
                        "200": {"description": HOSTILE, "content": {"application/json": {}}}
                    },
                }
            },
        },
        "webhooks": {
            HOSTILE: {"post": {"summary": HOSTILE, "responses": {"200": {"description": HOSTILE}}}}
        },
        "security": [{"token<b>": []}],
        "components": {
            "securitySchemes": {
                "token<b>": {"type": "http", "scheme": "bearer", "description": HOSTILE}
            },
            "x-lifecycles": {HOSTILE: _LIFE, f"batch {HOSTILE}": _BATCH},
        },
    }
