"""The parameters of an operation, as the contract declares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from mock_server.contracts.form import member
from mock_server.contracts.schema_view import SchemaView
from openapi_documents import Node, Pointer


class Parameter(NamedTuple):
    """A parameter of an operation.

    `location` is `path`, `query`, `header` or `cookie`; `schema` is the place of its schema; `kind` and `item_kind`
    are the JSON types that its text, and the items of its text, are turned into.
    """

    name: str
    location: str
    required: bool
    schema: Pointer | None = None
    kind: str = "string"
    item_kind: str = "string"
    explode: bool = False
    style: str = "simple"


def read_parameters(
    templates: Iterable[str], shared: Node | None, own: Node | None
) -> Iterator[Parameter]:
    """Yield the parameters of an operation; its own take the place of those of its path of the same name.

    A template of the path that nobody declares is a parameter too: any text.
    """
    found: dict[tuple[str, str], Node] = {}
    for listed in (shared, own):
        for element in listed.listed() if listed is not None else ():
            parameter = element.follow()
            found[parameter["in"].text(), parameter["name"].text()] = parameter
    for (location, name), parameter in found.items():
        yield _parameter(name, location, parameter)
    for name in templates:
        if ("path", name) not in found:
            yield Parameter(name, "path", required=True)


def _parameter(name: str, location: str, node: Node) -> Parameter:
    written = member(node, "style")
    style = written.text() if written is not None else _default_style(location)
    schema = member(node, "schema")
    view = SchemaView(schema) if schema is not None else None
    items = view.items if view is not None else None
    return Parameter(
        name=name,
        location=location,
        required=_flag(node, "required", otherwise=False),
        schema=schema.place if schema is not None else None,
        kind=view.kind if view is not None else "string",
        item_kind=items.kind if items is not None else "string",
        explode=_flag(node, "explode", otherwise=style in ("form", "deepObject", "cookie")),
        style=style,
    )


def _default_style(location: str) -> str:
    return "form" if location in ("query", "cookie") else "simple"


def _flag(node: Node, name: str, *, otherwise: bool) -> bool:
    found = member(node, name)
    return found.boolean() if found is not None else otherwise
