"""How a value is written in a media type that is no JSON, and in a header."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.multipart_writing import parts_of
from mock_server.examples.plain_texts import text_of
from mock_server.examples.xml_writing import xml_of

_EVENTS: Final = "text/event-stream"
_FRAMES: Final = {
    "application/jsonl": "{}\n", "application/x-ndjson": "{}\n", "application/ndjson": "{}\n",
    "application/json-seq": "\x1e{}\n",
}  # fmt: skip
_FIELDS: Final = ("event", "id", "retry", "data")
"""The fields of a server-sent event, in the order in which they are written."""


def written(value: object, kind: str, schema: SchemaView | None) -> str:
    """Return a value as the text of a media type; XML follows the names and attributes of the schema's `xml`."""
    if kind.endswith(("/xml", "+xml")):
        return xml_of(value, schema)
    if kind == "application/x-www-form-urlencoded" and isinstance(value, Mapping):
        return urlencode({name: _in_form(one) for name, one in value.items()}, doseq=True)
    if kind.startswith("multipart/"):
        return parts_of(value, schema)
    items = value if isinstance(value, list) else [value]
    if kind == _EVENTS:
        return "".join(map(_event, items))
    if kind in _FRAMES:
        return "".join(_FRAMES[kind].format(text_of(item)) for item in items)
    return text_of(value)


def _in_form(value: object) -> str | list[str]:
    """Return the texts of a member of a form: a list is repeated, an object is JSON."""
    return [text_of(one) for one in value] if isinstance(value, list) else text_of(value)


def _event(value: object) -> str:
    """Return an event: its fields where they are all fields of one, else its data as JSON."""
    is_event = isinstance(value, Mapping) and "data" in value and not value.keys() - set(_FIELDS)
    fields = value if is_event and isinstance(value, Mapping) else {"data": value}
    lines = (
        f"{name}: {line}\n"
        for name in _FIELDS
        if name in fields
        for line in text_of(fields[name]).split("\n")
    )
    return "".join(lines) + "\n"
