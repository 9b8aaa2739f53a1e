"""Documents as large as the largest public ones: how they start, and what their size costs a request.

The documents are made here, 3 MB for 800 operations, so that the bench needs nothing from outside.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

LARGE, SMALL = 800, 3
_MEMBERS = 30
_GROUP = 100
"""Schemas that reach each other; in large public documents it is some dozens to some hundreds."""


def contract(folder: Path, operations: int) -> Path:
    """Write a contract of so many operations, whose schemas refer to each other, and return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"large-{operations}.json"
    numbers = range(operations)
    document = {
        "openapi": "3.1.1",
        "info": {"title": "Large", "version": "1"},
        "paths": {f"/things{one}/all": {"get": _operation(one)} for one in numbers},
        "components": {"schemas": {f"Thing{one}": _schema(one, operations) for one in numbers}},
    }
    file.write_text(json.dumps(document, indent=1), encoding="utf-8")
    return file


def path(operation: int) -> str:
    """Return the path of an operation."""
    return f"/things{operation}/all"


def _operation(number: int) -> dict[str, Any]:
    schema = {"type": "array", "items": {"$ref": f"#/components/schemas/Thing{number}"}}
    content = {"application/json": {"schema": schema}}
    return {"responses": {"200": {"description": "All of them.", "content": content}}}


def _schema(number: int, operations: int) -> dict[str, Any]:
    """Return a schema of 30 members, three of which are other things."""
    members: dict[str, Any] = {
        f"member{one}": {"type": "string", "description": "What the member is for. " * 3}
        for one in range(_MEMBERS)
    }
    for step in (1, 7, 31):
        first = number - number % _GROUP
        other = first + (number * 3 + step) % min(_GROUP, operations - first)
        members[f"other{step}"] = {"$ref": f"#/components/schemas/Thing{other}"}
    return {"type": "object", "required": ["member0"], "properties": members}


def until_it_answers(connect: Any, started: float) -> float:
    """Return the seconds from a moment until a server answers."""
    while True:
        try:
            with connect() as connection:
                connection.ask("GET", "/healthz", b"", {})
                return time.monotonic() - started
        except OSError:
            time.sleep(0.02)
