"""A partner's clock: it runs with real time at an offset, or stands still.

Instants are whole microseconds since 1970 in UTC, so that nothing is lost between the store and the answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Micros = int
"""Whole microseconds: an instant since 1970 in UTC, or a duration."""
MICROSECONDS: Micros = 1_000_000
"""In a second."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST = (datetime(1, 1, 2, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
LATEST = (datetime(9999, 12, 30, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True)
class Clock:
    """What stands in the store: the offset to real time, or the instant at which the clock was frozen."""

    offset: Micros = 0
    frozen_at: Micros | None = None

    def now(self, real: Micros) -> Micros:
        """Return the instant of this clock when it is `real` outside."""
        return real + self.offset if self.frozen_at is None else self.frozen_at

    def set_to(self, instant: Micros, real: Micros) -> Clock:
        """Return the clock set to an instant; it goes on running, or standing still, from there.

        Raises OverflowError for an instant that no clock shows.
        """
        if not EARLIEST <= instant <= LATEST:
            raise OverflowError(f"a clock shows {to_text(EARLIEST)} to {to_text(LATEST)}")
        if self.frozen_at is None:
            return Clock(offset=instant - real)
        return Clock(self.offset, frozen_at=instant)

    def advanced(self, microseconds: Micros, real: Micros) -> Clock:
        """Return the clock moved on."""
        return self.set_to(self.now(real) + microseconds, real)

    def frozen(self, real: Micros) -> Clock:
        """Return the clock, standing still."""
        return Clock(self.offset, frozen_at=self.now(real))

    def released(self, real: Micros) -> Clock:
        """Return the clock, running on from where it stands."""
        return Clock(offset=self.now(real) - real)


# A change of a clock: from how it stands, and the real instant.
Change = Callable[[Clock, Micros], Clock]


def real_now() -> Micros:
    """Return the real instant."""
    return time.time_ns() // 1000


def to_text(instant: Micros) -> str:
    """Write an instant as RFC 3339 in UTC with six fraction digits."""
    moment = _EPOCH + timedelta(microseconds=instant)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.").rjust(20, "0") + f"{moment.microsecond:06d}Z"


def from_text(text: str) -> Micros:
    """Read an RFC 3339 instant. Raises ValueError for what is none."""
    normal = text.upper()
    if normal[17:19] == "60":  # a leap second; Python has none
        normal = normal[:17] + "59" + normal[19:]
    moment = datetime.fromisoformat(normal)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return (moment - _EPOCH) // timedelta(microseconds=1)
