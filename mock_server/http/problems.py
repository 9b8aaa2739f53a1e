"""Every error that a client sees: what it is, and the one place that renders it in the contract's own form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import msgspec

_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_ENVELOPE_CODES = {
    400: "INVALID_REQUEST",
    401: "INVALID_TOKEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    413: "REQUEST_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    500: "INTERNAL_ERROR",
}


@dataclass(frozen=True)
class Fault:
    """One fault of a request: a JSON pointer in a URI fragment, and the sentence."""

    pointer: str
    detail: str


@dataclass
class Problem(Exception):
    """An answer that says no.

    `code` is the word that an envelope or RFC 6749 has for it; without one, the status gives it.
    """

    status: int
    detail: str
    errors: tuple[Fault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.detail}"


@dataclass(frozen=True)
class Answer:
    """What goes back to the client. `body` is the bytes as they are sent."""

    status: int
    body: bytes = b""
    media_type: str | None = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def json_answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an answer whose body is this value as JSON."""
    return Answer(status, msgspec.json.encode(value), "application/json", headers or {})


def render(problem: Problem, form: str) -> Answer:
    """Render a problem in a contract's error form: `problem`, `envelope` or `oauth`."""
    match form:
        case "envelope":
            return json_answer(_envelope(problem), problem.status, problem.headers)
        case "oauth":
            return json_answer(_oauth(problem), problem.status, problem.headers)
        case _:
            return Answer(
                problem.status,
                msgspec.json.encode(_rfc9457(problem)),
                "application/problem+json",
                problem.headers,
            )


def _rfc9457(problem: Problem) -> dict[str, Any]:
    members: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(problem.status) or HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem.detail,
    }
    if problem.errors:
        members["errors"] = [
            {"pointer": fault.pointer, "detail": fault.detail} for fault in problem.errors
        ]
    return members


def _envelope(problem: Problem) -> dict[str, Any]:
    message = "; ".join(f"{fault.pointer} {fault.detail}" for fault in problem.errors)
    return {
        "data": {},
        "status": {
            "code": problem.code or _ENVELOPE_CODES.get(problem.status, "ERROR"),
            "description": problem.detail,
            "message": message or problem.detail,
        },
    }


def _oauth(problem: Problem) -> dict[str, Any]:
    faults = "; ".join(f"{fault.pointer} {fault.detail}" for fault in problem.errors)
    # RFC 6749 section 5.2 allows neither quotation marks nor backslashes, nor letters beyond ASCII.
    text = f"{problem.detail} {faults}".strip().replace('"', "'").replace("\\", "/")
    return {
        "error": problem.code or "invalid_request",
        "error_description": text.encode("ascii", "replace").decode(),
    }
