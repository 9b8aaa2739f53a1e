"""`check --fix` mends what is sure, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from spec_review.lint.samples import PARCELS, SHOP
from tests.spec_review.commands import check


@pytest.mark.parametrize(
    ("old", "broken", "mended"),
    [
        (
            "id: {type: string, description: Its number.}",
            "id: {type: string, description: Its number., enum: [a1, 2.10]}",
            'id: {type: string, description: Its number., enum: [a1, "2.10"]}',
        ),
        (
            "example: {id: a1, price: 5}",
            "example: {id: 17, price: 5}",
            'example: {id: "17", price: 5}',
        ),
        (
            "example: {id: a1, price: 5}",
            "example: {id: a1, price: '5.00'}",
            "example: {id: a1, price: 5.00}",
        ),
        (
            "schema: {type: string}\n      example: en",
            "schema: {type: string, enum: [en, el, en]}",
            "schema: {type: string, enum: [en, el]}",
        ),
        (
            "schema: {type: string}\n      example: en",
            "schema:\n        type: string\n        enum:\n        - en\n        - el\n        - en\n",
            "schema:\n        type: string\n        enum:\n        - en\n        - el\n",
        ),
    ],
)
def test_what_is_sure_is_mended_in_place(
    tmp_path: Path, old: str, broken: str, mended: str
) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace(old, broken))

    result = check(path, "--fix")

    assert path.read_text() == SHOP.replace(old, mended)
    assert (result.exit_code, result.stderr) == (0, "1 file mended\n")


@pytest.mark.parametrize(
    ("old", "broken"),
    [
        (
            "type: string, description: Its number.",
            "type: string, minLenght: 1, description: Its number.",
        ),
        ("security: []", "security: [{key: []}]"),
    ],
)
def test_what_only_was_probably_meant_is_left_to_the_author(
    tmp_path: Path, old: str, broken: str
) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace(old, broken))

    result = check(path, "--fix")

    assert path.read_text() == SHOP.replace(old, broken)
    assert result.stderr == "0 files mended\n"
    assert "mend:" in result.stdout


@pytest.mark.parametrize("price", ["five", "'5,00'", "'05'", "'5e3'", "'0x5'"])
def test_a_text_that_is_no_plain_number_stays_a_text(tmp_path: Path, price: str) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP.replace("price: 5", f"price: {price}"))

    result = check(path, "--fix")

    assert (result.exit_code, result.stderr) == (1, "0 files mended\n")


def test_a_misspelt_word_of_ours_is_spelt_right(tmp_path: Path) -> None:
    path = tmp_path / "parcels.yaml"
    path.write_text(PARCELS.replace("x-record-of: parcel", "x-recrod-of: parcel"))

    check(path, "--fix")

    assert path.read_text() == PARCELS


def test_line_ends_and_comments_stay(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    text = SHOP.replace("example: {id: a1, price: 5}", "example: {id: 17, price: 5} # cheap")
    path.write_bytes(text.replace("\n", "\r\n").encode())

    check(path, "--fix")

    assert path.read_bytes().decode() == text.replace("id: 17", 'id: "17"').replace("\n", "\r\n")
