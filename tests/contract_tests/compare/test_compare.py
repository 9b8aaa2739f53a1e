"""Two servers that differ are told apart by rules and silences, and those that do not are not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from contract_tests.compare.command import compare
from contract_tests.compare.report import Comparison, lines
from contract_tests.options import Given, OptionError
from tests.contract_tests.commands import command
from tests.contract_tests.defective_servers import Server

PARTNER = {
    "client-id": "partner-a", "client-secret": "secret-a", "partner": ["currency=GBP"], "effort": "quick",
}  # fmt: skip


def compared(
    faults: Sequence[str] = (), choices: Sequence[str] = (), **options: object
) -> Comparison:
    """Compare a correct server with another one."""
    with Server() as one, Server(faults, choices) as other:
        urls = {"base-url": one.base_url, "other-url": other.base_url}
        return compare(Given({**PARTNER, **urls, **options}, {}))  # type: ignore[dict-item]


@pytest.fixture(scope="module")
def differing() -> Comparison:
    """What a comparison with a server of another choice, and with a fault, comes to."""
    return compared(["twins-completed"], ["saved-rival-is-conflict"])


def test_servers_that_decide_alike_answer_alike() -> None:
    report = compared()
    assert (report["verdict"], report["differences"]) == ("same", [])
    assert report["compared"] > 1000
    assert all(row["same"] for row in report["silences"])


def test_another_choice_is_told_as_a_rule_with_its_silence(differing: Comparison) -> None:
    row = next(one for one in differing["differences"] if one["silences"])
    assert (row["rule"], row["silences"]) == ("outcome.rival-saved", ["S14"])
    assert row["sentence"].startswith("B answers Conflict where A says Duplicate: ")
    differ = {row["id"]: (row["a"], row["b"]) for row in differing["silences"] if not row["same"]}
    assert differ["S14"] == ("A; then A': Duplicate", "A; then A': Conflict")
    told = f"{differing['b']} differs from {differing['a']} in {len(differing['differences'])} rules and "
    assert differing["sentence"].startswith(told)


def test_a_fault_is_a_difference_that_can_be_seen_on_both_servers(differing: Comparison) -> None:
    rules = {row["rule"]: row for row in differing["differences"]}
    row = rules["outcome.twin-in-request"]
    assert (row["a"], row["b"]) == ("Duplicate", "Completed")
    assert differing["a"] in " ".join(row["curl_a"])
    assert differing["b"] in " ".join(row["curl_b"])
    assert differing["a"] not in " ".join(row["curl_b"])


def test_the_budget_holds_for_each_server() -> None:
    report = compared(**{"max-requests": "40"})
    assert report["requests"] <= 80
    assert any("--max-requests" in note for note in report["notes"])


def test_a_report_can_be_read_by_people(differing: Comparison) -> None:
    text = "\n".join(lines(differing))
    assert ". outcome.rival-saved (S14): B answers Conflict where A says Duplicate" in text
    assert "S14 DIFFERENT: " in text


def test_the_other_server_must_be_named() -> None:
    with pytest.raises(OptionError, match="give --other-url URL"):
        compare(Given({"base-url": "http://127.0.0.1:9"}, {}))


def test_the_command_ends_with_the_code_of_its_verdict(tmp_path: Path) -> None:
    file = tmp_path / "compared.json"
    options = ("--client-id=partner-a", "--client-secret=secret-a", "--partner=currency=GBP")
    with Server() as one, Server(["twins-completed"]) as other:
        urls = (f"--base-url={one.base_url}", f"--other-url={other.base_url}")
        few = ("--effort=quick", "--max-requests=60", f"--json={file}")
        code, told = command("compare", *urls, *options, *few)
    assert code == 1, told
    assert json.loads(file.read_text(encoding="utf-8"))["verdict"] == "differ"
    code, told = command("compare", *urls, *options, "--effort=quick")
    assert code == 2
    assert "does not answer" in told
