"""A content type belongs to what is documented most exactly for it."""

from __future__ import annotations

import pytest

from contract_tests.reading.media_types import most_exact

PLAIN, ONE, TWO = "application/json", "application/json; v=1", 'Application/JSON;V="2"'


@pytest.mark.parametrize(
    ("ranges", "came", "number"),
    [
        ([PLAIN], "application/json; charset=utf-8", 0),
        (["application/json; charset=utf-8"], "application/json", 0),
        ([PLAIN, ONE, TWO], "application/json;v=2", 2),
        ([ONE, TWO], 'application/json; charset=utf-8; v="1"', 0),
        ([TWO, ONE, PLAIN], "application/json", 2),
        (["*/*", "application/*", PLAIN], "application/json", 2),
        (["*/*", "application/*"], "application/xml", 1),
        (["*/*", "application/*"], "text/plain", 0),
        ([PLAIN], "text/json", None),
        ([PLAIN], "", None),
        (["*/*"], "", 0),
        ([], "text/plain", None),
    ],
)
def test_the_most_exact_range_is_chosen(ranges: list[str], came: str, number: int | None) -> None:
    assert most_exact(ranges, came) == number
