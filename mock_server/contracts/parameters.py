"""The parameters of an operation, as the contract declares them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from mock_server.contracts.encodings import NO_ENCODINGS, Encoding, read_encodings
from mock_server.contracts.form import content_in, member
from mock_server.contracts.media_types import media_range
from mock_server.contracts.schema_view import SchemaView
from openapi_documents import Node, Pointer

_NOT_PARAMETERS = {"accept", "content-type", "authorization"}
"""Header parameters of these names are ignored (OpenAPI, Parameter Object, `name`)."""


class Parameter(NamedTuple):
    """A parameter of an operation.

    `location` is `path`, `query`, `querystring`, `header` or `cookie`; `view` is its schema, None when it has none;
    `media_type` is that of its `content`, "" where a style says how it is written; `encodings` are those of a form.
    """

    name: str
    location: str
    required: bool
    view: SchemaView | None = None
    style: str = "simple"
    explode: bool = False
    allow_reserved: bool = False
    allow_empty: bool = False
    media_type: str = ""
    encodings: Mapping[str, Encoding] = NO_ENCODINGS

    @property
    def schema(self) -> Pointer | None:
        """The place of its schema."""
        return self.view.node.place if self.view is not None else None


def read_parameters(
    templates: Iterable[str], shared: Node | None, own: Node | None
) -> Iterator[Parameter]:
    """Yield the parameters of an operation; its own take the place of those of its path of the same name.

    A template of the path that nobody declares is a parameter too: any text. What is declared of the path and has no
    template is none: no request could carry it.
    """
    names = tuple(templates)
    found: dict[tuple[str, str], Node] = {}
    for listed in (shared, own):
        for element in listed.listed() if listed is not None else ():
            parameter = element.follow()
            location, name = parameter["in"].text(), parameter["name"].text()
            if _is_carried(location, name, names):
                found[location, name] = parameter
    for (location, name), parameter in found.items():
        yield _parameter(name, location, parameter)
    for name in names:
        if ("path", name) not in found:
            yield Parameter(name, "path", required=True)


def _is_carried(location: str, name: str, templates: Collection[str]) -> bool:
    match location:
        case "path":
            return name in templates
        case "header":
            return name.lower() not in _NOT_PARAMETERS
    return True


def _parameter(name: str, location: str, node: Node) -> Parameter:
    media_type, written_as = next(content_in(member(node, "content")), ("", node))
    holder = written_as.follow() if media_type else node
    written = member(node, "style")
    style = written.text() if written is not None else _default_style(location)
    schema = member(holder, "schema")
    return Parameter(
        name=name,
        location=location,
        required=_flag(node, "required", otherwise=False),
        view=SchemaView(schema) if schema is not None else None,
        style=style,
        explode=_flag(node, "explode", otherwise=style in ("form", "deepObject", "cookie")),
        allow_reserved=_flag(node, "allowReserved", otherwise=False),
        allow_empty=_flag(node, "allowEmptyValue", otherwise=False),
        media_type=media_range(media_type).kind,
        encodings=read_encodings(holder) if media_type else NO_ENCODINGS,
    )


def _default_style(location: str) -> str:
    return "form" if location in ("query", "cookie") else "simple"


def _flag(node: Node, name: str, *, otherwise: bool) -> bool:
    found = member(node, name)
    return found.boolean() if found is not None else otherwise
