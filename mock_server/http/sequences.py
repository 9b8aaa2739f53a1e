"""Media types that hold one JSON value after another: JSON Lines, NDJSON, JSON text sequences (RFC 7464)."""

from __future__ import annotations

from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems
from mock_server.http.json_bodies import parse_json
from mock_server.http.problems import Fault, Problem

_BEFORE_EACH = {"application/json-seq": b"\x1e"}
_BETWEEN = {"application/jsonl": b"\n", "application/x-ndjson": b"\n", "application/ndjson": b"\n"}


def is_sequence(kind: str) -> bool:
    """Tell whether bodies of this media type hold one JSON value after another."""
    return kind in _BEFORE_EACH or kind in _BETWEEN


def read_sequence(
    raw: bytes, kind: str, items: SchemaView | None, schemas: Schemas
) -> list[object]:
    """Return the values. Raises Problem 400 for one that is malformed or does not fit the schema of the items."""
    pieces = raw.split(_BETWEEN.get(kind) or _BEFORE_EACH[kind])
    values: list[object] = []
    for piece in pieces:
        if piece.strip():
            try:
                values.append(parse_json(piece))
            except Problem as problem:
                fault = Fault(f"#/{len(values)}", problem.faults[0].detail)
                raise Problem(problems.MALFORMED_JSON, fault) from None
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
