"""For how long a server puts us off, however it says so."""

from __future__ import annotations

import pytest

from contract_tests.http.messages import Reply
from contract_tests.http.retrying import SHORTEST, UNREADABLE, retry_after

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


def pause(told: str, status: int = 503) -> float | None:
    return retry_after(Reply(status, {"retry-after": told}, b""), NOW)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7.0),
        (" 0.5 ", 0.5),
        ("0", SHORTEST),
        ("-5", UNREADABLE),
        ("²", UNREADABLE),
        ("1e9", UNREADABLE),
        ("soon", UNREADABLE),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tue, 14 Nov 2023 22:13:30", 10.0),
        ("Fri, 31 Dec 1999 23:59:59 GMT", SHORTEST),
        ("Fri, 99 Dec 9999 99:99:99 GMT", UNREADABLE),
        ("9" * 300, float("9" * 300)),
    ],
)
def test_seconds_or_a_date(told: str, seconds: float) -> None:
    assert pause(told) == seconds


def test_only_who_is_put_off_waits() -> None:
    assert pause("7", 200) is None
    assert pause("7", 429) == 7.0
    assert retry_after(Reply(503, {}, b""), NOW) is None
