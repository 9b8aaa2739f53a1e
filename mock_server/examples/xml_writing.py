"""How a value is written as XML: by the names, the node types and the namespaces that its schema's `xml` says.

An item of a list is called as the list is, unless its own schema says otherwise (OpenAPI, XML Object, examples).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from xml.etree import ElementTree as Xml

from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.plain_texts import simple


class _Hints(NamedTuple):
    """What the XML Object of a schema says, in the words of OpenAPI 3.2."""

    name: str | None
    namespace: str | None
    prefix: str | None
    node: str


def xml_of(value: object, schema: SchemaView | None) -> str:
    """Return a value as an XML document, its root called by the schema, its component, or `root`."""
    hints = _hints(schema, value)
    name = hints.name or _component(schema) or "root"
    element = _opened(name, hints, frozenset())
    item = _component(schema.items) if schema is not None else None
    _fill(element, value, schema, item or ("item" if hints.name is None else name))
    return Xml.tostring(element, encoding="unicode")


def _component(schema: SchemaView | None) -> str | None:
    value = schema.node.value if schema is not None else None
    reference = value.get("$ref") if isinstance(value, Mapping) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _hints(schema: SchemaView | None, value: object) -> _Hints:
    said = schema.word("xml") if schema is not None else None
    said = said if isinstance(said, Mapping) else {}
    node = said.get("nodeType")
    if node is None:
        is_wrapped = not isinstance(value, list) or said.get("wrapped") is True
        node = "attribute" if said.get("attribute") is True else "element" if is_wrapped else "none"
    return _Hints(_text(said, "name"), _text(said, "namespace"), _text(said, "prefix"), str(node))


def _text(said: Mapping[str, object], word: str) -> str | None:
    found = said.get(word)
    return found if isinstance(found, str) else None


def _opened(name: str, hints: _Hints, prefixes: frozenset[str]) -> Xml.Element:
    element = Xml.Element(_qualified(name, hints, prefixes))
    _declare(element, hints, prefixes)
    return element


def _qualified(name: str, hints: _Hints, prefixes: frozenset[str]) -> str:
    """Return a name with its prefix, if anything says what that stands for."""
    is_known = hints.prefix is not None and (hints.namespace or hints.prefix in prefixes)
    return f"{hints.prefix}:{name}" if is_known else name


def _declare(element: Xml.Element, hints: _Hints, prefixes: frozenset[str]) -> None:
    if hints.namespace and hints.prefix not in prefixes:
        element.set(f"xmlns:{hints.prefix}" if hints.prefix else "xmlns", hints.namespace)


def _fill(
    element: Xml.Element,
    value: object,
    schema: SchemaView | None,
    item: str,
    prefixes: frozenset[str] = frozenset(),
) -> None:
    """Write what stands in an element; `item` is how the items of a list are called that says nothing of it."""
    declared = {key.partition(":")[2] for key in element.attrib if key.startswith("xmlns:")}
    prefixes |= declared
    if isinstance(value, Mapping):
        for name, member in value.items():
            view = schema.named(str(name)) or schema.others if schema is not None else None
            _add(element, str(name), member, view, prefixes)
    elif isinstance(value, list):
        _add_items(element, value, schema, item, prefixes)
    elif value is not None:
        element.text = (element.text or "") + simple(value)


def _add_items(
    element: Xml.Element,
    values: list[object],
    schema: SchemaView | None,
    item: str,
    prefixes: frozenset[str],
) -> None:
    first = schema.first_items if schema is not None else ()
    for index, value in enumerate(values):
        view = first[index] if index < len(first) else schema.items if schema is not None else None
        _add(element, item, value, view, prefixes)


def _add(
    element: Xml.Element,
    name: str,
    value: object,
    schema: SchemaView | None,
    prefixes: frozenset[str],
) -> None:
    """Write a member into its object's element: as attribute, as text, as list or as an element of its own."""
    hints = _hints(schema, value)
    called = name if hints.node == "none" else hints.name or name
    if hints.node == "attribute":
        _declare(element, hints, prefixes)
        element.set(_qualified(called, hints, prefixes), simple(value))
    elif hints.node in ("text", "cdata", "none"):
        _fill(element, value, schema, called, prefixes)
    else:
        inner = _opened(called, hints, prefixes)
        _fill(inner, value, schema, called, prefixes)
        element.append(inner)
