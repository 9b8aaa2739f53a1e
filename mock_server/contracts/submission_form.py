"""What the body of a submission is: how many items it has, and where their schema stands."""

from __future__ import annotations

from typing import NamedTuple

from mock_server.contracts.operations import Operation
from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from openapi_documents import Document, Pointer


class SubmissionForm(NamedTuple):
    """The place of the items' schema, and the least and the most items; an empty submission is always refused."""

    items: Pointer
    least: int
    most: int | None


def read_submission_form(
    document: Document, schemas: Schemas, operation: Operation
) -> SubmissionForm:
    """Return the form of an operation's submissions. Raises DocumentError where the body is no array of items."""
    place = operation.body_types.json_schema
    if place is not None:
        schemas.refuse_malformed(place)
        view = SchemaView(document.node(place))
        if view.items is not None:
            most = view.word("maxItems")
            return SubmissionForm(
                view.items.node.follow().place,
                max(1, int(view.word("minItems") or 1)),
                int(most) if most is not None else None,
            )
    raise document.error(
        operation.place,
        f"{operation.id} takes a submission, but its JSON body is no array of items",
    )
