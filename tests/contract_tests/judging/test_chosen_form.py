"""An answer of a server that takes an alternative of a silence, put in the form that the contract chose."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.http.messages import Reply
from contract_tests.http.partners import Caller
from contract_tests.judging.chosen_form import comparable, in_chosen_form
from contract_tests.judging.freedom import Freedom
from contract_tests.judging.mode import Mode, Suite
from contract_tests.judging.story import Story, Submitted, spelled
from contract_tests.reading.reader import read
from tests.contract_tests.contracts import V2_FILE

V2 = read(str(V2_FILE))
CLIENTS = next(one for one in V2.submissions if one.lifecycle.key == ("partner_client_id",))
A, B = {"partner_client_id": "a", "x_more": 1}, {"partner_client_id": "b"}


def made(*items: dict[str, Any]) -> Submitted:
    """A submission of some clients that was accepted."""
    entries = tuple(spelled(one) for one in items)
    story = Story("ct0-", Suite.CASES)
    return Submitted(CLIENTS, Caller.FIRST, entries, story, 1, Reply(202, {}, b""))


def entry(item: dict[str, Any], state: str = "Completed", **status: Any) -> dict[str, Any]:
    """An entry of an answer as the contract has it."""
    return {"data": item, "status": {"state": state, "validation_errors": [], **status}}


def answer(*entries: dict[str, Any], status: str = "Completed") -> dict[str, Any]:
    """An answer as the contract has it."""
    return {"status": status, "result": list(entries)}


def told(value: Any, submitted: Submitted, mode: Mode = Mode.DOCUMENTED) -> tuple[Any, set[str]]:
    """The answer in the form that was chosen, and the silences that it met."""
    chosen = in_chosen_form(value, submitted, Freedom(mode, V2.silences))
    return chosen.value, set(chosen.met)


AS_CHOSEN = answer(entry(A), entry(B, "Failed", validation_errors=["no"]))


def test_an_answer_as_it_was_chosen_stays_as_it_is() -> None:
    assert told(AS_CHOSEN, made(A, B)) == (AS_CHOSEN, set())


@pytest.mark.parametrize("errors", [None, "absent"])
def test_errors_of_a_success_may_be_null_or_absent(errors: Any) -> None:
    whole = entry(A, validation_errors=errors)
    if errors:
        del whole["status"]["validation_errors"]
    assert told(answer(whole), made(A)) == (answer(entry(A)), {"S19"})


def test_errors_may_be_one_text() -> None:
    whole = entry(A, "Failed", validation_errors="no")
    assert told(answer(whole), made(A)) == (
        answer(entry(A, "Failed", validation_errors=["no"])),
        {"S19"},
    )


def test_errors_of_a_failure_may_not_be_null() -> None:
    whole = answer(entry(A, "Failed", validation_errors=None))
    assert told(whole, made(A)) == (whole, set())


def test_results_may_stand_in_any_order() -> None:
    other = answer(*reversed(AS_CHOSEN["result"]))
    assert told(other, made(A, B)) == (AS_CHOSEN, {"S38"})


def test_of_twins_that_stand_in_any_order_the_saved_one_is_the_first() -> None:
    twin = entry(A, "Duplicate", validation_errors=["twin"])
    other = answer(twin, entry(B), entry(A))
    assert told(other, made(A, A, B)) == (answer(entry(A), twin, entry(B)), {"S38"})


def test_a_bare_array_with_a_url_may_be_the_answer() -> None:
    bare = [{**entry(A), "url": "/api/v2/Clients/a"}]
    assert told(bare, made(A)) == (answer(entry(A)), {"S1"})


def test_an_item_that_was_not_saved_may_be_left_out() -> None:
    failed = entry(B, "Failed", validation_errors=["no"])
    assert told(answer({**failed, "data": {}}), made(B)) == (answer(failed), {"S23"})


def test_members_that_nobody_described_may_be_dropped() -> None:
    dropped = answer(entry({"partner_client_id": "a"}))
    assert told(dropped, made(A)) == (answer(entry(A)), {"S37"})


def test_members_that_are_described_may_not_be_dropped() -> None:
    whole = answer(entry({"x_more": 1}))
    assert told(whole, made(A)) == (whole, set())


def test_strict_mode_leaves_an_answer_as_it_came() -> None:
    other = answer(*reversed(AS_CHOSEN["result"]))
    assert told(other, made(A, B), Mode.STRICT) == (other, set())


@pytest.mark.parametrize(
    ("came", "sent"),
    [(entry({}, "Failed"), B), (entry({"partner_client_id": "a"}), A)],
    ids=["empty for failures", "without what nobody described"],
)
def test_some_entries_alone_are_compared_without_what_was_seen_to_be_left_out(
    came: dict[str, Any], sent: dict[str, Any]
) -> None:
    submitted, freedom = made(sent), Freedom(Mode.DOCUMENTED, V2.silences)
    chosen = in_chosen_form(answer(came), submitted, freedom)
    (whole,) = chosen.value["result"]
    assert comparable(whole, submitted, freedom) != comparable(came, submitted, freedom)
    submitted.otherwise |= chosen.met.keys()
    assert comparable(whole, submitted, freedom) == comparable(came, submitted, freedom)


def test_items_that_differ_in_what_nobody_described_are_not_taken_for_one_another() -> None:
    less = {"partner_client_id": "a"}
    assert told(answer(entry(less, "Conflict"), entry(A)), made(A, less)) == (
        answer(entry(A), entry(less, "Conflict")),
        {"S38"},
    )


def test_what_python_takes_for_one_is_told_apart() -> None:
    true, one = {"partner_client_id": "a", "x": True}, {"partner_client_id": "a", "x": 1}
    came = answer(entry(B), entry(one, "Conflict"), entry(true, "Failed"))
    assert told(came, made(true, one, B)) == (
        answer(entry(true, "Failed"), entry(one, "Conflict"), entry(B)),
        {"S38"},
    )


def test_of_identical_items_the_saved_one_is_first_where_another_order_was_seen() -> None:
    came, submitted = answer(entry(B, "Duplicate"), entry(B)), made(B, B)
    for taken, first in ((), "Duplicate"), (("S38",), "Completed"):
        freedom = Freedom(Mode.DOCUMENTED, V2.silences).taking(*taken)
        chosen = in_chosen_form(came, submitted, freedom).value["result"]
        assert chosen[0]["status"]["state"] == first
