"""Faults that are known: which findings of a run are new, which are expected, and until when.

A finding is recognised by its fingerprints, one for each contract and operation that broke the rule. They follow from
the names of these three alone, so that they stay whatever is sent, and from release to release.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

import yaml

DAYS = 90
"""For how many days a fault that is written down is expected."""
_NAMES = frozenset({"fingerprint", "rule", "contract", "operation", "reason", "expires"})


class BaselineError(ValueError):
    """A file that is no baseline; the text is one sentence."""


class Standing(StrEnum):
    """How a finding stands to what is known."""

    NEW = "new"
    KNOWN = "known"
    EXPIRED = "expired"


def fingerprint(rule: str, contract: str, operation: str) -> str:
    """Return by what a fault is recognised: 16 hexadecimal digits."""
    told = "\n".join(("1", rule, contract, operation))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True)
class Known:
    """A fault that is known, why it is left, and until when (none: for ever)."""

    fingerprint: str
    rule: str
    contract: str
    operation: str
    reason: str
    expires: date | None = None


@dataclass(frozen=True)
class Baseline:
    """What is known, by fingerprint, on a day."""

    known: Mapping[str, Known]
    today: date

    def standing(self, fingerprints: Sequence[str]) -> Standing:
        """Return how a finding stands: known when every part of it is."""
        found = [self.known.get(one) for one in fingerprints]
        if not found or None in found:
            return Standing.NEW
        ends = [one.expires for one in found if one is not None and one.expires is not None]
        return Standing.EXPIRED if any(one < self.today for one in ends) else Standing.KNOWN

    def reasons(self, fingerprints: Sequence[str]) -> str:
        """Return why a finding is left, and until when; nothing of a new one."""
        told = []
        for one in filter(None, map(self.known.get, fingerprints)):
            until = f" (until {one.expires})" if one.expires is not None else ""
            told.append(f"{one.reason}{until}")
        return "; ".join(dict.fromkeys(told))

    def mended(self, found: Iterable[str]) -> list[Known]:
        """Return what was not found any more."""
        still = set(found)
        return [one for name, one in self.known.items() if name not in still]


def read(path: Path | None, today: date) -> Baseline:
    """Return what a file says is known; nothing where there is no file. Raises BaselineError."""
    if path is None:
        return Baseline({}, today)
    try:
        value = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BaselineError(f"{path}: {error.strerror or 'it cannot be read'}") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise BaselineError(f"{path}: this is no YAML ({told[:200]})") from error
    rows = value.get("known") if isinstance(value, dict) else None
    if not isinstance(rows, list):
        raise BaselineError(
            f"{path}: a list under `known` is expected, as --write-baseline writes it"
        )
    entries = [_entry(f"{path}: entry {number}", row) for number, row in enumerate(rows, start=1)]
    return Baseline({one.fingerprint: one for one in entries}, today)


def _entry(where: str, row: object) -> Known:
    if not isinstance(row, dict) or not isinstance(row.get("fingerprint"), str | int):
        raise BaselineError(f"{where} has no fingerprint")
    if unknown := sorted(set(map(str, row)) - _NAMES):
        raise BaselineError(
            f"{where} has an unknown member {unknown[0]}; known are {', '.join(sorted(_NAMES))}"
        )
    if not isinstance(row.get("reason"), str) or not row["reason"].strip():
        raise BaselineError(
            f"{where} ({row.get('rule')}) has no reason: say why this fault is left"
        )
    return Known(
        str(row["fingerprint"]),
        str(row.get("rule", "")),
        str(row.get("contract", "")),
        str(row.get("operation", "")),
        row["reason"].strip(),
        _day(where, row.get("expires")),
    )


def _day(where: str, value: object) -> date | None:
    if value is None:
        return None
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError as error:
        raise BaselineError(
            f"{where}: expires: {value} is no day; 2027-01-31 is expected"
        ) from error


def written(found: Iterable[Known]) -> str:
    """Return a baseline as its file has it."""
    rows = [
        {
            "fingerprint": one.fingerprint,
            "rule": one.rule,
            "contract": one.contract,
            "operation": one.operation,
            "reason": one.reason,
            "expires": one.expires,
        }
        for one in found
    ]
    head = "# Faults that are known. Each needs a reason; after the day under `expires` it fails a run again.\n"
    body: str = yaml.safe_dump({"known": rows}, sort_keys=False, allow_unicode=True, width=120)
    return head + body


def expected(baseline: Baseline, rule: str, places: Iterable[tuple[str, str]]) -> Iterator[Known]:
    """Yield a finding as what is known from now on, by contract and operation; a known reason stays."""
    for contract, operation in places:
        name = fingerprint(rule, contract, operation)
        ends = baseline.today + timedelta(days=DAYS)
        yield baseline.known.get(name) or Known(name, rule, contract, operation, "", ends)
