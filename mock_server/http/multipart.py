"""Multipart bodies (RFC 2046, RFC 7578) into their parts. What a part means is said in `parts`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP

from werkzeug.exceptions import HTTPException
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder

from mock_server.contracts.media_types import MediaRange, media_range
from mock_server.http import problems
from mock_server.http.problems import Fault, Problem

FORM_DATA = "multipart/form-data"
_MOST_PARTS = 10_000


@dataclass
class Part:
    """One part. `name` is that of its field, None where it has none; `headers` are by names in lower case."""

    name: str | None
    is_file: bool
    headers: Mapping[str, str]
    data: bytes = b""

    @property
    def content_type(self) -> MediaRange:
        """The media type of the part, an empty one where it does not say."""
        return media_range(self.headers.get("content-type", ""))


def read_parts(raw: bytes, media: MediaRange) -> list[Part]:
    """Return the parts of a body. Raises Problem 400 for a body that is malformed."""
    boundary = media.parameter("boundary")
    if not boundary:
        raise _malformed("the content type names no boundary")
    if media.kind != FORM_DATA:
        return _of_any_kind(raw, media.kind, boundary)
    try:
        return list(_of_form(raw, boundary.encode("latin-1", "replace")))
    except HTTPException:
        raise _malformed(f"there are more than {_MOST_PARTS} parts") from None
    except (ValueError, AttributeError) as error:
        raise _malformed(str(error) or "a part is malformed") from None


def _of_form(raw: bytes, boundary: bytes) -> Iterator[Part]:
    decoder = MultipartDecoder(boundary, max_parts=_MOST_PARTS)
    decoder.receive_data(raw)
    decoder.receive_data(None)
    part = None
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, File | Field):
            headers = {name.lower(): value for name, value in event.headers}
            part = Part(event.name, isinstance(event, File), headers)
        elif isinstance(event, Data) and part is not None:
            part.data += event.data
            if not event.more_data:
                yield part


def _of_any_kind(raw: bytes, kind: str, boundary: str) -> list[Part]:
    head = f'Content-Type: {kind}; boundary="{boundary}"\r\n\r\n'.encode("latin-1", "replace")
    message = BytesParser(policy=HTTP).parsebytes(head + raw)
    parts = message.get_payload()
    if message.defects or not isinstance(parts, list):
        raise _malformed("the boundary does not stand around the parts")
    return [_of_message(part) for part in parts if isinstance(part, Message)]


def _of_message(part: Message) -> Part:
    data = part.get_payload(decode=True)
    headers = {name.lower(): str(value) for name, value in part.items()}
    name = part.get_param("name", header="Content-Disposition")
    return Part(
        name if isinstance(name, str) else None,
        part.get_filename() is not None,
        headers,
        data if isinstance(data, bytes) else b"",
    )


def _malformed(why: str) -> Problem:
    return Problem(problems.MALFORMED_MULTIPART, Fault("#", why))
