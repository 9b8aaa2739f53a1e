"""Formats are what their RFCs say."""

from __future__ import annotations

import pytest

from contract_tests.reading.formats import is_date_time


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("2024-02-29T00:00:00Z", True),
        ("2023-02-29T00:00:00Z", False),
        ("2024-04-23T13:44:03+05:30", True),
        ("2024-04-23T13:44:03", False),
        ("2024-04-23", False),
        ("2024-04-23T13:44:03Z\n", False),
    ],
)
def test_a_date_time_is_one_of_rfc_3339(text: str, valid: bool) -> None:
    assert is_date_time(text) is valid
