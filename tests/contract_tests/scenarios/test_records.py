"""Records that are read wrongly, by a proxy before our sandbox: each way is found and named."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.scenarios.records import is_readable
from tests.contract_tests.commands import judged
from tests.contract_tests.contracts import DEPOT, DEPOT_FILE, contract_from
from tests.mock_server.served import serving

PARCELS = "/depot/parcels"
JSON = "application/json"


class Proxy(ThreadingHTTPServer):
    """Forwards to a server, and reads records by what it has seen itself where it has a fault."""

    daemon_threads = True

    def __init__(self, target: str, fault: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.target = httpx.Client(base_url=target, trust_env=False, timeout=30)
        self.fault = fault
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.posted: dict[str, bytes] = {}
        self.absent: dict[str, tuple[int, str, bytes]] = {}


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    server: Proxy
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        told = self.twisted(body)
        status, media, content = told or self.forwarded(body)
        self.send_response_only(status)
        for name, value in {"content-type": media, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def forwarded(self, body: bytes, path: str = "") -> tuple[int, str, bytes]:
        headers = [
            (n, v) for n, v in self.headers.items() if n.lower() not in {"host", "connection"}
        ]
        answer = self.server.target.request(
            self.command, path or self.path, headers=headers, content=body or None
        )
        return answer.status_code, answer.headers.get("content-type", JSON), answer.content

    def twisted(self, body: bytes) -> tuple[int, str, bytes] | None:
        fault, posted = self.server.fault, self.server.posted
        if self.command == "POST" and self.path == PARCELS:
            for item in (one for one in json.loads(body) if {"depot", "number"} <= one.keys()):
                posted[f"{PARCELS}/{item['depot']}/{item['number']}"] = json.dumps(item).encode()
        if self.command != "GET" or "/checks/" in self.path:
            return None
        if fault == "shown while Pending" and self.path in posted:
            return 200, JSON, posted[self.path]
        if fault == "found in any case":
            near = [one for one in posted if one.lower() == self.path.lower()]
            return self.forwarded(body, near[-1]) if near else None
        if fault == "found by its beginning":
            near = [one for one in posted if one.startswith(self.path)]
            return self.forwarded(body, near[-1]) if near else None
        if fault == "absent for ever once it was":
            known = self.server.absent
            told = known.get(self.path) or self.forwarded(body)
            if told[0] == 404:
                known[self.path] = told
            return told
        return None


@contextmanager
def proxy(target: str, fault: str) -> Iterator[Proxy]:
    server = Proxy(target, fault)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        server.target.close()


@pytest.mark.parametrize(
    ("fault", "rules"),
    [
        ("none", set()),
        ("shown while Pending", {"record.absent"}),
        ("found in any case", {"record.absent"}),
        ("found by its beginning", {"record.absent"}),
        ("absent for ever once it was", {"record.saved"}),
    ],
)
def test_a_record_that_is_read_wrongly_is_found(
    fault: str,
    rules: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTEST_ADDOPTS", "-k record_is_read")
    options = (f"--contract={DEPOT_FILE}", "--effort=quick", "--mode=strict", "--only=lifecycle")
    with serving(DEPOT_FILE) as sandbox, proxy(sandbox.server.url, fault) as server:
        code, report = judged(tmp_path, server.url, *options)
    assert (code, {one["rule"] for one in report["findings"]}) == (int(bool(rules)), rules)


def test_a_record_that_is_not_read_by_its_key_alone_is_not_read() -> None:
    item = {"depot": "LON", "number": "000123"}
    text = DEPOT_FILE.read_text(encoding="utf-8")
    old, new = "/depot/parcels/{depot}/{number}:", "/depot/{who}/parcels/{depot}/{number}:"
    changed = contract_from(text.replace(old, new), DEPOT_FILE.name)
    assert is_readable(DEPOT.submissions[0], item)
    assert not is_readable(changed.submissions[0], item)
