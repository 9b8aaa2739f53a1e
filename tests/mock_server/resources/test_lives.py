"""What a declared lifecycle does with resources: states, outcomes, transitions by operation, event and time."""

from __future__ import annotations

import httpx

from tests.mock_server.resources.consents import DAY, consent, initiation, pay, play, status


def test_a_resource_begins_in_the_first_state(bank: httpx.Client) -> None:
    assert status(bank, consent(bank)) == "AwaitingAuthorisation"


def test_a_rule_of_the_outcomes_leads_to_another_state(bank: httpx.Client) -> None:
    assert status(bank, consent(bank, "0.00")) == "Rejected"


def test_somebody_outside_moves_it(bank: httpx.Client) -> None:
    key = consent(bank)
    moved = play(bank, key).json()
    assert (moved["from"], moved["to"]) == ("AwaitingAuthorisation", "Authorised")
    assert status(bank, key) == "Authorised"


def test_an_event_that_is_not_possible_changes_nothing(bank: httpx.Client) -> None:
    key = consent(bank, "0.00")
    assert play(bank, key).status_code == 409
    assert status(bank, key) == "Rejected"


def test_an_event_that_nobody_declares_is_told_with_its_mend(bank: httpx.Client) -> None:
    answer = play(bank, consent(bank), "autorise")
    assert answer.status_code == 400
    assert "authorise" in answer.json()["detail"]


def test_time_moves_it_on_the_clock_of_its_partner_and_not_before(bank: httpx.Client) -> None:
    key = consent(bank)
    bank.post("/_sandbox/clock", json={"advance": DAY - 1})
    assert status(bank, key) == "AwaitingAuthorisation"
    bank.post("/_sandbox/clock", json={"advance": 1})
    assert status(bank, key) == "Rejected"


def test_what_has_left_its_state_is_not_moved_by_time(bank: httpx.Client) -> None:
    key = consent(bank)
    play(bank, key)
    bank.post("/_sandbox/clock", json={"advance": 2 * DAY})
    assert status(bank, key) == "Authorised"


def test_an_operation_is_refused_unless_what_it_requires_is_so(bank: httpx.Client) -> None:
    key = consent(bank)
    refused = pay(bank, key)
    assert refused.status_code == 400
    assert "it has to be Authorised" in refused.json()["detail"]
    assert pay(bank, "nobody's").status_code == 400


def test_an_operation_moves_what_its_guard_chooses_and_nothing_else(bank: httpx.Client) -> None:
    mine, other = consent(bank), consent(bank)
    play(bank, mine)
    play(bank, other)
    assert pay(bank, mine).status_code == 201
    assert (status(bank, mine), status(bank, other)) == ("Consumed", "Authorised")
    assert pay(bank, mine).status_code == 400


def test_an_operation_that_moves_what_its_path_names_is_possible_once(bank: httpx.Client) -> None:
    key = consent(bank)
    assert bank.delete(f"/domestic-payment-consents/{key}").status_code == 204
    assert status(bank, key) == "Rejected"
    assert bank.delete(f"/domestic-payment-consents/{key}").status_code == 409


def test_the_history_tells_what_moved_it_and_when(bank: httpx.Client) -> None:
    key = consent(bank)
    play(bank, key)
    pay(bank, key)
    told = bank.get(f"/_sandbox/resources/payment-consent/{key}").json()
    assert told["state"] == "Consumed"
    assert [(one["by"], one["cause"], one["to"]) for one in told["history"]] == [
        ("request", "createConsent", "AwaitingAuthorisation"),
        ("event", "authorise", "Authorised"),
        ("request", "createPayment", "Consumed"),
    ]
    assert told["history"][2]["guard"] == "request.Data.ConsentId == self.Data.ConsentId"


def test_what_a_caller_made_is_listed_with_its_state_the_last_one_first(bank: httpx.Client) -> None:
    keys = [consent(bank), consent(bank)]
    play(bank, keys[0])
    listed = bank.get("/_sandbox/resources").json()
    assert [one["key"] for one in listed] == list(reversed(keys))
    assert [one["state"] for one in listed] == ["AwaitingAuthorisation", "Authorised"]
    assert {one["lifecycle"] for one in listed} == {"payment-consent"}
    assert bank.get("/_sandbox/resources", params={"limit": 1}).json() == listed[:1]


def test_what_is_due_has_happened_before_a_list_is_told(bank: httpx.Client) -> None:
    consent(bank)
    bank.post("/_sandbox/clock", json={"advance": DAY})
    (listed,) = bank.get("/_sandbox/resources").json()
    assert listed["state"] == "Rejected"


def test_the_world_counts_by_lifecycle_and_state(bank: httpx.Client) -> None:
    play(bank, consent(bank))
    consent(bank)
    found = bank.get("/_sandbox/world").json()["resources"]
    assert found["payment-consent"] == {"AwaitingAuthorisation": 1, "Authorised": 1}


def ask(bank: httpx.Client, retry: str, amount: str = "5.00") -> httpx.Response:
    headers = {"Idempotency-Key": retry}
    return bank.post(
        "/domestic-payment-consents", json={"Data": initiation(amount)}, headers=headers
    )


def test_a_request_that_is_repeated_under_its_key_is_answered_as_the_first_time(
    bank: httpx.Client,
) -> None:
    first = ask(bank, "one")
    again = ask(bank, "one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert ask(bank, "two").json() != first.json()


def test_another_request_under_the_same_key_is_refused(bank: httpx.Client) -> None:
    ask(bank, "one")
    assert ask(bank, "one", "6.00").status_code == 422


def test_a_key_is_forgotten_after_a_day_of_the_clock_of_its_partner(bank: httpx.Client) -> None:
    first = ask(bank, "one")
    bank.post("/_sandbox/clock", json={"advance": DAY})
    assert ask(bank, "one").json() != first.json()
