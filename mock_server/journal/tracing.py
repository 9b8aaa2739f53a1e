"""A span of OpenTelemetry for each request that was answered, with the names of its conventions for HTTP servers.

Where spans go, how many are taken and what they are called by is read by OpenTelemetry itself, from its standard
environment variables. This module is loaded where one of them asks for spans (`telemetry`), and never else.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from importlib.metadata import entry_points

from opentelemetry import propagate
from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

from mock_server.http.answers import Answer
from mock_server.http.headers import headers_of
from mock_server.journal.exchange import Exchange
from mock_server.journal.journal import Handled

_EXPORTERS = "opentelemetry_traces_exporter"
"""Where packages of exporters tell their names."""
_SECOND = 1_000_000_000


class Tracing:
    """Hands spans to exporters."""

    def __init__(self, exporters: Sequence[str]) -> None:
        """Take the names of exporters. Raises LookupError for one that no installed package has."""
        named = Resource({SERVICE_NAME: "understudy"}).merge(OTELResourceDetector().detect())
        self._provider = TracerProvider(resource=Resource.create().merge(named))
        self._tracer = self._provider.get_tracer("understudy")
        for name in exporters:
            found = next(iter(entry_points(group=_EXPORTERS, name=name)), None)
            if found is None:
                raise LookupError(name)
            self._provider.add_span_processor(BatchSpanProcessor(found.load()()))

    def write(self, exchange: Exchange, answer: Answer, handled: Handled) -> None:
        """Make the span of a request, within the one that its client tells of."""
        took = round((time.perf_counter() - exchange.began) * _SECOND)
        began = round(exchange.received_at * _SECOND)
        span = self._tracer.start_span(
            _name(exchange),
            context=propagate.extract(headers_of(exchange.scope)),
            kind=SpanKind.SERVER,
            attributes=_attributes(exchange, answer, handled),
            start_time=began,
        )
        if answer.status >= 500:
            span.set_status(Status(StatusCode.ERROR))
        span.end(began + took)

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def _name(exchange: Exchange) -> str:
    method = exchange.scope["method"]
    return f"{method} {exchange.operation.path}" if exchange.operation is not None else str(method)


def _attributes(exchange: Exchange, answer: Answer, handled: Handled) -> Mapping[str, str | int]:
    """Return what is told of a request: no query, no header and no body, for they may hold credentials."""
    scope = exchange.scope
    told: dict[str, str | int] = {
        "http.request.method": scope["method"],
        "http.response.status_code": answer.status,
        "url.path": scope["path"],
        "url.scheme": scope.get("scheme", "http"),
    }
    if exchange.operation is not None:
        told["http.route"] = exchange.operation.path
        told["understudy.contract"] = handled.contract
        told["understudy.operation"] = handled.operation
    if answer.status >= 500:
        told["error.type"] = str(answer.status)
    if exchange.scenario is not None:
        told["understudy.scenario"] = exchange.scenario
    return told
