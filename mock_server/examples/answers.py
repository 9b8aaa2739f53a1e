"""What an operation answers when no behaviour stands behind it: an example or the smallest value.

The interface::

    answers = Answers(document)                  once per document; all is computed when asked for
    answers.answer(operation, prefer, accept)    the headers' texts or None; gives an Answer
    answer(document, operation, prefer, accept)  the same for a single question

`Prefer: code=404` chooses another documented answer, `Prefer: example=name` another documented
example: the words that users of Prism know, in the syntax of RFC 7240. Preferences of other names
are ignored, as that RFC asks.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as Xml

from mock_server.examples.instances import Instances, NoInstance

Node = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """An answer, not yet on its way.

    `body` is a JSON value when `is_json(media_type)`, else text or bytes. `media_type` is None when
    there is no body.
    """

    status: int
    media_type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def encoded(self) -> bytes:
        """The body as bytes; empty when there is none."""
        if self.media_type is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        if is_json(self.media_type):
            return json.dumps(self.body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        return str(self.body).encode("utf-8", "surrogatepass")


class UnknownPreference(Exception):
    """The request prefers an answer that the contract does not document.

    `name` is the preference (`code` or `example`), `given` its value, `known` what may be asked
    for.
    """

    def __init__(self, name: str, given: str, known: Iterable[str]) -> None:
        self.name = name
        self.given = given
        self.known = tuple(known)
        told = f"known are {', '.join(self.known)}" if self.known else "there is none"
        super().__init__(f"Prefer asks for {name} {given!r}, which is not documented here: {told}.")


def answer(
    document: Node, operation: Node, prefer: str | None = None, accept: str | None = None
) -> Answer:
    """The answer to one request.

    Raises UnknownPreference, and NoInstance for a schema without a value.
    """
    return Answers(document).answer(operation, prefer, accept)


@dataclass(frozen=True)
class _Body:
    """The body that is asked for."""

    media: Node  # the Media Type Object
    media_type: str  # as it will be sent
    name: str | None  # of the preferred example
    description: str  # of the whole answer
    at: str  # the pointer of the schema, from the operation


class Answers:
    """The answers of one document; each body is found once and then remembered."""

    def __init__(self, document: Node) -> None:
        self._instances = Instances(document)
        self._bodies: dict[tuple[int, str, str | None], Any] = {}
        self._found_headers: dict[int, Mapping[str, str]] = {}

    def answer(
        self, operation: Node, prefer: str | None = None, accept: str | None = None
    ) -> Answer:
        """The answer to one request.

        Raises UnknownPreference, and NoInstance for a schema without a value.
        """
        wishes = preferences(prefer)
        status, response = self._response(operation, wishes.get("code"))
        content = self._content(response)
        name = wishes.get("example")
        if name is not None and name not in (known := self._names(content)):
            raise UnknownPreference("example", name, known)
        headers = self._headers(response)
        if not content or status in {204, 205, 304}:
            return Answer(status, None, headers, None)
        if name is not None:
            content = {kind: media for kind, media in content.items() if name in _examples(media)}
        written = negotiated(content, accept)
        body = _Body(
            content[written],
            concrete(written, accept),
            name,
            description=str(response.get("description", "")).strip(),
            at=f"#/responses/{status}/content/{_escaped(written)}/schema",
        )
        key = (id(body.media), body.media_type, name)
        if key not in self._bodies:
            self._bodies[key] = self._made(body)
        return Answer(status, body.media_type, headers, self._bodies[key])

    def statuses(self, operation: Node) -> list[str]:
        """What `Prefer: code=` may ask for, as the document writes it: codes, ranges, `default`."""
        return list(self._responses(operation))

    # The response

    def _responses(self, operation: Node) -> Node:
        responses = operation.get("responses")
        written = responses if isinstance(responses, Mapping) else {}
        return {str(code): value for code, value in written.items() if _CODE.fullmatch(str(code))}

    def _response(self, operation: Node, code: str | None) -> tuple[int, Node]:
        """The status and the response object: the preferred one, else the success answer."""
        responses = self._responses(operation)
        if code is not None:
            written = _documented(responses, code)
            if written is None:
                known = [key for key in responses if key != "default"]
                raise UnknownPreference("code", code, known)
            return int(code), self._mapping(responses[written])
        if not responses:
            return 204, _EMPTY
        written = _success(responses)
        return _number_of(written), self._mapping(responses[written])

    def _content(self, response: Node) -> dict[str, Node]:
        content = response.get("content")
        if not isinstance(content, Mapping):
            return {}
        return {str(kind): self._mapping(media) for kind, media in content.items()}

    def _mapping(self, value: Any) -> Node:
        found = self._instances.resolve(value)
        return found if isinstance(found, Mapping) else _EMPTY

    # The body

    def _names(self, content: Mapping[str, Node]) -> list[str]:
        names = (name for media in content.values() for name in _examples(media))
        return list(dict.fromkeys(names))

    def _made(self, body: _Body) -> Any:
        schema = body.media.get("schema")
        example = _NOTHING
        if body.name is not None:
            example = self._value_of(_examples(body.media)[body.name], body.media_type)
        if example is _NOTHING:
            example = self._documented(body.media, body.media_type)
        if not is_json(body.media_type):
            return self._foreign(body, example)
        if example is not _NOTHING:
            return example
        return {} if schema is None else self._instances.smallest(schema, body.at)

    def _documented(self, media: Node, media_type: str) -> Any:
        """The first example that fits the schema; `_NOTHING` when there is none."""
        schema = media.get("schema")
        values = [media["example"]] if "example" in media else []
        values += [self._value_of(entry, media_type) for entry in _examples(media).values()]
        for value in values:
            if value is _NOTHING:
                continue
            foreign = isinstance(value, str) and not is_json(media_type)
            if schema is None or foreign or self._instances.is_valid(schema, value):
                return value
        return _NOTHING

    def _value_of(self, entry: Any, media_type: str) -> Any:
        """The value of an Example Object.

        `_NOTHING` for one whose value stands elsewhere (`externalValue`).
        """
        example = self._mapping(entry)
        for word in ("value", "dataValue"):
            if word in example:
                return example[word]
        text = example.get("serializedValue")
        if not isinstance(text, str):
            return _NOTHING
        if not is_json(media_type):
            return text
        try:
            return json.loads(text)
        except ValueError:
            return _NOTHING

    def _foreign(self, body: _Body, example: Any) -> str | bytes:
        """The body in a media type that is no JSON."""
        kind = body.media_type.partition(";")[0].strip().lower()
        if isinstance(example, str):
            return example
        schema = body.media.get("schema", body.media.get("itemSchema"))
        if example is _NOTHING:
            for pattern, empty in _EMPTY_FILES:
                if re.fullmatch(pattern, kind):
                    return empty
            example = self._words(schema, body)
        if kind.endswith(("/xml", "+xml")):
            return _xml(example, schema, self._instances)
        if kind == "application/x-www-form-urlencoded" and isinstance(example, Mapping):
            return urlencode(example, doseq=True)
        if kind in _FRAMES:
            items = example if isinstance(example, list) else [example]
            return "".join(_FRAMES[kind].format(_text(item)) for item in items)
        return _text(example)

    def _words(self, schema: Any, body: _Body) -> Any:
        """A value for a body of text: the answer's own description where a plain text is asked."""
        if schema is None:
            return body.description
        resolved = self._instances.resolve(schema)
        said = resolved.keys() if isinstance(resolved, Mapping) else set()
        told = said & {"format", "pattern", "enum", "const", "example", "examples", "default"}
        if body.description and not told and self._instances.is_valid(schema, body.description):
            return body.description
        return self._instances.smallest(schema, body.at)

    # The headers

    def _headers(self, response: Node) -> Mapping[str, str]:
        if id(response) not in self._found_headers:
            self._found_headers[id(response)] = self._made_headers(response)
        return self._found_headers[id(response)]

    def _made_headers(self, response: Node) -> dict[str, str]:
        """The required headers, and of the others those with a documented example."""
        headers = response.get("headers")
        found: dict[str, str] = {}
        for name, written in headers.items() if isinstance(headers, Mapping) else ():
            if name.lower() in _FRAMING:
                continue
            value = self._header(name, self._mapping(written))
            if value is not None:
                found[name] = value
        return found

    def _header(self, name: str, header: Node) -> str | None:
        content = self._content(header)
        media = next(iter(content.values()), header)
        schema = media.get("schema")
        value = self._documented(media, "application/json")
        if value is _NOTHING and isinstance(schema, Mapping):
            own = self._instances.resolve(schema)
            value = _first([*_listed(own, "examples"), *_alone(own, "example")])
            if value is not _NOTHING and not self._instances.is_valid(schema, value):
                value = _NOTHING
        if value is _NOTHING:
            if not header.get("required"):
                return None
            value = self._smallest_header(schema, name)
        text = (
            json.dumps(value) if content and not isinstance(value, str) else _simple(value, header)
        )
        return text if _SENDABLE.fullmatch(text) else quote(text, safe=" /:;,=?&%#()[]@!$'*+")

    def _smallest_header(self, schema: Any, name: str) -> Any:
        """A value that can be seen: an empty text only when the schema wants it."""
        schema = {} if schema is None else schema
        at = f"#/headers/{name}/schema"
        try:
            return self._instances.smallest(
                {"allOf": [schema, {"type": "string", "minLength": 1}]}, at
            )
        except NoInstance:
            return self._instances.smallest(schema, at)


# --- What the request wants --------------------------------------------------------------------

_CODE: Final = re.compile(r"[2-5]([0-9]{2}|XX|xx)|default")
"""What a response may be kept under; 1xx is no answer, and `x-` words are none either."""

_WISH: Final = re.compile(
    r"""\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]*))?\s*(?:[,;]|$)"""
)


def preferences(header: str | None) -> dict[str, str]:
    """The preferences of a `Prefer` header (RFC 7240).

    Names in lower case; of a repeated one the first counts.
    """
    wishes: dict[str, str] = {}
    place, text = 0, header or ""
    while place < len(text):
        match = _WISH.match(text, place)
        if match is None or match.end() == place:
            place = _next_comma(text, place)
            continue
        name, value = match.group(1).lower(), match.group(2) or ""
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        if value:
            wishes.setdefault(name, value)
        place = match.end()
    return wishes


def _next_comma(text: str, place: int) -> int:
    """The place behind the next comma: what stands before it is no preference, and is ignored."""
    comma = text.find(",", place)
    return len(text) if comma < 0 else comma + 1


def _documented(responses: Node, code: str) -> str | None:
    """The key of the response that documents a code: itself, its range, or `default`."""
    if not re.fullmatch(r"[2-5][0-9]{2}", code):
        return None
    return next(
        (key for key in (code, f"{code[0]}XX", f"{code[0]}xx", "default") if key in responses), None
    )


def _success(responses: Node) -> str:
    """The key of the success answer: the lowest 2xx, 2XX, default, else the first one."""
    exact = sorted(key for key in responses if re.fullmatch(r"2\d\d", key))
    ranges = [key for key in responses if key.upper() == "2XX"]
    return [*exact, *ranges, *(["default"] if "default" in responses else []), *responses][0]


def _number_of(key: str) -> int:
    return 200 if key == "default" else int(re.sub("[Xx]", "0", key))


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON.

    Application/json, text/json and everything that ends in +json.
    """
    kind = media_type.partition(";")[0].strip().lower()
    return kind in {"application/json", "text/json"} or kind.endswith("+json")


def negotiated(content: Mapping[str, Any], accept: str | None) -> str:
    """The key of `content` that the request accepts best.

    Between equals JSON comes first, then the order of the document. The same order decides when
    nothing is acceptable (RFC 9110, 12.5.1, leaves that to the server).
    """
    ranges = list(_accepted(accept or "*/*"))
    order = sorted(content, key=lambda kind: not is_json(kind))

    def liking(kind: str) -> float:
        fitting = [(rank, q) for accepted, rank, q in ranges if _overlap(accepted, kind)]
        return max(fitting)[1] if fitting else 0.0

    return max(order, key=liking)


def concrete(written: str, accept: str | None) -> str:
    """The media type to send for one that may be written as a range (`image/*`)."""
    kind = written.partition(";")[0].strip().lower()
    if "*" not in kind:
        return written
    for accepted, _, q in sorted(_accepted(accept or ""), key=lambda each: -each[2]):
        if q > 0 and "*" not in accepted and _overlap(accepted, kind):
            return accepted
    return _CONCRETE.get(kind, "application/octet-stream")


def _accepted(accept: str) -> Iterator[tuple[str, int, float]]:
    """The ranges of an `Accept` header, each with how special it is and its quality."""
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((text[2:] for text in parameters if text.startswith("q=")), "1")
        try:
            q = min(max(float(quality), 0.0), 1.0)
        except ValueError:
            q = 0.0
        if "/" in kind:
            yield kind, 2 - kind.count("*"), q


def _overlap(accepted: str, written: str) -> bool:
    pairs = zip(
        accepted.split("/", 1),
        written.partition(";")[0].strip().lower().split("/", 1),
        strict=False,
    )
    return all("*" in (one, two) or one == two for one, two in pairs)


# --- How a value is written --------------------------------------------------------------------

_NOTHING: Final = object()
_EMPTY: Final[Node] = {}
_SENDABLE: Final = re.compile(r"[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?")
_FRAMING: Final = frozenset(
    {
        "connection", "content-encoding", "content-length", "content-type", "keep-alive", "te",
        "trailer",
        "transfer-encoding", "upgrade",
    }
)  # fmt: skip
"""Headers that the server itself writes, whatever a contract says of them."""

_CONCRETE: Final = {
    "*/*": "application/json", "application/*": "application/json", "text/*": "text/plain",
    "image/*": "image/png",
    "multipart/*": "multipart/mixed",
}  # fmt: skip

_FRAMES: Final = {
    "application/jsonl": "{}\n", "application/x-ndjson": "{}\n", "application/json-seq": "\x1e{}\n",
    "text/event-stream": "data: {}\n\n",
}  # fmt: skip


def _png() -> bytes:
    """A picture of one transparent dot."""
    parts = [
        (b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0, 0, 0])),
        (b"IDAT", zlib.compress(bytes(5))),
        (b"IEND", b""),
    ]
    chunks = (
        len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


_PDF: Final = (
    "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    "2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

_EMPTY_FILES: Final[tuple[tuple[str, str | bytes], ...]] = (
    (r"image/svg\+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    (r"image/png", _png()),
    (r"image/gif", base64.b64decode("R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==")),
    (r"application/pdf", _PDF),
    (r"application/zip", b"PK\x05\x06" + bytes(18)),
    (r"application/(x-)?gzip", gzip.compress(b"", mtime=0)),
    (r"(image|audio|video|font)/.*|application/(octet-stream|vnd\.(?!.*(json|xml|text)).*)", b""),
)  # fmt: skip


def _xml(value: Any, schema: Any, instances: Instances) -> str:
    """The value as XML, by the names and attributes that the schema's `xml` members say."""
    name = "root"
    if isinstance(schema, Mapping) and isinstance(ref := schema.get("$ref"), str):
        name = ref.rpartition("/")[2]
    return Xml.tostring(_element(name, value, schema, instances), encoding="unicode")


def _element(name: str, value: Any, schema: Any, instances: Instances) -> Xml.Element:
    resolved = instances.resolve(schema)
    schema = resolved if isinstance(resolved, Mapping) else {}
    hints = schema.get("xml") if isinstance(schema.get("xml"), Mapping) else {}
    element = Xml.Element(str(hints.get("name", name)))
    if "namespace" in hints:
        element.set("xmlns", str(hints["namespace"]))
    if isinstance(value, Mapping):
        for key, member in value.items():
            _add(element, str(key), member, schema.get("properties", {}).get(key, {}), instances)
    elif isinstance(value, list):
        element.extend(_element("item", item, schema.get("items", {}), instances) for item in value)
    elif value is not None:
        element.text = _simple(value, {})
    return element


def _add(element: Xml.Element, name: str, value: Any, schema: Any, instances: Instances) -> None:
    """Write a member into its object's element: as attribute, as list or as element."""
    resolved = instances.resolve(schema)
    hints = resolved.get("xml", {}) if isinstance(resolved, Mapping) else {}
    if hints.get("attribute"):
        element.set(str(hints.get("name", name)), _simple(value, {}))
    elif isinstance(value, list) and not hints.get("wrapped"):
        items = resolved.get("items", {}) if isinstance(resolved, Mapping) else {}
        element.extend(_element(name, item, items, instances) for item in value)
    else:
        element.append(_element(name, value, schema, instances))


def _simple(value: Any, header: Node) -> str:
    """A value in the style `simple`: lists and members joined by commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ",".join(_simple(item, {}) for item in value)
    if isinstance(value, Mapping):
        sign = "=" if header.get("explode") else ","
        return ",".join(f"{key}{sign}{_simple(member, {})}" for key, member in value.items())
    return "" if value is None else json.dumps(value)


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _examples(media: Node) -> Node:
    examples = media.get("examples")
    return examples if isinstance(examples, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _listed(schema: Any, word: str) -> list[Any]:
    values = schema.get(word) if isinstance(schema, Mapping) else None
    return list(values) if isinstance(values, list) else []


def _alone(schema: Any, word: str) -> list[Any]:
    return [schema[word]] if isinstance(schema, Mapping) and word in schema else []


def _first(values: list[Any]) -> Any:
    return values[0] if values else _NOTHING
