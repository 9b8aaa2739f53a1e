"""The loop: contracts that nobody here wrote, served by our sandbox and judged by our judge."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

SMALL = 20_000  # bytes: all of these are judged in one run
CREDENTIALS = ["--client-id=partner-a", "--client-secret=secret-a"]
# The large ones have thousands of boundary cases; some of each operation are enough here.
BUDGET = "--max-requests=150"


def run(base_url: str, *options: str) -> tuple[int, str]:
    """Judge a server as a user does: the exit code and what was printed."""
    command = [
        str(Path(sys.executable).with_name("contract-tests")),
        "run",
        f"--base-url={base_url}",
    ]
    done = subprocess.run(
        [*command, *options], capture_output=True, text=True, timeout=280, check=False
    )
    return done.returncode, done.stdout + done.stderr


def judged(
    sandbox: Any, folder: Path, files: list[Path], *options: str, partners: list[str] = CREDENTIALS
) -> tuple[int, dict[str, Any]]:
    """Judge a sandbox that serves these contracts: the exit code and the report."""
    out = folder / "verdict.json"
    contracts = [f"--contract={file}" for file in files]
    code, text = run(
        sandbox.url, "--effort=quick", f"--json={out}", *contracts, *options, *partners
    )
    assert out.exists(), text
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return code, report


def small_contracts(folder: Path) -> list[Path]:
    return [file for file in sorted(folder.glob("*.yaml")) if file.stat().st_size < SMALL]


def test_the_small_contracts_hold_on_our_sandbox(
    start_sandbox: Callable[..., Any], tmp_path: Path, public_contracts: Path
) -> None:
    files = small_contracts(public_contracts)
    code, report = judged(start_sandbox("sqlite://", *files, "--auth=known"), tmp_path, files)

    assert (code, report["findings"], report["verdict"]) == (0, [], "holds")
    assert [row for row in report["coverage"]["operations"] if not row["count"]] == []


def test_a_contract_holds_on_our_sandbox(
    file: Path, start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    code, report = judged(
        start_sandbox("sqlite://", file, "--auth=known"), tmp_path, [file], BUDGET
    )

    assert report["findings"] == []
    # Of a large contract the budget judges a part, and one that only describes webhooks has nothing to ask.
    is_whole = "--max-requests" not in report["sentence"] and report["coverage"]["operations"]
    assert (code, report["verdict"]) == ((0, "holds") if is_whole else (2, "not judged"))


def test_without_credentials_it_is_told_what_the_contract_asks_for(
    start_sandbox: Callable[..., Any], public_contracts: Path
) -> None:
    file = public_contracts / "oai-tictactoe.yaml"
    code, text = run(start_sandbox("sqlite://", file).url, f"--contract={file}")

    assert (code, "asks for an API key (api-key) or a bearer token" in text) == (2, True), text


def test_a_wrong_api_key_is_told_before_anything_is_judged(
    start_sandbox: Callable[..., Any], public_contracts: Path
) -> None:
    file = public_contracts / "adyen-transfers-v4.yaml"
    sandbox = start_sandbox("sqlite://", file, "--auth=known")
    code, text = run(sandbox.url, f"--contract={file}", "--token=wrong")

    assert (code, "refused the token: 401" in text, text.count("\n")) == (2, True, 1), text
