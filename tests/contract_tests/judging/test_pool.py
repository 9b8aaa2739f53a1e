"""Acts that wait together take no longer than the longest of them."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest

from contract_tests.judging.pool import Pool


def test_acts_are_played_at_once_and_told_in_their_order() -> None:
    met = threading.Barrier(3, timeout=10)

    def act(number: int) -> int:
        met.wait()
        return number

    assert [one.result() for one in Pool(3).together([partial(act, n) for n in range(3)])] == [
        0,
        1,
        2,
    ]


def test_no_more_acts_are_on_their_way_than_there_may_be() -> None:
    guard, now, most = threading.Lock(), 0, 0

    def act() -> None:
        nonlocal now, most
        with guard:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with guard:
            now -= 1

    pool = Pool(3)
    for one in [pool.start(act) for _ in range(12)]:
        one.result()
    assert most <= 3


def test_acts_within_acts_wait_for_nobody_who_waits_for_them() -> None:
    pool = Pool(2)

    def outer() -> int:
        return sum(one.result() for one in pool.together([lambda: 1] * 5))

    assert [one.result() for one in [pool.start(outer) for _ in range(4)]] == [5, 5, 5, 5]


def test_what_is_raised_belongs_to_who_asks_for_the_result() -> None:
    def act() -> None:
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        Pool(2).start(act).result()


def test_one_at_a_time_stops_at_the_first_that_raises() -> None:
    played: list[int] = []

    def act(number: int) -> None:
        played.append(number)
        if number == 1:
            raise LookupError

    pending = Pool(1).together([partial(act, n) for n in range(4)])
    assert (played, len(pending)) == ([0, 1], 2)
