"""Plays the findings of a report again: the suites that met them, with the same seed, and tells which are mended."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract_tests import options
from contract_tests.options import Option, OptionError, Raw
from contract_tests.reporting.report import Report


@dataclass(frozen=True)
class Remembered:
    """What a report tells of its run: its options, and the requirements that were broken with their sentences."""

    values: Mapping[str, Raw]
    broken: Mapping[str, str]

    def told(self, now: Report) -> Iterator[str]:
        """Yield what became of each finding, as a run that has just ended tells it."""
        found = {one["rule"]: one["sentence"] for one in now["findings"]}
        for rule, sentence in self.broken.items():
            yield f"{'still broken' if rule in found else 'mended':>12}  {rule}: {sentence}"
        for rule, sentence in found.items():
            if rule not in self.broken:
                yield f"{'new':>12}  {rule}: {sentence}"
        mended = sum(rule not in found for rule in self.broken)
        yield f"{mended} of {len(self.broken)} findings are mended."


def remembered(file: str) -> Remembered:
    """Read a report. Raises OptionError when it is none, or holds no finding."""
    try:
        report = json.loads(Path(file).read_text(encoding="utf-8"))
        broken = {str(one["rule"]): str(one["sentence"]) for one in report["findings"]}
        suites = sorted({name for one in report["findings"] for name in one["suites"]})
        values = _values(report, suites)
    except OSError as error:
        raise OptionError(f"{file}: {error.strerror or 'it cannot be read'}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise OptionError(f"{file}: a report is expected, as --json writes it") from None
    if not broken:
        raise OptionError(f"{file}: it has no finding that could be played again")
    return Remembered(values, broken)


def _values(report: Mapping[str, Any], suites: list[str]) -> Mapping[str, Raw]:
    known: tuple[tuple[Option[object], Raw], ...] = (
        (options.BASE_URL, str(report["target"]["base_url"])),
        (options.CONTRACT, [str(one["path"]) for one in report["contracts"]]),
        (options.MODE, str(report["mode"])),
        (options.EFFORT, str(report["effort"])),
        (options.SEED, str(report["seed"])),
        (options.ONLY, ",".join(suites)),
    )
    return {option.name: value for option, value in known}
