"""The operations of a contract: where they are served, what they take, what they answer, and the words they carry.

Read once, when the server starts. Whatever is of a wrong type is told with file and line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from mock_server.contracts.bodies import BodyTypes, read_body_types
from mock_server.contracts.form import member, objects_in
from mock_server.contracts.parameters import Parameter, read_parameters
from mock_server.contracts.responses import Response, read_responses
from mock_server.contracts.security import Requirement, read_security
from mock_server.contracts.servers import base_paths
from openapi_documents import (
    METHODS,
    DanglingReferenceError,
    Document,
    DocumentError,
    LimitError,
    Node,
    Pointer,
    Position,
)
from openapi_documents.vocabulary import Vocabulary


class Submission(NamedTuple):
    """The operation takes items of a lifecycle."""

    lifecycle: str
    synchronous: bool


class TokenLocation(NamedTuple):
    """Where the caller's token stands: `body` or `query`, and the member's name."""

    location: str
    name: str


@dataclass(frozen=True)
class Operation:
    """One operation of a contract, with the members of the vocabulary that it carries.

    `place` is where it stands in the document; `path` begins with the first of its base paths, `bases`.
    """

    contract: str
    id: str
    method: str
    path: str
    place: Pointer = field(repr=False)
    bases: tuple[str, ...] = ("",)
    summary: str = ""
    parameters: tuple[Parameter, ...] = ()
    body_types: BodyTypes = field(default_factory=BodyTypes)
    responses: tuple[Response, ...] = field(default=(), repr=False)
    security: tuple[Requirement, ...] = ()
    submission: Submission | None = None
    status_of: tuple[str, ...] = ()
    record_of: str | None = None
    token: TokenLocation | None = None
    idempotency_key: str | None = None
    broken: DocumentError | None = None
    """Why nothing else is known of it: a file that it needs is not here."""

    @cached_property
    def name(self) -> str:
        """The operation's name among all contracts of the server."""
        return f"{self.contract}:{self.id}"

    @property
    def own_path(self) -> str:
        """The path as the document spells it, without that of a server."""
        return self.path.removeprefix(self.bases[0])

    @cached_property
    def templates(self) -> tuple[str, ...]:
        """The names of the path's templates, in their order."""
        return templates_of(self.own_path)

    def path_parameters(self, values: Sequence[str]) -> dict[str, str]:
        """Return the values of the path's templates by their names."""
        return dict(zip(self.templates, values, strict=True))

    @cached_property
    def is_asked_by_target(self) -> bool:
        """Whether no parameter stands anywhere but in the path and the query of a request."""
        return all(one.location not in ("header", "cookie") for one in self.parameters)

    @property
    def success(self) -> Response | None:
        """The response of the lowest 2xx status that is documented."""
        good = (response for response in self.responses if re.fullmatch("2[0-9]{2}", response.code))
        return min(good, key=lambda response: response.code, default=None)

    @property
    def success_status(self) -> int:
        """The lowest 2xx status that is documented, 200 when there is none."""
        return int(self.success.code) if self.success is not None else 200


_MOST_PATHS = 20_000
"""Paths that are served. The largest public documents have about half as many."""


def check_number_of_paths(document: Document) -> None:
    """Raise LimitError for a document with more paths than a server can route. Needs no more than a look."""
    paths = document.value(("paths",))
    if isinstance(paths, dict) and len(paths) > _MOST_PATHS:
        at = Position(
            document.name, 1, 1
        )  # to find the line would take longer than to read the file
        raise LimitError(
            at, f"the document has {len(paths):,} paths, at most {_MOST_PATHS:,} are served"
        )


def read_operations(vocabulary: Vocabulary, contract: str) -> Iterator[Operation]:
    """Yield the operations under `paths`. Raises DocumentError."""
    document = vocabulary.document
    paths = member(document.root, "paths")
    for path, named in objects_in(paths):
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            raise named.error(f"the path {path} must start with a slash")
        item = dict(objects_in(named))  # what stands beside a `$ref` counts too
        for method, operation in _methods(item):
            servers = (operation.get("servers"), item.get("servers"), document.root.get("servers"))
            found = _Location(path, base_paths(*servers), method, item.get("parameters"), operation)
            try:
                yield _operation(vocabulary, contract, found)
            except DanglingReferenceError as error:  # a file that it needs is not here
                yield Operation(
                    contract,
                    _id_of(found),
                    method,
                    found.bases[0] + path,
                    operation.place,
                    found.bases,
                    broken=error,
                )


def _methods(item: Mapping[str, Node]) -> Iterator[tuple[str, Node]]:
    for method in METHODS:
        if method in item:
            yield method, item[method].follow()
    for method, found in objects_in(item.get("additionalOperations")):
        yield method.lower(), found.follow()


class _Location(NamedTuple):
    """Where an operation is served, the parameters of its path, and itself."""

    path: str
    bases: tuple[str, ...]
    method: str
    shared: Node | None
    node: Node


def _operation(vocabulary: Vocabulary, contract: str, found: _Location) -> Operation:
    document, node = vocabulary.document, found.node
    node.mapping()
    names = templates_of(found.path)
    parameters = tuple(read_parameters(names, found.shared, member(node, "parameters")))
    key = vocabulary.word(node, "x-idempotency-key")
    record = vocabulary.word(node, "x-record-of")
    statuses = vocabulary.word(node, "x-status-of")
    security = member(node, "security") or member(document.root, "security")
    return Operation(
        contract=contract,
        id=_id_of(found),
        method=found.method,
        path=found.bases[0] + found.path,
        place=node.place,
        bases=found.bases,
        summary=_text(node, "summary"),
        parameters=parameters,
        body_types=read_body_types(node),
        responses=tuple(read_responses(node)),
        security=tuple(read_security(security)) if security is not None else (),
        submission=_submission(vocabulary.word(node, "x-submission")),
        status_of=tuple(one.text() for one in statuses.elements()) if statuses else (),
        record_of=record.text() if record else None,
        token=_token(vocabulary, node),
        idempotency_key=key.text() if key else _retry_header(parameters),
    )


def templates_of(path: str) -> tuple[str, ...]:
    """Return the names of a path's templates, in their order."""
    return tuple(re.findall(r"\{([^}]+)\}", path))


def _id_of(found: _Location) -> str:
    named = member(found.node, "operationId")
    return (
        named.text() if named is not None else ""
    ) or f"{found.method}{found.bases[0]}{found.path}"


def _text(node: Node, name: str) -> str:
    found = node.get(name)
    return found.value if found is not None and isinstance(found.value, str) else ""


def _submission(node: Node | None) -> Submission | None:
    if node is None:
        return None
    return Submission(node["lifecycle"].text(), node["processing"].text() == "synchronous")


def _token(vocabulary: Vocabulary, node: Node) -> TokenLocation | None:
    found = vocabulary.word(node, "x-token") or vocabulary.word(vocabulary.document.root, "x-token")
    if found is None or found.value is None:
        return None
    return TokenLocation(found["in"].text(), found["name"].text())


def _retry_header(parameters: tuple[Parameter, ...]) -> str | None:
    """Return the parameter that makes a retry safe, where no word names it."""
    names = (parameter.name for parameter in parameters if parameter.location == "header")
    return next((name for name in names if name.lower() in _RETRY_HEADERS), None)


_RETRY_HEADERS = ("idempotency-key", "x-idempotency-key")
