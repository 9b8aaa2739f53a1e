"""Whether the webhooks come that a life declares: in time, in order, signed, with the resource in its state."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

from contract_tests.http.failures import TargetFailure
from contract_tests.http.listener import Heard, Listener
from contract_tests.http.messages import JSON, Request
from contract_tests.http.partners import Caller
from contract_tests.judging import life_catalogue as catalogue
from contract_tests.judging.findings import Broken
from contract_tests.judging.session import Session
from contract_tests.reading.requirements import Requirement
from contract_tests.reading.resources import Resource, schema_at, value_at, way_of
from contract_tests.reading.schemas import folded, members
from contract_tests.reading.validators import Validator
from contract_tests.scenarios.resources.lives import Play
from contract_tests.scenarios.resources.living import Living
from contract_tests.scenarios.resources.player import Made, Player, Unable

TARGETS = "/_sandbox/webhooks"
_WORDS = ("webhooks", "x-webhooks")
_LONGEST = 4.0
_QUIET = 0.4
"""Seconds in which nothing more has to come, so that nothing more is expected."""
_STEPS = (6, 600)
"""Seconds of a sandbox's clock after which a message is tried again at the latest."""


def register(session: Session, listener: Listener) -> bool:
    """Tell a sandbox where messages are to be sent; whether there is one that takes it."""
    body = json.dumps({"url": listener.url, "secret": listener.secret}).encode()
    request = Request("POST", TARGETS, JSON, body, caller=Caller.FIRST)
    try:
        reply = session.asking.client.send(request, control=True).reply
    except TargetFailure:
        return False
    return reply is not None and reply.status == 201


def plays(player: Player, resource: Resource, *, listener: Listener) -> Iterator[Play]:
    """Yield what is played with a life that notifies: each state that is told of, those that are not, and a retry."""
    living = Living(player, resource)
    made = player.make(resource)
    try:
        _, start, _ = living.look(made)
    except Unable:
        return
    told = {state for state, _ in living.life.notices}
    states = living.reachable(start)
    for state in states:
        if state in told:
            yield partial(_is_told, resource=resource, state=state, listener=listener)
        else:
            yield partial(_is_quiet, resource=resource, state=state, listener=listener)
    first = next((state for state in states if state in told and state != start), None)
    if first is not None and living.is_led:
        yield partial(_is_told_again, resource=resource, state=first, listener=listener)


@dataclass(frozen=True)
class _Ear:
    """A listener as one resource is heard of."""

    living: Living
    listener: Listener
    made: Made

    def of(self, heard: Heard) -> bool:
        """Whether a message is about it."""
        return _has(heard.json(), self.made.key)

    def state(self, heard: Heard) -> object:
        """Return the state that a message tells, None where it tells none."""
        state = self.living.life.state
        body = heard.json()
        roots = [(), *((name,) for name in body)] if isinstance(body, Mapping) else []
        for root in roots:
            shown = value_at(body, root)
            if (
                state is not None
                and str(value_at(shown, self.living.resource.key)) == self.made.key
            ):
                return value_at(shown, way_of(state))
        return None

    def look(self, heard: Heard) -> object:
        """Return the state that can be read of it when a message comes, None for one about another."""
        if not self.of(heard):
            return None
        with suppress(Unable, Broken, TargetFailure):
            return self.living.look(self.made)[1]
        return None

    def breaks(self, requirement: Requirement, expected: str, came: str) -> Broken:
        """Return what a message, or the lack of one, breaks."""
        asked = self.living.player.read(self.made)
        return self.living.player.breaks(asked, requirement, self.living.resource, expected, came)

    @property
    def patience(self) -> float:
        """Return how many seconds a message is waited for."""
        limits = self.living.player.session.asking.client.budget.limits
        return min(limits.deadline, _LONGEST) if self.living.is_led else limits.deadline


def _ear(player: Player, resource: Resource, listener: Listener) -> _Ear:
    """Make a resource with somebody listening."""
    ear = _Ear(Living(player, resource), listener, player.make(resource))
    listener.look = ear.look
    return ear


def _lead(ear: _Ear, state: str) -> list[str]:
    """Lead a resource to a state; return the states on its way. Raises Unable."""
    living, made, resource = ear.living, ear.made, ear.living.resource
    _, now, _ = living.look(made)
    way = [now]
    for cause in living.route(now, state):
        _, before, shown = living.look(made)
        living.cause(made, living.late(cause), shown)
        _, now, _ = living.look(made)
        if now == before:
            raise Unable(f"no {resource.name} can be led to {state}")
        way.append(now)
    if now != state:
        raise Unable(f"no {resource.name} can be led to {state}")
    return way


def _is_told(player: Player, *, resource: Resource, state: str, listener: Listener) -> None:
    """A state that is declared to be told is told: once, in order, signed, when it can be read."""
    ear = _ear(player, resource, listener)
    way = _lead(ear, state)
    told = {one for one, _ in ear.living.life.notices}
    wanted = [one for one in way if one in told]
    heard = listener.messages(ear.of, ear.patience, len(wanted))
    if len(heard) < len(wanted):
        states = ", ".join(str(ear.state(one)) for one in heard) or "nothing"
        raise ear.breaks(catalogue.ARRIVES, f"messages of {', '.join(wanted)}", f"{states} came")
    heard = listener.messages(ear.of, _QUIET, len(heard) + 1)
    for one in heard:
        _require_signed(ear, one)
        _require_body(ear, one)
    _require_states(ear, heard, wanted)
    for one in heard:
        shown = ear.state(one)
        if (
            one.seen is not None
            and one.seen != shown
            and one.seen not in ear.living.life.reachable(str(shown))
        ):
            raise ear.breaks(
                catalogue.VISIBLE, f"{shown} can be read when it is told", f"it was {one.seen}"
            )


def _require_states(ear: _Ear, heard: list[Heard], wanted: list[str]) -> None:
    states = [str(ear.state(one)) for one in heard]
    if len(states) != len(set(states)):
        came = ", ".join(f"{ear.state(one)} ({one.id})" for one in heard)
        raise ear.breaks(catalogue.ONCE, "one id for each state", came)
    strange = [state for state in states if state not in wanted]
    missing = [state for state in wanted if state not in states]
    if missing:
        raise ear.breaks(catalogue.BODY, f"a message that tells {missing[0]}", ", ".join(states))
    if strange:
        raise ear.breaks(catalogue.DECLARED, f"messages of {', '.join(wanted)} alone", strange[0])
    if states != wanted:
        raise ear.breaks(catalogue.ORDER, ", then ".join(wanted), ", then ".join(states))


def _require_signed(ear: _Ear, heard: Heard) -> None:
    try:
        Webhook(ear.listener.secret).verify(heard.body, dict(heard.headers))
    except (WebhookVerificationError, ValueError, KeyError) as error:
        told = str(error) or "no signature"
        raise ear.breaks(catalogue.SIGNED, "a signature of its body, id and time", told) from None


def _require_body(ear: _Ear, heard: Heard) -> None:
    schema = _schema(ear.living)
    body = heard.json()
    if schema is not None and not Validator(schema).is_valid(body):
        error = next(Validator(schema).errors(body))
        raise ear.breaks(catalogue.BODY, "a body that fits its schema", error.message[:200])
    shows = schema is None or _shows_state(ear.living, schema)
    if shows and ear.state(heard) is None:
        raise ear.breaks(
            catalogue.BODY, "the resource in its state", heard.body[:200].decode("utf-8", "replace")
        )


def _schema(living: Living) -> dict[str, Any] | None:
    """Return the schema of the webhook of a life, None where it is not described, or several are."""
    names = {name for _, name in living.life.notices}
    document = living.contract.document
    if len(names) != 1:
        return None
    for word in _WORDS:
        node = document.root.get(word)
        item = node.get(next(iter(names))) if node is not None else None
        if item is None:
            continue
        for _, operation in item.follow().members():
            request = operation.get("requestBody") if isinstance(operation.value, dict) else None
            content = request.follow().get("content") if request is not None else None
            for _, media in content.members() if content is not None else ():
                schema = media.get("schema")
                if schema is not None:
                    return living.contract.schemas.schema(schema.place, "request")
    return None


def _shows_state(living: Living, schema: dict[str, Any]) -> bool:
    state = way_of(living.life.state) if living.life.state is not None else ()
    roots = [(), *((name,) for name in members(folded(schema)))]
    return any(schema_at(schema_at(schema, root), state) is not None for root in roots if state)


def _is_quiet(player: Player, *, resource: Resource, state: str, listener: Listener) -> None:
    """Of a state that is not declared to be told, nobody is told."""
    ear = _ear(player, resource, listener)
    way = _lead(ear, state)
    told = {one for one, _ in ear.living.life.notices}
    wanted = sum(one in told for one in way)
    heard = listener.wait(ear.of, _QUIET, wanted + 1)
    strange = [str(ear.state(one)) for one in heard if ear.state(one) not in {*told, None}]
    if strange:
        raise ear.breaks(catalogue.DECLARED, f"no message of {state}", f"{strange[0]} was told")


def _is_told_again(player: Player, *, resource: Resource, state: str, listener: Listener) -> None:
    """What was not answered with 2xx is sent again, under the same id."""
    ear = _ear(player, resource, listener)
    listener.refuses = lambda heard: ear.of(heard) and not any(map(ear.of, list(listener.heard)))
    try:
        _lead(ear, state)
        first = listener.wait(ear.of, ear.patience)
        if not first:
            return  # that it does not come is told elsewhere
        early = len(listener.wait(ear.of, _QUIET, 2))
        for seconds in _STEPS:
            player.session.advance(player.story, seconds)
            again = listener.wait(ear.of, ear.patience / len(_STEPS), early + 1)
            if len(again) > early:
                break
        else:
            raise ear.breaks(
                catalogue.AGAIN, "the message again, for it was answered 500", "nothing"
            )
        if again[early].id not in {one.id for one in again[:early]}:
            came = f"{again[0].id}, then {again[early].id}"
            raise ear.breaks(catalogue.AGAIN, "the same id again", came)
    finally:
        listener.refuses = lambda _: False


def _has(value: object, text: str) -> bool:
    if isinstance(value, Mapping):
        return any(_has(one, text) for one in value.values())
    if isinstance(value, list):
        return any(_has(one, text) for one in value)
    return str(value) == text
