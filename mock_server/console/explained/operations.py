"""What each operation of a contract does, what it asks for first, and what it refuses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.contracts.resource_words import Requirement
from mock_server.resources.inference import Inference
from mock_server.resources.resource import Does
from mock_server.scenarios.declared import Declared

_REFUSAL = re.compile("[45]..|default")


@dataclass(frozen=True)
class Effect:
    """What an operation does: to a resource that is kept, to items of a lifecycle, or to neither (both empty)."""

    does: str
    of: str = ""


@dataclass(frozen=True)
class ShownOperation:
    """An operation as the page tells it.

    `credentials` are alternatives, each of schemes that are asked for together; `refusals` are codes with what the
    contract says of them; `limit` is so many requests in so many seconds; `magic` are values by the scenarios they meet.
    """

    id: str
    method: str
    path: str
    summary: str
    effects: tuple[Effect, ...]
    credentials: tuple[tuple[str, ...], ...]
    requirements: tuple[Requirement, ...]
    idempotency_key: str
    limit: tuple[int, float] | None
    magic: tuple[tuple[str, str], ...]
    refusals: tuple[tuple[str, str], ...]
    broken: str


def operations_of(
    contract: Contract, inference: Inference, declared: Mapping[str, Declared]
) -> Iterator[ShownOperation]:
    """Yield the operations of a contract; `declared` is what goes wrong by it, by the names of operations."""
    deeds = _deeds(inference)
    for one in contract.operations:
        wrong = declared.get(one.name)
        limit = wrong.limit if wrong is not None else None
        yield ShownOperation(
            id=one.id,
            method=one.method.upper(),
            path=one.path,
            summary=one.summary,
            effects=(*_effects(one), *deeds.get(one.name, ())) or (Effect("answer"),),
            credentials=tuple(tuple(asked.scheme for asked in all_) for all_ in one.security),
            requirements=contract.words.requirements.get(one.name, ()),
            idempotency_key=one.idempotency_key or "",
            limit=(limit.requests, limit.seconds) if limit is not None else None,
            magic=tuple(_magic(wrong)) if wrong is not None else (),
            refusals=tuple(
                (response.code, response.description)
                for response in one.responses
                if _REFUSAL.fullmatch(response.code)
            ),
            broken=str(one.broken or ""),
        )


def _effects(operation: Operation) -> Iterator[Effect]:
    if operation.submission is not None:
        when = "judge at once" if operation.submission.synchronous else "judge later"
        yield Effect(when, operation.submission.lifecycle)
    for submission in operation.status_of:
        yield Effect("status", submission)
    if operation.record_of is not None:
        yield Effect("record", operation.record_of)


def _deeds(inference: Inference) -> Mapping[str, tuple[Effect, ...]]:
    found: dict[str, tuple[Effect, ...]] = {}
    for resource in inference.resources:
        for name, binding in resource.bindings.items():
            is_all = (
                binding.is_many or binding.does in (Does.LIST, Does.CLEAR) or resource.is_single
            )
            of = resource.name if is_all else f"one of {resource.name}"
            does = "create many" if binding.is_many else binding.does.value
            found[name] = (*found.get(name, ()), Effect(does, of))
    return found


def _magic(declared: Declared) -> Iterator[tuple[str, str]]:
    for names in (*declared.parameters.values(), *(one.names for one in declared.magic)):
        yield from names.items()
