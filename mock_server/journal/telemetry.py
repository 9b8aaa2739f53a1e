"""Whether requests are told to OpenTelemetry: only where its environment variables ask for it and its packages are there."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Protocol

from mock_server.http.answers import Answer
from mock_server.journal.exchange import Exchange
from mock_server.journal.journal import Handled

log = logging.getLogger("mock_server")

_EXPORTERS = "OTEL_TRACES_EXPORTER"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
_OTLP = {"grpc": "otlp_proto_grpc", "http/protobuf": "otlp_proto_http"}
_TRACING = "mock_server.journal.tracing"


class Tracing(Protocol):
    """What makes spans of requests."""

    def write(self, exchange: Exchange, answer: Answer, handled: Handled) -> None:
        """Make the span of a request that was answered."""

    def close(self) -> None:
        """Send what is left."""


def tracing(environment: Mapping[str, str]) -> Tracing | None:
    """Return what traces requests as the environment asks, None where it does not; says why where it cannot be done."""
    wanted = _exporters(environment)
    if not wanted:
        return None
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        log.warning(
            "requests are not traced: OpenTelemetry is not installed (understudy[telemetry])"
        )
        return None
    try:
        found: Tracing = importlib.import_module(_TRACING).Tracing(wanted)
    except LookupError as missing:
        log.warning("requests are not traced: no package has the exporter %s", missing.args[0])
        return None
    return found


def _exporters(environment: Mapping[str, str]) -> list[str]:
    """Return the names of the exporters that are asked for, none where nothing is."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return []
    named = environment.get(_EXPORTERS, "").strip()
    if not named and not any(environment.get(name) for name in _ENDPOINTS):
        return []
    listed = [name.strip() for name in (named or "otlp").split(",")]
    return [_exporter(name, environment) for name in listed if name not in ("", "none")]


def _exporter(name: str, environment: Mapping[str, str]) -> str:
    protocol = next((environment[one] for one in _PROTOCOLS if environment.get(one)), "")
    return _OTLP.get(protocol, "otlp_proto_http") if name == "otlp" else name
