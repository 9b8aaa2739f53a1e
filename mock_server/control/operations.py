"""The control surface of the sandbox: partners, clocks, reset, and why an item is in its state."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server import clock as clocks
from mock_server.batches.behaviour import Lifecycles
from mock_server.batches.status import submission_id
from mock_server.clock import MICROSECONDS, Clock, Micros
from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.control.explanation import explanation
from mock_server.control.starting_partners import StartingPartners
from mock_server.http import problems
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Fault, Problem
from mock_server.http.requests import Answering, Handler, Request
from mock_server.resources.behaviour import Memory
from mock_server.storage.partners import Partner, Partners, new_secret
from mock_server.storage.submission_tables import Listed
from mock_server.storage.threads import Threads

SERVICE = "sandbox"
"""The word in `x-understudy-service` of the contract that is answered here."""
SHOWN = 50
"""How many of a list are shown where nobody says how many."""


class ControlOperations:
    """Answers the operations of the control surface."""

    def __init__(
        self,
        partners: Partners,
        starting: StartingPartners,
        lifecycles: Lifecycles,
        memory: Memory,
        threads: Threads,
    ) -> None:
        """Take the partners, what is known of new ones, what looks into worlds, the memory, and the threads."""
        self._partners = partners
        self._starting = starting
        self._lifecycles = lifecycles
        self._worlds = lifecycles.worlds
        self._settling = lifecycles.settling
        self._memory = memory
        self._threads = threads
        self._handlers: Mapping[str, Handler] = {
            "listPartners": self.list_partners,
            "createPartner": self.create_partner,
            "getClock": self.get_clock,
            "setClock": self.set_clock,
            "reset": self.reset,
            "explainSubmission": self.explain,
            "getWorld": self.world,
            "listSubmissions": self.list_submissions,
        }

    def bind(self, contract: Contract, operation: Operation) -> Answering | None:
        """Return what answers an operation of the shipped control contract."""
        handler = self._handlers.get(operation.id) if contract.service == SERVICE else None
        return Answering(handler) if handler is not None else None

    # -- partners --------------------------------------------------------------------------------

    async def list_partners(self, _request: Request) -> Answer:
        """Answer with all partners."""
        partners = await self._threads.run(self._partners.all)
        return json_answer([_partner(partner) for partner in partners])

    async def create_partner(self, request: Request) -> Answer:
        """Create a partner; what was left out is made up. Raises Problem 409 for an id that is taken."""
        given = dict(request.body)
        client_id = given.pop("client_id", None) or f"partner-{new_secret()[:8]}"
        client_secret = given.pop("client_secret", None) or new_secret()
        attributes = given.pop("attributes", {})
        # An attribute may also stand beside the map: the contract knows one such.
        partner = self._starting.partner(client_id, client_secret, {**given, **attributes})
        if not await self._threads.write(client_id, self._partners.add, [partner]):
            raise Problem(problems.PARTNER_EXISTS, client_id=client_id)
        return json_answer(_partner(partner), 201)

    # -- one partner's world ---------------------------------------------------------------------

    async def get_clock(self, request: Request) -> Answer:
        """Answer with the partner's clock."""
        caller = request.known_caller
        await self._settling.bring_up_to_date(caller)
        clock, now = await self._threads.run(self._worlds.clock, caller)
        return json_answer(_clock(clock, now))

    async def set_clock(self, request: Request) -> Answer:
        """Move, set, freeze or release the partner's clock."""

        def change(clock: Clock, real: Micros) -> Clock:
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
            caller = request.known_caller
            due = self._worlds.change_clock_at_once(caller, change)
            if due is None:
                changed = await self._threads.write(
                    caller.client_id, self._worlds.change_clock, caller, change
                )
            else:
                real = clocks.real_now()
                changed = due.clock, due.clock.now(real)
                if due.is_due(real):
                    await self._settling.settle(caller)
        except (OverflowError, ValueError) as error:
            (member,) = request.body
            raise Problem(problems.BAD_BODY, Fault(f"#/{member}", str(error))) from None
        await self._memory.settle_due(caller.client_id)
        return json_answer(_clock(*changed))

    async def reset(self, request: Request) -> Answer:
        """Start the partner's world afresh."""
        caller = request.known_caller
        await self._threads.write(caller.client_id, self._worlds.reset, caller)
        return Answer(204, media_type=None)

    async def explain(self, request: Request) -> Answer:
        """Answer with what decided each item of a submission."""
        asked = submission_id(request.parameters["status_check_id"])
        standing = await self._lifecycles.standings.read(request.known_caller, asked)
        if standing is None:
            raise Problem(problems.NO_SUBMISSION)
        lifecycle = self._lifecycles.settlement.lifecycle_of(standing.submission.operation)
        return json_answer(explanation(standing, lifecycle))

    async def list_submissions(self, request: Request) -> Answer:
        """Answer with the partner's last submissions."""
        most = request.parameters.get("limit", SHOWN)
        caller = request.known_caller
        await self._settling.bring_up_to_date(caller)
        latest = await self._threads.run(self._worlds.latest, caller, most)
        return json_answer([_submission(listed, states) for listed, states in latest])

    async def world(self, request: Request) -> Answer:
        """Answer with what stands where in the partner's world."""
        caller = request.known_caller
        await self._settling.bring_up_to_date(caller)
        counts = await self._threads.run(self._worlds.counts, caller)
        clock, now = await self._threads.run(self._worlds.clock, caller)
        await self._memory.settle_due(caller.client_id)
        resources = await self._threads.run(self._memory.counts, caller.client_id)
        return json_answer(
            {
                "partner": caller.client_id,
                "clock": _clock(clock, now),
                "submissions": counts.submissions,
                "items": counts.items,
                "records": counts.records,
                "resources": resources,
                "due": [
                    {
                        "status_check_id": waiting.id,
                        "due_at": clocks.to_text(waiting.due_at),
                        "items": waiting.items,
                    }
                    for waiting in counts.waiting
                ],
            }
        )


def _partner(partner: Partner) -> Mapping[str, object]:
    credentials = {"client_id": partner.client_id, "client_secret": partner.client_secret}
    return {**partner.attributes, **credentials}


def _submission(listed: Listed, states: Mapping[str, int]) -> Mapping[str, object]:
    contract, _, operation = listed.operation.partition(":")
    return {
        "status_check_id": listed.id,
        "contract": contract,
        "operation": operation,
        "due_at": clocks.to_text(listed.due_at),
        "settled": listed.outcomes is not None,
        "items": states,
    }


def _clock(clock: Clock, now: Micros) -> Mapping[str, object]:
    return {"now": clocks.to_text(now), "frozen": clock.frozen_at is not None}
