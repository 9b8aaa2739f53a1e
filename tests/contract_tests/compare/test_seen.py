"""Where two plays differ, and which of many differences are told."""

from __future__ import annotations

from contract_tests.compare.seen import Played, Seen, differences, met
from contract_tests.http.messages import Exchange, Request
from contract_tests.judging import catalogue


def played(*told: str, size: int = 1) -> Played:
    seen = (Seen(catalogue.RESULT_ORDER, one, "send", f"item {n}") for n, one in enumerate(told))
    return Played(tuple(seen), (Exchange(Request("POST", "/x", {}, b"x" * size), None),))


def test_what_follows_from_a_difference_is_not_told_again() -> None:
    one, other = played("a", "b", "c"), played("a", "x", "y")
    assert [each.one.told for each in differences(one, other, follows=True)] == ["b"]
    assert [each.one.told for each in differences(one, other, follows=False)] == ["b", "c"]


def test_a_difference_is_told_once_by_the_smallest_play_that_shows_it() -> None:
    pairs = [(played("a", size=size), played("b", size=size)) for size in (9, 3, 5)]
    found = [each for one, other in pairs for each in differences(one, other, follows=True)]
    (only,) = met(found)
    assert (only.times, only.best.size) == (3, 103)


def test_servers_that_answer_alike_do_not_differ() -> None:
    assert list(differences(played("a", "b"), played("a", "b"), follows=False)) == []
