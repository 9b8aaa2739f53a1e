"""How a sandbox ends."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from tests.mock_server.samples import CLIENTS, client
from tests.mock_server.serving.raw import connect, hear, send
from tests.sandboxes import PATIENCE, StartSandbox

HALF_A_REQUEST = b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\ngrant"


@pytest.mark.parametrize("arguments", [(), ("--workers", "2")], ids=["one process", "two workers"])
def test_it_ends_well_though_a_client_is_in_the_middle_of_a_body(
    start_sandbox: StartSandbox, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    sandbox = start_sandbox(f"sqlite:///{tmp_path / 'sandbox.db'}", *arguments)
    partner = sandbox.partner()
    uri = partner.submit(CLIENTS, [client("A")])
    with connect(sandbox.url) as slow:
        send(slow, [HALF_A_REQUEST])
        sandbox.http.get("/")  # what was sent before it has arrived
        sandbox.process.send_signal(signal.SIGTERM)
        slow.settimeout(PATIENCE)
        assert hear(slow).statuses == [503]
        # The client never leaves, so that it ends is of its own will.
        assert sandbox.process.wait(PATIENCE) == 0
    assert not [line for line in sandbox.lines if "Traceback" in line]
    partner.http = start_sandbox(f"sqlite:///{tmp_path / 'sandbox.db'}").http
    assert partner.get(uri).status_code == 200  # what was accepted is kept


def test_workers_end_with_their_parent(start_sandbox: StartSandbox, tmp_path: Path) -> None:
    sandbox = start_sandbox(f"sqlite:///{tmp_path / 'sandbox.db'}", "--workers", "2")
    parent = sandbox.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    assert len(children) >= 2
    os.kill(parent, signal.SIGKILL)
    sandbox.process.wait()
    deadline = time.monotonic() + PATIENCE
    while any(_runs(child) for child in children):
        assert time.monotonic() < deadline, "they outlive their parent"
        time.sleep(0.05)


def _runs(process: str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
