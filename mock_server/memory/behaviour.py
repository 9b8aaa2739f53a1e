"""Answers the operations of the resources that a contract has: by what the caller's world remembers."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.schemas import Schemas
from mock_server.http.answers import Answer
from mock_server.http.requests import Answering, Handler, Request
from mock_server.memory.answers import Answers, has_etag
from mock_server.memory.bodies import Bodies
from mock_server.memory.first_day import key_text
from mock_server.memory.handling import Handling, work_of
from mock_server.memory.inference import Inference, inferred
from mock_server.memory.keeper import Keeper, Target
from mock_server.memory.lists import ListBody
from mock_server.memory.queries import QueryForm
from mock_server.memory.resource import Binding, Does, Resource
from mock_server.memory.transactions import Transactions
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads


class Memory:
    """Answers what the contracts let one infer. `maps` tells by the contract's name what that is."""

    def __init__(self, store: Store, threads: Threads, schemas: Mapping[str, Schemas]) -> None:
        """Take the store, the threads, and the schemas of each contract by its name."""
        self._store = store
        self._threads = threads
        self._schemas = schemas
        self._transactions = Transactions(store, threads)
        self._bound: dict[str, dict[str, Handling]] = {}
        self.maps: dict[str, Inference] = {}

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of a resource."""
        if contract.is_control or contract.service is not None:
            return None
        if contract.name not in self._bound:
            self._read(contract)
        bound = self._bound[contract.name].get(operation.name)
        return Answering(self._handler(bound)) if bound is not None else None

    def _read(self, contract: Contract) -> None:
        inference = self.maps[contract.name] = inferred(contract)
        bodies = Bodies(contract, self._schemas[contract.name])
        keepers = {
            resource.path: Keeper(contract, resource, bodies, self._store)
            for resource in inference.resources
        }
        for keeper in keepers.values():
            keeper.parent = keepers.get(keeper.resource.parent or "")
            if keeper.parent is not None:
                keeper.parent.children.append(keeper)
        self._bound[contract.name] = {
            name: _handling(contract, keeper, binding, bodies)
            for keeper in keepers.values()
            for name, binding in keeper.resource.bindings.items()
        }

    def _handler(self, handling: Handling) -> Handler:
        async def handle(request: Request) -> Answer:
            target = _target(handling.keeper.resource, request)
            work = work_of(handling, request, target)
            return await self._transactions.do(target.partner, work)

        return handle


def _handling(contract: Contract, keeper: Keeper, binding: Binding, bodies: Bodies) -> Handling:
    element = binding.answer if binding.answer is not None else keeper.resource.item
    is_list = binding.does is Does.LIST and binding.answer is not None
    return Handling(
        keeper=keeper,
        binding=binding,
        answers=Answers(bodies),
        has_etag=has_etag(keeper.resource),
        query=QueryForm(contract.document, binding.operation, element.view),
        body=ListBody(binding.operation, element, bodies) if is_list else None,
    )


def _target(resource: Resource, request: Request) -> Target:
    values = [key_text(request.parameters[name]) for name in request.operation.templates]
    is_one = len(values) > resource.above and not resource.is_single
    caller = request.caller.client_id if request.caller is not None else ANONYMOUS
    return Target(caller, tuple(values[: resource.above]), values[resource.above] if is_one else "")


ANONYMOUS = "anonymous"
"""Whose world it is where nobody says who is asking."""
