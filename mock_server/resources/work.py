"""The work of a request, step by step: what is due, retries, requirements, the deed itself, and its effects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec

from mock_server.clock import LATEST, MICROSECONDS
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Fault, Kind, Problem
from mock_server.http.requests import Request
from mock_server.resources import deeds, reading
from mock_server.resources.answers import Answers
from mock_server.resources.effects import Effects, fingerprint_text
from mock_server.resources.handling import Handling
from mock_server.resources.keeper import Target
from mock_server.resources.resource import Does
from mock_server.resources.transactions import Transaction, Work
from mock_server.storage.idempotency import KeptAnswer
from mock_server.storage.store import Store

UNDER_WAY = Kind(
    409, "A request with this idempotency key is under way; try again when it is done."
)
KEPT_FOR = 24 * 3600 * MICROSECONDS
"""How long an answer is given again, on the partner's clock."""
LONGEST_KEY = 255

Step = Callable[[Handling, Request, Target, Transaction], Answer]
STEPS: Final[Mapping[Does, Step]] = {
    Does.CREATE: deeds.create,
    Does.READ: reading.read,
    Does.LIST: reading.list_page,
    Does.PUT: deeds.put,
    Does.REPLACE: deeds.replace,
    Does.MERGE: deeds.merge,
    Does.REMOVE: deeds.remove,
    Does.CLEAR: deeds.clear,
    Does.ACT: deeds.act,
}
_OPENING: Final = frozenset({Does.CREATE})
"""What begins a collection by itself."""
_OF_ONE: Final = frozenset({Does.CREATE, Does.PUT, Does.REPLACE, Does.MERGE, Does.REMOVE})
_SMALL: Final = 16 * 1024
"""Bytes of a body up to which a change is short."""
_FAR: Final = 1000
"""From so many elements on, the way to a page of a list is long."""
LOOKS: Final = frozenset({Does.READ, Does.LIST})


@dataclass(frozen=True)
class Doing:
    """What one operation does: something to a resource (`handling`), or nothing, which its examples answer."""

    store: Store
    effects: Effects
    answers: Answers
    handling: Handling | None

    @property
    def asks_for_saved(self) -> bool:
        """Whether expressions of the resource's life ask for what batches saved."""
        life = self.handling.keeper.life if self.handling is not None else None
        return life is not None and bool(life.totals)

    def work(self, request: Request, target: Target) -> Work:
        """Return the work of one request."""

        def change(moment: Transaction) -> Answer:
            self.effects.living.settle(moment)
            handling = self.handling
            if handling is not None and (
                handling.binding.does not in _OPENING or handling.says_missing
            ):
                handling.keeper.open(moment.connection, target, moment.now)
            return self._once(request, target, moment)

        def look(moment: Transaction) -> Answer | None:
            if not self._may_look(target, moment):
                return None
            return self._done(request, target, moment)

        looks = self.handling is not None and self.handling.binding.does in LOOKS
        return Work(
            look if looks and not self.effects else None,
            change,
            self._is_long(request),
            self._is_short(request),
        )

    def _is_short(self, request: Request) -> bool:
        """Tell whether one resource is changed, and nothing that others wait for, or that time has brought about."""
        handling = self.handling
        if handling is None or handling.binding.does not in _OF_ONE or len(request.raw) > _SMALL:
            return False
        many = handling.binding.is_many or handling.each
        return not (many or self.effects or self.effects.living.has_timers)

    def _is_long(self, request: Request) -> bool:
        """Tell whether every resource of a list has to be looked at."""
        if self.handling is None or self.handling.binding.does is not Does.LIST:
            return False
        query = self.handling.query.read(request.parameters)
        return not query.is_plain or query.start > _FAR

    def _may_look(self, target: Target, moment: Transaction) -> bool:
        """Tell whether nothing has to be changed before this caller is shown something."""
        assert self.handling is not None  # noqa: S101 - only such work has a look
        living = self.effects.living
        if living.has_timers and self.store.resources.is_any_due(
            moment.connection, moment.partner, moment.now
        ):
            return False
        return self.handling.keeper.is_open(moment.connection, target)

    def _once(self, request: Request, target: Target, moment: Transaction) -> Answer:
        """Do it, unless it was done before under the same idempotency key: then the first answer is given again."""
        key = idempotency_key(request)
        if key is None:
            return self._done(request, target, moment)
        key = f"{request.operation.name} {key}"  # operations know nothing of each other's keys
        fingerprint = hashlib.sha256(fingerprint_text(request)).digest()
        kept = self.store.kept_answers.find(moment.connection, moment.partner, key, moment.now)
        if kept is not None:
            if bytes(kept.fingerprint) != fingerprint:
                raise Problem(problems.KEY_REUSED)
            headers = msgspec.json.decode(kept.headers)
            return Answer(kept.status, bytes(kept.body), kept.media_type, headers)
        answer = self._done(request, target, moment)
        expires = min(moment.now + KEPT_FOR, LATEST)
        headers = msgspec.json.encode(dict(answer.headers))
        kept = KeptAnswer(
            fingerprint, expires, answer.status, answer.media_type, headers, answer.body
        )
        self.store.kept_answers.keep(moment.connection, moment.partner, key, kept)
        return answer

    def _done(self, request: Request, target: Target, moment: Transaction) -> Answer:
        handling = self.handling
        if handling is None or not (handling.binding.is_many or handling.each):
            return self._do(request, target, moment)
        with moment.connection.begin_nested():  # all of them, or none
            return self._do(request, target, moment)

    def _do(self, request: Request, target: Target, moment: Transaction) -> Answer:
        self.effects.before(request, moment)
        if self.handling is None:
            base = self.answers.base(request)
            answer = self.answers.written(base, base.body, None, {})
        else:
            self.handling.check_above(request, target, moment)
            answer = STEPS[self.handling.binding.does](self.handling, request, target, moment)
        self.effects.after(request, moment)
        return answer


def idempotency_key(request: Request) -> str | None:
    """Return the key by which a retry of a request is known. Raises Problem for one that is too long or empty."""
    operation = request.operation
    if operation.idempotency_key is None or operation.method in SAFE:
        return None
    key = request.headers.get(operation.idempotency_key.lower())
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        detail = f"must have 1 to {LONGEST_KEY} characters"
        raise Problem(
            problems.BAD_PARAMETER, Fault(f"#/header/{operation.idempotency_key}", detail)
        )
    return key


SAFE: Final = frozenset({"get", "head", "options", "trace", "query"})
