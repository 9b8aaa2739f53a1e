"""The README's walk prints what the README says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .pages import ROOT
from .playing import play

README = ROOT / "README.md"


def test_the_walk_prints_what_the_readme_says(start_sandbox: Callable[..., Any]) -> None:
    assert play(README, start_sandbox("sqlite://", "--processing-delay", 2).url) > 10
