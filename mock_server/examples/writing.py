"""How a value is written in a media type that is no JSON, and in a header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode
from xml.etree import ElementTree as Xml

from mock_server.contracts.schema_view import SchemaView

_FRAMES: Final = {
    "application/jsonl": "{}\n", "application/x-ndjson": "{}\n", "application/json-seq": "\x1e{}\n",
    "text/event-stream": "data: {}\n\n",
}  # fmt: skip


def written(value: object, kind: str, schema: SchemaView | None) -> str:
    """Return a value as the text of a media type; XML follows the names and attributes of the schema's `xml`."""
    if kind.endswith(("/xml", "+xml")):
        return Xml.tostring(_element(_root_name(schema), value, schema), encoding="unicode")
    if kind == "application/x-www-form-urlencoded" and isinstance(value, Mapping):
        return urlencode(value, doseq=True)
    if kind in _FRAMES:
        items = value if isinstance(value, list) else [value]
        return "".join(_FRAMES[kind].format(_text(item)) for item in items)
    return _text(value)


def simple(value: object, *, explode: bool = False) -> str:
    """Return a value in the style `simple`: lists and members joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(simple(item) for item in value)
    if isinstance(value, Mapping):
        sign = "=" if explode else ","
        return ",".join(f"{key}{sign}{simple(member)}" for key, member in value.items())
    return "" if value is None else json.dumps(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


# -- XML -----------------------------------------------------------------------------------------


def _root_name(schema: SchemaView | None) -> str:
    reference = (
        schema.node.value.get("$ref") if schema and isinstance(schema.node.value, dict) else 0
    )
    return reference.rpartition("/")[2] if isinstance(reference, str) else "root"


def _hints(schema: SchemaView | None) -> Mapping[str, object]:
    hints = schema.word("xml") if schema is not None else None
    return hints if isinstance(hints, Mapping) else {}


def _element(name: str, value: object, schema: SchemaView | None) -> Xml.Element:
    hints = _hints(schema)
    element = Xml.Element(str(hints.get("name", name)))
    if "namespace" in hints:
        element.set("xmlns", str(hints["namespace"]))
    if isinstance(value, Mapping):
        for key, member in value.items():
            _add(element, str(key), member, schema.properties.get(key) if schema else None)
    elif isinstance(value, list):
        items = schema.items if schema is not None else None
        element.extend(_element("item", item, items) for item in value)
    elif value is not None:
        element.text = simple(value)
    return element


def _add(element: Xml.Element, name: str, value: object, schema: SchemaView | None) -> None:
    """Write a member into its object's element: as attribute, as list or as element."""
    hints = _hints(schema)
    if hints.get("attribute"):
        element.set(str(hints.get("name", name)), simple(value))
    elif isinstance(value, list) and not hints.get("wrapped"):
        items = schema.items if schema is not None else None
        element.extend(_element(name, item, items) for item in value)
    else:
        element.append(_element(name, value, schema))
