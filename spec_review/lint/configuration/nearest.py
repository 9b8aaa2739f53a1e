"""The configuration that holds for a contract."""

from __future__ import annotations

import os
from pathlib import Path

from spec_review.lint.configuration.file import found_upwards, read_configuration
from spec_review.lint.configuration.settings import Configuration
from spec_review.lint.rule import Preset
from spec_review.lint.rules import RULES


class Settings:
    """The configuration of each contract: the one that is named, else the nearest above it."""

    def __init__(self, preset: Preset | None = None, config: str | None = None) -> None:
        self._preset = preset
        self._named = None if config is None else Path(config)
        self._read: dict[Path, Configuration] = {}

    def of(self, contract: str) -> Configuration:
        """The configuration of a contract. Raises DocumentError for one that cannot be read."""
        file = Path(contract)
        return self._of_folder(file.parent if file.exists() else Path())

    def contracts(self) -> tuple[str, ...]:
        """What the configuration of this folder names to be checked, as seen from here."""
        found = self._of_folder(Path())
        return tuple(os.path.relpath(found.folder / one) for one in found.contracts)

    def _of_folder(self, folder: Path) -> Configuration:
        path = self._named or found_upwards(folder)
        if path is None:
            return Configuration(preset=self._preset)
        if path not in self._read:
            self._read[path] = read_configuration(path, RULES)
        return self._read[path].with_preset(self._preset)
