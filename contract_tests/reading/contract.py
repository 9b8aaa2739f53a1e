"""A contract as the judge reads it: operations, lifecycles, submissions, rules and silences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from contract_tests.reading.lifecycle import Lifecycle, Rule
from contract_tests.reading.lives import Life, Requirement
from contract_tests.reading.media_types import most_exact
from contract_tests.reading.schema_reader import SchemaReader
from contract_tests.reading.schemas import Schema
from contract_tests.reading.silences import Silence
from contract_tests.reading.status_form import StatusForm
from openapi_documents import Document, Pointer, text_of

NOBODY = "00000000-0000-4000-8000-000000000000"
"""An id that nobody has."""
FORM = "application/x-www-form-urlencoded"


class ErrorForm(StrEnum):
    """How a contract renders its errors."""

    PROBLEM = "problem"  # RFC 9457
    ENVELOPE = "envelope"
    OAUTH = "oauth"


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operation; `place` is that of its schema."""

    name: str
    where: str  # path, query, header or cookie
    schemas: SchemaReader = field(repr=False)
    place: Pointer | None
    required: bool = False

    @property
    def schema(self) -> Schema:
        """Return its schema without references. Raises DocumentError."""
        return {} if self.place is None else self.schemas.schema(self.place, "request")

    @property
    def values(self) -> tuple[str, ...]:
        """Return the values that it enumerates, in one list or in each of its branches."""
        return tuple(str(one) for one in _enumerated(self.schema))


def _enumerated(schema: Schema) -> list[object]:
    branches = [_enumerated(one) for word in ("anyOf", "oneOf") for one in schema.get(word, ())]
    listed = [value for branch in branches for value in branch] if all(branches) else []
    return list(schema.get("enum", listed))


@dataclass(frozen=True)
class Media:
    """A content type with its schema and its examples by name; `schema` is the place of the schema."""

    type: str
    schema: Pointer | None
    examples: Mapping[str, Example] = field(default_factory=dict, repr=False)

    @property
    def plain_type(self) -> str:
        """Return the type without its parameters, in lower case."""
        return self.type.split(";")[0].strip().lower()

    @property
    def is_form(self) -> bool:
        """Whether it is the form of a page, which has names and texts alone."""
        return self.plain_type == FORM

    @property
    def is_json(self) -> bool:
        """Whether it is JSON, and no patch."""
        kind = self.plain_type
        return kind == "application/json" or (kind.endswith("+json") and "patch" not in kind)


@dataclass(frozen=True)
class Example:
    """An example, and the x-rule that it breaks if it breaks one."""

    value: object
    breaks: str | None = None


@dataclass(frozen=True)
class Header:
    """A header of an answer; `schema` is the place of its schema."""

    name: str
    required: bool
    schema: Pointer | None


@dataclass(frozen=True)
class Link:
    """A link from an answer to an operation, with the runtime expressions of its parameters."""

    operation: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Response:
    """An answer that an operation documents, under a code, a range (`4XX`) or `default`."""

    code: str
    media: tuple[Media, ...] = ()
    headers: tuple[Header, ...] = ()
    links: tuple[Link, ...] = ()

    def of_type(self, content_type: str) -> Media | None:
        """Return the content that is documented most exactly for a type, None when none is."""
        types = [one.type for one in self.media]
        number = most_exact(types, content_type)
        return None if number is None else self.media[number]


@dataclass(frozen=True)
class Scheme:
    """A security scheme; `kind` is bearer, basic, apikey, or another word."""

    name: str
    kind: str
    where: str = ""
    parameter: str = ""  # the name under which an API key stands


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    place: Pointer = field(repr=False)
    parameters: tuple[Parameter, ...] = field(repr=False, default=())
    body: tuple[Media, ...] = field(repr=False, default=())
    responses: tuple[Response, ...] = field(repr=False, default=())
    security: tuple[tuple[Scheme, ...], ...] = ()  # alternatives; an empty one asks for nothing
    silences: tuple[str, ...] = ()
    key_header: str | None = None  # makes a retry safe
    server: str | None = None  # the path of the first server of its own, or of its path

    @property
    def secured(self) -> bool:
        """Whether every caller must show who it is."""
        return bool(self.security) and all(self.security)

    def parameter(self, where: str) -> Parameter | None:
        """Return the first parameter of a place: `path`, `query`, `header`."""
        return next((one for one in self.parameters if one.where == where), None)

    def content(self, media_type: str = "application/json") -> Media | None:
        """Return the body of a type, None when the operation takes none such."""
        return next((one for one in self.body if one.plain_type == media_type), None)

    def response(self, status: int) -> Response | None:
        """Return what is documented for a status: exactly, for its range, or by default."""
        known = {one.code: one for one in self.responses}
        names = (str(status), f"{status // 100}XX", f"{status // 100}xx", "default")
        return next((known[name] for name in names if name in known), None)

    @property
    def success(self) -> int:
        """Return the status of success that it documents."""
        codes = (one.code for one in self.responses)
        return min((int(one) for one in codes if one.isdigit() and one[0] == "2"), default=200)

    @property
    def label(self) -> str:
        """Return its method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Submission:
    """An operation that takes an array of items of a lifecycle."""

    operation: Operation
    lifecycle: Lifecycle
    asynchronous: bool
    item_schema: Schema = field(repr=False)
    item_place: Pointer = field(repr=False)  # where the schema of the items stands
    min_items: int
    max_items: int | None
    status: Operation | None
    record: Operation | None
    form: StatusForm
    examples: tuple[object, ...] = field(repr=False, default=())

    @property
    def id(self) -> str:
        """Return the operationId."""
        return self.operation.id

    @property
    def silences(self) -> frozenset[str]:
        """Return the silences that its operation names, or the schema of its items anywhere."""
        return frozenset((*self.operation.silences, *_named(self.item_schema)))

    @property
    def state_filter(self) -> Parameter | None:
        """Return the query parameter of the status whose values are states."""
        states = set(self.lifecycle.states)
        for one in self.status.parameters if self.status else ():
            if one.where == "query" and states & set(one.values):
                return one
        return None


def _named(schema: object) -> Iterator[str]:
    """Yield the silences that a schema, its rules and its parts name."""
    if isinstance(schema, dict):
        for word in ("x-silence", "silence"):
            known = schema.get(word, ())
            yield from (known,) if isinstance(known, str) else filter(_is_text, known)
        for one in schema.values():
            yield from _named(one)
    elif isinstance(schema, list):
        for one in schema:
            yield from _named(one)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


@dataclass(frozen=True)
class Contract:
    """A contract as the judge reads it."""

    name: str
    title: str
    version: str
    document: Document = field(repr=False)
    schemas: SchemaReader = field(repr=False)
    operations: tuple[Operation, ...] = field(repr=False)
    lifecycles: Mapping[str, Lifecycle] = field(repr=False)
    submissions: tuple[Submission, ...] = field(repr=False)
    silences: Mapping[str, Silence] = field(repr=False)
    rules: Mapping[str, Rule] = field(repr=False)
    token_url: str | None = None
    path_below: str = ""  # the path of its first server
    error_form: ErrorForm = ErrorForm.PROBLEM
    error_names: str | None = None
    says_error_form: bool = False
    lives: Mapping[str, Life] = field(default_factory=dict, repr=False)
    requirements: Mapping[str, tuple[Requirement, ...]] = field(default_factory=dict, repr=False)
    """What operations require of resources, by their ids."""
    uses: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False)
    """What operations do to resources, by their ids: pairs of a lifecycle and a deed."""
    each: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False)
    """What operations make for each element of an array, by their ids: pairs of a lifecycle and the array's pointer."""

    def place(self, submission: Submission, steps: Iterable[str | int]) -> Pointer:
        """Return where a constraint stands that steps lead to from the schema of a submission's items."""
        return self.schemas.locate(submission.item_place, steps)

    def cited(self, place: Pointer) -> str:
        """Return a place as a source: `file:line (#/pointer)`."""
        position = self.document.position(place)
        return f"{position.file}:{position.line} ({text_of(place)})"

    def operation(self, operation_id: str) -> Operation | None:
        """Return an operation by its operationId."""
        return next((one for one in self.operations if one.id == operation_id), None)
