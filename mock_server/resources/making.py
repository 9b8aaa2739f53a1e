"""A resource's representation: made of what a client sent, of what the server makes, and of what else the schema asks for."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from mock_server.clock import MICROSECONDS, Micros, to_text
from mock_server.contracts.schema_view import SchemaView
from mock_server.examples.patterns import matches, numbered
from mock_server.resources.names import Moment, moment_of, plain
from mock_server.resources.shapes import has_alternatives, is_object, members_of

Members = Mapping[str, object]


@dataclass(frozen=True)
class Draft:
    """What a representation is made of: what was sent, what stood there, an example, and the schemas of answer and request."""

    sent: Members
    before: Members
    example: Members
    view: SchemaView
    asked: SchemaView | None


def made(draft: Draft) -> dict[str, object]:
    """Return the representation: what was sent, and what the server makes or the schema asks for.

    What is the server's own stays as it was (`before`), else it is as in the example. What a client could have sent and
    did not is left out unless the schema requires it or has a default for it.
    """
    known, asked = members_of(draft.view), members_of(draft.asked) if draft.asked else {}
    sent = _at_home(_spelled(draft.sent, known, asked), known, draft.asked)
    found: dict[str, object] = {}
    for name, view in known.items():
        request = asked.get(name) or _alike(name, asked)
        took_in = name in sent and name not in draft.sent and request is None
        if is_servers(view, request, draft.asked) and not took_in:
            value = draft.before.get(name, draft.example.get(name, _NOTHING))
        elif name in sent and view.word("writeOnly") is not True:
            value = _inside(name, sent[name], view, request, draft)
        elif not asked:
            value = draft.before.get(name, draft.example.get(name, _NOTHING))
        else:
            value = _unsent(name, view, request, draft)
        if value is not _NOTHING:
            found[name] = value
    for name, value in sent.items():
        if name not in known and not _is_secret(asked.get(name)):
            found[name] = value
    return found


def is_servers(view: SchemaView, request: SchemaView | None, asked: SchemaView | None) -> bool:
    """Tell whether the server makes a member: it is read-only, or no client can send it."""
    return (
        view.word("readOnly") is True
        or (asked is not None and bool(members_of(asked)) and request is None)
        or (request is not None and request.word("readOnly") is True)
    )


def _inside(
    name: str, value: object, view: SchemaView, request: SchemaView | None, draft: Draft
) -> object:
    """Return what was sent of one member; an object gets what the server makes in it."""
    # Of alternatives, what was sent has chosen one; members of another would not fit.
    if not isinstance(value, Mapping) or not view.properties or has_alternatives(view):
        return value
    return made(
        Draft(
            value,
            _members(draft.before.get(name)),
            _members(draft.example.get(name)),
            view,
            request,
        )
    )


def _unsent(name: str, view: SchemaView, request: SchemaView | None, draft: Draft) -> object:
    for schema in (request, view):
        default = schema.word("default") if schema is not None else None
        if default is not None:
            return default
    if name in required_of(draft.view):
        return draft.before.get(name, draft.example.get(name, _NOTHING))
    return _NOTHING


def required_of(view: SchemaView) -> frozenset[str]:
    """Return the names of the members that an object must have."""
    return frozenset(
        name
        for part in view.parts
        for name in part.value.get("required") or ()
        if isinstance(name, str)
    )


def _spelled(
    sent: Members, known: Mapping[str, SchemaView], asked: Mapping[str, SchemaView]
) -> dict[str, object]:
    """Return what was sent under the names of the answer, where those are spelled in another way."""
    found = {}
    for name, value in sent.items():
        other = name if name in known else _alike_name(name, known)
        as_sent = other is None or (other in sent and other != name)
        found[name if as_sent or other is None else other] = value
    return found


def _at_home(
    sent: Members, known: Mapping[str, SchemaView], asked: SchemaView | None
) -> dict[str, object]:
    """Return what was sent in the places that the answer has for it: in an object that has members like those of a request.

    PayPal's item of a payout, for one, comes back as `payout_item`.
    """
    if asked is None:
        return dict(sent)
    members = members_of(asked)
    if members and not members.keys() & known.keys():
        whole = next((name for name, view in known.items() if _is_like(asked, view)), None)
        if whole is not None:
            return {whole: dict(sent)}
    found = dict(sent)
    for name, view in members.items():
        if name not in found or name in known:
            continue
        for home, inner in known.items():
            there = inner.properties.get(name)
            if there is not None and home not in sent and _is_like(view, there):
                inside = found.get(home)
                before = dict(inside) if isinstance(inside, Mapping) else {}
                found[home] = {**before, name: found.pop(name)}
                break
    return found


def _is_like(one: SchemaView, other: SchemaView) -> bool:
    """Tell whether most members of an object are members of another."""
    names = one.properties.keys()
    return bool(names) and len(names & other.properties.keys()) * 2 > len(names)


def _alike_name(name: str, known: Mapping[str, SchemaView]) -> str | None:
    return next((one for one in known if plain(one) == plain(name)), None)


def _alike(name: str, asked: Mapping[str, SchemaView]) -> SchemaView | None:
    other = _alike_name(name, asked)
    return asked[other] if other is not None else None


def _is_secret(view: SchemaView | None) -> bool:
    """Tell whether a member is for the server alone."""
    return view is not None and (view.word("writeOnly") is True or view.format == "password")


def _members(value: object) -> Members:
    return value if isinstance(value, Mapping) else {}


_NOTHING = object()


# -- instants ------------------------------------------------------------------------------------


def with_moments(
    value: Members, draft: Draft, moments: Collection[Moment], now: Micros
) -> dict[str, object]:
    """Return a representation whose instants of some kinds, where the server makes them, are now."""
    asked = members_of(draft.asked) if draft.asked is not None else {}
    found = dict(value)
    for name, view in members_of(draft.view).items():
        is_told = moment_of(name) in moments
        if is_told and is_servers(view, asked.get(name), draft.asked):
            instant = instant_of(view, now)
            found[name] = instant if instant is not None else found.get(name)
        elif isinstance(found.get(name), dict) and is_object(view):
            inner = Draft({}, {}, _members(draft.example.get(name)), view, asked.get(name))
            found[name] = with_moments(_members(found[name]), inner, moments, now)
    return found


def instant_of(view: SchemaView, now: Micros) -> object | None:
    """Return an instant as a schema wants it: a date and time, a date, or seconds since 1970; None for anything else."""
    text = to_text(now)
    if view.format == "date":
        return text[:10]
    if "integer" in view.types or "number" in view.types:
        return now // MICROSECONDS
    if view.format == "date-time" or "string" in view.types:
        return text[:19] + "Z"
    return None


# -- keys ----------------------------------------------------------------------------------------


class KeyForm(NamedTuple):
    """How keys are made: the schema of the member, an example of one, and what tells whether a value is good."""

    view: SchemaView
    example: object
    accepts: Callable[[object], bool]


def new_keys(form: KeyForm, last: int, unique: uuid.UUID) -> Iterator[object]:
    """Yield keys for a new resource, the likeliest first, those that fit its schema: numbers after the last one, or texts."""
    return filter(form.accepts, _candidates(form, last, unique))


def _candidates(form: KeyForm, last: int, unique: uuid.UUID) -> Iterator[object]:
    is_number = {"integer", "number"} & set(form.view.types) or type(form.example) is int
    if is_number:
        start = max(last, form.example if type(form.example) is int else 0)
        yield from range(start + 1, start + _TRIED)
    text = str(unique)
    example = form.example if isinstance(form.example, str) else ""
    head, sign, _ = example.rpartition("_")
    if example.isdecimal():
        yield from (str(number) for number in range(last + 1, last + _TRIED))
    if sign and head.isalnum():  # cus_NffrFeUfNV2Hib
        yield f"{head}_{unique.hex[: max(len(example) - len(head) - 1, 8)]}"
    yield text
    yield unique.hex
    yield from (unique.hex[:length] for length in (24, 16, 12, 10, 8))
    yield from (str(number) for number in range(last + 1, last + _TRIED))
    pattern = form.view.word("pattern")
    if isinstance(pattern, str):
        yield from numbered(pattern, unique.int, len(example))
        yield from matches(pattern, len(example))


_TRIED = 50
