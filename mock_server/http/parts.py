"""What the parts of a multipart body mean by the schema and its encodings, and what is wrong with them.

A file becomes a text of as many letters as it has bytes, so that `maxLength` speaks of bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mock_server.contracts.encodings import PLAIN, Encoding, PartHeader
from mock_server.contracts.media_types import is_json, media_range
from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems, styles
from mock_server.http.conversion import converted
from mock_server.http.forms import declares, unwritten, view_of
from mock_server.http.json_bodies import parse_json
from mock_server.http.multipart import Part
from mock_server.http.problems import Fault, Problem

_UNKNOWN = "application/octet-stream"
"""What clients send of a file of which they know nothing."""


class PartsReader:
    """Reads the parts of the bodies of one media type."""

    def __init__(
        self, view: SchemaView | None, encodings: Mapping[str, Encoding], schemas: Schemas
    ) -> None:
        """Take the schema of the body, the encodings of its members, and the schemas of the contract."""
        self._view = view
        self._encodings = encodings
        self._schemas = schemas
        self._faults: list[Fault] = []

    def fields(self, parts: Iterable[Part]) -> dict[str, object]:
        """Return the value of a body whose parts have names. Raises Problem 400 naming each fault."""
        by_name: dict[str, list[Part]] = {}
        for part in parts:
            by_name.setdefault(self._name(part), []).append(part)
        found = {name: self._field(name, given) for name, given in by_name.items()}
        self._refuse()
        return {**found, **unwritten(self._view, found, self._schemas)}

    def items(self, parts: Sequence[Part]) -> list[object]:
        """Return the value of a body whose parts stand in an order. Raises Problem 400 naming each fault."""
        views = self._view.first_items if self._view is not None else ()
        rest = self._view.items if self._view is not None else None
        found = [
            self._value(part, views[index] if index < len(views) else rest, PLAIN, f"#/{index}")
            for index, part in enumerate(parts)
        ]
        self._refuse()
        return found

    def _refuse(self) -> None:
        if self._faults:
            raise Problem(problems.BAD_BODY, *self._faults)

    def _name(self, part: Part) -> str:
        """Return the member that a part belongs to: many clients write `files[]` for several `files`."""
        name = part.name or ""
        plain = name.removesuffix("[]")
        is_declared = declares(self._view, name) or not declares(self._view, plain)
        return name if is_declared else plain

    def _field(self, name: str, given: Sequence[Part]) -> object:
        view, encoding = view_of(self._view, name), self._encodings.get(name, PLAIN)
        at = f"#/{name}"
        if view is not None and "array" in view.kinds and self._is_of_items(given, encoding):
            return [
                self._value(part, view.items, encoding, f"{at}/{index}" if len(given) > 1 else at)
                for index, part in enumerate(given)
            ]
        if len(given) > 1 and view is not None:
            self._faults.append(Fault(at, f"is given {len(given)} times"))
        values = [self._value(part, view, encoding, at) for part in given]
        return values[0] if len(values) == 1 else values

    @staticmethod
    def _is_of_items(given: Sequence[Part], encoding: Encoding) -> bool:
        """Tell whether each part is an item of an array, not all of them: a part of JSON may hold the array."""
        whole = encoding.style is not None and not encoding.explode
        return len(given) > 1 or not (whole or given[0].data.lstrip()[:1] == b"[")

    def _value(self, part: Part, view: SchemaView | None, encoding: Encoding, at: str) -> object:
        self._faults += (Fault(at, sentence) for sentence in self._wrong(part, encoding))
        kinds = view.kinds if view is not None else ()
        if is_json(part.content_type.kind) and kinds != ("string",):
            return self._json(part, at)
        if part.is_file and (not kinds or kinds == ("string",)):
            return part.data.decode("latin-1")
        charset = part.content_type.parameter("charset") or "utf-8"
        try:
            text = part.data.decode(charset)
        except (UnicodeDecodeError, LookupError):
            text = part.data.decode("latin-1")
        if encoding.style is not None and not encoding.explode:
            return converted(view, styles.read_delimited(text, encoding.style, view), self._schemas)
        return converted(view, [text], self._schemas)

    def _json(self, part: Part, at: str) -> object:
        try:
            return parse_json(part.data)
        except Problem as problem:
            self._faults.append(Fault(at, f"must be JSON: {problem.faults[0].detail}"))
            return None

    # -- what is wrong with a part ---------------------------------------------------------------

    def _wrong(self, part: Part, encoding: Encoding) -> Iterator[str]:
        kind = part.content_type.kind
        if kind not in ("", _UNKNOWN) and encoding.content_types:
            expected = [media_range(name) for name in encoding.content_types]
            if not any(one.covers(kind) for one in expected):
                wanted = " or ".join(encoding.content_types)
                yield f"has the content type {kind}; {wanted} is expected"
        for header in encoding.headers:
            yield from self._wrong_header(part, header)

    def _wrong_header(self, part: Part, header: PartHeader) -> Iterator[str]:
        text = part.headers.get(header.name.lower())
        if header.name.lower() == "content-type":  # OpenAPI: its `contentType` speaks of that
            return
        if text is None:
            if header.required:
                yield f"lacks the header {header.name}"
        elif header.view is not None:
            value = converted(
                header.view, styles.read_header(text, header.view, explode=False), self._schemas
            )
            check = self._schemas.check(header.view.node.place, None)
            if not check.accepts(value):
                for violation in check.violations(value):
                    yield f"has a header {header.name} that {violation.sentence}"
