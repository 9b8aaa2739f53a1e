"""The loop: contracts that nobody here wrote, served by our sandbox and judged by our judge."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .test_cli import run

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "public-contracts"
FILES = sorted(FOLDER.glob("*.yaml"))
SMALL = [file for file in FILES if file.stat().st_size < 20_000]
LARGE = [file for file in FILES if file not in SMALL]
CREDENTIALS = ["--client-id=partner-a", "--client-secret=secret-a"]
# The large ones have thousands of boundary cases; some of each operation are enough here.
BUDGET = "--max-requests=150"


def judged(
    sandbox: Any, folder: Path, files: list[Path], *options: str, partners: list[str] = CREDENTIALS
) -> tuple[int, dict[str, Any]]:
    out = folder / "verdict.json"
    contracts = [f"--contract={file}" for file in files]
    given = ["--effort=quick", f"--json={out}", *contracts, *options]
    code, text = run(sandbox.url, *given, partners=partners)
    assert out.exists(), text
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return code, report


def test_the_public_contracts_are_there_where_they_must_be() -> None:
    if "CI" in os.environ:
        assert FILES, f"no contracts in {FOLDER}"


@pytest.mark.skipif(not SMALL, reason="the public contracts are not there")
def test_the_small_contracts_hold_on_our_sandbox(
    start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    sandbox = start_sandbox("sqlite://", *SMALL)
    code, report = judged(sandbox, tmp_path, SMALL)

    assert (code, report["findings"], report["verdict"]) == (0, [], "holds")
    rows = report["coverage"]["operations"]
    assert [row for row in rows if not row["count"]] == []


@pytest.mark.parametrize("file", LARGE, ids=lambda file: file.stem)
def test_a_large_contract_holds_on_our_sandbox(
    file: Path, start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    sandbox = start_sandbox("sqlite://", file)
    code, report = judged(sandbox, tmp_path, [file], BUDGET)

    assert (code, report["findings"], report["verdict"]) == (0, [], "holds")
    assert any(row["count"] for row in report["coverage"]["operations"])


@pytest.mark.skipif(not SMALL, reason="the public contracts are not there")
def test_without_credentials_each_operation_that_is_left_out_has_its_reason(
    start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    (file,) = [one for one in SMALL if one.stem == "oai-tictactoe"]
    code, report = judged(start_sandbox("sqlite://", file), tmp_path, [file], partners=[])

    assert (code, report["findings"]) == (0, [])
    assert "as far as it was judged" in report["sentence"]
    for row in report["coverage"]["operations"]:
        assert (row["count"], "a bearer token" in row["why"]) == (0, True), row


@pytest.mark.skipif(not LARGE, reason="the public contracts are not there")
def test_a_wrong_api_key_is_told_before_anything_is_judged(
    start_sandbox: Callable[..., Any],
) -> None:
    (file,) = [one for one in LARGE if one.stem == "adyen-transfers-v4"]
    sandbox = start_sandbox("sqlite://", file)
    code, text = run(sandbox.url, f"--contract={file}", partners=["--token=wrong"])
    assert (code, "refused the token: 401" in text, text.count("\n")) == (2, True, 1), text
