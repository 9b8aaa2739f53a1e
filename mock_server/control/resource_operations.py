"""The resources of a partner by the control surface: what somebody outside does to them, and why each is in its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec

from mock_server import clock as clocks
from mock_server.clock import Micros
from mock_server.contracts.contract import Contract
from mock_server.contracts.lives import Life
from mock_server.contracts.operations import Operation
from mock_server.control.operations import SERVICE, SHOWN
from mock_server.control.webhook_operations import delivered
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Kind, Problem
from mock_server.http.requests import Answering, Handler, Request
from mock_server.resources.behaviour import ContractMemory, Memory
from mock_server.resources.keeper import Keeper, Target
from mock_server.resources.living import Cause
from mock_server.resources.transactions import Transaction, Work
from mock_server.storage.resources import Stored
from mock_server.storage.store import Store
from mock_server.webhooks.dispatcher import Dispatcher
from mock_server.webhooks.notices import name_of
from openapi_documents.mending import did_you_mean

NO_LIFECYCLE = Kind(404, "There is no lifecycle or resource {name}. {mend}")
NO_RESOURCE = Kind(404, "There is no {name} {key}.")
NO_EVENT = Kind(400, "No transition of {name} is caused by the event {event}. {mend}")
NOT_POSSIBLE = Kind(409, "The {name} {key} is {state}; {event} is not possible then.")

_MOST_MESSAGES = 100


class _Kept(NamedTuple):
    """A kind of resources and the contract that has it."""

    memory: ContractMemory
    keeper: Keeper


class ResourceOperations:
    """Answers the operations about resources."""

    def __init__(self, store: Store, memory: Memory, dispatcher: Dispatcher) -> None:
        """Take the store, the memory of all contracts, and what delivers webhooks."""
        self._dispatcher = dispatcher
        self._store = store
        self._memory = memory
        self._handlers: Mapping[str, Handler] = {
            "listResources": self.list_resources,
            "playEvent": self.play_event,
            "explainResource": self.explain,
        }

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of the shipped control contract."""
        handler = self._handlers.get(operation.id) if contract.service == SERVICE else None
        return Answering(handler) if handler is not None else None

    # -- outsiders ---------------------------------------------------------------------------------

    async def play_event(self, request: Request) -> Answer:
        """Do to a resource what somebody outside of the contract does. Raises Problem for what is not possible."""
        name, key, event = (request.body[member] for member in ("lifecycle", "key", "event"))

        def change(moment: Transaction) -> Answer:
            kept, stored = self._found(moment, name, key)
            life = kept.keeper.life
            if life is None:
                raise Problem(NO_EVENT, name=name, event=event, mend="It has no lifecycle.")
            transitions = [one for one in life.transitions if one.event == event]
            if not transitions:
                raise Problem(NO_EVENT, name=name, event=event, mend=_known_events(event, life))
            living, cause = kept.memory.living, Cause("event", event)
            transition = living.possible(moment, kept.keeper, stored, transitions, cause)
            if transition is None:
                raise Problem(NOT_POSSIBLE, name=name, key=key, state=stored.state, event=event)
            after = living.fire(moment, kept.keeper, stored, transition, cause, moment.now)
            told = {"lifecycle": name, "key": key, "from": stored.state, "to": after.state}
            return json_answer({**told, "at": clocks.to_text(moment.now)})

        answer = await self._do(request, change)
        self._dispatcher.wake()
        return answer

    # -- explanations ------------------------------------------------------------------------------

    async def list_resources(self, request: Request) -> Answer:
        """Answer with the partner's resources and their states, the last one that was made first."""
        most = request.parameters.get("limit", SHOWN)

        def look(moment: Transaction) -> Answer:
            latest = self._store.resources.latest(moment.connection, moment.partner, most)
            kinds = {kept.keeper.kind: kept for kept in self._kept()}
            served = [one for one in latest if one.kind in kinds]
            return json_answer([_standing(kinds[one.kind], one) for one in served])

        return await self._do(request, look)

    async def explain(self, request: Request) -> Answer:
        """Answer with what happened to a resource, and what will happen to it by time."""
        name, key = request.parameters["lifecycle"], request.parameters["key"]

        def look(moment: Transaction) -> Answer:
            kept, stored = self._found(moment, name, key)
            entries = self._store.histories.of(
                moment.connection, moment.partner, kept.keeper.kind, stored.key
            )
            messages = self._store.webhooks.latest(
                moment.connection, moment.partner, _MOST_MESSAGES, name_of(stored)
            )
            return json_answer(
                {
                    **_standing(kept, stored),
                    "representation": msgspec.json.decode(stored.data),
                    "history": [
                        {"at": clocks.to_text(entry.at), **msgspec.json.decode(entry.entry)}
                        for entry in entries
                    ],
                    "webhooks": [delivered(*one) for one in reversed(messages)],
                }
            )

        return await self._do(request, look)

    # -- finding -----------------------------------------------------------------------------------

    async def _do(self, request: Request, work: Callable[[Transaction], Answer]) -> Answer:
        partner = request.known_caller.client_id

        def change(moment: Transaction) -> Answer:
            self._memory.settle(moment)
            return work(moment)

        return await self._memory.transactions.do(partner, Work(None, change))

    def _found(self, moment: Transaction, name: str, key: str) -> tuple[_Kept, Stored]:
        """Return the resource of a name under a key. Raises Problem."""
        named = [kept for kept in self._kept() if name in _names(kept.keeper)]
        if not named:
            known = sorted({known for kept in self._kept() for known in _names(kept.keeper)})
            raise Problem(NO_LIFECYCLE, name=name, mend=did_you_mean(name, known))
        for kept in named:
            if kept.keeper.resource.above == 0:
                kept.keeper.open(moment.connection, Target(moment.partner, (), key), moment.now)
            stored = self._store.resources.anywhere(
                moment.connection, moment.partner, kept.keeper.kind, key
            )
            if stored is not None:
                return kept, stored
        raise Problem(NO_RESOURCE, name=name, key=key)

    def _kept(self) -> Iterator[_Kept]:
        for known in self._memory.contracts.values():
            for keeper in known.keepers.values():
                yield _Kept(known, keeper)


def _standing(kept: _Kept, stored: Stored) -> dict[str, object]:
    """Return what is told of a resource wherever it is told of."""
    (name,) = _names(kept.keeper)
    return {
        "lifecycle": name,
        "key": stored.key,
        "contract": kept.memory.contract.name,
        "path": kept.keeper.resource.path,
        "inferred": kept.keeper.life is None,
        "state": stored.state,
        "since": _instant(stored.since),
        "due_at": _instant(stored.due_at),
        "first_day": bool(stored.first_day),
    }


def _names(keeper: Keeper) -> tuple[str, ...]:
    """Return by which names a kind of resource is known: its lifecycle's, else its own."""
    return (keeper.life.name,) if keeper.life is not None else (keeper.resource.name,)


def _known_events(event: str, life: Life) -> str:
    known = [one.event for one in life.transitions if one.event is not None]
    return did_you_mean(event, list(dict.fromkeys(known))) or "It has no events."


def _instant(at: Micros | None) -> str | None:
    return clocks.to_text(at) if at is not None else None
