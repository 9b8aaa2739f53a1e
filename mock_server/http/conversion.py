"""Texts into the JSON values that a schema speaks of: parameters, forms and XML carry nothing but texts.

What stands for more than one value (`5` where a number or a text may come) becomes the first that fits the schema.
What stands for none stays a text, so that the check of the schema tells what is wrong with it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from mock_server.http.json_bodies import parse_json
from mock_server.http.problems import Problem

Texts = str | list["Texts"] | dict[str, "Texts"]
"""A text, or texts that were taken apart."""

_INTEGER = re.compile(r"-?[0-9]{1,4300}\Z")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?\Z")
_MOST_READINGS = 256


class NotReadError(ValueError):
    """A text is none of the kind."""


def converted(view: SchemaView | None, readings: Iterable[Texts], schemas: Schemas) -> object:
    """Return the first value of these readings of a text that fits the schema, else the first one.

    Without a schema, it is the first reading as it is.
    """
    if view is None:
        return next(iter(readings))
    return fitting(view, _values(view, readings, schemas), schemas)


def fitting(view: SchemaView, candidates: Iterator[object], schemas: Schemas) -> object:
    """Return the first of some values that fits a schema, else the first one. There must be one."""
    values = itertools.islice(candidates, _MOST_READINGS)
    first = next(values)
    second = next(values, None)
    if second is None:
        return first
    accepts = schemas.check(view.node.place, None).accepts
    several = itertools.chain((first, second), values)
    return next((value for value in several if accepts(value)), first)


def _values(view: SchemaView, readings: Iterable[Texts], schemas: Schemas) -> Iterator[object]:
    for texts in readings:
        if isinstance(texts, str):
            yield from _of_text(view, texts, schemas)
        else:
            for layers in layers_of(view):
                if isinstance(texts, list):
                    yield [
                        converted(_item(layers, index), [text], schemas)
                        for index, text in enumerate(texts)
                    ]
                else:
                    yield {
                        name: converted(member_of(layers, name), [text], schemas)
                        for name, text in texts.items()
                    }


def layers_of(view: SchemaView) -> Iterator[tuple[SchemaView, ...]]:
    """Yield a schema with each of its branches: what is not said by the one may be said by the other."""
    if not view.options:
        yield (view,)
    for option in view.options:
        for below in layers_of(option):
            yield (view, *below)


def member_of(layers: Sequence[SchemaView], name: str) -> SchemaView | None:
    """Return what a member of an object fits, None when nothing is said of it."""
    for view in layers:
        named = view.named(name)
        if named is not None:
            return named
    return next((view.others for view in layers if view.others is not None), None)


def _item(layers: Iterable[SchemaView], index: int) -> SchemaView | None:
    for view in layers:
        if index < len(view.first_items):
            return view.first_items[index]
    return next((view.items for view in layers if view.items is not None), None)


# -- one text ------------------------------------------------------------------------------------


def _of_text(view: SchemaView, text: str, schemas: Schemas) -> Iterator[object]:
    kinds = view.kinds
    if kinds in ((), ("string",)):
        yield text
        return
    is_read = False
    # A text that may be a text as well is nothing (`null`) last of all.
    order = _WITH_TEXT if "string" in kinds else _READERS
    for kind, read in order.items():
        if kind in kinds:
            try:
                yield read(text)
                is_read = True
            except NotReadError:
                continue
    if "array" in kinds:
        yield from _values(view, [[text]], schemas)
    elif not is_read:
        yield text


def _null(text: str) -> None:
    if text not in ("", "null"):
        raise NotReadError


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise NotReadError
    return text == "true"


def _integer(text: str) -> int | float:
    return int(text) if _INTEGER.match(text) else _number(text)


def _number(text: str) -> int | float:
    if not _NUMBER.match(text):
        raise NotReadError
    return float(text) if re.search("[.eE]", text) else int(text)


def _json(kind: type) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            value = parse_json(text.encode("utf-8", "replace"))
        except Problem:
            raise NotReadError from None
        if not isinstance(value, kind):
            raise NotReadError
        return value

    return read


_WITH_TEXT: Mapping[str, Callable[[str], object]] = {
    "boolean": _boolean,
    "integer": _integer,
    "number": _number,
    "object": _json(dict),
    "array": _json(list),
    "string": str,
    "null": _null,
}
_READERS: Mapping[str, Callable[[str], object]] = {"null": _null, **_WITH_TEXT}
