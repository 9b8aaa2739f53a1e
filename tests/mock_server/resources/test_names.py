"""What members are for, by their names."""

from __future__ import annotations

import pytest

from mock_server.resources.names import Moment, moment_of


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("createdAt", Moment.CREATED),
        ("date_added", Moment.CREATED),
        ("addedAt", Moment.CREATED),
        ("submitted_on", Moment.CREATED),
        ("lastModified", Moment.UPDATED),
        ("updated-at", Moment.UPDATED),
        ("dueDate", None),
        ("added", Moment.CREATED),
        ("padded", None),
    ],
)
def test_an_instant_is_that_of_the_creation_or_of_the_last_change(
    name: str, moment: Moment | None
) -> None:
    assert moment_of(name) is moment
