"""What becomes of a request that does not fit its contract: refused, told in the log, or let through."""

from __future__ import annotations

import logging
from typing import Final, TypeVar

from mock_server.http import problems
from mock_server.http.problems import Problem
from mock_server.settings import Validation

log = logging.getLogger("mock_server.requests")

_T = TypeVar("_T")
_TOLERABLE: Final = frozenset(
    {
        problems.BAD_PARAMETER, problems.BAD_BODY, problems.NO_BODY, problems.NO_CONTENT_TYPE,
        problems.WRONG_CONTENT_TYPE, problems.MALFORMED_JSON, problems.MALFORMED_FORM,
    }
)  # fmt: skip


def tolerated(problem: Problem, validation: Validation, request: str, otherwise: _T) -> _T:
    """Return what stands in place of a part that does not fit. Raises the problem where requests are validated.

    `request` names the request in the log. What no server could deal with, such as a body that is too large, is refused
    in any case.
    """
    if validation == "requests" or problem.kind not in _TOLERABLE:
        raise problem
    if validation == "warn":
        log.warning("%s does not fit the contract: %s", request, problem.message)
    return otherwise
