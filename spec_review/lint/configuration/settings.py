"""What a configuration says: of each rule, of some files, of rules of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from spec_review.lint.rule import Preset, Rule
from spec_review.output.findings import Severity


@dataclass(frozen=True)
class RuleSetting:
    """What is said of one rule. `severity` None leaves it as the rule has it, `is_on` None as the preset has.

    `kinds` are those of its faults that are told, () all; `paths` are globs of paths of the API, a leading
    `!` leaves out.
    """

    is_on: bool | None = None
    severity: Severity | None = None
    kinds: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def over(self, below: RuleSetting) -> RuleSetting:
        """The same, and what another setting says where this one is silent."""
        return RuleSetting(
            below.is_on if self.is_on is None else self.is_on,
            self.severity or below.severity,
            self.kinds or below.kinds,
            self.paths or below.paths,
        )


@dataclass(frozen=True)
class Override:
    """What holds for some files: globs relative to the folder of the configuration."""

    files: tuple[str, ...]
    preset: Preset | None = None
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)


@dataclass(frozen=True)
class Configuration:
    """What `.spec-review.yaml` says. `folder` is where it stands; its paths are relative to that."""

    folder: Path = field(default_factory=Path)
    preset: Preset | None = None
    rules: Mapping[str, RuleSetting] = field(default_factory=dict)
    overrides: Sequence[Override] = ()
    contracts: Sequence[str] = ()
    ignore: str | None = None
    custom: Sequence[Rule] = ()

    def preset_of(self, file: str) -> Preset | None:
        """The preset that is chosen for a file, None when nobody chose."""
        chosen = self.preset
        for override in self.overrides_of(file):
            chosen = override.preset or chosen
        return chosen

    def setting(self, rule: str, file: str) -> RuleSetting:
        """What is said of a rule for a file, the last word first."""
        said = self.rules.get(rule, RuleSetting())
        for override in self.overrides_of(file):
            said = override.rules.get(rule, RuleSetting()).over(said)
        return said

    def overrides_of(self, file: str) -> Sequence[Override]:
        """The overrides that hold for a file."""
        try:
            name = Path(file).resolve().relative_to(self.folder.resolve()).as_posix()
        except ValueError:
            name = file
        return [
            override
            for override in self.overrides
            if any(fnmatchcase(name, glob) for glob in override.files)
        ]

    def with_preset(self, preset: Preset | None) -> Configuration:
        """The same with a preset that the user named on the command line, which has the last word."""
        if preset is None:
            return self
        overrides = tuple(Override(one.files, None, one.rules) for one in self.overrides)
        return Configuration(
            self.folder, preset, self.rules, overrides, self.contracts, self.ignore, self.custom
        )


def is_chosen(name: str, globs: Sequence[str]) -> bool:
    """Tell whether globs choose a name: one of them fits, if there is any without `!`, and none with it."""
    wanted = [glob for glob in globs if not glob.startswith("!")]
    unwanted = [glob[1:] for glob in globs if glob.startswith("!")]
    is_wanted = not wanted or any(fnmatchcase(name, glob) for glob in wanted)
    return is_wanted and not any(fnmatchcase(name, glob) for glob in unwanted)
