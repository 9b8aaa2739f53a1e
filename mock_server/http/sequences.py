"""Media types that hold one value after another: JSON Lines, NDJSON, JSON text sequences (RFC 7464), server-sent events."""

from __future__ import annotations

from collections.abc import Iterator

from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems
from mock_server.http.json_bodies import parse_json
from mock_server.http.problems import Fault, Problem

_BEFORE_EACH = {"application/json-seq": b"\x1e"}
_BETWEEN = {"application/jsonl": b"\n", "application/x-ndjson": b"\n", "application/ndjson": b"\n"}
_EVENTS = "text/event-stream"


def is_sequence(kind: str) -> bool:
    """Tell whether bodies of this media type hold one value after another."""
    return kind in _BEFORE_EACH or kind in _BETWEEN or kind == _EVENTS


def read_sequence(
    raw: bytes, kind: str, items: SchemaView | None, schemas: Schemas
) -> list[object]:
    """Return the values. Raises Problem 400 for one that is malformed or does not fit the schema of the items."""
    values = list(_events(raw)) if kind == _EVENTS else _json_values(raw, kind)
    if items is not None:
        check = schemas.check(items.node.place, None)
        faults = [
            Fault(f"#/{index}{violation.pointer[1:]}", violation.sentence)
            for index, value in enumerate(values)
            for violation in (() if check.accepts(value) else check.violations(value))
        ]
        if faults:
            raise Problem(problems.BAD_BODY, *faults)
    return values


def _json_values(raw: bytes, kind: str) -> list[object]:
    values: list[object] = []
    for piece in raw.split(_BETWEEN.get(kind) or _BEFORE_EACH[kind]):
        if piece.strip():
            try:
                values.append(parse_json(piece))
            except Problem as problem:
                fault = Fault(f"#/{len(values)}", problem.faults[0].detail)
                raise Problem(problems.MALFORMED_JSON, fault) from None
    return values


def _events(raw: bytes) -> Iterator[object]:
    """Yield events as the HTML standard reads them: objects of `data`, `event`, `id` and, as a number, `retry`."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(problems.MALFORMED_TEXT, Fault("#", str(error))) from None
    found: dict[str, object] = {}
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if "data" in found:
                yield found
            found = {}
        elif name == "data" and "data" in found:
            found["data"] = f"{found['data']}\n{value}"
        elif name in ("data", "event", "id"):
            found[name] = value
        elif name == "retry" and value.isascii() and value.isdecimal():
            found[name] = int(value)
