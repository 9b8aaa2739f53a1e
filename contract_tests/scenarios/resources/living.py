"""Leads resources through their lives: by operations, by events, and by time, as far as the judge can cause them."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any
from urllib.parse import quote

from contract_tests.http.messages import JSON, Request, get
from contract_tests.http.partners import Caller
from contract_tests.judging.asking import Asked
from contract_tests.judging.life_oracle import Cause, Facts, Kind, becomes, causes
from contract_tests.reading.contract import Operation
from contract_tests.reading.lives import Life, Transition
from contract_tests.reading.resources import Does, Resource, Way, schema_at, value_at, way_of
from contract_tests.scenarios.resources.naming import (
    Naming,
    key_value,
    named,
    namings,
    resembling,
    with_member,
)
from contract_tests.scenarios.resources.player import Made, Player, Unable
from contract_tests.scenarios.resources.requests import Sent, example_of, templates

EVENTS = "/_sandbox/events"
EXPLAINED = "/_sandbox/resources"
_NOT_THERE = frozenset({404, 405, 501})
_CHANGES = (Does.MERGE, Does.REPLACE)


class Living:
    """What the judge does with the resources of one life, in one story."""

    def __init__(self, player: Player, resource: Resource) -> None:
        if resource.life is None:
            raise Unable(f"the contract declares no life of a {resource.name}")
        self.player, self.resource = player, resource
        self.life: Life = resource.life
        self.contract = player.session.contract

    @property
    def is_led(self) -> bool:
        """Whether nothing happens unseen: the server has the clocks and events of a sandbox.

        Where nobody has to say who asks, the resources may be those of somebody else than has the clock.
        """
        if not self.player.session.clock.has(Caller.FIRST):
            return False
        return self.resource.read.operation.secured or self._is_explained

    @cached_property
    def _is_explained(self) -> bool:
        """Whether a sandbox knows what is made here as that of who has the clock."""
        path = f"{EXPLAINED}/{self.life.name}/{quote(self.player.make(self.resource).key, safe='')}"
        client = self.player.session.asking.client
        reply = client.send(get(path), control=True).reply
        return reply is not None and reply.status == 200

    @property
    def lenience(self) -> float:
        """Return how many seconds a transition by time may be late: none in strict mode."""
        return 0.0 if self.player.session.freedom.strict else 1.0

    def late(self, cause: Cause) -> Cause:
        """Return a cause with the time that a transition by time may be late."""
        return replace(cause, seconds=cause.seconds + self.lenience) if cause.seconds else cause

    def causes(self) -> list[Cause]:
        """Return what the judge can cause."""
        found = []
        for one in causes(self.life):
            if one.kind is Kind.OPERATION:
                cause = self._operation(one)
                if cause is not None:
                    found.append(cause)
            elif self.is_led:
                found.append(one)
        return list(dict.fromkeys(found))

    def _operation(self, cause: Cause) -> Cause | None:
        operation = self.contract.operation(cause.name)
        if operation is None:
            return None
        changing = [d for d in self.resource.deeds.values() if d.does in _CHANGES]
        if any(one.operation.id == cause.name for one in changing):
            return cause if self._state_way(operation) is not None else None
        if self.is_own(operation) or self.namings(operation):
            return replace(cause, to=None)
        return None

    def is_own(self, operation: Operation) -> bool:
        """Whether the path of an operation names the resource."""
        return _plain(operation.path) == _plain(self.resource.path) or _plain(
            operation.path
        ).startswith(f"{_plain(self.resource.path)}/")

    def namings(self, operation: Operation) -> list[Naming]:
        """Return how a request of another operation names the resource."""
        required = self.contract.requirements.get(operation.id, ())
        return namings(operation, self.life, required)

    def _state_way(self, operation: Operation) -> Way | None:
        """Return where a change says the state that it wants, None where it cannot."""
        maker, state = self.player.maker(operation), self.life.state
        deed = next(d for d in self.resource.deeds.values() if d.operation.id == operation.id)
        way = (*(deed.sent or ()), *way_of(state)) if state is not None else None
        known = maker is not None and way is not None and schema_at(maker.schema, way) is not None
        return way if known else None

    # -- looking -------------------------------------------------------------------------------------

    def look(self, made: Made) -> tuple[Asked, str, Any]:
        """Return the answer of a read, the state that it shows, and the representation. Raises Unable."""
        asked = self.player.read(made)
        shown = self.player.shown(made, asked)
        state = value_at(shown, way_of(self.life.state)) if self.life.state is not None else None
        if asked.reply.status != 200 or not isinstance(state, str):
            raise Unable(f"the state of a {self.resource.name} cannot be read")
        return asked, state, shown

    # -- causing -------------------------------------------------------------------------------------

    def cause(self, made: Made, cause: Cause, shown: object) -> tuple[Facts, Asked | None]:
        """Cause something; return what expressions know of it, and the answer where an operation was asked."""
        if cause.kind is Kind.TIME:
            self.player.session.advance(self.player.story, cause.seconds, made.caller)
            return {"self": shown}, None
        if cause.kind is Kind.EVENT:
            self.play(made, cause.name)
            return {"self": shown}, None
        asked, body = self.operate(made, cause, shown)
        return {"self": shown, "request": body, "partner": {}}, asked

    def play(self, made: Made, event: str) -> None:
        """Let somebody outside of the contract do something, on a sandbox. Raises Unable where there is none."""
        body = {"lifecycle": self.life.name, "key": made.key, "event": event}
        request = Request("POST", EVENTS, JSON, json.dumps(body).encode(), caller=made.caller)
        exchange = self.player.session.asking.client.send(request, control=True)
        self.player.story.exchanges.append(exchange)
        if exchange.reply is None or exchange.reply.status in _NOT_THERE:
            raise Unable("the server has no place where events are played")

    def operate(
        self, made: Made, cause: Cause, shown: object, key: str | None = None
    ) -> tuple[Asked, Any]:
        """Ask an operation that has to do with a resource; return its answer, and the body that was sent."""
        operation = self.contract.operation(cause.name)
        if operation is None:
            raise Unable(f"there is no operation {cause.name}")
        body = self._body(operation, made)
        if cause.to is not None:
            way = self._state_way(operation)
            body = with_member(body, way, cause.to) if way is not None else body
        sent, values = Sent(body), self._values(operation, made)
        if body is not None:
            deeds = [d for d in self.resource.deeds.values() if d.operation.id == operation.id]
            media = self.player.sent(deeds[0], body) if deeds else sent
            sent = replace(sent, media_type=media.media_type)
        if not self.is_own(operation):
            for one in self.namings(operation):
                is_key = one.member in {None, self.resource.key}
                value = value_at(shown, one.member or ())
                if is_key:
                    value = self._key(operation, one, key or made.key)
                sent, values = named(sent, values, operation, one, value)
        asked = self.player.ask(operation, values, made.caller, sent)
        return asked, sent.body

    def _body(self, operation: Operation, made: Made) -> Any:
        maker = self.player.maker(operation)
        if maker is None:
            return None
        body = maker.plain()
        if body is None:
            raise Unable(f"no valid body of {operation.id} is known: give it an example")
        return body if self.is_own(operation) else resembling(body, maker, made.sent)

    def _key(self, operation: Operation, naming: Naming, key: str) -> object:
        """Return a key as a request of an operation names it."""
        maker = self.player.maker(operation)
        if maker is None or not isinstance(naming.name, tuple):
            return key
        return key_value(maker.schema, naming.name, key)

    def _values(self, operation: Operation, made: Made) -> list[str]:
        known = made.values if self.is_own(operation) else []
        names = templates(operation.path)
        return [*known, *(example_of(operation, name) for name in names[len(known) :])]

    # -- leading -------------------------------------------------------------------------------------

    def lead(self, state: str, caller: Caller = Caller.FIRST) -> Made:
        """Make a resource and lead it to a state. Raises Unable where no way leads there, or the server does not go it."""
        made = self.player.make(self.resource, caller)
        _, now, shown = self.look(made)
        for one in self.route(now, state):
            cause = self.late(one)
            facts, _ = self.cause(made, cause, shown)
            wanted = becomes(self.life, now, cause, facts)
            _, now, shown = self.look(made)
            if now != wanted:
                raise Unable(f"no {self.resource.name} can be led to {state}")
        if now != state:
            raise Unable(f"no {self.resource.name} can be led to {state}")
        return made

    def route(self, start: str, end: str) -> list[Cause]:
        """Return the shortest row of causes from a state to another, none where there is no way."""
        ways: dict[str, list[Cause]] = {start: []}
        waiting = deque([start])
        usable = self.causes()
        while waiting:
            state = waiting.popleft()
            for one in self.life.transitions:
                cause = next((c for c in usable if state in one.sources and _leads(c, one)), None)
                if cause is not None and one.to not in ways:
                    ways[one.to] = [*ways[state], cause]
                    waiting.append(one.to)
        return ways.get(end, [])

    def reachable(self, start: str) -> list[str]:
        """Return the states that the judge can lead a resource to, the nearest first."""
        found = [state for state in self.life.states if state == start or self.route(start, state)]
        return sorted(found, key=lambda state: len(self.route(start, state)))


def _leads(cause: Cause, transition: Transition) -> bool:
    if cause.kind is Kind.OPERATION:
        return transition.operation == cause.name and cause.to in {None, transition.to}
    if cause.kind is Kind.EVENT:
        return transition.event == cause.name
    return transition.after is not None and transition.after.total_seconds() == cause.seconds


def _plain(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def provide(player: Player, operation: Operation, caller: Caller, body: Any) -> Any:
    """Return the body of an operation with the names of what it requires, each led to a state that it may be in."""
    for one in player.session.contract.requirements.get(operation.id, ()):
        resource = next(
            (r for r in player.resources if r.life and r.life.name == one.lifecycle), None
        )
        if resource is None:
            continue
        living = Living(player, resource)
        made = _first_led(living, one.states, caller)
        maker = player.maker(operation)
        if maker is not None and isinstance(body, Mapping):
            body = resembling(body, maker, made.sent)
        for naming in living.namings(operation):
            if naming.place == "body" and naming.member is None and isinstance(naming.name, tuple):
                key = made.key if maker is None else key_value(maker.schema, naming.name, made.key)
                body = with_member(body, naming.name, key)
    return body


def _first_led(living: Living, states: tuple[str, ...], caller: Caller) -> Made:
    for state in states:
        try:
            return living.lead(state, caller)
        except Unable:
            continue
    raise Unable(f"no {living.resource.name} can be led to {' or '.join(states)}")
