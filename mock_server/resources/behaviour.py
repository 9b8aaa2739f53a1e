"""Answers the operations of the resources that a contract has: by what the caller's world remembers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mock_server.clock import real_now
from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import Contract
from mock_server.contracts.lives import Life
from mock_server.contracts.operations import Operation
from mock_server.contracts.schemas import Schemas
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Answering, Request
from mock_server.resources.answers import Answers, has_etag
from mock_server.resources.bodies import Bodies
from mock_server.resources.effects import Effects, Moves, Required
from mock_server.resources.handling import Each, Handling
from mock_server.resources.inference import Inference, inferred
from mock_server.resources.keeper import Keeper, Target
from mock_server.resources.lists import ListBody
from mock_server.resources.living import Living, Watcher
from mock_server.resources.path_keys import is_key, key_text
from mock_server.resources.queries import QueryForm
from mock_server.resources.resource import Binding, Does, Resource
from mock_server.resources.shapes import value_at
from mock_server.resources.transactions import Transaction, Transactions, Work
from mock_server.resources.work import SAFE, UNDER_WAY, Doing, idempotency_key
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads

Result = TypeVar("Result")
ANONYMOUS = "anonymous"
"""Whose world it is where nobody says who is asking."""


@dataclass(frozen=True)
class ContractMemory:
    """What the memory knows of one contract: what is inferred, how it lives, and what each operation does, by its name."""

    contract: Contract
    inference: Inference
    living: Living
    bodies: Bodies
    answers: Answers
    handlings: Mapping[str, Handling]

    @property
    def keepers(self) -> Mapping[str, Keeper]:
        """What keeps each kind of resource."""
        return self.living.keepers


class Memory:
    """Answers what the contracts let one infer, or declare. `contracts` has what it knows of each, by their names."""

    def __init__(
        self,
        store: Store,
        threads: Threads,
        schemas: Mapping[str, Schemas],
        watcher: Callable[[Contract, Bodies], Watcher],
        settle_batches: Callable[[Caller], Awaitable[None]],
    ) -> None:
        """Take the store, the threads, the schemas of each contract by its name, and who watches a contract's lives.

        `settle_batches` does what is due of a caller's batches: lives may ask for what they saved.
        """
        self._settle_batches = settle_batches
        self._watcher = watcher
        self._store = store
        self._threads = threads
        self._schemas = schemas
        self.transactions = Transactions(store, threads)
        self.contracts: dict[str, ContractMemory] = {}

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation that has to do with a resource, or that can be repeated by a key."""
        if contract.is_control or contract.service is not None or _is_batch(operation):
            return None
        if contract.name not in self.contracts:
            self.contracts[contract.name] = self._contract_memory(contract)
        known = self.contracts[contract.name]
        handling = known.handlings.get(operation.name)
        effects = _effects(known, operation)
        retried = operation.idempotency_key is not None and operation.method not in SAFE
        if handling is None and not effects and not retried:
            return None
        return self._answering(Doing(self._store, effects, known.answers, handling))

    def settle(self, moment: Transaction) -> None:
        """Do what is due by the clock of a transaction, under all contracts."""
        for known in self.contracts.values():
            known.living.settle(moment)

    async def settle_due(self, partner: str) -> None:
        """Do what is due by a partner's clock."""
        done = Answer(204, media_type=None)

        def look(moment: Transaction) -> Answer | None:
            due = self._store.resources.is_any_due(moment.connection, partner, moment.now)
            return None if due else done

        def change(moment: Transaction) -> Answer:
            self.settle(moment)
            return done

        if any(known.living.has_timers for known in self.contracts.values()):
            await self.transactions.do(partner, Work(look, change))

    async def settle_everybody(self) -> None:
        """Do what is due by the clocks of all partners, where somebody is to be told of it."""
        if any(known.living.tells and known.living.has_timers for known in self.contracts.values()):
            for partner in await self._threads.run(self._store.resources.partners_due, real_now()):
                await self.settle_due(partner)

    @property
    def tells(self) -> bool:
        """Whether somebody is to be told of states that resources come to."""
        return any(known.living.tells for known in self.contracts.values())

    def counts(self, partner: str) -> dict[str, dict[str, int]]:
        """Return how many resources of a partner are in which state, by lifecycle."""
        with self._store.database.begin_read() as connection:
            by_kind = self._store.histories.counted(connection, partner)
        found: dict[str, dict[str, int]] = {}
        for known in self.contracts.values():
            for kind, keeper in known.keepers.items():
                if keeper.life is not None and kind in by_kind:
                    found[keeper.life.name] = by_kind[kind]
        return found

    def _answering(self, doing: Doing) -> Answering:
        asks_for_saved = doing.asks_for_saved

        async def handle(request: Request) -> Answer:
            target = _target(doing.handling, request)
            if asks_for_saved and request.caller is not None:
                await self._settle_batches(request.caller)
            key = idempotency_key(request)
            if key is None:
                return await self.transactions.do(target.partner, doing.work(request, target))
            name = f"{target.partner} {request.operation.name} {key}"
            if not await self._at_once(self._store.under_way.begin, name):
                raise Problem(UNDER_WAY)
            try:
                return await self.transactions.do(target.partner, doing.work(request, target))
            finally:
                await self._at_once(self._store.under_way.end, name)

        return Answering(handle)

    async def _at_once(self, ask: Callable[[str], Result], name: str) -> Result:
        """Ask what is under way, in a thread where that may take a while."""
        if self._store.under_way.is_quick:
            return ask(name)
        return await self._threads.run(ask, name)

    def _contract_memory(self, contract: Contract) -> ContractMemory:
        inference = inferred(contract)
        bodies = Bodies(contract, self._schemas[contract.name])
        answers = Answers(bodies)
        keepers = {
            resource.path: Keeper(
                contract, resource, bodies, self._store, _life(contract, resource)
            )
            for resource in inference.resources
        }
        for keeper in keepers.values():
            keeper.parent = keepers.get(keeper.resource.parent or "")
            if keeper.parent is not None:
                keeper.parent.children.append(keeper)
        by_kind = {keeper.kind: keeper for keeper in keepers.values()}
        living = Living(self._store, by_kind, [self._watcher(contract, bodies)])
        handlings = {
            name: _handling(
                contract, keeper, binding, bodies, living, _each(inference, keepers, name)
            )
            for keeper in keepers.values()
            for name, binding in keeper.resource.bindings.items()
        }
        for handling in handlings.values():
            for keeper, way in handling.each:
                kinds = (handling.keeper.kind, keeper.kind)
                living.arrays.setdefault(kinds, []).append(way)
        return ContractMemory(contract, inference, living, bodies, answers, handlings)


def _is_batch(operation: Operation) -> bool:
    return bool(operation.submission or operation.status_of or operation.record_of)


def _life(contract: Contract, resource: Resource) -> Life | None:
    return contract.lives[resource.life] if resource.life is not None else None


def _handling(
    contract: Contract,
    keeper: Keeper,
    binding: Binding,
    bodies: Bodies,
    living: Living,
    each: tuple[Each, ...],
) -> Handling:
    element = binding.answer if binding.answer is not None else keeper.resource.item
    is_list = binding.does is Does.LIST and binding.answer is not None
    transitions = keeper.life.transitions if keeper.life is not None else ()
    in_path = binding.does not in (Does.CREATE, Does.LIST, Does.CLEAR)
    return Handling(
        keeper=keeper,
        binding=binding,
        answers=Answers(bodies),
        living=living,
        moves=tuple(
            one for one in transitions if in_path and one.operation == binding.operation.id
        ),
        each=each,
        has_etag=has_etag(keeper.resource),
        query=QueryForm(contract.document, binding.operation, element.view),
        body=ListBody(binding.operation, element, bodies) if is_list else None,
    )


def _each(inference: Inference, keepers: Mapping[str, Keeper], operation: str) -> tuple[Each, ...]:
    """Return the arrays of a request whose elements become resources too."""
    return tuple(Each(keepers[path], way) for path, way in inference.each.get(operation, ()))


def _effects(known: ContractMemory, operation: Operation) -> Effects:
    """Return what an operation does besides to the resource that its path names."""
    words = known.contract.words
    keepers = list(known.keepers.values())
    handling = known.handlings.get(operation.name)
    own = handling.keeper if handling is not None and handling.moves else None
    moves = []
    for keeper in keepers:
        transitions = keeper.life.transitions if keeper.life is not None else ()
        caused = tuple(one for one in transitions if one.operation == operation.id)
        if caused and keeper is not own:
            moves.append(Moves(keeper, caused))
    required = (
        Required(keeper, requirement)
        for requirement in words.requirements.get(operation.name, ())
        for keeper in keepers
        if keeper.life is not None and keeper.life.name == requirement.lifecycle
    )
    return Effects(known.living, tuple(required), tuple(moves))


def _target(handling: Handling | None, request: Request) -> Target:
    caller = request.caller.client_id if request.caller is not None else ANONYMOUS
    values = [key_text(request.parameters[name]) for name in request.operation.templates]
    if handling is None:
        return Target(caller, tuple(values), "")
    resource, above = handling.keeper.resource, tuple(values[: handling.keeper.resource.above])
    if handling.binding.named:
        key = value_at(request.body, handling.binding.named)
        return Target(caller, above, key_text(key) if is_key(key) else "")
    is_one = len(values) > resource.above and not resource.is_single
    return Target(caller, above, values[resource.above] if is_one else "")
