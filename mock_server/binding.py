"""Ties every operation of the contracts to what answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mock_server.batches.behaviour import Lifecycles
from mock_server.batches.processing import Processing, processing_of
from mock_server.contracts.callers import Caller
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.responses import locates_by_uri
from mock_server.contracts.schemas import Schemas
from mock_server.contracts.security import Scheme
from mock_server.control.case_operations import CaseOperations
from mock_server.control.journal_operations import JournalOperations
from mock_server.control.operations import ControlOperations
from mock_server.control.resource_operations import ResourceOperations
from mock_server.control.scenario_operations import ScenarioOperations
from mock_server.control.snapshot_operations import SnapshotOperations
from mock_server.control.tokens import TokenRequests
from mock_server.control.webhook_operations import WebhookOperations
from mock_server.examples.handler import Examples
from mock_server.examples.outlook import Outlook
from mock_server.examples.refusals import Refusals
from mock_server.examples.values import Values
from mock_server.http.requests import Answering, Behaviour
from mock_server.resources.behaviour import Memory
from mock_server.resources.bodies import Bodies
from mock_server.resources.living import Watcher
from mock_server.runtime import Runtime
from mock_server.scenarios.declared import Declared, read_declared
from mock_server.webhooks.notices import Notices

ANONYMOUS_ID = "anonymous"
"""The partner of whoever calls a contract that asks for no credentials."""


@dataclass(frozen=True)
class BoundOperation:
    """An operation with everything that answering it takes.

    `anonymous` is the caller who shows no credentials, where that is allowed, and `volunteering` are the schemes by which
    somebody may show some all the same; `is_remembered` tells that a behaviour
    stands behind it, and that it is not answered by examples alone; `locates_by_uri` that no path may be a `Location`;
    `declared` is what its contract lets go wrong.
    """

    contract: Contract
    operation: Operation
    schemas: Schemas
    examples: Examples
    refusals: Refusals
    outlook: Outlook
    answering: Answering
    anonymous: Caller | None
    volunteering: tuple[Scheme, ...]
    is_remembered: bool
    locates_by_uri: bool
    declared: Declared | None


def bind_all(contracts: Iterable[Contract], runtime: Runtime) -> list[BoundOperation]:
    """Return every operation that is served. Raises DocumentError, and StorageError when a service is opened."""
    contracts = list(contracts)
    schemas = {contract.name: _schemas(contract) for contract in contracts}

    def watcher(contract: Contract, bodies: Bodies) -> Watcher:
        return Notices(contract, bodies, runtime.store, runtime.settings.webhook_hosts)

    processing = processing_of(contracts, schemas)
    lifecycles = _lifecycles(runtime, processing)
    up_to_date = lifecycles.settling.bring_up_to_date
    memory = Memory(runtime.store, runtime.threads, schemas, watcher, up_to_date)
    behaviours = (
        *_behaviours(contracts, runtime, lifecycles, memory),
        CaseOperations(lifecycles, processing, runtime.threads),
    )
    if not runtime.settings.stateless:
        behaviours = (*behaviours, memory)
    found = []
    for contract in contracts:
        document, own = contract.document, schemas[contract.name]
        values = Values(document, own.dialect)
        examples = Examples(contract, values, runtime.threads)
        refusals = Refusals(document, values, own)
        outlook = Outlook(document, values, own)
        for operation in contract.operations:
            bound = next(_offers(behaviours, contract, operation), None)
            if bound is None and contract.is_control:
                continue  # of a service that is not open
            found.append(
                BoundOperation(
                    contract,
                    operation,
                    own,
                    examples,
                    refusals,
                    outlook,
                    bound or examples.bind(contract, operation),
                    _anonymous(contract, operation, runtime),
                    tuple(contract.schemes.values()) if not contract.is_control else (),
                    bound is not None,
                    locates_by_uri(document, operation.responses),
                    _declared(contract, operation, runtime),
                )
            )
    if any(one.anonymous is not None and not one.contract.is_control for one in found):
        # Whoever shows no credentials has a world, and it can be looked into.
        runtime.store.partners.add([runtime.starting.partner(ANONYMOUS_ID, "", {})])
    runtime.dispatcher.follow(memory.settle_everybody if memory.tells else None)
    return found


def _schemas(contract: Contract) -> Schemas:
    return Schemas(
        contract.document,
        contract.rules,
        has_contradicted_formats=bool(contract.faults.formats),
    )


def _lifecycles(runtime: Runtime, processing: Mapping[str, Processing]) -> Lifecycles:
    delay = runtime.settings.processing_delay
    return Lifecycles(runtime.store, processing, delay, runtime.threads)


def _behaviours(
    contracts: Iterable[Contract], runtime: Runtime, lifecycles: Lifecycles, memory: Memory
) -> Sequence[Behaviour]:
    """Return what may answer an operation, those who are asked first in front."""
    partners = runtime.store.partners
    takes_anybody = all(one.takes_anybody for one in contracts if not one.is_control)
    strangers = runtime.strangers if takes_anybody else None
    return (
        lifecycles,
        TokenRequests(
            partners,
            strangers,
            runtime.tokens,
            runtime.token_time,
            runtime.threads,
            runtime.attempts,
        ),
        ControlOperations(partners, runtime.starting, lifecycles, memory, runtime.threads),
        ResourceOperations(runtime.store, memory, runtime.dispatcher),
        WebhookOperations(
            runtime.store, runtime.threads, runtime.dispatcher, runtime.settings.webhook_hosts
        ),
        JournalOperations(runtime.journal),
        ScenarioOperations(runtime.scenarios),
        SnapshotOperations(runtime.store.snapshots, runtime.threads),
        *runtime.open_services({contract.service for contract in contracts}),
    )


def _declared(contract: Contract, operation: Operation, runtime: Runtime) -> Declared | None:
    if contract.is_control or operation.broken is not None:
        return None
    return read_declared(contract.document, operation, runtime.scenarios.catalogue)


def _offers(
    behaviours: Sequence[Behaviour], contract: Contract, operation: Operation
) -> Iterator[Answering]:
    for behaviour in behaviours:
        bound = behaviour.bind(contract, operation)
        if bound is not None:
            yield bound


def _anonymous(contract: Contract, operation: Operation, runtime: Runtime) -> Caller | None:
    """Return the caller without credentials, where the contract allows one, or where none of them are checked."""
    if operation.security and not any(
        all(not contract.schemes[asked.scheme].is_checked for asked in requirement)
        for requirement in operation.security
    ):
        return None
    partner = runtime.starting.partner(ANONYMOUS_ID, "", {})
    return Caller(partner.client_id, partner.attributes)


def served(contracts: Iterable[Contract], bound: Iterable[BoundOperation]) -> list[Contract]:
    """Return the contracts with those of their operations that are bound."""
    names = {one.operation.name for one in bound}
    return [
        replace(
            contract,
            operations=tuple(item for item in contract.operations if item.name in names),
        )
        for contract in contracts
    ]
