"""Requests of the operations of resources: their paths, parameters, bodies and credentials."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from contract_tests.generation.samples import sample
from contract_tests.http.credentials import carried
from contract_tests.http.messages import Request
from contract_tests.http.partners import Caller
from contract_tests.http.servers import before
from contract_tests.judging.session import Session
from contract_tests.reading.contract import FORM, Operation, Parameter
from contract_tests.reading.spellings import same

_TEMPLATE = re.compile(r"\{[^}]*\}")


@dataclass(frozen=True)
class Sent:
    """What a request carries besides its path: a body of a media type, parameters of the query, and headers."""

    body: object = None
    media_type: str = "application/json"
    query: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


NOTHING = Sent()


class Requests:
    """Makes the requests of one contract's operations, as any of the partners sends them."""

    def __init__(self, session: Session) -> None:
        self._client = session.asking.client
        self._run = session.plan.run
        self._contract = session.contract

    def of(
        self, operation: Operation, values: Sequence[str], caller: Caller, sent: Sent = NOTHING
    ) -> Request:
        """Return a request; `values` stand in the templates of the path, in their order.

        Required parameters that nobody has given are as their schemas have them.
        """
        partner, token = self._client.partners.of(caller), self._client.token(caller)
        shown = carried(operation, partner, token, caller)
        query = {**_required(operation, "query", sent.query), **shown.query}
        headers = {
            **_required(operation, "header", self._keyed(operation, sent)),
            **shown.own_headers,
        }
        below = before(operation, self._contract, self._client.server.base_url)
        path = below + filled(operation.path, values)
        if query:
            path = f"{path}?{urlencode({name: _text(one) for name, one in query.items()})}"
        body = None
        if sent.body is not None:
            body, headers["Content-Type"] = _encoded(sent), sent.media_type
        return Request(
            operation.method, path, headers, body, caller=caller, secrets=shown.shell_words
        )

    def _keyed(self, operation: Operation, sent: Sent) -> Mapping[str, str]:
        """Return the headers with an idempotency key of their own, where the operation takes nothing without one."""
        header = operation.key_header
        needed = any(one.required and one.name == header for one in operation.parameters)
        if header is None or header in sent.headers or not needed:
            return sent.headers
        key = f"{self._run}-{uuid.uuid4().hex}"
        return {**sent.headers, header: key[-longest_key(operation) :]}


def longest_key(operation: Operation) -> int:
    """Return how many characters an idempotency key of an operation may have; 255 where nobody says."""
    known = (one for one in operation.parameters if one.name == operation.key_header)
    most = next((one.schema.get("maxLength") for one in known), None)
    return most if isinstance(most, int) else 255


def filled(path: str, values: Sequence[str]) -> str:
    """Return a path with values in its templates, in their order."""
    left = list(values)
    return _TEMPLATE.sub(lambda _: quote(left.pop(0) if left else "x", safe=""), path)


def templates(path: str) -> list[str]:
    """Return the names of the templates of a path."""
    return [name[1:-1] for name in _TEMPLATE.findall(path)]


def example_of(operation: Operation, name: str) -> str:
    """Return a value for a parameter of the path."""
    known = (one for one in operation.parameters if one.where == "path" and same(one.name, name))
    parameter = next(known, None)
    return _text(sample(parameter.schema)) if parameter is not None else "x"


def _required(operation: Operation, where: str, given: Mapping[str, object]) -> dict[str, str]:
    found = {name: _text(value) for name, value in given.items()}
    lower = {name.lower() for name in found}
    for one in operation.parameters:
        if one.where == where and one.name.lower() not in lower and _is_required(one):
            found[one.name] = _text(sample(one.schema))
    return found


def _is_required(parameter: Parameter) -> bool:
    return parameter.required and parameter.name.lower() not in {"authorization", "content-type"}


def _encoded(sent: Sent) -> bytes:
    """Return a body in bytes; in a form each entry of an array has the name of the array."""
    if sent.media_type.partition(";")[0].strip().lower() != FORM or not isinstance(
        sent.body, Mapping
    ):
        return json.dumps(sent.body).encode()
    pairs = [
        (name, _text(one))
        for name, value in sent.body.items()
        for one in (value if isinstance(value, list) else [value])
    ]
    return urlencode(pairs).encode()


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
