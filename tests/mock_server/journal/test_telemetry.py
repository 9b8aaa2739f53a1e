"""Requests are told to OpenTelemetry where its standard environment variables ask for it, and else nothing of it is loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from mock_server.journal.telemetry import tracing
from tests.mock_server.samples import CLIENTS, ROOT, V2, client
from tests.sandboxes import StartSandbox

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def spans(printed: str) -> list[dict[str, object]]:
    """Return the spans that the exporter to the console has written."""
    decoder, found, at = json.JSONDecoder(), [], printed.find('{\n    "name"')
    while at >= 0:
        span, end = decoder.raw_decode(printed, at)
        found.append(span)
        at = printed.find('{\n    "name"', end)
    return found


def test_a_request_is_a_span_in_the_trace_of_its_client(
    start_sandbox: StartSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("OTEL_TRACES_EXPORTER", "console"),
        ("OTEL_SERVICE_NAME", "my-sandbox"),
        ("OTEL_BSP_SCHEDULE_DELAY", "20"),
    ):
        monkeypatch.setenv(name, value)
    sandbox = start_sandbox("sqlite://", V2)
    partner = sandbox.partner()
    parent = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"}
    partner.post(f"{CLIENTS}?secret=hidden", [client("bakery")], headers=parent)
    sandbox.wait_for(f"0x{TRACE}")
    sandbox.stop()
    (span,) = (one for one in spans(sandbox.printed()) if TRACE in json.dumps(one))
    assert span["name"] == f"POST {CLIENTS}"
    assert (span["kind"], span["parent_id"]) == ("SpanKind.SERVER", "0x00f067aa0ba902b7")
    assert span["attributes"] == {
        "http.request.method": "POST",
        "http.response.status_code": 202,
        "url.path": CLIENTS,
        "url.scheme": "http",
        "http.route": CLIENTS,
        "understudy.contract": V2.stem,
        "understudy.operation": "createPartnerClients",
    }
    assert '"service.name": "my-sandbox"' in json.dumps(span["resource"])
    assert partner.token not in sandbox.printed()


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_TRACES_EXPORTER": "console", "OTEL_SDK_DISABLED": "TRUE"},
        {"OTEL_SERVICE_NAME": "only-a-name"},
    ],
)
def test_nothing_is_traced_that_nobody_asks_for(environment: dict[str, str]) -> None:
    assert tracing(environment) is None


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"OTEL_TRACES_EXPORTER": "zipkin"}, "zipkin"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, "otlp_proto_http"),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "otlp_proto_grpc",
        ),
    ],
)
def test_an_exporter_that_is_not_installed_is_told_in_a_sentence(
    environment: dict[str, str], named: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert tracing(environment) is None
    assert caplog.messages == [f"requests are not traced: no package has the exporter {named}"]


def test_nothing_of_it_is_loaded_otherwise(tmp_path: Path) -> None:
    asked = "import sys, mock_server.serving; print([one for one in sys.modules if 'telemetry.' in one])"
    told = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout == "[]\n"
