"""The review's own model of what a contract says will happen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openapi_documents import load
from spec_review.reading.contract import Contract
from spec_review.simulation.building import NoBehaviourError, model_of
from spec_review.simulation.identity import Item, fingerprint
from spec_review.simulation.model import Model, Step
from tests.spec_review.documents import CLAIM, OURS, V2, edited
from tests.spec_review.documents import CLIENT as A

RIVAL = {**A, "entity_type": "LLP"}
INVALID = {**A, "entity_type": "Circus"}
OTHER = {**A, "partner_client_id": "b"}


def played(model: Model, *batches: list[Any], operation: str = "createPartnerClients") -> list[str]:
    """The states of the last batch."""
    steps = [Step(operation, tuple(map(Item, batch))) for batch in batches]
    return list(model.play(steps)[-1].states)


@pytest.fixture(scope="module")
def model() -> Model:
    return model_of(Contract(load(V2)))


@pytest.mark.parametrize(
    ("batches", "states"),
    [
        ([[A]], "Completed"),
        ([[A, A]], "Completed Duplicate"),
        ([[A, A, A]], "Completed Duplicate Duplicate"),
        ([[A, RIVAL]], "Conflict Conflict"),
        ([[A, A, RIVAL]], "Conflict Conflict Conflict"),
        ([[A, OTHER, RIVAL, OTHER]], "Conflict Completed Conflict Duplicate"),
        ([[INVALID]], "Failed"),
        ([[INVALID, INVALID]], "Failed Failed"),
        ([[A, INVALID]], "Conflict Conflict"),
        ([[A], [A]], "Duplicate"),
        ([[A], [RIVAL]], "Duplicate"),
        ([[A], [A, A]], "Duplicate Duplicate"),
        ([[A], [A, RIVAL]], "Conflict Conflict"),
        ([[A, RIVAL], [A]], "Completed"),
        ([[INVALID], [A]], "Completed"),
        ([[{"entity_type": "LLC"}]], "Failed"),
        ([[dict(reversed(A.items())), A]], "Completed Duplicate"),
        ([[A, {**A, "partner_client_id": "A"}]], "Completed Completed"),
    ],
)
def test_every_row_of_the_table_of_outcomes_holds(
    model: Model, batches: list[list[Any]], states: str
) -> None:
    assert played(model, *batches) == states.split()


def test_a_hundred_with_and_without_a_fraction_is_one_number(model: Model) -> None:
    batch = [CLAIM, {**CLAIM, "total_amount": 100.0}]
    assert played(model, batch, operation="createRevenueClaims") == ["Completed", "Duplicate"]


def test_true_is_never_one_and_the_order_of_an_array_counts() -> None:
    assert fingerprint(True) != fingerprint(1)
    assert fingerprint([1, 2]) != fingerprint([2, 1])
    assert fingerprint({"a": 1, "b": 2.0}) == fingerprint({"b": 2, "a": 1.0})


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"total_amount": -1}, "same-sign"),
        ({"currency": "EUR"}, "agreed-currency"),
        (
            {"time_period": {**CLAIM["time_period"], "end_time": "2024-02-28T23:59:59.999Z"}},
            "whole-period",
        ),
    ],
)
def test_a_broken_rule_is_named_as_the_fault_of_an_item(
    model: Model, changed: dict[str, Any], rule: str
) -> None:
    validator = model.intakes["createRevenueClaims"].validator
    assert [fault.rule for fault in validator.faults(Item({**CLAIM, **changed}))] == [rule]


def test_a_client_is_known_whichever_operation_saved_it(model: Model) -> None:
    together = {**A, "revenue_claims": [{k: v for k, v in CLAIM.items() if "_r" not in k}]}
    steps = [
        Step("createPartnerClients", (Item(A),)),
        Step("createClientsAndRevenueClaims", (Item(together),)),
    ]
    assert [answer.states for answer in model.play(steps)] == [("Completed",), ("Duplicate",)]


def test_a_batch_beyond_the_limit_is_refused_as_a_whole(model: Model) -> None:
    answer = model.play([Step("createPartnerClients", (Item(A),) * 10_001)])[0]
    assert answer.refusal is not None
    assert (answer.refusal.status, answer.states) == (413, ())


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (("key",), "partner_client_id", "a list is expected"),
        (("keys",), [], "the word keys is not known here"),
        (("states",), {}, "has no states"),
        (("outcomes", 0, "when"), "othrwise", "the text 'othrwise' is not known here"),
        (("outcomes", 0, "then"), "Lost", "unknown state: Lost"),
    ],
)
def test_a_lifecycle_that_cannot_be_understood_says_where(
    place: tuple[Any, ...], value: Any, sentence: str
) -> None:
    def edit(data: Any) -> None:
        holder = data["components"]["x-lifecycles"]["partner-client"]
        for part in place[:-1]:
            holder = holder[part]
        holder[place[-1]] = value

    with pytest.raises(NoBehaviourError, match=sentence) as caught:
        model_of(Contract(edited(edit)))
    assert caught.value.pointer == ("components", "x-lifecycles", "partner-client", *place)


def test_a_rule_that_does_not_compile_says_where() -> None:
    def edit(data: Any) -> None:
        data["components"]["schemas"]["TimePeriod"]["x-rules"][0]["rule"] = "self."

    with pytest.raises(NoBehaviourError, match="does not compile") as caught:
        model_of(Contract(edited(edit)))
    assert caught.value.pointer[-3:] == ("x-rules", 0, "rule")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_every_contract_of_ours_can_be_read(path: Path) -> None:
    model_of(Contract(load(path)))
