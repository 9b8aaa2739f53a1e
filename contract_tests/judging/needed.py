"""Which requests of a story have to be sent again to see what was found: what only looked is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from contract_tests.http.messages import Exchange
from contract_tests.judging import catalogue
from contract_tests.reading.requirements import Requirement

_OF_LOOKS = frozenset(
    {
        catalogue.STATE_FINAL, catalogue.STATE_UNIT, catalogue.STATE_ORDER, catalogue.STATE_LIVENESS,
        catalogue.RESULT_SAME_ANSWER, catalogue.STATUS_OVERALL,
    }
)  # fmt: skip
"""What several looks at one thing show."""
_OF_ONE_ANSWER = frozenset(
    {
        catalogue.ANSWER_ACCEPT, catalogue.ANSWER_DOCUMENTED, catalogue.ERROR_FORM, catalogue.ERROR_POINTERS,
        catalogue.FILTER_ITEMS, catalogue.FILTER_OVERALL, catalogue.FILTER_SPELLING, catalogue.FILTER_UNKNOWN,
        catalogue.PATH_UNKNOWN_ID, catalogue.PATH_MALFORMED_ID, catalogue.PATH_OTHER_KIND, catalogue.PATH_METHOD,
        catalogue.PATH_UNDECLARED, catalogue.ACCESS_TOKEN, catalogue.ACCESS_PARTNER_STATUS,
    }
)  # fmt: skip
"""What the last answer shows alone, whatever was looked at before."""


def needed(exchanges: Sequence[Exchange], requirement: Requirement) -> tuple[Exchange, ...]:
    """Return the exchanges that show a finding; one that was waited for says for how long."""
    if requirement in _OF_LOOKS:
        return tuple(exchanges)
    return tuple(_without_looks(exchanges, alone=requirement in _OF_ONE_ANSWER))


def _without_looks(exchanges: Sequence[Exchange], *, alone: bool) -> Iterator[Exchange]:
    before: Exchange | None = None
    left_out = False
    for one, following in zip(exchanges, [*exchanges[1:], None], strict=True):
        looks = one.request.method == "GET" and not one.control and following is not None
        if looks and (alone or (following is not None and following.request == one.request)):
            left_out = True
            continue
        waited = one.at - before.at if left_out and before is not None else 0.0
        yield replace(one, waited=waited) if waited else one
        before, left_out = one, False
