"""Public contracts are checked with a place for every finding, and compared with themselves and each other."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SECONDS = 20.0  # that the longest, of twenty thousand lines, may take on a busy machine


def review(command: str, *words: object) -> Any:
    """Return what `spec-review` says, as it says it in JSON."""
    program = Path(sys.executable).with_name("spec-review")
    done = subprocess.run(
        [str(program), command, "--format=json", *map(str, words)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_every_finding_has_a_place_in_the_file(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    began = time.monotonic()

    for finding in review("check", file)["findings"]:
        assert finding["column"] <= len(lines[finding["line"] - 1]) + 1, finding
    assert time.monotonic() - began < SECONDS


def test_a_contract_does_not_differ_from_itself(file: Path) -> None:
    assert review("diff", file, file)["changes"] == []


def test_an_edit_of_a_long_contract_is_found_in_time(
    public_contracts: Path, tmp_path: Path
) -> None:
    old = public_contracts / "adyen-checkout-v72.yaml"
    new = tmp_path / "new.yaml"
    new.write_text(old.read_text(encoding="utf-8").replace("maxLength: 80", "maxLength: 40"))
    began = time.monotonic()

    assert review("diff", old, new)["changes"]
    assert time.monotonic() - began < SECONDS


def test_the_two_transfers_contracts_differ_as_a_reader_says(public_contracts: Path) -> None:
    found = review(
        "diff", *(public_contracts / f"adyen-transfers-{version}.yaml" for version in ("v3", "v4"))
    )
    sentences: dict[str, list[str]] = {}
    for change in found["changes"]:
        sentences.setdefault(change["level"], []).append(change["sentence"])

    # Members of Transaction that were promised and are promised no longer: nothing else breaks.
    gone = ("accountHolderId", "balanceAccountId", "counterparty", "createdAt", "reference")
    assert sorted(sentences["breaking"]) == [
        f"`Transaction.{name}` is gone, it was required" for name in gone
    ]
    assert "`TransferInfo.priorities` is new and optional" in sentences["safe"]
    assert "get-transfers (GET /transfers) is new" in sentences["safe"]
