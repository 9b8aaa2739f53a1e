"""A contract that says nothing of memory, and many of the things in it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from wire import Connection

COLOURS = ("red", "green", "blue", "black", "white", "grey", "brown", "pink", "gold", "teal")
_THING = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "colour": {"type": "string"},
        "stock": {"type": "integer"},
    },
}
_ONE = {"application/json": {"schema": _THING}}
_MANY = {"application/json": {"schema": {"type": "array", "items": _THING}}}


def contract(folder: Path) -> Path:
    """Write the contract: things that are made, read, and listed by pages and by colour."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "things.json"
    query = [
        {"name": name, "in": "query", "schema": {"type": kind}}
        for name, kind in (("limit", "integer"), ("offset", "integer"), ("colour", "string"))
    ]
    made = {"requestBody": {"content": _ONE}, "responses": {"201": _answer(_ONE)}}
    one = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
    document = {
        "openapi": "3.1.1",
        "info": {"title": "Things", "version": "1"},
        "paths": {
            "/things": {
                "post": {"operationId": "createThing", **made},
                "get": {
                    "operationId": "listThings",
                    "parameters": query,
                    "responses": {"200": _answer(_MANY)},
                },
            },
            "/things/{id}": {
                "parameters": [one],
                "get": {"operationId": "getThing", "responses": {"200": _answer(_ONE)}},
            },
        },
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    return file


def _answer(content: object) -> dict[str, object]:
    return {"description": "As it is.", "content": content}


def body(number: int = 0) -> dict[str, object]:
    """Return a thing as it is sent."""
    return {"name": f"Thing {number}", "colour": COLOURS[number % len(COLOURS)], "stock": number}


def create(connection: Connection) -> str:
    """Make a thing and return its id."""
    return str(connection.json("POST", "/things", body())["id"])


def multiply(database: Path, key: str, count: int) -> None:
    """Save so many more things like the one of this id, as if they had been sent long ago."""
    with sqlite3.connect(database, timeout=60) as connection:
        names = [row[1] for row in connection.execute("PRAGMA table_info(resources)")]
        same = [name for name in names if name not in ("number", "key", "data")]
        found = f"SELECT data, {', '.join(same)} FROM resources WHERE key = ?"
        data, *values = connection.execute(found, (key,)).fetchone()
        places = ", ".join("?" for _ in (*same, "key", "data"))
        connection.executemany(
            f"INSERT INTO resources (key, data, {', '.join(same)}) VALUES ({places})",
            (
                (one, _like(bytes(data), one, number), *values)
                for number, one in enumerate(f"{key[:-7]}{place:07d}" for place in range(count))
                if one != key
            ),
        )
        connection.execute("UPDATE resource_collections SET total = total + ?", (count,))
    connection.close()


def _like(data: bytes, key: str, number: int) -> bytes:
    return json.dumps({**json.loads(data), **body(number), "id": key}).encode()
