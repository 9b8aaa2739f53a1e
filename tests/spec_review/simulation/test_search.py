"""The search for a small batch that ends otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openapi_documents import load
from spec_review.reading.contract import Contract
from spec_review.simulation.building import model_of
from spec_review.simulation.search import Search
from spec_review.simulation.witness import IntakePair, Witness
from tests.spec_review.documents import V2, edited, members


def found(edit: Callable[[Any, Any], None]) -> list[Witness]:
    """The witnesses between the contract and an edited copy."""

    def change(data: Any) -> None:
        edit(data["components"]["x-lifecycles"], data["components"]["schemas"])

    old, new = model_of(Contract(load(V2))), model_of(Contract(edited(change)))
    pairs = [IntakePair(old.intakes[name], new.intakes[name]) for name in old.intakes]
    return Search(old, new, pairs).witnesses()


def told(witness: Witness) -> str:
    """The last batch of a witness: states before and after."""
    return f"{' '.join(witness.before[-1].states)} > {' '.join(witness.after[-1].states)}"


def swap(lifecycle: str, first: int, second: int) -> Callable[[Any, Any], None]:
    def edit(lifecycles: Any, _schemas: Any) -> None:
        rows = lifecycles[lifecycle]["outcomes"]
        rows[first], rows[second] = rows[second], rows[first]

    return edit


def test_another_key_is_shown_by_two_items_that_share_it() -> None:
    def edit(lifecycles: Any, _schemas: Any) -> None:
        lifecycles["revenue-claim"]["key"] = ["partner_client_id"]

    (witness,) = found(edit)
    first, second = map(members, witness.steps[0].values)
    assert (witness.facet, told(witness)) == ("key", "Completed Completed > Conflict Conflict")
    assert first["partner_client_id"] == second["partner_client_id"]
    assert first["unique_reference"] != second["unique_reference"]


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        (0, 1, "Conflict Conflict > Conflict Failed"),
        (1, 2, "Failed Failed > Failed Duplicate"),
        (2, 5, "Completed Duplicate > Completed Completed"),
    ],
)
def test_rows_in_another_order_are_shown_by_the_smallest_batch(
    first: int, second: int, outcome: str
) -> None:
    assert outcome in [told(witness) for witness in found(swap("partner-client", first, second))]


def test_rows_whose_order_does_not_matter_have_no_witness() -> None:
    assert found(swap("partner-client", 3, 4)) == []


def test_another_collection_is_shown_across_the_operations_that_shared_it() -> None:
    def edit(lifecycles: Any, _schemas: Any) -> None:
        lifecycles["client-with-claims"]["records"] = "elsewhere"

    witness = found(edit)[0]
    assert (witness.facet, told(witness)) == ("records", "Duplicate > Completed")
    assert len({step.operation for step in witness.steps}) == 2


@pytest.mark.parametrize(
    ("schema", "rule"),
    [("RevenueMembers", 0), ("RevenueMembers", 1), ("TimePeriod", 0)],
)
def test_a_rule_that_is_gone_is_shown_by_an_item_that_broke_it(schema: str, rule: int) -> None:
    def edit(_lifecycles: Any, schemas: Any) -> None:
        del schemas[schema]["x-rules"][rule]

    witnesses = found(edit)
    assert {witness.operation for witness in witnesses} == {
        "createRevenueClaims",
        "createClientsAndRevenueClaims",
    }
    assert {told(witness) for witness in witnesses} == {"Failed > Completed"}


@pytest.mark.parametrize(
    ("words", "edit"),
    [
        ("enum", lambda s: s["PartnerClient"]["properties"]["entity_type"]["enum"].remove("LLC")),
        ("pattern", lambda s: s["Identifier"].update(pattern="^[A-Za-z0-9.-]{1,64}$")),
        ("pattern", lambda s: s["Identifier"].update(pattern="^[A-Za-z0-9._-]{1,60}$")),
        (
            "maxLength",
            lambda s: s["OtherIdentifier"]["properties"]["key"].update(maxLength=63),
        ),
        ("required", lambda s: s["PartnerClient"]["required"].append("other_identifiers")),
        ("minItems", lambda s: s["OtherIdentifiers"].update(minItems=2)),
    ],
)
def test_a_tighter_schema_is_shown_by_an_item_that_fails_now(
    words: str, edit: Callable[[Any], None]
) -> None:
    witnesses = found(lambda _lifecycles, schemas: edit(schemas))
    assert witnesses
    for witness in witnesses:
        assert told(witness) == "Completed > Failed"
        assert {fault.place[-1] for fault in witness.faults_after} == {words}


def test_a_contract_has_no_witness_against_itself() -> None:
    assert found(lambda _lifecycles, _schemas: None) == []


def test_a_witness_is_no_larger_than_it_must_be() -> None:
    def edit(lifecycles: Any, _schemas: Any) -> None:
        lifecycles["partner-client"]["outcomes"][4]["then"] = "Conflict"

    (witness,) = found(edit)
    assert [len(step.items) for step in witness.steps] == [1, 1]
    assert all(len(members(item)) == 3 for step in witness.steps for item in step.values[:1])
