"""HTTP for measuring: a client that costs little, and wrk or, where it cannot be had, a generator of our own."""

from __future__ import annotations

import json
import os
import selectors
import shutil
import socket
import statistics
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bodies import MARKER, fresh_start

CONNECTIONS = 8


class Broken(Exception):
    """A server closed a connection or answered what the bench cannot count."""


class Connection:
    """One kept connection; a request is sent with one call and its answer read to the end."""

    def __init__(self, port: int) -> None:
        """Connect to a port of this machine."""
        self._socket = socket.create_connection(("127.0.0.1", port), 120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_reason: object) -> None:
        self._socket.close()

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, bytes]:
        """Send a request and return the status and the body of its answer."""
        self._socket.sendall(request_bytes(method, path, body, headers or {}))
        received = b""
        while (size := answer_size(received)) is None:
            received += self._read()
        missing, parts = size - len(received), [received]
        while missing > 0:
            part = self._read()
            parts.append(part)
            missing -= len(part)
        head, _, answer = b"".join(parts).partition(b"\r\n\r\n")
        return int(head[9:12]), answer

    def json(
        self, method: str, path: str, value: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Send JSON and return the JSON of a 2xx answer; raise Broken for another one."""
        given = dict(headers or {})
        body = None
        if value is not None:
            body = json.dumps(value).encode()
            given["Content-Type"] = "application/json"
        status, answer = self.ask(method, path, body, given)
        if not 200 <= status < 300:
            raise Broken(f"{method} {path} was answered with {status}: {answer[:300]!r}")
        return json.loads(answer) if answer else None

    def _read(self) -> bytes:
        part = self._socket.recv(1 << 18)
        if not part:
            raise Broken("the server closed the connection")
        return part


def request_bytes(method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    """Return a request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body is not None:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def answer_size(received: bytes) -> int | None:
    """Return how many bytes an answer has in all, None while its head is not complete."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    head = received[:end].lower()
    place = head.find(b"\r\ncontent-length:")
    if place < 0:
        if b"transfer-encoding" in head:
            raise Broken("the answer is chunked")
        return end + 4
    line = head[place + 2 :].split(b"\r\n", 1)[0]
    return end + 4 + int(line.split(b":")[1])


class Load(NamedTuple):
    """What one run of the load generator saw; latencies in milliseconds."""

    requests: int
    rate: float
    p50: float
    p99: float
    refused: int
    broken: int


@dataclass(frozen=True)
class Shot:
    """The request that a run of the load generator repeats."""

    method: str
    path: str
    token: str | None = None
    template: Path | None = None


class Generator:
    """Sends the same kind of request over eight connections for a while and counts the answers."""

    def __init__(self) -> None:
        """Find wrk, or install it when that is allowed."""
        self._wrk, self.note = _find_wrk()

    def run(self, port: int, shot: Shot, seconds: float) -> Load:
        """Load the server on a port."""
        if self._wrk is None:
            return _run_own(port, shot, seconds)
        return _run_wrk(self._wrk, port, shot, seconds)


def _find_wrk() -> tuple[str | None, str]:
    found = shutil.which("wrk")
    if found is None and shutil.which("apt-get") and os.geteuid() == 0:
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-qy", "wrk"]):
            subprocess.run(command, check=False, capture_output=True)
        found = shutil.which("wrk")
    if found:
        return found, "Load: wrk -t1 -c8."
    return None, (
        "Load: wrk is missing (Debian package wrk), so a slower generator in Python with eight "
        "connections loads all servers alike."
    )


def _run_wrk(wrk: str, port: int, shot: Shot, seconds: float) -> Load:
    script = Path(__file__).with_name("load.lua")
    # wrk takes whole seconds only.
    command = [
        *(wrk, "-t1", f"-c{CONNECTIONS}", f"-d{max(1, round(seconds))}s", "-s", str(script)),
        *(f"http://127.0.0.1:{port}", "--", shot.method, shot.path, shot.token or "-"),
        *(str(shot.template or "-"), str(fresh_start())),
    ]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = json.loads(printed.strip().splitlines()[-1])
    return Load(
        told["requests"],
        told["requests"] / told["seconds"],
        told["p50"],
        told["p99"],
        told["refused"],
        told["broken"],
    )


def _run_own(port: int, shot: Shot, seconds: float) -> Load:
    headers = {"Authorization": f"Bearer {shot.token}"} if shot.token else {}
    text = shot.template.read_text() if shot.template else None
    if text is not None:
        headers["Content-Type"] = "application/json"
    number = fresh_start()

    def another() -> bytes:
        nonlocal number
        number += 1
        body = text.replace(MARKER, f"{number:012d}").encode() if text is not None else None
        return request_bytes(shot.method, shot.path, body, headers)

    latencies: list[float] = []
    refused = 0
    received: dict[socket.socket, bytes] = {}
    sent: dict[socket.socket, float] = {}
    with selectors.DefaultSelector() as selector:
        for _ in range(CONNECTIONS):
            peer = socket.create_connection(("127.0.0.1", port), 30)
            selector.register(peer, selectors.EVENT_READ)
            received[peer], sent[peer] = b"", time.perf_counter()
            peer.sendall(another())
        start = time.perf_counter()
        while (now := time.perf_counter()) - start < seconds:
            for key, _events in selector.select(1):
                peer = key.fileobj  # type: ignore[assignment]
                received[peer] += peer.recv(1 << 18)
                size = answer_size(received[peer])
                if size is None or len(received[peer]) < size:
                    continue
                refused += received[peer][9:10] != b"2"
                latencies.append((time.perf_counter() - sent[peer]) * 1000)
                received[peer], sent[peer] = b"", time.perf_counter()
                peer.sendall(another())
        for peer in received:
            peer.close()
    if len(latencies) < 2:
        raise Broken("the server answered less than two requests")
    cuts = statistics.quantiles(latencies, n=100)
    return Load(len(latencies), len(latencies) / (now - start), cuts[49], cuts[98], refused, 0)
