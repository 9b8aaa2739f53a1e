"""A partner's clock as a value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server import clock as clocks
from mock_server.clock import Clock

instants = st.integers(0, 4_000_000_000_000_000)


@given(real=instants, later=st.integers(0, 10**12), step=st.integers(0, 10**12))
def test_a_running_clock_moves_with_real_time_and_keeps_its_advance(
    real: int, later: int, step: int
) -> None:
    clock = Clock().advanced(step, real)

    assert clock.now(real + later) == real + later + step


@given(real=instants, later=st.integers(0, 10**12), step=st.integers(0, 10**12))
def test_a_frozen_clock_moves_only_when_it_is_advanced(real: int, later: int, step: int) -> None:
    clock = Clock().frozen(real)

    assert clock.now(real + later) == real
    assert clock.advanced(step, real + later).now(real + 2 * later) == real + step


@given(real=instants, later=st.integers(0, 10**12))
def test_a_released_clock_runs_on_from_where_it_stood(real: int, later: int) -> None:
    released = Clock().frozen(real).released(real + later)

    assert released.now(real + later) == real
    assert released.now(real + later + 5) == real + 5


def test_a_clock_cannot_leave_the_calendar() -> None:
    with pytest.raises(OverflowError):
        Clock().advanced(10**18, clocks.LATEST)


@given(st.integers(clocks.EARLIEST, clocks.LATEST))
def test_an_instant_is_written_and_read_again(instant: int) -> None:
    assert clocks.from_text(clocks.to_text(instant)) == instant
