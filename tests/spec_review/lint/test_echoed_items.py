"""An answer that echoes items must be able to show one that is invalid."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec_review.lint.samples import PARCELS
from tests.spec_review.commands import check

SENT = "{type: object, description: The parcel as it was sent.}"
PARCEL = "{$ref: '#/components/schemas/Parcel'}"


@pytest.mark.parametrize(
    ("data", "is_told"),
    [
        (PARCEL, True),
        (f"{{allOf: [{PARCEL}]}}", True),
        (f"{{anyOf: [{PARCEL}]}}", True),
        (f"{{anyOf: [{PARCEL}, {{type: object}}]}}", False),
        ("{type: object}", False),
    ],
)
def test_whatever_demands_a_valid_item_is_told(tmp_path: Path, data: str, is_told: bool) -> None:
    contract = tmp_path / "parcels.yaml"
    assert SENT in PARCELS
    contract.write_text(PARCELS.replace(SENT, data), encoding="utf-8")
    told = (
        "warning echoed-item an item that is invalid does not fit data in the answer of getStatus"
    )
    assert (told in check(contract).output) == is_told


def test_a_contract_in_which_no_invalid_item_is_shown_is_free(tmp_path: Path) -> None:
    row = "        - {when: invalid, then: Failed, source: guide 2}\n"
    assert row in PARCELS
    contract = tmp_path / "parcels.yaml"
    contract.write_text(PARCELS.replace(SENT, PARCEL).replace(row, ""), encoding="utf-8")
    assert "echoed-item" not in check(contract).output
