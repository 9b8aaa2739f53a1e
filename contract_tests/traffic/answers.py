"""Holds each recorded answer to what the contract documents of its operation."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.http.messages import Exchange, Request
from contract_tests.http.origins import references
from contract_tests.judging import catalogue
from contract_tests.judging.asking import Asked, Asking
from contract_tests.judging.coverage import ContractCoverage, Part
from contract_tests.judging.findings import Breach, Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.story import Story
from contract_tests.traffic.routing import Filed

_HELD_BACK = frozenset(
    {"authorization", "cookie", "host", "content-length", "connection", "accept-encoding"}
)
"""Headers that a line to repeat a request must not have, or that its client writes anew."""


class Answers:
    """Checks the answers of one contract's operations."""

    def __init__(self, asking: Asking, coverage: ContractCoverage) -> None:
        self._asking = asking
        self._coverage = coverage

    def asked(self, filed: Filed, suite: Suite = Suite.OPERATIONS) -> Asked:
        """Return an exchange as one that was asked for."""
        recorded = filed.recorded
        story = Story("", suite, exchanges=[exchange_of(filed)])
        return Asked(story, filed.operation, recorded.told, recorded.reply)

    def breaches(self, filed: Filed) -> Iterator[Broken]:
        """Yield what an answer breaks, whatever went before it."""
        asked, reply = self.asked(filed), filed.recorded.reply
        self._coverage.count(Part.OPERATION, filed.operation.id)
        self._coverage.count(Part.ANSWER, f"{filed.operation.id} {reply.status}")
        if reply.status >= 500 and reply.status != 501:
            yield self._asking.breaks(
                asked, catalogue.ANSWER_NO_SERVER_ERROR, "an answer below 500"
            )
            return
        try:
            self._asking.require_own(asked, references(reply.status, reply.headers))
            self._require_documented(asked, filed)
            if reply.status >= 400 and filed.recorded.has_body and reply.status != 501:
                self._asking.require_error_form(asked)
        except Broken as problem:
            yield problem

    def _require_documented(self, asked: Asked, filed: Filed) -> None:
        if filed.recorded.has_body:
            self._asking.require_documented(asked)
        elif filed.operation.response(asked.reply.status) is None:
            came = f"status {asked.reply.status} is not documented"
            breach = Breach(catalogue.ANSWER_DOCUMENTED, ("an answer as documented",), came)
            raise self._asking.broken(asked.story, filed.operation.id, asked.sent, breach)


def exchange_of(filed: Filed) -> Exchange:
    """Return an exchange without what shows who sent it."""
    recorded = filed.recorded
    headers = {
        name: value
        for name, value in recorded.headers.items()
        if name not in _HELD_BACK and not name.startswith(("sec-", "x-forwarded-"))
    }
    path = filed.path + (f"?{filed.query}" if filed.query else "")
    request = Request(recorded.method, path, headers, recorded.body or None)
    return Exchange(request, recorded.reply).shortened
