"""Reads and checks the parameters of a request against the contract as written.

Connexion's own check knows JSON Schema Draft 4 only, turns no header into a number and fails on a schema without type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mock_server.contracts.media_types import FORM, is_json
from mock_server.contracts.operations import Operation
from mock_server.contracts.parameters import Parameter
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems, styles
from mock_server.http.conversion import Texts, converted
from mock_server.http.escapes import Pairs, decoded, pairs_of, plain
from mock_server.http.forms import read_fields
from mock_server.http.headers import cookie_pairs
from mock_server.http.json_bodies import parse_json
from mock_server.http.problems import Fault, Problem
from mock_server.http.styles import shapes

ABSENT = object()
_ONE_TEXT = {"path": "simple", "query": "form"}
"""The styles in which a value that is neither array nor object is written as it is."""


class Sources(NamedTuple):
    """Where the parameters of a request stand: the values of the path's templates, the query, and the headers.

    `excused` are headers in lower case that need not be there.
    """

    path: Mapping[str, str]
    query: bytes
    headers: Mapping[str, str]
    excused: frozenset[str] = frozenset()


def read(operation: Operation, schemas: Schemas, sources: Sources) -> dict[str, object]:
    """Return the values of the operation's parameters by name; absent ones are left out.

    Raises Problem 400 naming each fault.
    """
    if not operation.parameters:
        return {}
    reader = _Reader(operation, schemas, sources)
    values: dict[str, object] = {}
    faults: list[Fault] = []
    for parameter in operation.parameters:
        at = f"#/{parameter.location}/{parameter.name}"
        try:
            value = reader.value(parameter)
        except ValueError as error:
            faults.append(Fault(at, str(error)))
            continue
        if value is not ABSENT:
            values[parameter.name] = value
            faults.extend(reader.faults(parameter, value, at))
        elif parameter.required and not _is_excused(parameter, sources):
            faults.append(Fault(at, "is required"))
    if faults:
        raise Problem(problems.BAD_PARAMETER, *faults)
    return values


def _is_excused(parameter: Parameter, sources: Sources) -> bool:
    return parameter.location == "header" and parameter.name.lower() in sources.excused


def first(query: bytes, name: str) -> str | None:
    """Return the first value of a query parameter, as it is written."""
    found = _pairs(query).get(name, ())
    return plain(found[0]) if found else None


class _Reader:
    """Reads the parameters of one request."""

    def __init__(self, operation: Operation, schemas: Schemas, sources: Sources) -> None:
        self._schemas = schemas
        self._sources = sources
        self._parameters = operation.parameters
        self._pairs: Pairs | None = None

    def value(self, parameter: Parameter) -> object:
        """Return a parameter's value, `ABSENT` when it is not there.

        Raises ValueError with what is expected for what is not written as it should be.
        """
        if parameter.location == "querystring":
            return self._whole_query(parameter)
        if parameter.media_type:
            text = self._text(parameter)
            return ABSENT if text is None else self._of_media_type(parameter, text)
        view = parameter.view
        if parameter.style == _ONE_TEXT.get(parameter.location) and shapes(view) == ("scalar",):
            text = self._text(parameter)
            if text is None:
                return ABSENT
            is_text = view is None or view.kinds == ("string",)
            return text if is_text else converted(view, [text], self._schemas)
        readings = list(self._readings(parameter))
        return converted(view, readings, self._schemas) if readings else ABSENT

    def faults(self, parameter: Parameter, value: object, at: str) -> Iterator[Fault]:
        """Yield what is wrong with a parameter's value."""
        if parameter.schema is None or (parameter.allow_empty and value == ""):
            return
        check = self._schemas.check(parameter.schema, None)
        if not check.accepts(value):
            for violation in check.violations(value):
                yield Fault(at + violation.pointer[1:], violation.sentence)

    # -- by style --------------------------------------------------------------------------------

    def _readings(self, parameter: Parameter) -> Iterator[Texts]:
        match parameter.location:
            case "path":
                text = self._sources.path.get(parameter.name)
                if text is not None:
                    name, style, view = parameter.name, parameter.style, parameter.view
                    yield from styles.read_path(text, name, style, view, explode=parameter.explode)
            case "header":
                found = self._sources.headers.get(parameter.name.lower())
                if found is not None:
                    yield from styles.read_header(found, parameter.view, explode=parameter.explode)
            case "query":
                yield from self._of_pairs(parameter, self._query_of(parameter))
            case "cookie":
                yield from self._of_pairs(parameter, self._cookies_of(parameter))

    def _of_pairs(self, parameter: Parameter, pairs: Pairs) -> Iterator[Texts]:
        name, view = parameter.name, parameter.view
        if parameter.style == "deepObject":
            members = styles.read_deep_object(pairs, name)
            if members is not None:
                yield members
            return
        texts = pairs.get(name, ())
        if parameter.allow_empty and list(texts) == [""]:
            yield ""
        elif texts and not parameter.explode:
            if len(texts) > 1:
                raise ValueError(f"is given {len(texts)} times")
            yield from styles.read_delimited(texts[0], parameter.style, view)
        elif texts:
            yield from styles.read_repeated(texts, view)
        elif view is not None and parameter.explode and "object" in view.kinds:
            others = frozenset(
                one.name for one in self._parameters if one.location == parameter.location
            )
            exploded = styles.read_exploded_object(pairs, view, others)
            if exploded is not None:
                yield exploded

    def _query_of(self, parameter: Parameter) -> Pairs:
        # What RFC 6570 calls reserved expansion leaves a plus sign as it is.
        if parameter.allow_reserved:
            return _pairs(self._sources.query, plus="+")
        if self._pairs is None:
            self._pairs = _pairs(self._sources.query)
        return self._pairs

    def _cookies_of(self, parameter: Parameter) -> Pairs:
        pairs: dict[str, list[str]] = {}
        for name, value in cookie_pairs(self._sources.headers):
            is_form = parameter.style == "form"
            # RFC 6570 writes the members of an exploded value with ampersands between them.
            exploded = (
                is_form and parameter.explode and styles.shapes(parameter.view) != ("scalar",)
            )
            head, *more = value.split("&") if exploded else [value]
            pairs.setdefault(name, []).append(decoded(head) if is_form else head)
            for inner, _, text in (one.partition("=") for one in more):
                pairs.setdefault(inner, []).append(decoded(text))
        return pairs

    # -- by content ------------------------------------------------------------------------------

    def _text(self, parameter: Parameter) -> str | None:
        match parameter.location:
            case "path":
                text = self._sources.path.get(parameter.name)
                return plain(text) if text is not None else None
            case "header":
                return self._sources.headers.get(parameter.name.lower())
            case "query":
                texts = self._query_of(parameter).get(parameter.name, ())
            case _:
                texts = self._cookies_of(parameter).get(parameter.name, ())
        if len(texts) > 1:
            raise ValueError(f"is given {len(texts)} times")
        return plain(texts[0]) if texts else None

    def _whole_query(self, parameter: Parameter) -> object:
        query = self._sources.query
        if not query:
            return ABSENT
        if parameter.media_type == FORM:
            return read_fields(query, parameter.view, parameter.encodings, self._schemas)
        return self._of_media_type(parameter, plain(decoded(query.decode("utf-8", "replace"))))

    def _of_media_type(self, parameter: Parameter, text: str) -> object:
        if is_json(parameter.media_type):
            try:
                return parse_json(text.encode("utf-8", "surrogatepass"))
            except Problem as problem:
                raise ValueError(f"must be JSON: {problem.faults[0].detail}") from None
        if parameter.media_type == FORM:
            return read_fields(text.encode(), parameter.view, parameter.encodings, self._schemas)
        return converted(parameter.view, [text], self._schemas)


def _pairs(query: bytes, *, plus: str = " ") -> Pairs:
    return pairs_of(query.decode("utf-8", "replace"), plus=plus)
