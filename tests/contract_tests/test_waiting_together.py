"""Servers that take their time: their waiting is shared, and what never comes is told once."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from tests.contract_tests.commands import COMMAND, PARTNERS, ROOT, judged, recorded
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.forked import Running


def test_a_server_that_settles_in_half_a_second_is_judged_side_by_side(tmp_path: Path) -> None:
    """The stories of this suite wait for more than 20 s if they wait one after the other."""
    with Server(control=False, delay=0.5) as server:
        code, report = judged(tmp_path, server.base_url, "--effort=quick", "--only=access,silences")
    waited = sum(one["seconds"] for one in report["suites"])
    assert (code, report["findings"]) == (0, [])
    assert report["seconds"] < max(20.0, waited / 2)


def test_a_fault_of_a_server_that_takes_its_time_is_found(tmp_path: Path) -> None:
    with Server({"saved-twin-completed"}, control=False, delay=0.3) as server:
        options = ("--effort=quick", "--mode=strict", "--only=cases")
        code, report = judged(tmp_path, server.base_url, *options)
    assert (code, [one["rule"] for one in report["findings"]]) == (1, ["outcome.twin-saved"])


def test_what_is_broken_at_its_root_is_told_once_and_the_rest_is_not_judged(tmp_path: Path) -> None:
    with Server({"never-settles"}, control=False, delay=0.0) as server:
        code, report = judged(
            tmp_path, server.base_url, "--effort=quick", "--only=access,silences", "--deadline=1"
        )
    assert (code, [one["rule"] for one in report["findings"]]) == (1, ["state.liveness"])
    assert "is not judged any further" in " ".join(report["notes"])
    assert report["target"]["requests"] < 400


@pytest.mark.parametrize(
    ("number", "requests"),
    [(signal.SIGINT, 1), (signal.SIGINT, 30), (signal.SIGTERM, 30), (signal.SIGINT, 150)],
)
def test_a_run_that_is_asked_to_end_does_so_with_a_report(
    number: signal.Signals, requests: int, tmp_path: Path
) -> None:
    """Whatever it is in the middle of: its first look, or its stories."""
    file = tmp_path / "verdict.json"
    with Server(control=False, delay=0.2) as server:
        got = recorded(server)
        running = Running("run", f"--base-url={server.base_url}", *PARTNERS, f"--json={file}")
        until = time.monotonic() + 120
        while len(got) < requests and not running.ended and time.monotonic() < until:
            time.sleep(0.01)
        running.send(number)
        code, text = running.result(60)
    assert (code, "Traceback" in text) == (2, False), text
    assert "interrupted" in text
    if requests > 1:
        report = json.loads(file.read_text(encoding="utf-8"))
        assert report["verdict"] == "not judged"
        after = "Could not judge: interrupted after"
        before = "Could not judge: interrupted before anything was judged"
        # Thirty requests lead into what is looked at first, or a little further on a busy machine.
        assert report["sentence"].startswith(after if requests > 30 else (after, before))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_has_just_begun_ends_when_it_is_asked_to(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes what comes, and never answers
        process = subprocess.Popen(
            [*COMMAND, f"--base-url=http://127.0.0.1:{silent.getsockname()[1]}", *PARTNERS],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT,
        )  # fmt: skip
        assert process.stdout is not None
        process.stdout.readline()  # it listens once it says where it stands
        process.send_signal(number)
        text, _ = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in text) == (2, False), text
