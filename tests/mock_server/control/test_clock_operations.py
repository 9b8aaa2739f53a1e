"""Each partner has a clock of its own, and a submission is due a while after it was accepted."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.mock_server.samples import CLIENTS, client, client_with_claims
from tests.sandboxes import Partner, Sandbox

DELAY = 60  # of the shared sandboxes


@pytest.fixture
def partner(any_sandbox: Sandbox) -> Partner:
    return any_sandbox.partner()


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def now(partner: Partner) -> datetime:
    return instant(partner.get("/_sandbox/clock").json()["now"])


def test_a_submission_is_pending_until_it_is_due(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A"), client("A")])
    answer = partner.get(uri).json()
    assert answer["status"] == "Pending"
    assert [entry["status"] for entry in answer["result"]] == [
        {"state": "Pending", "validation_errors": []}
    ] * 2

    partner.clock(advance=DELAY - 0.001)
    assert partner.states(uri) == ["Pending", "Pending"]
    partner.clock(advance=0.001)
    assert partner.get(uri).json()["status"] == "Completed"
    assert partner.states(uri) == ["Completed", "Duplicate"]


def test_a_status_that_waits_on_a_frozen_clock_says_so_in_a_header(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A")])
    partner.clock(freeze=False)
    assert "X-Sandbox-Clock" not in partner.get(uri).headers
    partner.clock(freeze=True)
    stands_at = partner.get("/_sandbox/clock").json()["now"]
    assert partner.get(uri).headers["X-Sandbox-Clock"] == f"frozen at {stands_at}"
    partner.clock(advance=DELAY)
    assert "X-Sandbox-Clock" not in partner.get(uri).headers


def test_one_move_settles_everything_that_is_due(partner: Partner) -> None:
    uris = [partner.submit(CLIENTS, [client(f"{n}")]) for n in range(20)]
    partner.clock(advance=DELAY)
    assert partner.world()["due"] == []
    assert [partner.states(uri) for uri in uris] == [["Completed"]] * 20


def test_submissions_of_any_size_are_settled_in_their_order(partner: Partner) -> None:
    """Few items are settled at once and many in a thread; a key that all of them have is the first one's."""
    sizes = (1, 90, 90, 1)
    uris = [
        partner.submit(CLIENTS, [client("A"), *(client(f"{place}.{n}") for n in range(size))])
        for place, size in enumerate(sizes)
    ]
    partner.clock(advance=DELAY)
    firsts = ("Completed", "Duplicate", "Duplicate", "Duplicate")
    assert [partner.states(uri) for uri in uris] == [
        [first] + ["Completed"] * size for first, size in zip(firsts, sizes, strict=True)
    ]


def test_only_what_is_due_is_settled(partner: Partner) -> None:
    early = partner.submit(CLIENTS, [client("A")])
    partner.clock(advance=DELAY / 2)
    late = partner.submit(CLIENTS, [client("B")])
    partner.clock(advance=DELAY / 2)
    assert (partner.states(early), partner.states(late)) == (["Completed"], ["Pending"])
    due = partner.world()["due"]
    assert [entry["status_check_id"] for entry in due] == [late.rpartition("/")[2]]


def test_a_frozen_clock_stands_still(partner: Partner) -> None:
    first = now(partner)
    time.sleep(0.05)
    assert now(partner) == first
    partner.clock(advance=1.5)
    assert now(partner) - first == timedelta(seconds=1.5)


def test_a_released_clock_runs_on_from_where_it_stood(partner: Partner) -> None:
    partner.clock(at="2026-01-31T12:00:00Z")
    assert partner.clock(freeze=False)["frozen"] is False
    time.sleep(0.05)
    passed = now(partner) - instant("2026-01-31T12:00:00Z")
    assert timedelta(seconds=0.04) < passed < timedelta(seconds=20)
    assert partner.clock(freeze=True)["frozen"] is True


def test_a_new_partners_clock_shows_real_time(any_sandbox: Sandbox) -> None:
    partner = any_sandbox.partner(frozen=False)
    answer = partner.get("/_sandbox/clock").json()
    assert answer["frozen"] is False
    assert abs(instant(answer["now"]).timestamp() - time.time()) < 10


def test_a_clock_may_be_set_and_set_back(partner: Partner) -> None:
    assert instant(partner.clock(at="2026-01-31T12:00:00+01:00")["now"]) == instant(
        "2026-01-31T11:00:00Z"
    )
    assert instant(partner.clock(at="1999-12-31T23:59:59.999999Z")["now"]) == instant(
        "1999-12-31T23:59:59.999999Z"
    )
    assert partner.get("/_sandbox/clock").json()["frozen"] is True


def test_final_is_for_ever_even_when_the_clock_is_set_back(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A")])
    partner.settle()
    partner.clock(at="2001-01-01T00:00:00Z")
    assert partner.states(uri) == ["Completed"]


def test_submissions_settle_in_the_order_of_acceptance_whatever_the_clock_did(
    partner: Partner,
) -> None:
    partner.clock(at="2026-01-31T12:00:00Z")
    first = partner.submit(CLIENTS, [client("A")])
    partner.clock(at="2026-01-31T11:00:00Z")
    second = partner.submit(CLIENTS, [client("A", "LLP")])
    partner.clock(at="2026-01-31T11:30:00Z")
    assert partner.states(second) in (["Pending"], ["Duplicate"]), "never before the first"
    partner.clock(at="2026-01-31T13:00:00Z")
    assert (partner.states(first), partner.states(second)) == (["Completed"], ["Duplicate"])


def test_a_synchronous_submission_comes_after_what_was_accepted_before(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A")])
    answer = partner.post("/api/v2/ClientsAndRevenueClaims", [client_with_claims("A")]).json()
    assert [entry["status"]["state"] for entry in answer["result"]] == ["Duplicate"]
    assert partner.states(uri) == ["Completed"]


def test_a_reset_world_is_as_on_the_first_day(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A")])
    partner.settle()
    partner.post(CLIENTS, [client("B")], {"Idempotency-Key": "k"})
    answer = partner.post("/_sandbox/reset", b"")
    assert (answer.status_code, answer.content) == (204, b"")
    world = partner.world()
    assert (world["submissions"], world["items"], world["due"]) == (0, {}, [])
    assert sum(world["records"].values()) == 0
    assert world["clock"]["frozen"] is False
    assert abs(instant(world["clock"]["now"]).timestamp() - time.time()) < 10
    assert partner.get(uri).status_code == 404
    assert partner.get("/api/v1/Clients/A").status_code == 404
    partner.clock(freeze=True)
    assert partner.outcome(CLIENTS, [client("A")]) == ["Completed"]
    again = partner.post(CLIENTS, [client("C")], {"Idempotency-Key": "k"})
    assert again.status_code == 202, "the idempotency keys are forgotten too"


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"advance": 1, "freeze": True},
        {"advance": -1},
        {"advance": "60"},
        {"advance": None},
        {"advance": 3155760001},
        {"freeze": 1},
        {"forward": 1},
        {"at": "yesterday"},
        {"at": "2026-01-31"},
        {"at": "2026-02-30T00:00:00Z"},
        [],
        "x",
    ],
    ids=str,
)
def test_a_change_that_makes_no_sense_is_refused(partner: Partner, change: Any) -> None:
    before = now(partner)
    answer = partner.post("/_sandbox/clock", change)
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert now(partner) == before


def test_a_clock_cannot_run_past_the_end_of_time(partner: Partner) -> None:
    partner.clock(at="9999-12-29T23:59:59Z")
    before = now(partner)
    answer = partner.post("/_sandbox/clock", {"advance": 3155760000})
    assert answer.status_code == 400
    assert now(partner) == before
    uri = partner.submit(CLIENTS, [client("A")])
    assert partner.states(uri) == ["Pending"]
    partner.clock(at="2026-01-01T00:00:00Z")
    assert partner.outcome(CLIENTS, [client("B")]), "the world goes on"


@pytest.mark.parametrize(
    "at", ["0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "2016-12-31T23:59:60Z"]
)
def test_a_strange_instant_is_set_or_refused(partner: Partner, at: str) -> None:
    answer = partner.post("/_sandbox/clock", {"at": at})
    assert answer.status_code in (200, 400)
    assert partner.get("/_sandbox/world").status_code == 200
