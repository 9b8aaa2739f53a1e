"""Another domain: other keys, rules, rows and words, and no line of Python that knows of it.

The sandbox serves the contract, or one with a single change; the judge goes by the contract.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mock_server.embedded import SandboxServer
from tests.contract_tests.commands import judged
from tests.contract_tests.contracts import DEPOT_FILE, changed
from tests.times import TIMES

QUICK = (f"--contract={DEPOT_FILE}", "--effort=quick", "--mode=strict")


@contextmanager
def served(file: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Serve a contract in this process; yields the base URL, and the options of two partners."""
    server = SandboxServer((file,))
    one, other = (server.new_world(currency="GBP") for _ in range(2))
    options = (
        f"--client-id={one.client_id}", f"--client-secret={one.client_secret}",
        f"--other-client-id={other.client_id}", f"--other-client-secret={other.client_secret}",
        "--partner=currency=GBP",
    )  # fmt: skip
    try:
        yield server.url, options
    finally:
        server.stop()


def verdict(folder: Path, file: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """Judge the sandbox that serves a contract; its exit code and its report."""
    with served(file) as (base_url, partners):
        return judged(folder, base_url, *QUICK, *options, partners=partners)


def test_it_holds_on_our_sandbox(tmp_path: Path) -> None:
    code, report = verdict(tmp_path, DEPOT_FILE)

    assert (code, report["findings"], report["verdict"]) == (0, [], "holds")
    missed = [
        row
        for kind in ("operations", "states", "outcomes", "rules")
        for row in report["coverage"][kind]
        if not row["count"]
    ]
    assert missed == []


EDITS = [
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
]  # fmt: skip
"""Changes of one word of the contract that the sandbox serves, and what the judge of the original says."""


@pytest.mark.parametrize(
    ("suite", "old", "new", "rule"),
    EDITS if TIMES > 1 else EDITS[::3],  # `make faults` plays them all
    ids=lambda one: None if len(one) < 12 else one[:40],
)
def test_a_change_of_one_word_is_found_and_named(
    suite: str, old: str, new: str, rule: str, tmp_path: Path
) -> None:
    code, report = verdict(tmp_path, changed(DEPOT_FILE, tmp_path, old, new), f"--only={suite}")

    assert (code, [one["rule"] for one in report["findings"]]) == (1, [rule])
