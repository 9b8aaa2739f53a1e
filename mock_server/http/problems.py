"""What a client is told that did something wrong: a table of what can go wrong with any request, and how it is rendered.

A row (`Kind`) says the status, the sentence and, where an error form has a word of its own for it, the code. Who
raises a `Problem` adds what came and where. A row that one module alone needs stands beside what raises it (`resources/`,
`control/`, `services/`). `Sandbox._refusal` in `app.py` chooses the form: what the operation documents
(`examples/refusals.py`), else one of `render`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from mock_server.http.answers import Answer, json_answer


class Kind(NamedTuple):
    """A row of the table. `sentence` names what it is filled with in braces."""

    status: int
    sentence: str
    code: str | None = None


# -- the request as a whole ----------------------------------------------------------------------
NOT_SERVED = Kind(404, "Nothing is served at {path}.")
SERVED_ELSEWHERE = Kind(
    404, "Nothing is served at {path}; {meant} is, for the contract's server has a path."
)
WRONG_METHOD = Kind(405, "{method} is not allowed here; allowed: {allowed}.")
UNKNOWN_PREFERENCE = Kind(400, "{reason}")
PREFERENCE_WITHOUT_SCENARIOS = Kind(
    400,
    '{reason} To get it all the same, start the sandbox with --scenarios, or set {{"effect": {{"status": {code}}}}} by '
    "POST /_sandbox/scenarios.",
)
NOT_ACCEPTABLE = Kind(406, "{reason}")
# -- who is asking -------------------------------------------------------------------------------
NO_CREDENTIALS = Kind(401, "The credentials are missing.")
NO_CALLER = Kind(401, "Nobody said who is asking.")
NO_BEARER = Kind(401, "The Authorization header must be `Bearer` and a token.")
UNKNOWN_TOKEN = Kind(401, "The bearer token is unknown.")
EXPIRED_TOKEN = Kind(401, "The bearer token has expired.")
NO_BASIC = Kind(401, "The Authorization header must be `Basic` and an id and a secret in base64.")
MISSING_SCOPES = Kind(403, "The token is not good for {scopes}; ask for one with that scope.")
WRONG_PASSWORD = Kind(401, "The client id or the client secret is wrong.")
UNKNOWN_API_KEY = Kind(401, "The API key is unknown; use a partner's client_secret.")
WRONG_ADMIN_KEY = Kind(401, "The X-Admin-Key header is wrong.")
# -- the token request (RFC 6749, section 5.2) ------------------------------------------------------
UNSUPPORTED_GRANT = Kind(
    400, "grant_type {given!r} is not supported; use {supported}", "unsupported_grant_type"
)
WRONG_CLIENT = Kind(401, "The client id or the client secret is wrong.", "invalid_client")
NO_CLIENT = Kind(
    401,
    "{missing} must stand in the body, or both in a Basic header.",
    "invalid_client",
)
SECRET_TWICE = Kind(400, "The secret stands in the header and in the body; send it once.")
TWO_CLIENTS = Kind(400, "The client_id of the body is not that of the header.")
TOO_MANY_SECRETS = Kind(
    429, "Too many wrong secrets of {client_id} came from you; wait a moment.", "invalid_client"
)
# -- parameters and bodies -----------------------------------------------------------------------
BAD_PARAMETER = Kind(400, "A parameter does not fit the contract.")
CLIENT_GONE = Kind(400, "The client went away before the body was complete.")
NO_BODY = Kind(400, "The body is missing.")
MALFORMED_JSON = Kind(400, "The body is not valid JSON.")
MALFORMED_FORM = Kind(400, "The body is no valid form.")
MALFORMED_MULTIPART = Kind(400, "The body is no valid multipart body.")
MALFORMED_XML = Kind(400, "The body is not valid XML.")
MALFORMED_TEXT = Kind(400, "The body is not written in its charset.")
BAD_BODY = Kind(400, "The body does not fit the contract.")
BODY_TOO_LARGE = Kind(413, "The body is larger than {limit} bytes.")
ENCODED_BODY = Kind(415, "The body is {encoding}-encoded; send it as it is.")
NO_CONTENT_TYPE = Kind(415, "The content type is missing; {expected} is expected.")
WRONG_CONTENT_TYPE = Kind(415, "The content type is {given}; {expected} is expected.")
WRONG_CHARSET = Kind(415, "The charset is {given}; {expected} is expected.")
# -- submissions and records ---------------------------------------------------------------------
TOO_MANY_ITEMS = Kind(413, "The body has {count} items; at most {most} are allowed.")
KEY_REUSED = Kind(422, "This Idempotency-Key was used before for another request.")
NO_SUBMISSION = Kind(404, "There is no such submission.")
NO_RECORD = Kind(404, "No {what} is saved under this key.")
# -- the sandbox's own operations ----------------------------------------------------------------
NO_SNAPSHOT = Kind(404, "There is no snapshot {name}.")
NO_SCENARIO = Kind(404, "No scenario of this number is set.")
PARTNER_EXISTS = Kind(409, "There is a partner {client_id} already.")
# -- what the sandbox cannot do ------------------------------------------------------------------
OUR_FAULT = Kind(500, "The sandbox failed; its log says why.")
NO_ROOM = Kind(503, "Too many large bodies are on their way; try again in a moment.")
UNAVAILABLE = Kind(503, "Try again in a moment: {reason}.")
NO_EXAMPLE = Kind(501, "The contract gives no example and no value was found: {reason}")
UNUSABLE_CONTRACT = Kind(501, "The contract cannot be used here: {reason}")

_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}
_ENVELOPE_CODES = {
    400: "INVALID_REQUEST",
    401: "INVALID_TOKEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    413: "REQUEST_TOO_LARGE",
    415: "UNSUPPORTED_MEDIA_TYPE",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_ERROR",
    503: "UNAVAILABLE",
}
_MOST_FAULTS = 100


@dataclass(frozen=True)
class Fault:
    """One fault of a request: a JSON pointer in a URI fragment, and the sentence."""

    pointer: str
    detail: str


class Problem(Exception):
    """An answer that says no: a row of the table, what fills its sentence, each fault, and headers."""

    def __init__(
        self,
        kind: Kind,
        *faults: Fault,
        headers: Mapping[str, str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(kind, faults, headers, values)
        self.kind = kind
        self.status = kind.status
        self.code = kind.code
        self.detail = kind.sentence.format(**values)
        self.faults = faults[:_MOST_FAULTS]
        self.headers = dict(headers or {})

    def __str__(self) -> str:
        return f"{self.status} {self.detail}"

    @property
    def message(self) -> str:
        """The sentence and every fault, in one text."""
        faults = "; ".join(f"{fault.pointer} {fault.detail}" for fault in self.faults)
        return f"{self.detail} {faults}".strip()


def render(problem: Problem, form: str) -> Answer:
    """Render a problem in a contract's error form: `problem`, `envelope` or `oauth`."""
    match form:
        case "envelope":
            return json_answer(_envelope(problem), problem.status, problem.headers)
        case "oauth":
            return json_answer(_oauth(problem), problem.status, problem.headers)
        case _:
            answer = json_answer(rfc9457(problem, problem.status), problem.status, problem.headers)
            return Answer(answer.status, answer.body, "application/problem+json", answer.headers)


def rfc9457(problem: Problem, status: int) -> dict[str, object]:
    """Return the members of a problem (RFC 9457) that is told by a status."""
    members: dict[str, object] = {
        "type": "about:blank",
        "title": _TITLES.get(status) or HTTPStatus(status).phrase,
        "status": status,
        "detail": problem.detail,
    }
    if problem.faults:
        members["errors"] = [
            {"pointer": fault.pointer, "detail": fault.detail} for fault in problem.faults
        ]
    return members


def _envelope(problem: Problem) -> dict[str, object]:
    message = "; ".join(f"{fault.pointer} {fault.detail}" for fault in problem.faults)
    return {
        "data": {},
        "status": {
            "code": problem.code or _ENVELOPE_CODES.get(problem.status, "ERROR"),
            "description": problem.detail,
            "message": message or problem.detail,
        },
    }


def _oauth(problem: Problem) -> dict[str, object]:
    # RFC 6749 section 5.2 allows neither quotation marks nor backslashes, nor letters beyond ASCII.
    text = problem.message.replace('"', "'").replace("\\", "/")
    return {
        "error": problem.code or "invalid_request",
        "error_description": text.encode("ascii", "replace").decode(),
    }
