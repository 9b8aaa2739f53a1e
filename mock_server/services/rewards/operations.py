"""The operations of the rewards contract: requests in, envelopes out; the service does the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from mock_server.contracts.callers import Caller
from mock_server.http.answers import Answer, json_answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Handler, Request
from mock_server.services.rewards.refusals import NO_SUCH_PURCHASE
from mock_server.services.rewards.service import Rewards
from mock_server.storage.threads import Arguments, Result, Threads

OBEYED = {"code": "OK", "description": "", "message": ""}


class RewardsOperations:
    """The handlers of the rewards contract. The caller of a request is an organisation."""

    def __init__(self, rewards: Rewards, threads: Threads) -> None:
        """Take the service and the threads that it runs in."""
        self._rewards = rewards
        self._threads = threads
        self.handlers: Mapping[str, Handler] = {
            "login": self.login,
            "releaseToken": self.release_token,
            "previewPurchase": self.preview_purchase,
            "createPurchase": self.create_purchase,
            "showPurchase": self.show_purchase,
        }
        self.control_handlers: Mapping[str, Handler] = {
            "explainPurchase": self.explain_purchase,
            "resetRewards": self.reset,
        }

    async def caller_of_token(self, token: object) -> Caller:
        """Return the organisation that a token is for. Raises Problem 401."""
        return Caller(await self._looked(self._rewards.authenticate, token))

    async def login(self, request: Request) -> Answer:
        """Answer with a token."""
        return _obeyed(
            await self._write(request.body["organisation"], self._rewards.login, request.body)
        )

    async def release_token(self, request: Request) -> Answer:
        """Make the caller's token worth nothing."""
        organisation = request.known_caller.client_id
        await self._write(organisation, self._rewards.release_token, request.body["token"])
        return _obeyed({})

    async def preview_purchase(self, request: Request) -> Answer:
        """Answer with what a purchase would do."""
        organisation = request.known_caller.client_id
        return _obeyed(
            await self._looked(self._rewards.preview_purchase, organisation, request.body)
        )

    async def create_purchase(self, request: Request) -> Answer:
        """Answer with the purchase that was made."""
        organisation = request.known_caller.client_id
        return _obeyed(
            await self._write(
                organisation, self._rewards.create_purchase, organisation, request.body
            )
        )

    async def show_purchase(self, request: Request) -> Answer:
        """Answer with a purchase of the caller."""
        organisation, event_id = request.known_caller.client_id, request.parameters["id"]
        return _obeyed(await self._looked(self._rewards.show_purchase, organisation, event_id))

    async def _looked(
        self, look: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Read here where that takes less time than a change of threads, else in a thread."""
        if self._rewards.looks_at_once:
            return look(*args, **kwargs)
        return await self._threads.run(look, *args, **kwargs)

    async def _write(
        self,
        organisation: str,
        work: Callable[Arguments, Result],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Result:
        """Change an organisation's world, after everything else that changes it."""
        return await self._threads.write(f"rewards/{organisation}", work, *args, **kwargs)

    # -- the control surface ---------------------------------------------------------------------

    async def explain_purchase(self, request: Request) -> Answer:
        """Answer with each offer and why the purchase got it or did not."""
        organisation, event_id = request.known_caller.client_id, request.parameters["id"]
        try:
            offers = await self._threads.run(self._rewards.explain_purchase, organisation, event_id)
        except Problem as problem:
            raise Problem(NO_SUCH_PURCHASE) from problem
        return json_answer({"id": event_id, "offers": offers})

    async def reset(self, request: Request) -> Answer:
        """Start the caller's rewards world afresh."""
        organisation = request.known_caller.client_id
        await self._write(organisation, self._rewards.reset, organisation)
        return Answer(204, media_type=None)


def _obeyed(data: Mapping[str, object]) -> Answer:
    return json_answer({"data": data, "status": OBEYED})
