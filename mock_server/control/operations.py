"""The control surface of the sandbox: partners, clocks, reset, and why an item is in its state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server import clock as clocks
from mock_server.clock import MICROSECONDS, Clock
from mock_server.contracts.validation import Profile
from mock_server.http.problems import Answer, Fault, Problem, json_answer
from mock_server.http.requests import Request
from mock_server.resources.judging import Outcomes, Settled
from mock_server.resources.lifecycle import Row
from mock_server.resources.submissions import normal_id
from mock_server.resources.world import Explained, World
from mock_server.storage.store import Partner, Store, new_secret
from mock_server.storage.threads import Threads


class Control:
    """The handlers of the control surface."""

    def __init__(self, store: Store, world: World, threads: Threads) -> None:
        """Take what they stand on."""
        self._store = store
        self._world = world
        self._threads = threads

    async def list_partners(self, _request: Request) -> Answer:
        """Answer with all partners."""
        partners = await self._threads.run(self._store.partners)
        return json_answer([_partner(partner) for partner in partners])

    async def create_partner(self, request: Request) -> Answer:
        """Create a partner; what was left out is made up. Raises Problem 409 for an id that is taken."""
        partner = Partner(
            client_id=request.body.get("client_id") or f"partner-{new_secret()[:8]}",
            client_secret=request.body.get("client_secret") or new_secret(),
            currency=request.body.get("currency", "GBP"),
        )
        if not await self._threads.run(self._store.add_partners, [partner]):
            raise Problem(409, f"There is a partner {partner.client_id} already.")
        return json_answer(_partner(partner), 201)

    async def get_clock(self, request: Request) -> Answer:
        """Answer with the partner's clock."""
        clock, now = await self._threads.run(self._world.clock, _profile(request))
        return _clock(clock, now)

    async def set_clock(self, request: Request) -> Answer:
        """Move, set, freeze or release the partner's clock."""

        def change(clock: Clock, real: int) -> Clock:
            match request.body:
                case {"advance": seconds}:
                    return clock.advanced(round(seconds * MICROSECONDS), real)
                case {"at": text}:
                    return clock.set_to(clocks.from_text(text), real)
                case {"freeze": True}:
                    return clock.frozen(real)
                case _:
                    return clock.released(real)

        try:
            clock, now = await self._threads.run(
                self._world.change_clock, _profile(request), change
            )
        except (OverflowError, ValueError) as error:
            (member,) = request.body
            raise Problem(
                400, "The body does not fit the contract.", (Fault(f"#/{member}", str(error)),)
            ) from None
        return _clock(clock, now)

    async def reset(self, request: Request) -> Answer:
        """Start the partner's world afresh."""
        await self._threads.run(self._world.reset, _profile(request))
        return Answer(204, media_type=None)

    async def explain(self, request: Request) -> Answer:
        """Answer with what decided each item of a submission."""
        asked = normal_id(request.parameters["status_check_id"])
        explained = await self._threads.run(self._world.explain, _profile(request), asked)
        if explained is None:
            raise Problem(404, "There is no such submission.")
        return json_answer(_explanation(explained))

    async def world(self, request: Request) -> Answer:
        """Answer with what stands where in the partner's world."""
        profile = _profile(request)
        states, records, waiting, submissions = await self._threads.run(self._world.counts, profile)
        clock, now = await self._threads.run(self._world.clock, profile)
        return json_answer(
            {
                "partner": profile.client_id,
                "clock": {"now": clocks.to_text(now), "frozen": clock.frozen_at is not None},
                "submissions": submissions,
                "items": states,
                "records": records,
                "due": [
                    {
                        "status_check_id": row["id"],
                        "due_at": clocks.to_text(row["due_at"]),
                        "items": row["item_count"],
                    }
                    for row in waiting
                ],
            }
        )


def _profile(request: Request) -> Profile:
    if request.profile is None:
        raise Problem(401, "Nobody said who is asking.")
    return request.profile


def _partner(partner: Partner) -> Mapping[str, str]:
    return {
        "client_id": partner.client_id,
        "client_secret": partner.client_secret,
        "currency": partner.currency,
    }


def _clock(clock: Clock, now: int) -> Answer:
    return json_answer({"now": clocks.to_text(now), "frozen": clock.frozen_at is not None})


def _explanation(explained: Explained) -> Mapping[str, Any]:
    submission, raw, outcomes = explained.standing
    contract, _, operation = submission.operation.partition(":")
    work = explained.work
    initial = (work and work.lifecycle.initial) or "Pending"
    settled_at = submission.settled_at
    return {
        "status_check_id": submission.id,
        "contract": contract,
        "operation": operation,
        "lifecycle": work.lifecycle.name if work else "",
        "accepted_at": clocks.to_text(submission.accepted_at),
        "due_at": clocks.to_text(submission.due_at),
        "settled_at": clocks.to_text(settled_at) if settled_at is not None else None,
        "items": [
            _pending(place, initial)
            if outcomes is None
            else _decided(place, outcomes, outcomes.items[place])
            for place in range(len(raw))
        ],
    }


def _pending(place: int, state: str) -> Mapping[str, Any]:
    return {
        "index": place,
        "state": state,
        "decided_by": None,
        "collided_with": None,
        "validation_errors": [],
    }


def _decided(place: int, outcomes: Outcomes, item: Settled) -> Mapping[str, Any]:
    return {
        "index": place,
        "state": outcomes.state(item),
        "decided_by": _row(outcomes.rows[item.row]),
        "collided_with": _collision(item),
        "validation_errors": item.errors,
    }


def _row(row: Row) -> Mapping[str, Any]:
    members: dict[str, Any] = {"row": row.number, "when": row.when, "then": row.then}
    if row.source:
        members["source"] = row.source
    if row.silence:
        members["silence"] = list(row.silence)
    return members


def _collision(item: Settled) -> Mapping[str, Any] | None:
    if item.other_item is not None:
        return {"item": item.other_item}
    if item.record is None:
        return None
    submission, position, saved_at = item.record
    return {
        "record": {
            "status_check_id": submission,
            "index": position,
            "saved_at": clocks.to_text(saved_at),
        }
    }
