"""Only what is needed to see a finding again is printed."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.http.messages import JSON, Exchange, Reply, Request, get
from contract_tests.judging import catalogue, life_catalogue
from contract_tests.judging.needed import needed

POST = Exchange(Request("POST", "/orders", JSON, b"[]"), Reply(202, {}, b""), at=1.0)
LOOK = Exchange(get("/orders/1"), Reply(200, {}, b""), at=1.1)
LATER = replace(LOOK, at=2.5)
FILTERED = Exchange(get("/orders/1?state=x"), Reply(200, {}, b""), at=2.6)


def test_looks_while_something_waits_become_one_that_is_waited_for() -> None:
    first, last = needed([POST, LOOK, replace(LOOK, at=1.6), LATER], catalogue.MEMORY)
    assert (first, last) == (POST, replace(LATER, waited=1.5))


def test_what_one_answer_shows_needs_no_look_before_it() -> None:
    asked = [POST, LOOK, LATER, FILTERED]
    assert needed(asked, catalogue.FILTER_ITEMS) == (POST, replace(FILTERED, waited=1.6))
    assert needed(asked, catalogue.MEMORY) == (POST, replace(LATER, waited=1.5), FILTERED)


def test_what_several_looks_show_keeps_all_of_them() -> None:
    assert needed([POST, LOOK, LATER], catalogue.STATE_FINAL) == (POST, LOOK, LATER)


def test_the_clock_of_a_sandbox_is_moved_again() -> None:
    moved = Exchange(get("/clock"), Reply(200, {}, b""), control=True)
    assert needed([POST, moved, LOOK], catalogue.FILTER_ITEMS) == (POST, moved, LOOK)


def test_what_was_made_beside_the_one_thing_that_is_found_is_left_out() -> None:
    outer = Exchange(Request("POST", "/shops", JSON, b"{}"), Reply(201, {}, b'{"id": 3}'))
    made = Exchange(Request("POST", "/shops/3/orders", JSON), Reply(201, {}, b'{"id": 4}'))
    other = Exchange(Request("POST", "/shops/3/orders", JSON), Reply(201, {}, b'{"id": 5}'))
    look = Exchange(get("/shops/3/orders/5"), Reply(200, {}, b"{}"))
    changed = Exchange(Request("PUT", "/shops/3/orders/4", JSON), Reply(200, {}, b"{}"))
    last = Exchange(get("/shops/3/orders/4"), Reply(200, {}, b"{}"))

    asked = [outer, made, other, look, changed, last]
    assert needed(asked, life_catalogue.REPLACED) == (outer, made, changed, last)
    assert needed(asked, life_catalogue.PARTNER) == tuple(asked)


def test_two_reads_that_differ_are_both_told() -> None:
    assert needed([POST, LOOK, LATER], life_catalogue.STEADY) == (POST, LOOK, LATER)
