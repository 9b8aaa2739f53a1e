"""The scenarios that have names, from the fixtures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from mock_server.scenarios.effect import Effect


class Named(NamedTuple):
    """A scenario with a name; `summary` says what it does."""

    summary: str
    effect: Effect


def read_catalogue(path: Path) -> Mapping[str, Named]:
    """Return the scenarios of a file by their names."""
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: Named(one["summary"], Effect.of(one["effect"])) for name, one in told.items()}
