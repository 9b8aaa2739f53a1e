"""Operations without behaviour of their own: answered by the contract's example, else by the smallest valid value."""

from __future__ import annotations

from mock_server.examples.answers import Answers, UnknownPreference
from mock_server.examples.instances import NoInstance
from mock_server.http.problems import Answer, Problem
from mock_server.http.requests import Request
from mock_server.storage.threads import Threads


class Examples:
    """The documented answers of one contract."""

    def __init__(self, answers: Answers, threads: Threads) -> None:
        """Take the answers of the contract and the threads that make them."""
        self._answers = answers
        self._threads = threads

    async def answer(self, request: Request) -> Answer:
        """Answer with the success answer. Raises Problem 501 when no value fits its schema."""
        return await self._answer(request, None)

    async def preferred(self, request: Request) -> Answer:
        """Answer as the header `Prefer: code=..., example=...` asks. Raises Problem 400 for what is not documented."""
        return await self._answer(request, request.headers["prefer"])

    async def _answer(self, request: Request, prefer: str | None) -> Answer:
        accept = request.headers.get("accept")
        try:
            chosen = await self._threads.run(
                self._answers.answer, request.operation.raw, prefer, accept
            )
        except UnknownPreference as error:
            raise Problem(400, str(error)) from None
        except NoInstance as error:
            raise Problem(
                501, f"The contract gives no example and no value was found: {error}"
            ) from None
        return Answer(chosen.status, chosen.encoded(), chosen.media_type, chosen.headers)
