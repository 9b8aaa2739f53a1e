"""Which members the answer to an accepted submission has: read from its schema and its links."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from mock_server.contracts.lifecycles import Lifecycle
from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import MemberPath, SchemaView
from openapi_documents import Document
from openapi_documents.pointers import pointer_parts

_BODY_EXPRESSION = "$response.body#"


class AcceptedForm(NamedTuple):
    """Paths to the id of the submission, the uri of its status and its state, None for what the schema does not have.

    `location` tells whether the uri is also a `Location` header, `whole` whether it needs a scheme and a host: so says
    the format `uri`, while a path is a `uri-reference`.
    """

    id: MemberPath
    uri: MemberPath | None
    state: MemberPath | None
    location: bool
    whole: bool


def read_accepted_form(
    document: Document, operation: Operation, asking: Operation, lifecycle: Lifecycle
) -> AcceptedForm:
    """Return the members of the answer of an operation; `asking` is the one that tells how its submissions stand.

    The id is what the link to the status operation reads; the uri is what the schema calls a uri.
    """
    success = operation.success
    schema = success.json_schema if success is not None else None
    members = dict(SchemaView(document.node(schema)).members()) if schema is not None else {}
    states, uri = frozenset(lifecycle.states), _uri(members)
    return AcceptedForm(
        _linked(operation, asking) or _id(members, asking.templates[-1]),
        uri,
        next((path for path, view in members.items() if states & set(view.texts)), None),
        any(
            header.name.lower() == "location"
            for header in (success.headers if success is not None else ())
        ),
        uri in members and members[uri].format in ("uri", "url", "iri"),
    )


def _linked(operation: Operation, asking: Operation) -> MemberPath | None:
    links = operation.success.links if operation.success is not None else ()
    for link in sorted(links, key=lambda one: one.operation_id != asking.id):
        for expression in link.parameters.values():
            if expression.startswith(f"{_BODY_EXPRESSION}/"):
                return pointer_parts(expression.removeprefix(_BODY_EXPRESSION))
    return None


def _id(members: Mapping[MemberPath, SchemaView], template: str) -> MemberPath:
    """Return the member that is called as the template, else a UUID, else one that is called an id."""
    named = [path for path in members if path[-1] == template]
    uuids = [path for path, view in members.items() if view.format == "uuid"]
    ids = [path for path in members if path[-1] == "id" or path[-1].endswith(("_id", "Id", "ID"))]
    return next(iter([*named, *uuids, *ids]), (template,))


def _uri(members: Mapping[MemberPath, SchemaView]) -> MemberPath | None:
    if not members:
        return ("status_check_uri",)
    uris = [path for path, view in members.items() if view.is_uri]
    named = [path for path in members if path[-1].lower().endswith(("uri", "url", "href"))]
    return next(iter([*uris, *named]), None)
