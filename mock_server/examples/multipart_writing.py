"""A value as a body of several parts (RFC 2046): the members of an object with their names, or the items of an array."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final

from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.plain_texts import text_of

_BOUNDARY: Final = "understudy-part"
_FIRST_LINE: Final = re.compile(rb"--([\w'()+,./:=? -]{0,69}[\w'()+,./:=?-])[ \t]*(?:\r?\n|$)")


def parts_of(value: object, schema: SchemaView | None) -> str:
    """Return a value in parts; an object and an array in a part are JSON, a list that is a member one part for each item."""
    parts = "".join(f"--{_BOUNDARY}\r\n{part}\r\n" for part in _parts(value, schema))
    return f"{parts}--{_BOUNDARY}--\r\n"


def bounded(media_type: str, body: bytes) -> str:
    """Return the media type of a body; of several parts, with the boundary that the body begins with."""
    first = _FIRST_LINE.match(body)
    if first is None or not media_type.lower().startswith("multipart/"):
        return media_type
    kind = re.sub(r'(?i);\s*boundary=("[^"]*"|[^;]*)', "", media_type)
    boundary = first[1].decode()
    is_token = re.fullmatch(r"[\w.+-]+", boundary) is not None
    return f"{kind}; boundary={boundary if is_token else json.dumps(boundary)}"


def _parts(value: object, schema: SchemaView | None) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, member in value.items():
            view = schema.named(str(name)) or schema.others if schema is not None else None
            items = view.items if view is not None else None
            several = member if isinstance(member, list) else [member]
            for one in several:
                yield _part(one, items if isinstance(member, list) else view, str(name))
        return
    first = schema.first_items if schema is not None else ()
    for number, one in enumerate(value if isinstance(value, list) else [value]):
        items = schema.items if schema is not None else None
        yield _part(one, first[number] if number < len(first) else items, None)


def _part(value: object, schema: SchemaView | None, name: str | None) -> str:
    is_file = schema is not None and isinstance(value, str) and schema.format == "binary"
    kind = "text/plain" if isinstance(value, str) else "application/json"
    head = [f"Content-Type: {'application/octet-stream' if is_file else kind}"]
    if name is not None:
        file = f"; filename={_quoted(name)}" if is_file else ""
        head.insert(0, f"Content-Disposition: form-data; name={_quoted(name)}{file}")
    return "\r\n".join([*head, "", text_of(value)])


def _quoted(name: str) -> str:
    """Return a name in quotation marks, as browsers write it."""
    return '"' + name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A") + '"'
