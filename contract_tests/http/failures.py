"""Why there is no answer, or no verdict.

TargetFailure
+- CannotJudge   no verdict is possible: unreachable, refused credentials, no API at all
+- BudgetSpent   `--max-requests` is used up
+- NotAllowed    `--read-only` or `--dry-run` forbids the request
+- Unanswered    one request got no answer: the server's fault, hence a finding
"""

from __future__ import annotations

import errno
import http.client
import ssl
from collections.abc import Iterator
from enum import Enum

import urllib3


class TargetFailure(Exception):
    """A request could not be sent or answered."""


class CannotJudge(TargetFailure):
    """No verdict is possible; the message is one sentence why."""


class BudgetSpent(TargetFailure):
    """The budget of requests is used up."""


class NotAllowed(TargetFailure):
    """The request is not allowed in this run."""


class Cause(Enum):
    """Why a request got no answer; the value says it to people."""

    REFUSED = "the connection is refused"
    UNKNOWN_HOST = "the host is unknown"
    UNTRUSTED = "its certificate is not trusted"
    NO_TLS = "it does not speak TLS there; is it http:// instead of https://?"
    LATE = "no answer in time"
    UNREACHABLE = "the host cannot be reached"
    NO_HTTP = "what it says is not HTTP"
    CUT = "the connection was closed before the answer was whole"
    NOT_DECODED = "its body is not in the content encoding that it names"
    TOO_LARGE = "the answer is larger than --max-answer allows"
    ELSEWHERE = "the address leads to another origin, to which nothing is sent"
    CLOSED = "the connection was closed without an answer"


UNREADABLE = frozenset({Cause.NO_HTTP, Cause.CUT, Cause.NOT_DECODED, Cause.TOO_LARGE})
"""Of answers that came and cannot be read."""


class Unanswered(TargetFailure):
    """The server closed the connection, or did not answer in time."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class TooLarge(urllib3.exceptions.HTTPError):
    """An answer has more bytes, or JSON of more values, than a run reads."""


_CLOSED = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH}
# Kinds of error, the most telling first, and what they mean.
_CAUSES: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], Cause], ...] = (
    (ConnectionRefusedError, Cause.REFUSED),
    (urllib3.exceptions.NameResolutionError, Cause.UNKNOWN_HOST),
    (ssl.SSLCertVerificationError, Cause.UNTRUSTED),
    ((ssl.SSLError, urllib3.exceptions.SSLError), Cause.NO_TLS),
    ((TimeoutError, urllib3.exceptions.TimeoutError), Cause.LATE),
    ((*_CLOSED, ConnectionAbortedError), Cause.CLOSED),
    (TooLarge, Cause.TOO_LARGE),
    (urllib3.exceptions.DecodeError, Cause.NOT_DECODED),
    (http.client.IncompleteRead, Cause.CUT),
    (http.client.HTTPException, Cause.NO_HTTP),
)


def cause_of(error: Exception) -> Cause:
    """Return why a request failed, by the kinds of the errors that led to this one."""
    led = list(_led_to(error))
    for kinds, cause in _CAUSES:
        if any(isinstance(one, kinds) for one in led):
            return cause
    if any(isinstance(one, OSError) and one.errno in _UNREACHABLE for one in led):
        return Cause.UNREACHABLE
    return Cause.CLOSED


def is_idle_end(error: Exception) -> bool:
    """Whether a kept-alive connection was closed meanwhile, which says nothing of the server."""
    return any(isinstance(one, (*_CLOSED, ConnectionAbortedError)) for one in _led_to(error))


def _led_to(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and the errors that it holds or that caused it."""
    if error is None:
        return
    yield error
    for inner in error.args:
        if isinstance(inner, BaseException):
            yield from _led_to(inner)
    yield from _led_to(error.__cause__)
