"""How Schemathesis sends: through the client of the run, so that all its limits hold here as well."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import perf_counter
from typing import Any

import requests
from schemathesis.engine.context import EngineContext
from schemathesis.engine.core import Engine, EventStream
from schemathesis.engine.observations import Observations
from schemathesis.engine.run import PhaseName, PhaseSkipReason
from schemathesis.transport.requests import ManagedCookiesSession
from urllib3 import HTTPResponse

from contract_tests.http.client import Client
from contract_tests.http.failures import Cause, Unanswered

_RAISED: Mapping[Cause, type[requests.RequestException]] = {
    Cause.LATE: requests.ReadTimeout,
    Cause.REFUSED: requests.ConnectionError,
    Cause.CLOSED: requests.ConnectionError,
    Cause.NOT_DECODED: requests.exceptions.ContentDecodingError,
}


Told = Callable[[Unanswered], None]


class ThroughClient(requests.adapters.BaseAdapter):
    """Sends the requests of a session; redirections are not followed, and nothing goes to another origin."""

    def __init__(self, client: Client, told: Told) -> None:
        super().__init__()
        self._client = client
        self._told = told

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Send once; raises RequestException where there is no answer."""
        started, body = perf_counter(), request.body
        content = body.encode() if isinstance(body, str) else body
        if not isinstance(content, bytes | None):
            content = b"".join(content)  # type: ignore[arg-type]
        try:
            answer = self._client.deliver(
                request.method or "GET", request.url or "", _texts(request.headers), content
            )
        except Unanswered as error:
            self._told(error)
            kind = _RAISED.get(error.cause, requests.RequestException)
            raise kind(str(error), request=request) from error
        came = answer.response
        response = requests.Response()
        response.status_code = came.status
        response.reason = came.reason or ""
        response.url, response.request = request.url or "", request
        response.headers = requests.structures.CaseInsensitiveDict(came.headers)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        response.raw = HTTPResponse(
            io.BytesIO(answer.body), came.headers, came.status, came.version, preload_content=False
        )
        response._content = answer.body
        response.elapsed = timedelta(seconds=perf_counter() - started)
        return response

    def close(self) -> None:
        """Keep the connections: they belong to the client."""


def _texts(headers: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(name): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in headers.items()
    }


class Context(EngineContext):
    """A run of the engine whose sessions send through a client."""

    def __init__(self, client: Client, told: Told, **options: Any) -> None:
        super().__init__(**options)
        self._client = client
        self._told = told

    def get_session(self, *, operation: Any = None) -> requests.Session:
        """Return a session that knows neither proxies nor passwords of the machine."""
        return session_of(self._client, self._told)


def session_of(client: Client, told: Told) -> requests.Session:
    """Return a session that sends through a client."""
    session = ManagedCookiesSession()
    session.headers = {}  # type: ignore[assignment]
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, ThroughClient(client, told))
    return session


def execution(schema: Any, client: Client, told: Told) -> EventStream:
    """Return the events of a run; the engine's probes, which have sessions of their own, are left out.

    `told` learns of each request that got no answer.
    """
    engine = Engine(schema=schema)
    plan = engine._create_execution_plan()
    plan.phases = [one for one in plan.phases if one.name is not PhaseName.PROBING]
    context = Context(
        client,
        told,
        schema=schema,
        stop_event=threading.Event(),
        observations=Observations() if any(map(_is_stateful, plan.phases)) else None,
        max_time=schema.config.max_time,
    )
    return EventStream(plan.execute(context), context.control.stop_event)


def _is_stateful(phase: Any) -> bool:
    waits = phase.skip_reason in {None, PhaseSkipReason.NOT_APPLICABLE}
    return bool(phase.name is PhaseName.STATEFUL_TESTING and waits)
