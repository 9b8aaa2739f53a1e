"""Everything that a run creates, a JSON line each, written before the server knows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Ledger:
    """The file of a run, or nothing where none was asked for."""

    run: str
    file: Path | None = None

    def begin(self) -> None:
        """Make an empty file."""
        if self.file is not None:
            self.file.write_text("", encoding="utf-8")

    def write(self, entry: Mapping[str, object]) -> None:
        """Write a line at once, so that a killed run leaves it readable."""
        if self.file is not None:
            with self.file.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"run": self.run, **entry}) + "\n")
