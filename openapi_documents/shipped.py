"""The data that travels with the distribution: contracts and fixtures."""

from __future__ import annotations

from pathlib import Path
from typing import Literal


def folder(kind: Literal["openapi", "fixtures"]) -> Path:
    """Return the folder of the shipped data: the source tree's, or the installed wheel's."""
    root = Path(__file__).resolve().parents[1]
    beside = root / kind
    return beside if beside.is_dir() else root / "understudy" / kind
