"""How one operation of a resource is answered: what a request says of it, what is there, and what the answer shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mock_server.contracts.lives import Transition
from mock_server.contracts.schema_view import MemberPath
from mock_server.http.answers import Answer
from mock_server.http.conditions import ETAG, matches
from mock_server.http.problems import Kind, Problem
from mock_server.http.requests import Request
from mock_server.resources.answers import (
    CHANGED,
    Answers,
    etag_of,
    not_found,
    spoken_of,
)
from mock_server.resources.keeper import Keeper, Target
from mock_server.resources.lists import ListBody
from mock_server.resources.living import Cause, Living
from mock_server.resources.making import Members
from mock_server.resources.path_keys import key_text
from mock_server.resources.queries import QueryForm
from mock_server.resources.resource import Binding, Shown
from mock_server.resources.shapes import value_at
from mock_server.resources.transactions import Transaction
from mock_server.storage.resources import Stored


class Each(NamedTuple):
    """An array of a request of which each element becomes a resource of another kind."""

    keeper: Keeper
    way: MemberPath


@dataclass(frozen=True)
class Handling:
    """An operation of a resource, with everything that answering it takes.

    `moves` are the transitions that the operation causes of the resource that its path names.
    """

    keeper: Keeper
    binding: Binding
    answers: Answers
    living: Living
    moves: tuple[Transition, ...]
    each: tuple[Each, ...]
    has_etag: bool
    query: QueryForm
    body: ListBody | None

    # -- what requests say -------------------------------------------------------------------------

    def sent(self, request: Request) -> Members:
        """Return what a request says of the resource."""
        spot = self.binding.request
        found = value_at(request.body, spot.at) if spot is not None else request.body
        return found if isinstance(found, Mapping) else {}

    def keys(self, request: Request) -> frozenset[str] | None:
        """Return the keys of what a request removes, None where it removes all that its filters leave."""
        spot, name = self.binding.request, self.binding.keys
        if spot is None and name is None:
            return None
        found = value_at(request.body, spot.at) if spot is not None else None
        listed = found if isinstance(found, list) else request.parameters.get(name or "")
        return frozenset(map(key_text, listed if isinstance(listed, list) else [listed]))

    def check_above(self, request: Request, target: Target, moment: Transaction) -> None:
        """Raise Problem where what a resource is in is not there, and the contract has an answer for that."""
        if self.says_missing:
            missing = self.keeper.missing_above(moment.connection, target)
            if missing is not None:
                raise not_found(request.operation, missing[0].spoken, missing[1])

    @cached_property
    def says_missing(self) -> bool:
        """Whether something may be missing above it, which the contract has an answer for."""
        return self.keeper.parent is not None and self._has_answer_for_missing

    @cached_property
    def _has_answer_for_missing(self) -> bool:
        codes = {response.code.upper() for response in self.binding.operation.responses}
        return bool(codes & {"404", "410", "4XX"})

    def may_act(self, target: Target, moment: Transaction) -> bool:
        """Tell whether an action is about what is there, or is to be refused where it is not.

        Under a key that the document suggests there is always an example.
        """
        first_day = self.keeper.first_day
        suggested = first_day.stand_ins | {one.key for one in first_day.records}
        if self._has_answer_for_missing and target.key not in suggested:
            return True
        return self.keeper.find(moment.connection, target) is not None

    def there(self, request: Request, target: Target, moment: Transaction) -> Stored:
        """Return the resource that a request is about, after its conditions were asked. Raises Problem."""
        found = self.keeper.find(moment.connection, target)
        if found is None:
            raise not_found(request.operation, self.keeper.spoken, target.key)
        header = request.headers.get("if-match")
        if self.has_etag and header is not None and not matches(header, etag_of(found)):
            raise self.refusal(CHANGED, target.key, now=etag_of(found))
        return found

    def refusal(
        self, kind: Kind, key: str, *, now: str = "", state: str = "", operation: str = ""
    ) -> Problem:
        """Return the refusal of a request about the resource under a key."""
        one = spoken_of(self.keeper.spoken, key)
        return Problem(kind, one=one, now=now, state=state, operation=operation)

    # -- what they get -----------------------------------------------------------------------------

    def answer(
        self,
        request: Request,
        stored: Stored,
        headers: Mapping[str, str] | None = None,
        shown: Shown | None = None,
    ) -> Answer:
        """Return the answer that shows a resource, in a response that is not the usual one if that is given."""
        tags = {ETAG: etag_of(stored)} if self.has_etag else {}
        value = self.keeper.value(stored)
        return self.answers.of(
            request, self.keeper.resource, self.binding, value, {**tags, **(headers or {})}, shown
        )


def cause_of(request: Request) -> Cause:
    """Return the request as the cause of what it changes."""
    return Cause("request", request.operation.id, request)
