"""Operations that nothing else answers: the contract's example, else the smallest valid value."""

from __future__ import annotations

from mock_server.contracts.contract import Contract
from mock_server.contracts.operations import Operation
from mock_server.examples.answers import Answers
from mock_server.examples.negotiation import NotAcceptableError
from mock_server.examples.pairing import Given
from mock_server.examples.preferences import UnknownPreferenceError
from mock_server.examples.search import NoInstanceError
from mock_server.examples.values import Values
from mock_server.http import problems
from mock_server.http.answers import Answer
from mock_server.http.problems import Problem
from mock_server.http.requests import Answering, Request
from mock_server.storage.threads import Threads


class Examples:
    """The documented answers of one contract."""

    def __init__(self, contract: Contract, values: Values, threads: Threads) -> None:
        """Take the contract, its values and the threads that make its answers."""
        self._answers = Answers(contract.document, values)
        self._threads = threads

    def bind(self, _contract: Contract, _operation: Operation) -> Answering:
        """Return what answers any operation."""
        return Answering(self.answer)

    async def answer(self, request: Request) -> Answer:
        """Answer as the header `Prefer: code=..., example=..., dynamic=true` asks, else with the success answer.

        Raises Problem 400 for what is not documented, 406 for what is not accepted, and 501 when no value fits.
        """
        headers = request.headers
        given = Given(
            headers.get("prefer"),
            headers.get("accept"),
            headers.get("accept-language"),
            request.parameters,
            request.body,
        )
        try:
            chosen = await self._threads.run(self._answers.answer, request.operation, given)
        except UnknownPreferenceError as error:
            raise Problem(problems.UNKNOWN_PREFERENCE, reason=error) from None
        except NotAcceptableError as error:
            raise Problem(problems.NOT_ACCEPTABLE, reason=error) from None
        except NoInstanceError as error:
            raise Problem(problems.NO_EXAMPLE, reason=error) from None
        return Answer(chosen.status, chosen.encoded(), chosen.media_type, chosen.headers)
