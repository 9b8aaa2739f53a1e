"""What happens to one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mock_server.examples.handler import Examples
from mock_server.http.answers import Answer
from mock_server.http.problems import Kind, Problem
from mock_server.http.requests import Request

Handler = Callable[[Request], Awaitable[Answer]]


class ConnectionDroppedError(Exception):
    """The client shall get no answer."""


@dataclass(frozen=True)
class Effect:
    """What happens instead of an answer, or to it. Times are in seconds.

    `status` is answered instead of doing the work; a `connection` is dropped before it or after it; a broken `body` is the
    first half of the right one; a submission is due `settle_after` its acceptance, and its items end in the state `settle_as`.
    """

    status: int | None = None
    retry_after: int | None = None
    delay: float = 0
    connection: Literal["drop-before", "drop-after"] | None = None
    body: Literal["broken"] | None = None
    settle_after: float | None = None
    settle_as: str | None = None

    @classmethod
    def of(cls, members: Mapping[str, Any]) -> Effect:
        """Return the effect that a JSON object of the control contract describes."""
        return cls(**members)

    async def answer(self, request: Request, handler: Handler, examples: Examples) -> Answer:
        """Answer a request under this effect. Raises Problem, and ConnectionDroppedError."""
        await asyncio.sleep(self.delay)
        if self.connection == "drop-before":
            raise ConnectionDroppedError
        if self.status is not None:
            return await self._instead(self.status, request, examples)
        answer = await handler(
            request._replace(settle_after=self.settle_after, settle_as=self.settle_as)
        )
        if self.connection == "drop-after":
            raise ConnectionDroppedError
        if self.body == "broken":
            return answer._replace(body=answer.body[: len(answer.body) // 2])
        return answer

    async def _instead(self, status: int, request: Request, examples: Examples) -> Answer:
        """Return the answer that the contract documents for a status, else a problem in its error form."""
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        if not any(response.code == str(status) for response in request.operation.responses):
            raise Problem(
                Kind(status, "A scenario of the sandbox asks for this answer."), headers=headers
            )
        wish = {**request.headers, "prefer": f"code={status}"}
        answer = await examples.answer(request._replace(headers=wish))
        return answer._replace(headers={**answer.headers, **headers})


def effect_of_code(code: str) -> Effect | None:
    """Return the effect that answers an error's status, None for what is no such."""
    is_error = code.isascii() and code.isdecimal() and 400 <= int(code[:4]) <= 599
    return Effect(status=int(code)) if is_error else None
