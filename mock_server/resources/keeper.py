"""What the operations of one resource do in a transaction: find, list, make, change and remove."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import NamedTuple

import msgspec
import sqlalchemy as sa

from mock_server.clock import Micros
from mock_server.contracts.cel import Formula, read_formula
from mock_server.contracts.contract import Contract
from mock_server.contracts.lives import Life
from mock_server.contracts.schema_view import MemberPath, SchemaView
from mock_server.resources.bodies import AS_JSON, Bodies
from mock_server.resources.first_day import FirstDay, first_day
from mock_server.resources.making import (
    Draft,
    KeyForm,
    Members,
    is_servers,
    made,
    new_keys,
    with_moments,
)
from mock_server.resources.names import Moment, naming_above, plain, singular
from mock_server.resources.path_keys import documented_keys, key_text, made_up_keys
from mock_server.resources.resource import Resource
from mock_server.resources.shapes import members_of, value_at, with_value
from mock_server.storage.resources import Collection, New, Place, Stored
from mock_server.storage.store import Store
from openapi_documents import DocumentError

_BOTH = frozenset(Moment)


class Target(NamedTuple):
    """What a request is about: the caller, the values of the templates above, and the key in the path ("" for none)."""

    partner: str
    above: tuple[str, ...]
    key: str

    @property
    def scope(self) -> str:
        """The text of the values above."""
        return msgspec.json.encode(self.above).decode()


class Keeper:
    """Keeps the resources of one kind."""

    def __init__(
        self,
        contract: Contract,
        resource: Resource,
        bodies: Bodies,
        store: Store,
        life: Life | None,
    ) -> None:
        """Take the contract, the resource, its bodies, the store, and the life that is declared of it."""
        self.resource = resource
        self.life = life
        self.spoken = singular(resource.name).replace("-", " ")
        self.kind = f"{contract.name}:{resource.path}"
        self._document = contract.document
        self._is_ours = bool(contract.lives)
        self._bodies = bodies
        self._store = store
        self._table = store.resources
        self.parent: Keeper | None = None
        self.children: list[Keeper] = []

    # -- what a contract says of it ----------------------------------------------------------------

    @cached_property
    def first_day(self) -> FirstDay:
        """What is there on the first day; nothing of what is computed of what was saved, for nothing was."""
        if self.life is not None and self.life.totals:
            return FirstDay((), frozenset(), "")
        return first_day(self._document, self.resource, self._bodies)

    @cached_property
    def example(self) -> Members:
        """What a read answers by the contract alone, or what a list has in it."""
        return self._bodies.shown(self.resource)

    @cached_property
    def _key_view(self) -> SchemaView:
        view = self.resource.item.view
        for name in self.resource.key:
            view = members_of(view).get(name, view)
        return view

    @cached_property
    def takes_keys(self) -> bool:
        """Whether a client may name what it makes."""
        asked = self.resource.asked
        for name in self.resource.key:
            asked = members_of(asked).get(name) if asked is not None else None
        return asked is not None and not any(
            view.word("readOnly") is True for view in (asked, self._key_view)
        )

    # -- reading -----------------------------------------------------------------------------------

    def place(self, target: Target) -> Place:
        """Return the collection that a request is about."""
        return Place(target.partner, self.kind, target.scope)

    def is_open(self, connection: sa.Connection, target: Target) -> bool:
        """Tell whether the collection began with this first day."""
        known = self._table.collection(connection, self.place(target))
        return known is not None and known.first_day == self.first_day.digest

    def find(self, connection: sa.Connection, target: Target) -> Stored | None:
        """Return the resource that a request is about, of a collection that is open.

        A stand-in names the first example, unless something had that name.
        """
        found = self.named(connection, target)
        first = next(iter(self.first_day.records), None)
        if found is not None or first is None or target.key not in self.first_day.stand_ins:
            return found
        if self.had(connection, target):
            return None
        return self._table.find(connection, self.place(target), first.key)

    def had(self, connection: sa.Connection, target: Target) -> bool:
        """Tell whether anything ever happened to something of this key."""
        place = self.place(target)
        return bool(self._store.histories.of(connection, place.partner, place.kind, target.key))

    def missing_above(self, connection: sa.Connection, target: Target) -> tuple[Keeper, str] | None:
        """Return which of those that a resource is in is not there, and its key; None where all of them are.

        What a document's own values of a template name counts as there: what is in it is answered by examples.
        """
        if self.parent is None:
            return None
        above = self.parent.above_of(target)
        if above.key not in self.parent.suggested and self.parent.find(connection, above) is None:
            return self.parent, above.key
        return self.parent.missing_above(connection, above)

    @cached_property
    def suggested(self) -> frozenset[str]:
        """The keys that a document gives, or lets one make up, in the paths of what is in it."""
        inside = [child.resource for child in self.children]
        number = self.resource.above
        found = [
            key
            for one in inside
            for key in (
                *documented_keys(self._document, one, number),
                *made_up_keys(one, self._bodies, number),
            )
        ]
        return frozenset(map(key_text, found))

    def named(self, connection: sa.Connection, target: Target) -> Stored | None:
        """Return the resource that has the key of a request, of a collection that is open."""
        return self._table.find(connection, self.place(target), target.key)

    def total(self, connection: sa.Connection, target: Target) -> int:
        """Return how many there are in a collection that is open."""
        known = self._table.collection(connection, self.place(target))
        return known.total if known is not None else 0

    def page(
        self, connection: sa.Connection, target: Target, total: int, offset: int, limit: int
    ) -> list[Stored]:
        """Return some of a collection of so many, in the order of their creation."""
        return self._table.page(connection, self.place(target), total, offset, limit)

    def every(
        self, connection: sa.Connection, target: Target, texts: Sequence[Sequence[bytes]] = ()
    ) -> Iterator[Stored]:
        """Yield all of a collection whose JSON holds one of each of these texts, in the order of their creation."""
        return self._table.all_of(connection, self.place(target), texts)

    def get(self, connection: sa.Connection, target: Target) -> Stored:
        """Return a resource that is there."""
        found = self.named(connection, target)
        if found is None:
            raise LookupError(f"{self.kind} {target.key} is not there")
        return found

    # -- changing, under the partner's lock ---------------------------------------------------------

    def open(self, connection: sa.Connection, target: Target, now: Micros) -> Collection:
        """Begin a collection with the records of the first day, if nobody did, and return what is known of it."""
        place = self.place(target)
        known = self._table.collection(connection, place)
        if known is not None and known.first_day == self.first_day.digest:
            return known
        has_any = self._has_first_day(connection, target, now)
        records = [self._on_first_day(one, now) for one in self.first_day.records if has_any]
        for record in records:
            self._store.histories.count(connection, place, record.state, 1)
        return self._table.begin(connection, place, self.first_day.digest, records)

    def _has_first_day(self, connection: sa.Connection, target: Target, now: Micros) -> bool:
        """Tell whether examples belong into a collection: not into what a client has made, nor into what is gone."""
        if self.parent is None:
            return True
        above = self.parent.above_of(target)
        self.parent.open(connection, above, now)
        found = self.parent.find(connection, above)
        if found is None:
            return above.key in self.parent.suggested or not self.parent.had(connection, above)
        return bool(found.first_day) or self.resource.is_single

    def _on_first_day(self, record: New, now: Micros) -> New:
        """Return a record of the first day in the state that its example shows, else in the first one."""
        if self.life is None:
            return record
        value = self.read(record.data)
        shown = value_at(value, self.life.state) if self.life.state is not None else None
        state = shown if isinstance(shown, str) and shown in self.life.states else self.life.initial
        data = msgspec.json.encode(self.shown_in(value, state))
        due_at = self.life.due_after(state, now)
        return record._replace(data=data, state=state, since=now, due_at=due_at)

    def above_of(self, target: Target) -> Target:
        """Return what a request about something in it says of this resource."""
        count = self.resource.above
        return Target(target.partner, target.above[:count], target.above[count])

    def new(
        self, connection: sa.Connection, target: Target, sent: Members, now: Micros
    ) -> tuple[New, int, Stored | None]:
        """Return what a creation is to store, the last number given as an id, and what has its key already."""
        known = self.open(connection, target, now)
        draft = self._draft(sent, {})
        value = self._begun(draft, target, now)
        key, last, there = self._key(connection, target, sent, known.last_id)
        value = self._with_key(value, key)
        return New(key_text(key), self.encoded(value)), last, there

    def changed(
        self, stored: Stored, sent: Members, now: Micros, asked: SchemaView | None = None
    ) -> New:
        """Return what a replacement is to store: what was sent, and what the server made before.

        `asked` is what may be sent to replace it, where that is not what is sent to make it.
        """
        before = self.value(stored)
        draft = self._draft(sent, before)
        if asked is not None and members_of(asked):
            draft = replace(draft, asked=asked)
        value = with_moments(made(draft), draft, {Moment.UPDATED}, now)
        for_ever = value_at(before, self.resource.key) if self.resource.key else None
        if for_ever is not None:
            value = self._with_key(value, for_ever)
        return self._kept(stored, value)

    def merged(self, stored: Stored, merged: Members, now: Micros) -> New:
        """Return what a change of some members is to store."""
        before = self.value(stored)
        draft = self._draft(merged, before)
        value = with_moments(merged, draft, {Moment.UPDATED}, now)
        if self.resource.key:
            value = self._with_key(value, value_at(before, self.resource.key))
        return self._kept(stored, value)

    def put(
        self, connection: sa.Connection, target: Target, sent: Members, now: Micros
    ) -> tuple[New, int]:
        """Return what is to be stored under the key that a path names, and the last number given as an id."""
        known = self.open(connection, target, now)
        draft = self._draft(sent, {})
        value = self._begun(draft, target, now)
        if self.resource.key:
            value = self._with_key(value, self._typed(target.key))
        return New(target.key, self.encoded(value)), known.last_id

    def add(self, connection: sa.Connection, target: Target, new: New, last: int) -> Stored:
        """Store something new."""
        return self._table.add(connection, self.place(target), new, last)

    def change(self, connection: sa.Connection, stored: Stored, new: New) -> None:
        """Store a change."""
        self._table.change(connection, stored, new)

    def with_elements(
        self, connection: sa.Connection, stored: Stored, way: MemberPath, shown: list[Members]
    ) -> Stored:
        """Show others as the elements of an array, where a representation has such an array. Returns how it stands then."""
        view: SchemaView | None = self.resource.item.view
        for name in way:
            view = members_of(view).get(name) if view is not None else None
        if view is None or not view.is_array:
            return stored
        value = with_value(self.value(stored), way, shown)
        data = msgspec.json.encode(value)
        if self._bodies.accepts(self.resource.item.view.node.place, value):
            new = New(stored.key, data, stored.first_day, stored.state, stored.since, stored.due_at)
            self.change(connection, stored, new)
            return stored._replace(data=data, version=stored.version + 1)
        return stored

    def with_element(
        self, connection: sa.Connection, stored: Stored, way: MemberPath, at: Micros, shown: Members
    ) -> None:
        """Show another one as it stands now, as one element of an array."""
        listed = value_at(self.value(stored), way)
        if isinstance(listed, list) and at < len(listed):
            elements = [*listed[:at], shown, *listed[at + 1 :]]
            self.with_elements(connection, stored, way, elements)

    def remove(self, connection: sa.Connection, target: Target, stored: Stored) -> None:
        """Remove a resource, and everything that is in it."""
        self._table.remove(connection, self.place(target), stored)
        inside = msgspec.json.encode((*target.above, stored.key)).decode().removesuffix("]")
        for child in self._descendants():
            self._table.remove_within(connection, target.partner, child.kind, inside)

    def _descendants(self) -> list[Keeper]:
        return [one for child in self.children for one in (child, *child._descendants())]

    # -- representations ---------------------------------------------------------------------------

    def value(self, stored: Stored) -> Members:
        """Return the representation of what is stored."""
        return self.read(stored.data)

    @staticmethod
    def read(data: bytes) -> Members:
        """Return a representation from how it is stored."""
        found: Members = msgspec.json.decode(data)
        return found

    def shown_in(self, value: Members, state: str) -> Members:
        """Return a representation that shows a state, where the contract says where."""
        if self.life is None or self.life.state is None:
            return value
        shown = with_value(value, self.life.state, state)
        return shown if isinstance(shown, Mapping) else value

    def touched(self, value: Members, moment: Moment, at: Micros) -> Members:
        """Return a representation whose instants of one kind, where the server makes them, are another."""
        return with_moments(value, self._draft({}, value), {moment}, at)

    @cached_property
    def formulas(self) -> Mapping[MemberPath, Formula]:
        """What the server computes, by the ways to it. Raises DocumentError for what does not compile."""
        try:
            return dict(_formulas(self.resource.item.view, ()))
        except DocumentError:
            if self._is_ours:
                raise
            return {}  # a word of somebody else's

    def computed(self, value: Members, facts: Members) -> Members:
        """Return a representation with what the server computes."""
        for way, formula in self.formulas.items():
            found = formula.value({**facts, "self": value})
            if found is not None:
                shown = with_value(value, way, found)
                value = shown if isinstance(shown, Mapping) else value
        return value

    def encoded(self, value: Members) -> bytes:
        """Return a representation as it is stored: one that fits the answer of a read, where that can be had."""
        spot = self.resource.item
        value = self._bodies.completed(value, spot.view)
        whole = with_value(self._example_body, spot.at, value)
        return msgspec.json.encode(
            value_at(self._bodies.fitting(whole, spot, self._fitting_example(value)), spot.at)
        )

    def _fitting_example(self, value: Members) -> Members:
        """Return the example under the key of a representation."""
        key = value_at(value, self.resource.key) if self.resource.key else None
        return self._with_key(self.example, key) if key is not None else self.example

    @cached_property
    def _example_body(self) -> object:
        read = self.resource.reading
        answer = self._bodies.example(read.operation, accept=AS_JSON) if read else None
        return answer.body if answer is not None else {}

    def _draft(self, sent: Members, before: Members) -> Draft:
        resource = self.resource
        return Draft(sent, before, self.example, resource.item.view, resource.asked)

    def _with_key(self, value: Members, key: object) -> dict[str, object]:
        found = with_value(value, self.resource.key, key)
        return dict(found) if isinstance(found, Mapping) else {}

    def _begun(self, draft: Draft, target: Target, now: Micros) -> dict[str, object]:
        """Return a new representation: its instants are now, and it names what it is in."""
        value = with_moments(made(draft), draft, _BOTH, now)
        sent = {plain(name) for name in draft.sent}
        for name, number in self._naming_above.items():
            if plain(name) not in sent:
                view = members_of(self.resource.item.view)[name]
                shown = _typed(target.above[number], partial(self._bodies.accepts, view.node.place))
                value = {**value, name: shown}
        return value

    @cached_property
    def _naming_above(self) -> Mapping[str, int]:
        """The members that the server makes and that name what a resource is in: with the number of the template."""
        asked = members_of(self.resource.asked) if self.resource.asked is not None else {}
        wanted = naming_above(self.resource.path, self.resource.above)
        return {
            name: wanted[plain(name)]
            for name, view in members_of(self.resource.item.view).items()
            if plain(name) in wanted
            and (name,) != self.resource.key
            and is_servers(view, asked.get(name), self.resource.asked)
        }

    def _kept(self, stored: Stored, value: Members) -> New:
        return New(
            stored.key,
            self.encoded(value),
            stored.first_day,
            stored.state,
            stored.since,
            stored.due_at,
        )

    # -- keys ----------------------------------------------------------------------------------------

    def _key(
        self, connection: sa.Connection, target: Target, sent: Members, last: int
    ) -> tuple[object, int, Stored | None]:
        """Return the key of something new, the last number given as one, and what has the key that the client gave it."""
        given = value_at(sent, self.resource.key)
        if self.takes_keys and isinstance(given, str | int | float) and given != "":
            there = self._table.find(connection, self.place(target), key_text(given))
            return given, last, there
        place = self.place(target)
        form = KeyForm(self._key_view, value_at(self.example, self.resource.key), self._takes)
        for key in new_keys(form, last, self._unique(place, last)):
            if self._table.find(connection, place, key_text(key)) is None:
                return key, max(last + 1, key) if type(key) is int else last + 1, None
        key = value_at(self.example, self.resource.key) or str(uuid.uuid4())
        there = self._table.find(connection, place, key_text(key))
        return key, last + 1, there

    def _unique(self, place: Place, last: int) -> uuid.UUID:
        seed = self._store.seed
        if seed is None:
            return uuid.uuid4()
        chance = random.Random(f"{seed}/{place}/{last}")  # noqa: S311 - to be repeated, not to be secret
        return uuid.UUID(int=chance.getrandbits(128), version=4)

    def _takes(self, key: object) -> bool:
        """Tell whether a key fits the member that it stands in."""
        place = self._key_view.node.place
        return self._bodies.accepts(place, key)

    def _typed(self, text: str) -> object:
        """Return a key of a path as the type that its member has."""
        return _typed(text, self._takes)


def _typed(text: str, takes: Callable[[object], bool]) -> object:
    """Return what a text of a path is that is taken: a number, else the text."""
    number: object = int(text) if text.isdecimal() else text
    return number if takes(number) else text


def _formulas(
    view: SchemaView, above: MemberPath, levels: int = 4
) -> Iterator[tuple[MemberPath, Formula]]:
    """Yield the expressions of `x-value` in an object and in the objects in it."""
    for name, member in members_of(view).items():
        node = next((part["x-value"] for part in member.parts if "x-value" in part), None)
        if node is not None:
            yield (*above, name), read_formula(node)
        elif levels and not member.is_array:
            yield from _formulas(member, (*above, name), levels - 1)
