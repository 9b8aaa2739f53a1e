"""XML bodies by their schemas (OpenAPI, XML Object): names, attributes, wrapped and other arrays.

Namespaces are left alone: elements and attributes are known by their local names. No entity and no document type is
ever followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems
from mock_server.http.conversion import converted, fitting, layers_of
from mock_server.http.problems import Fault, Problem

_INSTANCE = "{http://www.w3.org/2001/XMLSchema-instance}"
_DEEPEST = 200


def read_xml(raw: bytes, view: SchemaView | None, schemas: Schemas) -> object:
    """Return the value of an XML body. Raises Problem 400 for one that is malformed or whose root is another."""
    try:
        root: Element = fromstring(raw)
    except ParseError as error:
        raise _malformed(str(error)) from None
    except DefusedXmlException:
        raise _malformed("entities and document types are not read") from None
    except (ValueError, LookupError) as error:
        raise _malformed(str(error)) from None
    expected = _xml(view).get("name") if view is not None else None
    if isinstance(expected, str) and _local(root.tag) != expected:
        raise _malformed(f"the root element is {_local(root.tag)}; {expected} is expected")
    return _Reader(schemas).value(root, view)


class _Reader:
    """Reads elements."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def value(self, element: Element, view: SchemaView | None, depth: int = 0) -> object:
        """Return what an element says. Raises Problem 400 for elements that stand too deep in one another."""
        if depth > _DEEPEST:
            raise _malformed(f"elements stand more than {_DEEPEST} deep in one another")
        if element.get(f"{_INSTANCE}nil") in ("true", "1"):
            return None
        if view is None:
            return self._undescribed(element, depth)
        return fitting(view, self._values(element, view, depth), self._schemas)

    def _values(self, element: Element, view: SchemaView, depth: int) -> Iterator[object]:
        kinds = view.kinds
        if "array" in kinds:
            name = _name(view, _local(element.tag))
            yield self._all_items(element, view, _item_name(view, name), depth)
        if "object" in kinds or (not kinds and len(element)):
            for layers in layers_of(view):
                yield self._object(element, layers, depth)
        if not kinds or set(kinds) - {"array", "object"}:
            text = "".join(element.itertext())
            is_text = "string" in kinds or not kinds
            yield converted(view, [text if is_text else text.strip()], self._schemas)

    def _object(
        self, element: Element, layers: tuple[SchemaView, ...], depth: int
    ) -> dict[str, object]:
        properties: dict[str, SchemaView] = {}
        for view in layers:
            properties = {**view.properties, **properties}
        found: dict[str, object] = {}
        known: set[str] = set()
        for name, inner in properties.items():
            known |= {_name(inner, name), _item_name(inner, _name(inner, name))}
            for value in self._member(element, name, inner, depth):
                found[name] = value
        for child in element:
            name = _local(child.tag)
            if name not in known:
                # What has the name of a member that is written otherwise is not that member.
                free = name if name not in properties else f"<{name}>"
                found.setdefault(free, self.value(child, None, depth + 1))
        for key, text in element.attrib.items():
            if not key.startswith(_INSTANCE) and _local(key) not in known:
                found.setdefault(_local(key), text)
        return found

    def _member(
        self, element: Element, name: str, view: SchemaView, depth: int
    ) -> Iterator[object]:
        """Yield the value of a member, nothing when it is not there."""
        written, node = _name(view, name), _node_type(view)
        if node == "attribute":
            for key, text in element.attrib.items():
                if _local(key) == written:
                    yield converted(view, [text], self._schemas)
        elif node in ("text", "cdata"):
            yield converted(view, [element.text or ""], self._schemas)
        elif "array" in view.kinds:
            yield from self._array(element, written, view, depth)
        else:
            values = [self.value(child, view, depth + 1) for child in _children(element, written)]
            if values:
                yield values[0] if len(values) == 1 else values

    def _array(self, element: Element, name: str, view: SchemaView, depth: int) -> Iterator[object]:
        if _node_type(view) == "element":  # wrapped
            for wrapper in _children(element, name)[:1]:
                yield self._all_items(wrapper, view, _item_name(view, name), depth + 1)
            return
        items = _children(element, _item_name(view, name))
        if items:
            yield self._items(items, view, depth)

    def _all_items(self, element: Element, view: SchemaView, name: str, depth: int) -> list[object]:
        """Return the items in an element that holds nothing else, whatever they are called when nothing is said."""
        is_named = view.items is not None and "name" in _xml(view.items)
        children = _children(element, name)
        return self._items(children if children or is_named else list(element), view, depth)

    def _items(self, elements: list[Element], view: SchemaView, depth: int) -> list[object]:
        return [self.value(element, view.items, depth + 1) for element in elements]

    def _undescribed(self, element: Element, depth: int) -> object:
        if not len(element):
            return element.text or ""
        found: dict[str, object] = {}
        for child in element:
            found.setdefault(_local(child.tag), self.value(child, None, depth + 1))
        return found


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if _local(child.tag) == name]


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]


def _xml(view: SchemaView) -> Mapping[str, Any]:
    found = view.word("xml")
    return found if isinstance(found, dict) else {}


def _name(view: SchemaView, otherwise: str) -> str:
    """Return how an element or attribute is called; the name of an array that is not wrapped has no effect."""
    found = _xml(view).get("name")
    is_unwrapped = "array" in view.kinds and _node_type(view) == "none"
    return found if isinstance(found, str) and not is_unwrapped else otherwise


def _item_name(view: SchemaView, otherwise: str) -> str:
    return _name(view.items, otherwise) if view.items is not None else otherwise


def _node_type(view: SchemaView) -> str:
    """Return what stands for a value: OpenAPI 3.2's word, and what its older ones (`attribute`, `wrapped`) mean."""
    xml = _xml(view)
    if isinstance(xml.get("nodeType"), str):
        return str(xml["nodeType"])
    if xml.get("attribute") is True:
        return "attribute"
    is_array = "array" in view.kinds
    return "none" if is_array and xml.get("wrapped") is not True else "element"


def _malformed(why: str) -> Problem:
    return Problem(problems.MALFORMED_XML, Fault("#", why))
