"""The fixture is a world, and what is not one is refused with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_server.services.rewards import world_file
from openapi_documents import DocumentError
from tests.mock_server.services.rewards.samples import FIXTURE, WORLD


def test_the_fixture_is_a_world_of_two_organisations() -> None:
    assert set(WORLD) == {"northwind", "southwind"}


def test_money_is_the_decimal_that_was_written() -> None:
    northwind = WORLD["northwind"]
    (offer,) = [one.offer for one in northwind.offers if one.offer.name == "Serendipity summer"]
    assert str(offer.award_percentage) == "1.8"


def change(path: Path, text: str, replacement: str) -> Path:
    original = FIXTURE.read_text(encoding="utf-8")
    assert text in original
    path.write_text(original.replace(text, replacement, 1), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "replacement", "told"),
    [
        ("award_percentage: 1.8", "award_percent: 1.8", "award_percent"),
        ("award_percentage: 1.8", "on_top: true", "exactly one of"),
        ("products: [Serendipity]", "products: [Nothing]", "'Nothing'"),
        ("units: [Merchant A unit]", "units: [Nowhere]", "'Nowhere'"),
        ("balance: 673.70", "balance: much", "balance"),
        ("value: 5", "value: 6", "fixed value"),
        ("wallet: {balance: 9.99}", "", "participant and wallet"),
        ("account: ACR0000000001, state: EFFECTIVE", "account: ACR9, state: EFFECTIVE", "'ACR9'"),
    ],
)
def test_a_fixture_that_is_no_world_is_refused(
    tmp_path: Path, text: str, replacement: str, told: str
) -> None:
    with pytest.raises(world_file.WorldError, match="rewards") as caught:
        world_file.read(change(tmp_path / "rewards.yaml", text, replacement))
    assert told in str(caught.value)


def test_a_fixture_that_is_no_yaml_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rewards.yaml"
    path.write_text("organisations: {\n", encoding="utf-8")
    with pytest.raises(DocumentError):
        world_file.read(path)


def test_ids_are_unique_within_the_fixture() -> None:
    seen = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if "id" in value:
                seen.append(value["id"])
            for item in value.values():
                collect(item)
        elif isinstance(value, list):
            for item in value:
                collect(item)

    collect(yaml.safe_load(FIXTURE.read_text(encoding="utf-8")))
    assert all(isinstance(one, str) for one in seen)
    assert len(seen) == len(set(seen))
