"""The bodies of HTML forms: `application/x-www-form-urlencoded`, by the schema and its encodings.

A member with a style is written as a query parameter is; for another one its content type decides: an array as often
as it has items, an object as JSON (OpenAPI 3.1.1, section 4.8.15.1). What many clients write all the same is read too:
`address[city]`, `tags[]`.
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from typing import Final

from mock_server.contracts.encodings import PLAIN, Encoding
from mock_server.contracts.schema_view import SchemaView
from mock_server.contracts.schemas import Schemas
from mock_server.http import problems, styles
from mock_server.http.conversion import Texts, converted, member_of
from mock_server.http.escapes import Pairs, pairs_of, plain
from mock_server.http.problems import Fault, Problem


def read_fields(
    raw: bytes,
    view: SchemaView | None,
    encodings: Mapping[str, Encoding],
    schemas: Schemas,
    charset: str = "utf-8",
) -> dict[str, object]:
    """Return the fields of a form. Raises Problem 400 for one that is malformed."""
    try:
        text = raw.decode(charset)
        pairs = pairs_of(text, errors="strict"), pairs_of(text, plus="+", errors="strict")
    except UnicodeDecodeError as error:
        raise Problem(problems.MALFORMED_FORM, Fault("#", str(error))) from None
    faults: list[Fault] = []
    found: dict[str, object] = {}
    for name, readings in _fields(*pairs, view, encodings, faults):
        found[name] = converted(view_of(view, name), readings, schemas)
    if faults:
        raise Problem(problems.MALFORMED_FORM, *faults)
    return {**found, **unwritten(view, found, schemas)}


def view_of(view: SchemaView | None, name: str) -> SchemaView | None:
    """Return what a member of a form fits, None when nothing is said of it."""
    return member_of(tuple(_with_branches(view)), name) if view is not None else None


def unwritten(
    view: SchemaView | None, given: Collection[str], schemas: Schemas
) -> dict[str, object]:
    """Return the members that a form has though they are not written: those with a default, and what is empty.

    A list without items and an object without members are written as nothing at all, so what must be there is empty; an
    object only where that fits.
    """
    if view is None:
        return {}
    required = {name for each in _with_branches(view) for name in each.required}
    found: dict[str, object] = {}
    for name in _declared(view):
        member = view_of(view, name)
        if name in given or member is None or member.word("readOnly") is True:
            continue
        value = member.word("default")
        if value is None and name in required:
            value = _EMPTY.get(member.kinds)
        # A list is told that it lacks items; an object, that it is missing.
        if value == [] or (
            value is not None and schemas.check(member.node.place, None).accepts(value)
        ):
            found[name] = copy.deepcopy(value)
    return found


_EMPTY: Final[Mapping[tuple[str, ...], object]] = {("array",): [], ("object",): {}}


def declares(view: SchemaView | None, name: str) -> bool:
    """Tell whether a schema names a member."""
    return view is not None and any(name in each.properties for each in _with_branches(view))


def _with_branches(view: SchemaView) -> Iterator[SchemaView]:
    yield view
    for option in view.options:
        yield from _with_branches(option)


def _fields(
    pairs: Pairs,
    reserved: Pairs,
    view: SchemaView | None,
    encodings: Mapping[str, Encoding],
    faults: list[Fault],
) -> Iterator[tuple[str, list[Texts]]]:
    """Yield each field with what its texts may mean; in `reserved` a plus sign is one."""
    taken: set[str] = set()
    for name in _declared(view):
        encoding = encodings.get(name, PLAIN)
        inner = view_of(view, name)
        try:
            own = reserved if encoding.allow_reserved else pairs
            readings = list(_readings(own, name, inner, encoding))
        except ValueError as error:
            faults.append(Fault(f"#/{name}", str(error)))
            readings = []
        taken |= {key for key in pairs if key == name or key.startswith(f"{name}[")}
        if encoding.style == "form" and encoding.explode and inner is not None and readings:
            taken |= set(inner.properties)
        if readings:
            yield name, readings
    for name, given in pairs.items():
        if name not in taken:
            texts: list[Texts] = [plain(one) for one in given]
            yield name, [texts[0] if len(texts) == 1 else texts]


def _declared(view: SchemaView | None) -> list[str]:
    views = _with_branches(view) if view is not None else ()
    return list(dict.fromkeys(name for each in views for name in each.properties))


def _readings(
    pairs: Pairs, name: str, view: SchemaView | None, encoding: Encoding
) -> Iterator[Texts]:
    texts = pairs.get(name, ())
    if encoding.style is not None and texts and not encoding.explode:
        yield from styles.read_delimited(texts[0], encoding.style, view)
    elif texts:
        yield from styles.read_repeated(texts, view if "array" in _kinds(view) else None)
    elif encoding.style == "form" and view is not None and "object" in view.kinds:
        exploded = styles.read_exploded_object(pairs, view, frozenset(pairs))
        if exploded is not None:
            yield exploded
    else:
        members = styles.read_deep_object(pairs, name)
        if members is not None:
            items = styles.as_list(members)
            yield from (members, items) if items is not None else (members,)


def _kinds(view: SchemaView | None) -> tuple[str, ...]:
    return view.kinds if view is not None else ()
