"""What is inferred is judged: faults of an independent server are named, what its contract leaves open is not blamed.

A handful; `python tests/contract_tests/proof_of_lives.py` plays all of them.
"""

from __future__ import annotations

import pytest

from tests.contract_tests import shelter
from tests.contract_tests.proof_of_lives import Trial, judged


@pytest.mark.parametrize(
    "name",
    ["always-the-example", "reads-stale", "lost-update", "replacement-merges", "hidden-in-read", "id-reused", "key-cut"],
)  # fmt: skip
def test_a_fault_is_found_under_its_own_name(name: str) -> None:
    fault = shelter.FAULT_BY_NAME[name]
    found = judged(Trial("shelter", (name,), mode=fault.mode))

    assert {one.requirement.id for one in found} & set(fault.requirements)


@pytest.mark.parametrize(
    "choice", [(), ("gone-is-410", "newest-first"), ("pets-of-all", "pages-of-ten")]
)
def test_who_does_otherwise_what_is_left_open_is_not_blamed(choice: tuple[str, ...]) -> None:
    assert judged(Trial("shelter", choices=choice)) == []


def test_a_correct_server_is_not_blamed_in_strict_mode() -> None:
    assert judged(Trial("shelter", mode="strict")) == []


def test_a_property_is_told_as_inferred_and_from_what() -> None:
    (found,) = judged(Trial("shelter", ("remarks-dropped",)))

    assert "inferred from POST /pets and GET /pets/{petId}" in found.requirement.sentence
    assert "remarks is missing" in found.came


def test_on_a_server_that_keeps_nothing_each_property_is_one_finding() -> None:
    found = judged(Trial("shelter", ("always-the-example",)))
    ids = [one.requirement.id for one in found]

    assert {
        "resource.holds",
        "resource.replaced",
        "resource.merged",
        "resource.removed",
        "resource.unknown",
    } <= set(ids)
    assert len(ids) == len(set(ids))
    assert all("inferred" in one.requirement.sentence for one in found)
