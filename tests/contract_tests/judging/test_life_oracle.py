"""What a resource becomes by its declared life."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from contract_tests.judging import life_catalogue as catalogue
from contract_tests.judging.life_oracle import (
    Cause,
    Kind,
    becomes,
    broken_by,
    causes,
    may_follow,
    row,
)
from contract_tests.reading.lives import Creation, Life, Transition

LIFE = Life(
    name="order",
    key=("/id",),
    state="/state",
    states=("New", "Paid", "Sent", "Late"),
    initial="New",
    final=("Sent",),
    transitions=(
        Transition(("New",), "Paid", event="pay"),
        Transition(("Paid",), "Sent", operation="send", guard="request.order == self.id"),
        Transition(("New",), "Late", after=timedelta(hours=1)),
        Transition(("Late",), "Sent", after=timedelta(hours=2)),
    ),
    notices=(),
    rows=(
        Creation("rule", rule="self.total > 100", refuse=409),
        Creation("twin-saved", then="Late"),
        Creation("otherwise", then="New"),
    ),
)
PAY = Cause(Kind.EVENT, "pay")
SEND = Cause(Kind.OPERATION, "send", to=None)


def hours(count: float) -> Cause:
    return Cause(Kind.TIME, seconds=3600 * count)


def test_an_event_leads_where_it_is_declared_and_nowhere_else() -> None:
    assert becomes(LIFE, "New", PAY, {}) == "Paid"
    assert becomes(LIFE, "Sent", PAY, {}) == "Sent"


def test_a_guard_chooses() -> None:
    self = {"id": "a"}
    assert becomes(LIFE, "Paid", SEND, {"self": self, "request": {"order": "a"}}) == "Sent"
    assert becomes(LIFE, "Paid", SEND, {"self": self, "request": {"order": "b"}}) == "Paid"


def test_one_transition_by_time_follows_another() -> None:
    found = [becomes(LIFE, "New", hours(count), {}) for count in (0.9, 1, 2.9, 3)]
    assert found == ["New", "Late", "Late", "Sent"]


@given(st.floats(0, 10_000, allow_nan=False), st.floats(0, 10_000, allow_nan=False))
def test_time_that_passes_in_two_parts_leads_no_further_than_in_one(one: float, two: float) -> None:
    order = {state: number for number, state in enumerate(("New", "Late", "Sent"))}
    first = becomes(LIFE, "New", hours(one), {})
    assert (
        order[becomes(LIFE, first, hours(two), {})]
        <= order[becomes(LIFE, "New", hours(one + two), {})]
    )


def test_the_first_row_that_holds_decides_what_a_creation_becomes() -> None:
    def found(total: int, **known: bool) -> tuple[str | None, int | None]:
        one = row(LIFE, {"self": {"total": total}}, **known)
        assert one is not None
        return one.then, one.refuse

    assert found(101, twin=True) == (None, 409)
    assert found(1, twin=True) == ("Late", None)
    assert found(1) == ("New", None)


def test_what_is_broken_is_named_by_where_it_was_and_what_was_done() -> None:
    facts = {"self": {"id": "a"}, "request": {"order": "b"}}
    assert broken_by(LIFE, "New", PAY, {}, "Paid") is None
    assert broken_by(LIFE, "New", PAY, {}, "New") == catalogue.EVENT
    assert broken_by(LIFE, "New", PAY, {}, "Sent") == catalogue.TRANSITION
    assert broken_by(LIFE, "Sent", PAY, {}, "Paid") == catalogue.FINAL
    assert broken_by(LIFE, "Paid", SEND, facts, "Sent") == catalogue.GUARD
    assert broken_by(LIFE, "New", hours(1), {}, "New") == catalogue.DEADLINE
    assert broken_by(LIFE, "New", PAY, {}, "Lost") == catalogue.STATE


def test_on_a_server_that_nobody_leads_events_and_time_may_have_done_anything() -> None:
    assert may_follow(LIFE, "New") == {"New", "Paid", "Late", "Sent"}
    assert may_follow(LIFE, "Paid") == {"Paid"}


def test_everything_that_moves_something_is_a_cause_once() -> None:
    assert [one.kind for one in causes(LIFE)] == [Kind.EVENT, Kind.OPERATION, Kind.TIME, Kind.TIME]
