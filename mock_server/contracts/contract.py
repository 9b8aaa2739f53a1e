"""What a contract says, as frozen values: its operations and the `x-` vocabulary.

Everything that this room needs of a document is read here, once, when the server starts. A word that is not understood
stops the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from mock_server.contracts import declarations, documents
from mock_server.contracts.declarations import listed
from mock_server.contracts.documents import ContractError, Document, escape
from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.media_types import is_json
from mock_server.contracts.security import Scheme, read_scheme
from mock_server.contracts.words import check_members, check_words, is_ours, nearest, one_of

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
ERROR_FORMS = ("problem", "envelope", "oauth")
CONTROL_SERVICES = ("identity", "sandbox")
ADMINISTRATION = "sandbox"
"""The service whose API keys are the admin key."""


class Submission(NamedTuple):
    """The operation takes items of a lifecycle."""

    lifecycle: str
    synchronous: bool


class TokenPlace(NamedTuple):
    """Where the caller's token stands: `body` or `query`, and the member's name."""

    place: str
    name: str


class Parameter(NamedTuple):
    """A parameter of an operation; `schema` is a JSON pointer, `kind` the JSON type that its text is turned into."""

    name: str
    place: str
    required: bool
    schema: str | None
    kind: str
    item_kind: str
    explode: bool
    style: str


@dataclass(frozen=True)
class Operation:
    """One operation of a contract, with the members of the vocabulary that it carries."""

    contract: str
    id: str
    method: str
    path: str
    templates: tuple[str, ...]
    pointer: str
    raw: Mapping[str, Any] = field(repr=False)
    parameters: tuple[Parameter, ...] = ()
    body_types: Mapping[str, str] = field(default_factory=dict)
    body_required: bool = False
    security: tuple[Mapping[str, Any], ...] = ()
    submission: Submission | None = None
    status_of: tuple[str, ...] = ()
    record_of: str | None = None
    token: TokenPlace | None = None
    idempotency_key: str | None = None

    @property
    def name(self) -> str:
        """The operation's name among all contracts of the server."""
        return f"{self.contract}:{self.id}"

    @property
    def success_status(self) -> int:
        """The lowest 2xx status that the operation documents, 200 when it documents none."""
        known = [code for code in self.raw.get("responses", {}) if code.isdigit()]
        return min((int(code) for code in known if code.startswith("2")), default=200)


@dataclass(frozen=True)
class Contract:
    """A document and what it says."""

    name: str
    document: Document = field(repr=False)
    base_path: str
    version: str
    operations: tuple[Operation, ...]
    lifecycles: Mapping[str, Lifecycle]
    error_form: str
    error_names: str | None
    service: str | None
    schemes: Mapping[str, Scheme]

    @property
    def is_control(self) -> bool:
        """Whether it describes the sandbox's own operations; a user's contract goes before it."""
        return self.service in CONTROL_SERVICES

    @property
    def token_paths(self) -> tuple[str, ...]:
        """Return the paths at which the contract says that client credentials get a token."""
        found = (scheme.token_path for scheme in self.schemes.values())
        return tuple(path for path in found if path is not None)

    def operation(self, operation_id: str) -> Operation:
        """Return the operation of this id. Raises KeyError."""
        return next(item for item in self.operations if item.id == operation_id)

    def status_operation(self, submission_id: str) -> Operation | None:
        """Return the operation that tells how submissions of this operation stand, if any."""
        return next((item for item in self.operations if submission_id in item.status_of), None)

    def lifecycle_of(self, operation: Operation) -> Lifecycle:
        """Return the lifecycle of the items that an operation takes. Raises KeyError."""
        return self.lifecycles[operation.submission.lifecycle if operation.submission else ""]

    def items_pointer(self, operation: Operation) -> str:
        """Return the pointer of the items' schema. Raises ContractError where the body is no array of items."""
        for media_type, pointer in operation.body_types.items():
            if is_json(media_type):
                at = self.document.follow(pointer)
                if "items" in self.document.at("#" + at):
                    return f"{at}/items"
        raise self.document.error(
            operation.pointer,
            f"{operation.id} takes a submission, but its JSON body is no array of items.",
        )

    def sizes(self, operation: Operation) -> tuple[int, int | None]:
        """Return how many items a submission must and may have; an empty one is always refused."""
        for media_type, pointer in operation.body_types.items():
            if operation.submission is not None and pointer and is_json(media_type):
                schema = self.document.resolve(self.document.at("#" + pointer))
                return max(1, schema.get("minItems", 1)), schema.get("maxItems")
        return 1, None

    def record_operation(self, lifecycle: str) -> Operation | None:
        """Return the operation that reads one saved item of this lifecycle, if any."""
        return next((item for item in self.operations if item.record_of == lifecycle), None)


def load(path: Path, name: str | None = None) -> Contract:
    """Read a contract file; without a name, the file's. Raises ContractError with file, line and the mend."""
    return read(documents.read(path), name or path.stem)


def read(document: Document, name: str) -> Contract:
    """Read the contract that a document holds.

    Raises ContractError with file, line and the mend for a document that cannot be served.
    """
    content = document.content
    version = content.get("openapi")
    if not isinstance(version, str) or version.rsplit(".", 1)[0] not in ("3.0", "3.1", "3.2"):
        came = (
            f"this is Swagger {content['swagger']}"
            if "swagger" in content
            else "`openapi` is missing"
        )
        raise document.error(
            "/openapi" if version is not None else "",
            f"`openapi` is {version!r}." if version is not None else f"{came}.",
            "OpenAPI 3.0, 3.1 and 3.2 are served.",
        )
    check_words(document)
    _check_references(document)
    lifecycles = declarations.lifecycles(document)
    declarations.check_rules(document)
    operations = tuple(_operations(document, name))
    _check_operations(document, operations, lifecycles)
    service = content.get("x-understudy-service")
    return Contract(
        name=name,
        document=document,
        base_path=_base_path(document),
        version=version,
        operations=operations,
        lifecycles=lifecycles,
        error_form=one_of(document, "/x-error-form", content.get("x-error-form"), ERROR_FORMS)
        or "problem",
        error_names=one_of(
            document, "/x-error-names", content.get("x-error-names"), ("camelCase",)
        ),
        service=service,
        schemes={
            name: read_scheme(name, document.resolve(scheme), service == ADMINISTRATION)
            for name, scheme in document.mapping(
                "/components/securitySchemes", "a map of schemes"
            ).items()
        },
    )


def _base_path(document: Document) -> str:
    """Return the path of the first server, without a slash at the end; the host is ours."""
    servers = document.content.get("servers") or [{"url": "/"}]
    server = servers[0] if isinstance(servers, list) else {}
    url = str(server.get("url", "/"))
    for name, variable in (server.get("variables") or {}).items():
        url = url.replace("{" + name + "}", str(variable.get("default", "")))
    return urlsplit(url).path.rstrip("/")


# -- references ----------------------------------------------------------------------------------


def _check_references(document: Document) -> None:
    """Raise for a local `$ref` that leads nowhere or out of the file."""
    pending: list[Any] = [document.content]
    while pending:
        value = pending.pop()
        if isinstance(value, Mapping):
            reference = value.get("$ref")
            if isinstance(reference, str):
                document.at(reference)
            pending.extend(item for name, item in value.items() if is_ours(name))
        elif isinstance(value, list):
            pending.extend(value)


# -- operations ----------------------------------------------------------------------------------


def _operations(document: Document, contract: str) -> Iterator[Operation]:
    paths = document.mapping("/paths", "a map of paths")
    base = _base_path(document)
    for path, raw_item in paths.items():
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            raise document.error(
                f"/paths/{escape(path)}", f"the path {path} must start with a slash."
            )
        item = document.resolve(raw_item)
        pointer = document.follow(f"/paths/{escape(path)}")
        for method in METHODS:
            if method in item:
                place = _Place(base + path, f"{pointer}/{method}", pointer, item)
                yield _operation(document, contract, place, method, item[method])
        for method, raw in (item.get("additionalOperations") or {}).items():
            at = f"{pointer}/additionalOperations/{escape(method)}"
            place = _Place(base + path, at, pointer, item)
            yield _operation(document, contract, place, method.lower(), raw)


class _Place(NamedTuple):
    """Where an operation stands: its path, its pointer, and its path item."""

    path: str
    pointer: str
    item_pointer: str
    item: Mapping[str, Any]


def _operation(
    document: Document, contract: str, place: _Place, method: str, reference: Any
) -> Operation:
    raw = document.resolve(reference)
    path, pointer = place.path, place.pointer
    parameters = tuple(_parameters(document, place, raw))
    body = document.resolve(raw.get("requestBody") or {})
    body_pointer = document.follow(f"{pointer}/requestBody") if "requestBody" in raw else ""
    security = raw.get("security", document.content.get("security") or [])
    return Operation(
        contract=contract,
        id=str(raw.get("operationId") or f"{method}{path}"),
        method=method,
        path=path,
        templates=tuple(re.findall(r"\{([^}]+)\}", path)),
        pointer=pointer,
        raw=raw,
        parameters=parameters,
        body_types={
            media_type.lower(): f"{body_pointer}/content/{escape(media_type)}/schema"
            for media_type, media in (body.get("content") or {}).items()
            if "schema" in document.resolve(media)
        }
        | {
            media_type.lower(): ""
            for media_type, media in (body.get("content") or {}).items()
            if "schema" not in document.resolve(media)
        },
        body_required=body.get("required") is True,
        security=tuple(security),
        submission=_submission(document, pointer, raw.get("x-submission")),
        status_of=listed(raw.get("x-status-of")),
        record_of=raw.get("x-record-of"),
        token=_token(document, pointer, raw),
        idempotency_key=_idempotency_key(raw, parameters),
    )


def _parameters(
    document: Document, operation: _Place, raw: Mapping[str, Any]
) -> Iterator[Parameter]:
    found: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
    holders = ((operation.item, operation.item_pointer), (raw, operation.pointer))
    for holder, place in holders:
        for number, reference in enumerate(holder.get("parameters") or ()):
            at = document.follow(f"{place}/parameters/{number}")
            parameter = document.resolve(reference)
            # The operation's own parameter takes the place of the path's.
            found[(parameter["in"], parameter["name"])] = (parameter, at)
    for (place, name), (parameter, at) in found.items():
        yield _parameter(document, name, place, parameter, at)


def _parameter(
    document: Document, name: str, place: str, parameter: Mapping[str, Any], at: str
) -> Parameter:
    style = parameter.get("style") or ("form" if place in ("query", "cookie") else "simple")
    schema_at = f"{at}/schema" if "schema" in parameter else None
    schema = document.resolve(parameter.get("schema") or {})
    return Parameter(
        name=name,
        place=place,
        required=parameter.get("required") is True,
        schema=schema_at,
        kind=_kind(document, schema),
        item_kind=_kind(document, document.resolve(_member(schema, "items"))),
        explode=parameter.get("explode", style in ("form", "deepObject", "cookie")) is True,
        style=style,
    )


def _member(schema: Any, name: str) -> Any:
    return schema.get(name) if isinstance(schema, Mapping) else None


def _kind(document: Document, schema: Any) -> str:
    """Return the JSON type that the text of a parameter is turned into."""
    if not isinstance(schema, Mapping):
        return "string"
    kind = schema.get("type")
    kinds = [item for item in (kind if isinstance(kind, list) else [kind]) if item != "null"]
    if len(kinds) == 1 and kinds[0]:
        return str(kinds[0])
    for word in ("allOf", "oneOf", "anyOf"):
        for part in schema.get(word) or ():
            found = _kind(document, document.resolve(part))
            if found not in ("string", "any"):
                return found
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values and all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return "integer"
    return "string"


def _submission(document: Document, pointer: str, raw: Any) -> Submission | None:
    if raw is None:
        return None
    place = f"{pointer}/x-submission"
    raw = check_members(
        document, place, raw, {"lifecycle", "processing"}, ("lifecycle", "processing")
    )
    known = ("asynchronous", "synchronous")
    processing = one_of(document, f"{place}/processing", raw["processing"], known)
    return Submission(str(raw["lifecycle"]), processing == "synchronous")


def _idempotency_key(raw: Mapping[str, Any], parameters: tuple[Parameter, ...]) -> str | None:
    """Return the name of the header that makes a retry safe: the word's, or a parameter's."""
    if "x-idempotency-key" in raw:
        return str(raw["x-idempotency-key"])
    names = (item.name for item in parameters if item.place == "header")
    return next((name for name in names if name.lower() == "idempotency-key"), None)


def _token(document: Document, pointer: str, raw: Mapping[str, Any]) -> TokenPlace | None:
    value = raw.get("x-token", document.content.get("x-token"))
    if value is None:
        return None
    place = f"{pointer}/x-token" if "x-token" in raw else "/x-token"
    value = check_members(document, place, value, {"in", "name"}, ("in", "name"))
    one_of(document, f"{place}/in", value["in"], ("body", "query"))
    return TokenPlace(value["in"], str(value["name"]))


def _check_operations(
    document: Document, operations: tuple[Operation, ...], lifecycles: Mapping[str, Lifecycle]
) -> None:
    seen: dict[str, Operation] = {}
    for operation in operations:
        if operation.id in seen:
            raise document.error(
                f"{operation.pointer}/operationId",
                f"the operationId {operation.id} stands a second time; "
                f"the first is {seen[operation.id].method.upper()} {seen[operation.id].path}.",
                "Give one of them another name.",
            )
        seen[operation.id] = operation
    for operation in operations:
        _check_names(document, operation, seen, lifecycles)
    for operation in operations:
        _check_submission(document, operation, seen, lifecycles)


def _check_names(
    document: Document,
    operation: Operation,
    known: Mapping[str, Operation],
    lifecycles: Mapping[str, Lifecycle],
) -> None:
    named = {
        "x-submission/lifecycle": operation.submission and operation.submission.lifecycle,
        "x-record-of": operation.record_of,
    }
    for word, name in named.items():
        if name is not None and name not in lifecycles:
            raise document.error(
                f"{operation.pointer}/{word}",
                f"there is no lifecycle {name}.",
                nearest(name, lifecycles),
            )
    for number, submission_id in enumerate(operation.status_of):
        other = known.get(submission_id)
        if other is None or other.submission is None:
            submissions = [item.id for item in known.values() if item.submission]
            raise document.error(
                f"{operation.pointer}/x-status-of/{number}",
                f"{submission_id} is no operation that takes a submission.",
                nearest(submission_id, submissions),
            )


def _check_submission(
    document: Document,
    operation: Operation,
    known: Mapping[str, Operation],
    lifecycles: Mapping[str, Lifecycle],
) -> None:
    submission = operation.submission
    if submission is None or submission.synchronous:
        return
    if lifecycles[submission.lifecycle].initial is None:
        raise document.error(
            f"{operation.pointer}/x-submission",
            f"the lifecycle {submission.lifecycle} has no initial state, "
            "which an asynchronous submission needs.",
            "Mark one of its states with initial: true.",
        )
    if not any(operation.id in other.status_of for other in known.values()):
        raise document.error(
            f"{operation.pointer}/x-submission",
            f"no operation tells how submissions of {operation.id} stand.",
            f"Give one of them x-status-of: [{operation.id}].",
        )


__all__ = [
    "Contract",
    "ContractError",
    "Operation",
    "Parameter",
    "Submission",
    "TokenPlace",
    "load",
    "read",
]
