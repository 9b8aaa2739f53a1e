"""Which items are valid, and what an invalid one breaks."""

from __future__ import annotations

import pytest

from contract_tests.generation.items import Workshop, put
from contract_tests.generation.variations import probes
from contract_tests.reading import contract
from contract_tests.reading.patterns import ecma_pattern
from contract_tests.reading.validity import is_date_time

V2 = contract.read(contract.find("partner-client-service-v2"))
CLIENT, CLAIM, BOTH = V2.submissions
PARTNER = {"client_id": "partner-a", "currency": "GBP"}


@pytest.mark.parametrize("submission", V2.submissions, ids=lambda one: one.id)
def test_every_submission_of_the_contract_has_a_valid_item_with_a_fresh_key(
    submission: contract.Submission,
) -> None:
    workshop = Workshop(submission, PARTNER)
    assert workshop.usable
    one, other = (workshop.keyed(workshop.full, f"ct0123456789-{n}-k1") for n in (1, 2))
    assert workshop.validity.is_valid(one)
    assert one != other
    assert len(workshop.variants()) > 5


@pytest.mark.parametrize(
    ("rule", "path", "value"),
    [
        ("rule.same-sign", ("transaction_count",), -5),
        ("rule.agreed-currency", ("currency",), "USD"),
        ("rule.whole-period", ("time_period", "end_time"), "2025-01-30T23:59:59.999Z"),
        ("schema.currency.pattern", ("currency",), "gbp"),
        ("schema.transaction_count.type", ("transaction_count",), 1.5),
        ("schema.unique_reference.pattern", ("unique_reference",), "a\n"),
    ],
)
def test_an_invalid_claim_names_the_rule_that_it_breaks(
    rule: str, path: tuple[str, ...], value: object
) -> None:
    workshop = Workshop(CLAIM, PARTNER)
    broken = put(workshop.full, path, value)
    assert rule in [fault.rule for fault in workshop.validity.faults(broken)]
    assert not workshop.validity.is_valid(broken)


def test_a_rule_is_not_asked_where_the_schema_is_broken() -> None:
    workshop = Workshop(CLAIM, PARTNER)
    broken = put(workshop.full, ("transaction_count",), "-5")
    assert [fault.rule for fault in workshop.validity.faults(broken)] == [
        "schema.transaction_count.type"
    ]


def test_rules_are_asked_of_every_claim_inside_a_client() -> None:
    workshop = Workshop(BOTH, PARTNER)
    broken = put(workshop.full, ("revenue_claims", 1, "currency"), "USD")
    (fault,) = workshop.validity.faults(broken)
    assert fault.rule == "rule.agreed-currency"
    assert fault.path == ("revenue_claims", 1)


@pytest.mark.parametrize("submission", V2.submissions, ids=lambda one: one.id)
def test_probes_stand_on_both_sides_of_every_rule(submission: contract.Submission) -> None:
    sides: dict[str, set[bool]] = {}
    for probe in probes(Workshop(submission, PARTNER)):
        sides.setdefault(probe.rule.split(".")[1], set()).add(probe.valid)
    known = set(V2.rules) if submission is not CLIENT else set()
    for rule in known - {"agreed-currency"}:
        assert sides[rule] == {True, False}


def test_faults_agree_with_validity_for_every_probe() -> None:
    workshop = Workshop(CLAIM, PARTNER)
    for probe in probes(workshop):
        assert workshop.validity.is_valid(probe.item) is (not workshop.validity.faults(probe.item))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2024-02-29T00:00:00Z", True),
        ("2023-02-29T00:00:00Z", False),
        ("2024-04-23T13:44:03+05:30", True),
        ("2024-04-23T13:44:03", False),
        ("2024-04-23", False),
        ("2024-04-23T13:44:03Z\n", False),
    ],
)
def test_a_date_time_is_one_of_rfc_3339(text: str, valid: bool) -> None:
    assert is_date_time(text) is valid


def test_a_pattern_ends_where_the_text_ends_and_knows_ascii_digits_only() -> None:
    assert not ecma_pattern("^a$").search("a\n")
    assert not ecma_pattern(r"^\d$").search("\u0664")
    assert ecma_pattern(r"^\$a$").search("$a")
    assert ecma_pattern(r"^[$a]+$").search("a$")
    assert ecma_pattern(r"^(?<part>a|b)(?<!b)$").search("a")
