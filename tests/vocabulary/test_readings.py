"""Every tool reads the vocabulary as `fixtures/vocabulary` says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from .corpus import Case, cases
from .judge_reader import JudgeReader
from .reader import Reader, Reading, RefusedError
from .review_reader import ReviewReader
from .sandbox_reader import SandboxReader

READERS: tuple[Reader, ...] = (SandboxReader(), JudgeReader(), ReviewReader())
NOT_YET: Mapping[str, set[str]] = {
    "review": {"it is asked only of an instance that fits its schema"},
}
"""Cases that a tool does not get right yet, by their names. May only become fewer."""
each_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)


def written(case: Case, folder: Path) -> Path:
    file = folder / "orders.yaml"
    file.write_text(yaml.safe_dump(dict(case.document), sort_keys=False))
    return file


def chosen(part: str) -> list[Case]:
    return [case for case in cases() if getattr(case, part)]


@contextmanager
def unless_not_yet(reader: Reader, case: Case) -> Iterator[None]:
    """Hold a tool to a case; one that does not get it right yet must fail, so that the list is true."""
    if case.name not in NOT_YET.get(reader.name, ()):
        yield
        return
    with pytest.raises((AssertionError, RefusedError)):
        yield


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Any]:
    readings: list[Reading] = []

    def reading_of(reader: Reader, case: Case) -> Reading:
        readings.append(reader.read(written(case, tmp_path)))
        return readings[-1]

    yield reading_of
    for reading in readings:
        reading.close()


def part_of(known: Any, asked: Any) -> Any:
    """Return what is known of the members that are asked for."""
    if isinstance(asked, Mapping) and isinstance(known, Mapping) and asked:
        return {name: part_of(known.get(name), part) for name, part in asked.items()}
    return known


@each_reader
@pytest.mark.parametrize("case", chosen("means"), ids=str)
def test_a_word_means_the_same_to_every_tool(reader: Reader, case: Case, read: Any) -> None:
    with unless_not_yet(reader, case):
        known = read(reader, case).means()
        for member, asked in case.means.items():
            if member in known:
                assert part_of(known[member], asked) == asked


@each_reader
@pytest.mark.parametrize("case", chosen("items"), ids=str)
def test_an_item_breaks_the_same_rules_for_every_tool(
    reader: Reader, case: Case, read: Any
) -> None:
    with unless_not_yet(reader, case):
        reading = read(reader, case)
        for one in case.items:
            assert list(reading.breaks(one.operation, one.item)) == sorted(one.breaks), one.item


@each_reader
@pytest.mark.parametrize("case", chosen("plays"), ids=str)
def test_a_batch_has_the_same_outcome_for_every_tool(reader: Reader, case: Case, read: Any) -> None:
    with unless_not_yet(reader, case):
        reading = read(reader, case)
        for play in case.plays:
            assert list(reading.states(play)) == list(play.states), play


@each_reader
@pytest.mark.parametrize("case", chosen("refused"), ids=str)
def test_what_is_wrong_is_told_by_every_tool_with_its_mend(
    reader: Reader, case: Case, tmp_path: Path
) -> None:
    assert case.refused is not None
    with unless_not_yet(reader, case):
        told = reader.refusal(written(case, tmp_path))
        assert told
        for word in case.refused.says:
            assert word in told


@pytest.mark.parametrize("member", sorted({name for case in cases() for name in case.means}))
def test_every_meaning_is_asked_of_somebody(member: str, tmp_path: Path) -> None:
    case = next(case for case in cases() if case.word == "x-error-form")
    file = written(case, tmp_path)

    assert any(member in reader.read(file).means() for reader in READERS)
