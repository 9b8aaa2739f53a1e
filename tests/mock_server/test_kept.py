"""Contracts that were read before."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_server.contracts.contract import Contract
from mock_server.kept import KeptContracts
from openapi_documents import DocumentError
from tests.mock_server.samples import V2, answering, document

LACKING = answering(1, requestBody={"$ref": "gone.yaml"})


def write(file: Path, **paths: Any) -> Path:
    """Write a contract that is worth keeping, of which nobody can say that it was changed a moment ago."""
    content = document(paths or {"/a": {"get": answering(1)}})
    content["info"]["description"] = "x" * 5_000
    file.write_text(yaml.safe_dump(content))
    os.utime(file, (1_000_000, 1_000_000))
    return file


def names(contract: Contract) -> list[str]:
    return [operation.path for operation in contract.operations]


@pytest.fixture
def kept(tmp_path: Path) -> KeptContracts:
    return KeptContracts(tmp_path / "kept")


def entries(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "kept").glob("*"))


def test_what_is_kept_says_the_same(kept: KeptContracts, tmp_path: Path) -> None:
    file = write(tmp_path / "api.yaml")
    first = kept.load(file)
    assert len(entries(tmp_path)) == 1
    second = kept.load(file)
    assert second is not first
    assert (second.operations, second.title, second.files) == (
        first.operations,
        first.title,
        first.files,
    )
    assert str(second.document.error(("paths", "/a"), "no")) == str(
        first.document.error(("paths", "/a"), "no")
    )


def test_rules_are_kept(kept: KeptContracts) -> None:
    first, second = kept.load(V2), kept.load(V2)
    assert second is not first
    assert [(place, rule.text) for place, one in second.rules.items() for rule in one.rules] == [
        (place, rule.text) for place, one in first.rules.items() for rule in one.rules
    ]
    (rule, *_) = next(iter(second.rules.values())).rules
    assert not rule.expression.holds({}, {})


def test_an_edit_is_read(kept: KeptContracts, tmp_path: Path) -> None:
    file = write(tmp_path / "api.yaml")
    assert names(kept.load(file)) == ["/a"]
    write(file, **{"/b": {"get": answering(1)}})  # in the same second, of the same size
    assert names(kept.load(file)) == ["/b"]


def test_an_edit_of_a_file_that_it_refers_to_is_read(kept: KeptContracts, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    for summary in ("one", "two"):
        other.write_text(yaml.safe_dump({"get": answering(1, summary=summary)}))
        os.utime(other, (1_000_000, 1_000_000))
        file = write(tmp_path / "api.yaml", **{"/a": {"$ref": "other.yaml"}})
        assert [one.summary for one in kept.load(file).operations] == [summary]


def test_a_mistake_is_told_each_time(kept: KeptContracts, tmp_path: Path) -> None:
    file = write(tmp_path / "api.yaml", **{"a": {}})
    for _ in range(2):
        with pytest.raises(DocumentError, match="must start with a slash"):
            kept.load(file)
    assert entries(tmp_path) == []


def test_what_lacks_a_file_is_not_kept(kept: KeptContracts, tmp_path: Path) -> None:
    kept.load(write(tmp_path / "api.yaml", **{"/a": {"post": LACKING}}))
    assert entries(tmp_path) == []


def test_what_cannot_be_read_is_read_anew(kept: KeptContracts, tmp_path: Path) -> None:
    file = write(tmp_path / "api.yaml")
    kept.load(file)
    (entry,) = entries(tmp_path)
    entry.write_bytes(entry.read_bytes()[:-100])
    assert names(kept.load(file)) == ["/a"]


def test_a_few_are_kept(kept: KeptContracts, tmp_path: Path) -> None:
    for number in range(40):
        kept.load(write(tmp_path / f"api-{number}.yaml"))
    assert 10 <= len(entries(tmp_path)) < 40


def test_small_ones_are_not_worth_it(kept: KeptContracts, tmp_path: Path) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(yaml.safe_dump(document({"/a": {"get": answering(1)}})))
    os.utime(file, (1_000_000, 1_000_000))
    kept.load(file)
    assert entries(tmp_path) == []


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    assert names(KeptContracts(None).load(write(tmp_path / "api.yaml"))) == ["/a"]
