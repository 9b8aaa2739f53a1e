"""What an operation has to do with resources besides the one that its path names: requirements and transitions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from mock_server.contracts.lives import Transition
from mock_server.contracts.resource_words import Requirement
from mock_server.http.problems import Kind, Problem
from mock_server.http.requests import Request
from mock_server.resources.handling import cause_of
from mock_server.resources.keeper import Keeper, Target
from mock_server.resources.living import Living
from mock_server.resources.path_keys import key_text
from mock_server.resources.transactions import Transaction
from openapi_documents.pointers import pointer_parts


class Required(NamedTuple):
    """A resource that must be in one of some states."""

    keeper: Keeper
    requirement: Requirement


class Moves(NamedTuple):
    """The transitions that an operation causes of resources that its path does not name."""

    keeper: Keeper
    transitions: tuple[Transition, ...]


@dataclass(frozen=True)
class Effects:
    """The effects of one operation."""

    living: Living
    required: tuple[Required, ...] = ()
    moves: tuple[Moves, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.required or self.moves)

    def before(self, request: Request, moment: Transaction) -> None:
        """Raise Problem where something that is required is not so."""
        for keeper, requirement in self.required:
            named = named_by(requirement.id, request)
            if named is None:
                continue
            key = key_text(named)
            keeper.open(moment.connection, Target(moment.partner, (), key), moment.now)
            found = self.living.store.resources.anywhere(
                moment.connection, moment.partner, keeper.kind, key
            )
            if found is None or found.state not in requirement.states:
                raise _not_so(keeper, requirement, key, found.state if found is not None else None)

    def after(self, request: Request, moment: Transaction) -> None:
        """Move what the operation moves."""
        cause = cause_of(request)
        for keeper, transitions in self.moves:
            sources = sorted({source for one in transitions for source in one.sources})
            for stored in self.living.store.resources.in_states(
                moment.connection, moment.partner, keeper.kind, sources
            ):
                transition = self.living.possible(moment, keeper, stored, transitions, cause)
                if transition is not None:
                    self.living.fire(moment, keeper, stored, transition, cause, moment.now)


def _not_so(keeper: Keeper, requirement: Requirement, key: str, state: str | None) -> Problem:
    wanted = " or ".join(requirement.states)
    kind = Kind(requirement.otherwise, REQUIRED if state is not None else MISSING)
    return Problem(kind, name=keeper.spoken, key=key, state=state, wanted=wanted)


REQUIRED = "The {name} {key} is {state}; it has to be {wanted}."
MISSING = "There is no {name} {key}; there has to be one that is {wanted}."


def named_by(expression: str, request: Request) -> Any:
    """Return what a runtime expression of OpenAPI gives for a request, None where it gives nothing."""
    match = _EXPRESSION.fullmatch(expression)
    if match is None:
        return None
    if match["pointer"] is not None:
        return _at(request.body, pointer_parts(match["pointer"]))
    if match["place"] == "header":
        return request.headers.get(match["name"].lower())
    return request.parameters.get(match["name"])


def _at(value: object, parts: tuple[str, ...]) -> object:
    for part in parts:
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


_EXPRESSION = re.compile(
    r"\$request\.(?:body#(?P<pointer>(?:/.*)?)|(?P<place>path|query|header)\.(?P<name>.+))"
)


def fingerprint_text(request: Request) -> bytes:
    """Return bytes that are equal for equal requests."""
    operation = request.operation
    return (
        msgspec.json.encode(
            [operation.name, sorted((name, str(one)) for name, one in request.parameters.items())]
        )
        + request.raw
    )
