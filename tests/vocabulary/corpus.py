"""The cases of `fixtures/vocabulary`, as values."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "fixtures/vocabulary"


@dataclass(frozen=True)
class Item:
    """An item, and what it breaks: ids of rules, or `schema`."""

    operation: str
    item: Any
    breaks: Sequence[str]


@dataclass(frozen=True)
class Batch:
    """What is sent to an operation in one request."""

    operation: str
    items: Sequence[Any]


@dataclass(frozen=True)
class Play:
    """Batches that were sent before, the one that is judged, and the state of each of its items."""

    saved: Sequence[Batch]
    request: Batch
    states: Sequence[str]


@dataclass(frozen=True)
class Refusal:
    """The place that is told when a document is refused, and words of the sentence."""

    at: str
    says: Sequence[str]


@dataclass(frozen=True)
class Case:
    """A document, and what a word means in it."""

    word: str
    name: str
    document: Mapping[str, Any]
    means: Mapping[str, Any] = field(default_factory=dict)
    items: Sequence[Item] = ()
    plays: Sequence[Play] = ()
    refused: Refusal | None = None

    def __str__(self) -> str:
        return f"{self.word}: {self.name}"


def merged(value: Any, patch: Any) -> Any:
    """Return a value with a merge patch applied (RFC 7396)."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    result = dict(value) if isinstance(value, dict) else {}
    for name, part in patch.items():
        if part is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), part)
    return result


def read(name: str) -> Any:
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def cases() -> tuple[Case, ...]:
    """Return every case of every word."""
    return tuple(_cases())


def _cases() -> Iterator[Case]:
    base = read("base.yaml")
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name != "base.yaml":
            table = read(path.name)
            for row in table["cases"]:
                yield _case(table["word"] or "foreign words", base, row)


def _case(word: str, base: Mapping[str, Any], row: Mapping[str, Any]) -> Case:
    known = {"name", "change", "means", "items", "plays", "refused"}
    assert set(row) <= known, f"{word}: {set(row) - known}"
    return Case(
        word,
        row["name"],
        merged(base, row["change"]),
        row.get("means", {}),
        [Item(**one) for one in row.get("items", ())],
        [_play(one) for one in row.get("plays", ())],
        Refusal(**row["refused"]) if "refused" in row else None,
    )


def _play(row: Mapping[str, Any]) -> Play:
    operation = row["operation"]
    saved = [
        Batch(one["operation"], one["items"]) if isinstance(one, dict) else Batch(operation, one)
        for one in row.get("saved", ())
    ]
    return Play(saved, Batch(operation, row["request"]), row["states"])
