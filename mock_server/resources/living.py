"""The lives of resources: what a creation becomes, and the transitions that operations, time and outsiders cause."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple

import msgspec

from mock_server import clock as clocks
from mock_server.clock import Micros
from mock_server.contracts.callers import NOBODY, Caller
from mock_server.contracts.lives import CreationRow, Life, Transition
from mock_server.contracts.schema_view import MemberPath
from mock_server.contracts.totals import Total
from mock_server.http.problems import Kind, Problem
from mock_server.http.requests import Request
from mock_server.resources.keeper import Keeper, Target
from mock_server.resources.making import Members
from mock_server.resources.names import Moment
from mock_server.resources.saved import chosen
from mock_server.resources.shapes import value_at
from mock_server.resources.transactions import Transaction
from mock_server.storage.histories import Entry
from mock_server.storage.resources import New, Place, Stored
from mock_server.storage.store import Store

WRONG_STATE = Kind(409, "The {one} is {state}; {operation} is not possible then.")
REFUSED: Final = "The {name} is refused: {reason}."


class Cause(NamedTuple):
    """What causes a transition: the operation of a request, an event, or time; and the request."""

    kind: str
    name: str
    source: Request | None = None

    @property
    def body(self) -> object:
        """The body of the request, None where there is none."""
        return self.source.body if self.source is not None else None

    @property
    def caller(self) -> Caller:
        """Who sent the request."""
        known = self.source.caller if self.source is not None else None
        return known if known is not None else NOBODY


TIME: Final = Cause("time", "")


Watcher = Callable[[Transaction, Keeper, Stored, int, Cause], None]
"""Is told of each state that a resource has come to, when and why, in the same transaction."""


@dataclass(frozen=True)
class Living:
    """Moves the resources of one contract through their lives. `told` is called for each state that is reached."""

    store: Store
    keepers: Mapping[str, Keeper]
    """What keeps each kind of resource, by the kind."""
    told: list[Watcher] = field(default_factory=list)
    arrays: dict[tuple[str, str], list[MemberPath]] = field(default_factory=dict)
    """The arrays of one kind whose elements are resources of another."""

    @cached_property
    def has_timers(self) -> bool:
        """Whether anything happens by time alone."""
        lives = (keeper.life for keeper in self.keepers.values())
        return any(
            one.after is not None for life in lives if life is not None for one in life.transitions
        )

    @cached_property
    def tells(self) -> bool:
        """Whether somebody is to be told of a state."""
        lives = (keeper.life for keeper in self.keepers.values())
        return any(life is not None and life.notices for life in lives)

    # -- creations ---------------------------------------------------------------------------------

    def begun(
        self,
        moment: Transaction,
        keeper: Keeper,
        target: Target,
        new: New,
        sent: Members,
        cause: Cause,
    ) -> New:
        """Return what a creation becomes: in its first state. Raises Problem where a row refuses it."""
        life = keeper.life
        if life is None:
            return self._plainly(moment, keeper, target, new)
        identity = hashlib.blake2b(_canonical.encode(sent), digest_size=20).digest()
        natural = _natural(life, keeper.read(new.data), sent)
        new = new._replace(identity=identity, natural=natural)
        facts = self._facts(moment, keeper, target, keeper.read(new.data), cause)
        row = self._row(moment, keeper, target, new, facts)
        if row is not None and row.refuse is not None:
            reason = row.message or _REASONS[row.when]
            raise Problem(Kind(row.refuse, REFUSED), name=keeper.spoken, reason=reason)
        state = row.then if row is not None and row.then is not None else life.initial
        return self._in_state(keeper, new, state, moment.now, facts)

    def _plainly(self, moment: Transaction, keeper: Keeper, target: Target, new: New) -> New:
        """Return what has no life with what the server computes."""
        if not keeper.formulas:
            return new
        facts = {**_with_parent(moment, keeper, target), "now": clocks.to_text(moment.now)}
        value = keeper.computed(keeper.read(new.data), facts)
        return new._replace(data=keeper.encoded(value))

    def _row(
        self, moment: Transaction, keeper: Keeper, target: Target, new: New, facts: Members
    ) -> CreationRow | None:
        """Return the first row of the outcomes that holds, None without any."""
        life = keeper.life
        if life is None or not life.rows:
            return None
        twin, rival = self.store.resources.like(
            moment.connection, keeper.place(target), new.identity or b"", new.natural
        )
        conditions = {
            "twin-saved": twin is not None,
            "rival-saved": rival is not None,
            "otherwise": True,
        }
        return next(
            (
                row
                for row in life.rows
                if (row.rule.holds(facts) if row.rule is not None else conditions[row.when])
            ),
            None,
        )

    def _in_state(self, keeper: Keeper, new: New, state: str, at: Micros, facts: Members) -> New:
        life = keeper.life
        assert life is not None  # noqa: S101 - asked by both who call this
        value = keeper.shown_in(keeper.read(new.data), state)
        value = keeper.computed(value, {**facts, "now": clocks.to_text(at)})
        return new._replace(
            data=keeper.encoded(value), state=state, since=at, due_at=life.due_after(state, at)
        )

    def note_creation(
        self, moment: Transaction, keeper: Keeper, stored: Stored, cause: Cause
    ) -> None:
        """Write down that something was made, and tell whom it concerns."""
        entry = {"by": cause.kind, "cause": cause.name, "what": "created", "to": stored.state}
        self._note(moment, keeper, stored, moment.now, entry)
        if keeper.life is not None:
            self.store.histories.count(moment.connection, place_of(moment, stored), stored.state, 1)
            self._tell(moment, keeper, stored, moment.now, cause)

    def note_change(
        self, moment: Transaction, keeper: Keeper, stored: Stored, cause: Cause, what: str
    ) -> None:
        """Write down that something was changed or removed."""
        entry = {"by": cause.kind, "cause": cause.name, "what": what, "to": stored.state}
        self._note(moment, keeper, stored, moment.now, entry)
        if what == "removed" and keeper.life is not None:
            self.store.histories.count(
                moment.connection, place_of(moment, stored), stored.state, -1
            )

    def valued(
        self, moment: Transaction, keeper: Keeper, stored: Stored, value: Members
    ) -> Members:
        """Return a representation with what the server computes."""
        target = target_of(moment, stored)
        facts = {**_with_parent(moment, keeper, target), "now": clocks.to_text(moment.now)}
        return keeper.computed(value, facts)

    # -- transitions -------------------------------------------------------------------------------

    def possible(
        self,
        moment: Transaction,
        keeper: Keeper,
        stored: Stored,
        transitions: Sequence[Transition],
        cause: Cause,
    ) -> Transition | None:
        """Return the first of some transitions that leads out of a resource's state and whose guard holds."""
        target = target_of(moment, stored)
        facts: Members | None = None
        for transition in transitions:
            if stored.state not in transition.sources:
                continue
            if transition.guard is None:
                return transition
            facts = facts or self._facts(moment, keeper, target, keeper.value(stored), cause)
            if transition.guard.holds(facts):
                return transition
        return None

    def fire(
        self,
        moment: Transaction,
        keeper: Keeper,
        stored: Stored,
        transition: Transition,
        cause: Cause,
        at: Micros,
    ) -> Stored:
        """Move a resource, and tell whom it concerns. Returns how it stands then."""
        connection, target = moment.connection, target_of(moment, stored)
        value = keeper.touched(keeper.value(stored), Moment.UPDATED, at)
        new = New(stored.key, keeper.encoded(value), stored.first_day)
        facts = self._facts(moment, keeper, target, value, cause)
        new = self._in_state(keeper, new, transition.to, at, facts)
        keeper.change(connection, stored, new)
        place = place_of(moment, stored)
        self.store.histories.count(connection, place, stored.state, -1)
        self.store.histories.count(connection, place, transition.to, 1)
        after = stored._replace(
            data=new.data, version=stored.version + 1, state=new.state, since=at, due_at=new.due_at
        )
        entry = {
            "by": cause.kind,
            "cause": cause.name,
            "what": "moved",
            "from": stored.state,
            "to": transition.to,
            "transition": transition.number,
            "guard": transition.guard.text if transition.guard is not None else None,
        }
        self._note(moment, keeper, after, at, entry)
        self._show_within(moment, keeper, after)
        self._tell(moment, keeper, after, at, cause)
        return after

    def _show_within(self, moment: Transaction, keeper: Keeper, stored: Stored) -> None:
        """Show how a resource stands in the one that it is an element of."""
        if stored.within is None or stored.position is None:
            return
        whole = self.store.resources.numbered(moment.connection, stored.within)
        if whole is not None and whole.kind in self.keepers:
            above = self.keepers[whole.kind]
            for way in self.arrays.get((whole.kind, keeper.kind), ()):
                shown = keeper.value(stored)
                above.with_element(moment.connection, whole, way, stored.position, shown)

    def settle(self, moment: Transaction) -> None:
        """Do what is due by the caller's clock, in the order in which it became so."""
        kinds = [kind for kind, keeper in self.keepers.items() if keeper.life is not None]
        while kinds:
            stored = self.store.resources.first_due(
                moment.connection, moment.partner, moment.now, kinds
            )
            if stored is None:
                return
            self._settle_one(moment, self.keepers[stored.kind], stored)

    def _settle_one(self, moment: Transaction, keeper: Keeper, stored: Stored) -> None:
        life, since = keeper.life, stored.since or 0
        timed = life.timed(stored.state or "") if life is not None else []
        for transition in timed:
            at = since + (transition.after or 0)
            if at > moment.now:
                self._wait(moment, keeper, stored, at)
                return
            then = moment._replace(now=at)
            if at >= (stored.due_at or 0) and self.possible(
                then, keeper, stored, [transition], TIME
            ):
                self.fire(then, keeper, stored, transition, TIME, at)
                return
        self._wait(moment, keeper, stored, None)

    def _wait(self, moment: Transaction, keeper: Keeper, stored: Stored, at: Micros | None) -> None:
        """Note when the next transition by time may happen, those before it being held back by their guards."""
        new = New(stored.key, stored.data, stored.first_day, stored.state, stored.since, at)
        keeper.change(moment.connection, stored, new)

    # -- what expressions know -----------------------------------------------------------------------

    def _facts(
        self, moment: Transaction, keeper: Keeper, target: Target, value: Members, cause: Cause
    ) -> dict[str, object]:
        facts = {
            **_with_parent(moment, keeper, target),
            **asked_by(cause, moment),
            "self": value,
        }
        if keeper.life is not None and keeper.life.totals:
            facts["totals"] = self._totals(moment, keeper.life.totals, facts)
        return facts

    def _totals(
        self, moment: Transaction, totals: Sequence[Total], facts: Members
    ) -> dict[str, object]:
        """Return what a life asks of the items that the caller's batches saved."""
        saved = self.store.records.of_collection
        return {
            total.name: total.of(
                chosen(saved(moment.connection, moment.partner, total.records), total.wanted(facts))
            )
            for total in totals
        }

    # -- who is told -------------------------------------------------------------------------------

    def _note(
        self,
        moment: Transaction,
        keeper: Keeper,
        stored: Stored,
        at: Micros,
        entry: Mapping[str, object],
    ) -> None:
        written = Entry(at, msgspec.json.encode(entry))
        self.store.histories.add(moment.connection, place_of(moment, stored), stored.key, written)

    def _tell(
        self, moment: Transaction, keeper: Keeper, stored: Stored, at: Micros, cause: Cause
    ) -> None:
        for watcher in self.told:
            watcher(moment, keeper, stored, at, cause)


def asked_by(cause: Cause, moment: Transaction) -> dict[str, object]:
    """Return what an expression knows of a request: its body, who sent it, and the instant."""
    return {
        "request": cause.body,
        "partner": {**cause.caller.facts(), "client_id": moment.partner},
        "now": clocks.to_text(moment.now),
    }


def place_of(moment: Transaction, stored: Stored) -> Place:
    """Return the collection that something is stored in."""
    return Place(moment.partner, stored.kind, stored.scope)


def target_of(moment: Transaction, stored: Stored) -> Target:
    """Return the target that leads to something that is stored."""
    return Target(moment.partner, tuple(msgspec.json.decode(stored.scope)), stored.key)


def _with_parent(moment: Transaction, keeper: Keeper, target: Target) -> dict[str, object]:
    if keeper.parent is None:
        return {}
    found = keeper.parent.find(moment.connection, keeper.parent.above_of(target))
    return {"parent": keeper.parent.value(found)} if found is not None else {}


def _natural(life: Life, value: Members, sent: Members) -> str | None:
    """Return the text of the members of a key: what the client says counts; None where a member is missing."""
    found = [value_at(sent, way) for way in life.keys]
    if len(life.keys) == 1 and found[0] is None:
        found = [value_at(value, life.keys[0])]
    if not found or None in found:
        return None
    text: str = _canonical.encode(found).decode()
    return text if len(text) <= _LONGEST else hashlib.sha256(text.encode()).hexdigest()


_LONGEST: Final = 200
_canonical: Final = msgspec.json.Encoder(order="deterministic")
_REASONS: Final = {
    "twin-saved": "an equal one was made before",
    "rival-saved": "another one with this key was made before",
    "rule": "a rule of the contract does not allow it",
    "otherwise": "the contract does not allow it",
}
