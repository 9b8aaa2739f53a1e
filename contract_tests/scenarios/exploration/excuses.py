"""What any server may answer, whatever the exploration of Schemathesis holds against it.

Its checks know the one operation that they asked. A path may fit several templates, and whoever answers for one of
them answers right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from contract_tests.http.messages import Reply
from contract_tests.judging.documented import Documented
from contract_tests.judging.freedom import Freedom
from contract_tests.reading.contract import Contract, Operation
from contract_tests.reading.formats import is_contradicted
from contract_tests.reading.silences import OtherCode
from contract_tests.reading.templates import Templates

CONFORMANCE = frozenset(
    {
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    }
)
_OF_BODIES = frozenset({"content_type_conformance", "response_schema_conformance"})
_IMPLIED = frozenset({"HEAD", "OPTIONS"})  # what servers answer without being asked to
_UNHEEDED = frozenset({"accept", "content-type", "authorization"})
"""Header parameters that a document cannot describe (OpenAPI 3.1 section 4.8.12.2)."""
_EMPTY = frozenset({204, 205, 304})
"""Codes of answers that have no body (RFC 9110 section 6.4.1)."""
_NOT_IMPLEMENTED = 501
_UNAUTHORIZED = frozenset({401, 403})
_NOT_THERE = frozenset({404, 410})
_MALFORMED = frozenset({400, 422})
_OF_SIZE = frozenset({413, 414, 431})
_OF_INVALID_REQUESTS = frozenset({400, 406, 411, 415, 416, 422, 428})
"""Codes that say in the words of HTTP why a request is refused that breaks the contract."""


@dataclass(frozen=True)
class Failed:
    """A check that failed: its name, its failure, the method of its request, its URL, and the answer.

    `is_valid` tells whether the request is one that the contract allows.
    """

    check: str
    failure: Any
    operation: str  # the label of the operation that was asked
    method: str
    url: str
    reply: Reply
    is_valid: bool = True


class Excuses:
    """Tells for the contract of a run which failed checks are no fault; its paths stand `below` paths of the server."""

    def __init__(self, contract: Contract, freedom: Freedom, below: Sequence[str]) -> None:
        self._contract = contract
        self._freedom = freedom
        self._below = sorted(below, key=len, reverse=True)
        self._templates = Templates(contract.operations)
        self._documented = Documented(contract.schemas)
        self._operations = {one.label: one for one in contract.operations}
        self._says_allow = any(
            header.name.lower() == "allow"
            for one in contract.operations
            for response in one.responses
            for header in response.headers
        )

    def methods(self, url: str) -> set[str]:
        """Return the methods of every template that a URL fits."""
        return self._templates.methods(self._path(url))

    def excuse(self, one: Failed) -> bool:
        """Whether any server may answer so."""
        if one.reply.status in {429, 503} and "retry-after" in one.reply.headers:
            return True  # it asks for patience
        if one.check == "unsupported_method":
            # A server that has never heard of a method says so (RFC 9110 section 9.1).
            return one.reply.status == _NOT_IMPLEMENTED or one.method in self.methods(one.url)
        if one.check == "allow_header_conformance":
            return self._allows_right(one)
        if one.check == "missing_required_header":
            return str(getattr(one.failure, "header_name", "")).lower() in _UNHEEDED
        return one.check in CONFORMANCE and self._is_documented(one)

    def _allows_right(self, one: Failed) -> bool:
        """Whether `Allow` names the methods of its own template, and at most those of all that fit.

        Of a header that the contract never speaks of, only strict mode asks that.
        """
        if not (self._freedom.strict or self._says_allow):
            return True
        told = {name.strip().upper() for name in one.reply.headers.get("allow", "").split(",")}
        path = self._operations.get(one.operation)
        own = {
            other.method for other in self._contract.operations if path and other.path == path.path
        }
        return own - _IMPLIED <= told and told - _IMPLIED - {""} <= self.methods(one.url) | own

    def _is_documented(self, one: Failed) -> bool:
        """Whether an answer is documented after all, or need not be."""
        own = self._operations.get(one.operation)
        if own is None or not own.responses:
            return True  # the contract says nothing of the answers, so none can break it
        bodiless = own.method == "HEAD" or one.reply.status in _EMPTY
        if bodiless and one.check in _OF_BODIES and not one.reply.body:
            return True
        if one.reply.status in {other.code for other in self._freedom.leaves_open(OtherCode)}:
            return True
        if any(not self._documented.faults(other, one.reply) for other in self._others(own, one)):
            return True
        is_ours_to_say = (
            self._is_one_of_several(own, one.reply)
            or _is_of_no_format(one.failure)
            or (not self._freedom.strict and self._documented.is_example(own, one.reply))
        )
        if one.check in _OF_BODIES and is_ours_to_say:
            return not self._documented.faults(own, one.reply)
        return self._is_usual_refusal(one.reply) or self._is_refused_by_http(own, one)

    def _others(self, own: Operation, one: Failed) -> Iterator[Operation]:
        for fitting in self._templates.fitting(self._path(one.url)):
            if fitting.operation.method == own.method and fitting.operation != own:
                yield fitting.operation

    @staticmethod
    def _is_one_of_several(own: Operation, reply: Reply) -> bool:
        """Whether a response documents several contents, of which parameters or ranges tell the right one."""
        response = own.response(reply.status)
        return response is not None and len(response.media) > 1

    def _is_usual_refusal(self, reply: Reply) -> bool:
        """Whether a request is refused in the general form, where a contract says nothing of its errors."""
        if self._contract.submissions or self._contract.says_error_form:
            return False
        return 400 <= reply.status < 500 and reply.media_type == "application/problem+json"

    def _is_refused_by_http(self, own: Operation, one: Failed) -> bool:
        """Whether HTTP itself gives a server the code, for a request that it cannot serve: few contracts name them all.

        What is valid, and names nothing that may be unknown, is refused with documented codes alone. An id that
        nobody made may be none in the form of the server's own.
        """
        if self._freedom.strict or self._contract.submissions:
            return False
        status = one.reply.status
        if status in _UNAUTHORIZED:
            return own.secured
        if "{" in own.path and (status in _NOT_THERE or (status in _MALFORMED and not own.body)):
            return True
        return status in _OF_SIZE or (status in _OF_INVALID_REQUESTS and not one.is_valid)

    def _path(self, url: str) -> str:
        path = urlsplit(url).path
        below = next((one for one in self._below if path.startswith(f"{one.rstrip('/')}/")), "")
        return path.removeprefix(below.rstrip("/")) or "/"


def _is_of_no_format(failure: Any) -> bool:
    """Whether a value lacks a format that the contract's own examples lack."""
    schema = getattr(failure, "schema", None)
    is_of_format = list(getattr(failure, "schema_path", ()))[-1:] == ["format"]
    return is_of_format and isinstance(schema, dict) and is_contradicted(schema)
