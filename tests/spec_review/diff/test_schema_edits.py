"""What a validator tells apart after a random edit is told: `schema_edits.py` says how."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.spec_review.diff.schema_edits import told_apart
from tests.spec_review.documents import TIMES

FOREIGN = sorted((Path(__file__).parents[1] / "foreign").glob("*.yaml"))
EDITS = 30 * TIMES


@pytest.mark.timeout(900)
@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.stem)
def test_what_a_validator_tells_apart_is_told_with_its_direction(path: Path) -> None:
    found = dict(told_apart(path, range(EDITS)))

    assert {words: ways for words, ways in found.items() if ways} == {}
    assert len(found) > EDITS // 5
