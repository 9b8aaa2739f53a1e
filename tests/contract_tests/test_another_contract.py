"""Another domain: other keys, rules, rows and words, and no line of Python that knows of it.

The sandbox serves the contract, or one with a single change; the judge goes by the contract.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.generation.boundaries import borders
from contract_tests.generation.items import Workshop
from contract_tests.generation.variations import probes
from contract_tests.reading import contract
from contract_tests.reading.documents import UnreadableContract
from contract_tests.scenarios.stories import is_readable

from .test_cli import PARTNERS, run

DEPOT = Path(__file__).with_name("depot.yaml")


def judged(
    sandbox: Any, folder: Path, files: list[Path], *options: str, partners: list[str]
) -> tuple[int, dict[str, Any]]:
    """Judge a sandbox that serves these contracts: the exit code and the report."""
    out = folder / "verdict.json"
    contracts = [f"--contract={file}" for file in files]
    code, text = run(
        sandbox.url, "--effort=quick", f"--json={out}", *contracts, *options, partners=partners
    )
    assert out.exists(), text
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return code, report


def test_it_holds_on_our_sandbox(start_sandbox: Callable[..., Any], tmp_path: Path) -> None:
    sandbox = start_sandbox("sqlite://", DEPOT)
    code, report = judged(sandbox, tmp_path, [DEPOT], "--mode=strict", partners=PARTNERS)

    assert (code, report["findings"], report["verdict"]) == (0, [], "holds")
    missed = [
        row
        for kind in ("operations", "states", "outcomes", "rules")
        for row in report["coverage"][kind]
        if not row["count"]
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("suite", "old", "new", "rule"),
    [
        ("rules", "self.deliver_by >= self.posted_on", "self.deliver_by > self.posted_on",
         "rule.in-time"),
        ("rules", "c.pieces <= 50", "c.pieces < 50", "rule.few-pieces"),
        ("rules", "contents.all(c", "contents.exists(c", "rule.few-pieces"),
        ("rules", "insurance.value <= 500", "insurance.value < 500", "rule.signed-when-dear"),
        ("rules", "<= 200000.0", "< 200000.0", "rule.volume"),
        ("rules", "timestamp(self.ended_at) > timestamp(self.started_at)",
         "self.ended_at > self.started_at", "rule.forward"),
        ("rules", "self.distance_km <= 60.0", "self.distance_km < 60.0", "rule.bike-range"),
        ("rules", "maximum: 30000, multipleOf: 5", "maximum: 30005, multipleOf: 5",
         "schema.weight_g.maximum"),
        ("rules", "self.carrier.kind != 'bike'", "self.carrier.kind == 'van'", "rule.bike-range"),
        ("rules", "[0-9]{6,14}$", "[0-9]{5,14}$", "schema.contact.oneOf"),
        ("rules", "oneOf:", "anyOf:", "schema.contact.oneOf"),
        ("lifecycle", "key: [depot, number]", "key: [depot]", "equality.key"),
        ("lifecycle", "key: [depot, number]", "key: [number]", "equality.key"),
        ("lifecycle", "key: [round_code, driven_on]", "key: [round_code]", "equality.key"),
        ("cases", "rival-saved, then: Clash", "rival-saved, then: Known", "outcome.rival-saved"),
    ],
    ids=lambda one: None if len(one) < 12 else one[:40],
)  # fmt: skip
def test_a_change_of_one_word_is_found_and_named(
    suite: str, old: str, new: str, rule: str, start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    changed = tmp_path / DEPOT.name
    text = DEPOT.read_text(encoding="utf-8")
    assert old in text
    changed.write_text(text.replace(old, new, 1), encoding="utf-8")
    sandbox = start_sandbox("sqlite://", changed)
    options = ("--mode=strict", f"--only={suite}")
    code, report = judged(sandbox, tmp_path, [DEPOT], *options, partners=PARTNERS)

    assert (code, [one["rule"] for one in report["findings"]]) == (1, [rule])


@pytest.mark.parametrize(
    ("number", "example"),
    [
        ("{type: integer, minimum: 1, maximum: 9}", "5"),
        ("{type: number, multipleOf: 0.5}", "12.5"),
        ("{type: string, format: date}", '"2024-01-01"'),
        ("{type: string, format: email}", "ann@example.org"),
        ("{type: string, format: uuid}", "1b7901db-4879-4616-8052-c73e29664bda"),
        ("{type: [string, 'null'], maxLength: 3}", "abc"),
        ("{description: of any kind}", "x"),
        ("{type: string, pattern: '^(?=.*[0-9])[a-z0-9]{8,20}$'}", "abcdefg1"),
        ("{type: string, pattern: '^(?<part>AB|CD)(-[0-9]{2}){1,3}$'}", "AB-12"),
    ],
)
def test_a_member_of_a_key_may_be_of_any_kind(number: str, example: str, tmp_path: Path) -> None:
    text = DEPOT.read_text(encoding="utf-8")
    start = text.index("    Number:")
    end = text.index("    Parcel:", start)
    text = f"{text[:start]}    Number: {number}\n{text[end:]}"
    changed = tmp_path / DEPOT.name
    changed.write_text(re.sub(r'number: "\d+"', f"number: {example}", text), encoding="utf-8")
    workshop = Workshop(contract.read(changed).submissions[0], {"currency": "GBP"})

    one, other = (workshop.keyed(workshop.full, f"ct0123456789-{n}-k1") for n in (1, 2))
    assert workshop.validity.is_valid(one)
    assert workshop.validity.is_valid(other)
    assert one["depot"] != other["depot"]
    assert any(probe.valid for probe in probes(workshop))


def test_a_pattern_that_the_judge_cannot_read_is_told_with_its_line(tmp_path: Path) -> None:
    text = DEPOT.read_text(encoding="utf-8")
    changed = tmp_path / DEPOT.name
    changed.write_text(text.replace("'^[0-9]{6,30}$'", r"'^\p{Nd}+$'"), encoding="utf-8")
    line = 1 + text.split("'^[0-9]{6,30}$'")[0].count("\n")
    with pytest.raises(UnreadableContract, match=rf"{DEPOT.name}:{line}: the judge cannot read"):
        contract.read(changed)


def test_a_record_that_is_not_read_by_its_key_alone_is_not_read(tmp_path: Path) -> None:
    text = DEPOT.read_text(encoding="utf-8")
    changed = tmp_path / DEPOT.name
    changed.write_text(
        text.replace("/depot/parcels/{depot}/{number}:", "/depot/{who}/parcels/{depot}/{number}:"),
        encoding="utf-8",
    )
    item = {"depot": "LON", "number": "000123"}
    assert is_readable(contract.read(DEPOT).submissions[0], item)
    assert not is_readable(contract.read(changed).submissions[0], item)


def test_a_rule_is_tried_on_both_sides_of_its_border_beside_whatever_else_it_reads() -> None:
    submission = contract.read(DEPOT).submissions[0]
    workshop = Workshop(submission, {"currency": "GBP"})
    told = {(one.rule, one.told): one for one in borders(workshop)}

    for inside, outside in (
        ("insurance.value = 500 with signature = False",
         "insurance.value = 500.01 with signature = False"),
        ("insurance.value = 500 without signature", "insurance.value = 500.01 without signature"),
    ):  # fmt: skip
        assert told["rule.signed-when-dear", inside].inside
        assert not told["rule.signed-when-dear", outside].inside
    for one in told.values():
        faults = [fault.rule for fault in workshop.validity.faults(one.item)]
        assert faults == ([] if one.inside else [one.rule])
