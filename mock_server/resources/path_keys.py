"""The keys that a document suggests of a path's template: those that it writes down, and what its schema lets one make up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from mock_server.contracts.parameters import Parameter
from mock_server.contracts.schema_view import SchemaView
from mock_server.resources.bodies import Bodies
from mock_server.resources.resource import Resource
from mock_server.resources.shapes import members_of
from openapi_documents import Document, DocumentError, Pointer


def key_text(value: object) -> str:
    """Return a key as it stands in a path: the text of a value."""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return msgspec.json.encode(value).decode()


def documented_keys(
    document: Document, resource: Resource, number: int | None = None
) -> Iterator[object]:
    """Yield the values that a document gives of a resource's template: examples, the default, the first of an `enum`.

    `number` asks for another template of its path than that of its own key.
    """
    for place in _schemas(resource, number):
        view = SchemaView(document.node(place))
        listed = [*of_schema(view), view.word("default"), *(view.word("enum") or [])[:1]]
        yield from (one for one in [*_beside(document, place), *listed] if is_key(one))


def made_up_keys(resource: Resource, bodies: Bodies, number: int | None = None) -> Iterator[object]:
    """Yield the values that one makes up who has only the schema of a resource's template: the number 1, else the usual one."""
    for place in dict.fromkeys(_schemas(resource, number)):
        one = 1 if bodies.accepts(place, 1) else bodies.usual(place)
        if is_key(one):
            yield one


def is_key(value: object) -> bool:
    """Tell whether a value may stand in a path as the name of something."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def _schemas(resource: Resource, number: int | None) -> Iterator[Pointer]:
    """Yield the schemas of the template that stands for a resource's key, or of another one, one for each operation."""
    number = resource.above if number is None else number
    for binding in resource.bindings.values():
        templates = binding.operation.templates
        name = templates[number] if len(templates) > number else None
        yield from (
            one.schema
            for one in binding.operation.parameters
            if one.schema is not None and _is_template(one, name)
        )


def _is_template(parameter: Parameter, name: str | None) -> bool:
    return parameter.location == "path" and parameter.name == name


def _beside(document: Document, schema: Pointer) -> Iterator[object]:
    """Yield the examples of the Parameter Object that a schema stands in."""
    try:
        parameter = document.node(schema[:-1])
    except DocumentError:
        return
    if "example" in parameter:
        yield parameter["example"].value
    examples = parameter.get("examples")
    for _, node in examples.entries() if examples is not None else ():
        yield from of_example(document, node.follow().place)


def of_example(document: Document, place: Pointer) -> Iterator[object]:
    """Yield the value of an Example Object."""
    example = document.value(place)
    if isinstance(example, Mapping):
        yield from (example[word] for word in ("value", "dataValue") if word in example)


def of_schema(view: SchemaView) -> Iterator[object]:
    """Yield the examples that a schema gives of its values."""
    if view.word("example") is not None:
        yield view.word("example")
    listed = view.word("examples")
    yield from listed if isinstance(listed, list) else ()


# -- the member that the key stands in ---------------------------------------------------------------


def says_its_key(resource: Resource) -> bool:
    """Tell whether the schema of a resource says a value of its key."""
    view = _member(resource)
    return view is not None and any(view.word(word) is not None for word in _SAYING)


_SAYING: Final = ("example", "examples", "default", "enum", "const")


def as_member(resource: Resource, key: object) -> object:
    """Return a key of a path as the type that its member has."""
    view = _member(resource)
    if view is not None and view.types == ("string",) and not isinstance(key, str):
        return key_text(key)
    if view is not None and "integer" in view.types and isinstance(key, str) and key.isdecimal():
        return int(key)
    return key


def _member(resource: Resource) -> SchemaView | None:
    view: SchemaView | None = resource.item.view
    for name in resource.key:
        view = members_of(view).get(name) if view is not None else None
    return view
