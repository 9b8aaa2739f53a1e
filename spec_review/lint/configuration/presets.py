"""The presets: which rules are asked when nobody chose."""

from __future__ import annotations

from typing import Final, get_args

from spec_review.lint.rule import Preset, Rule
from spec_review.reading.contract import Contract

PRESETS: Final[tuple[Preset, ...]] = get_args(Preset)
"""From the smallest to the largest; each asks what the ones before it ask."""


def is_asked(rule: Rule, preset: Preset) -> bool:
    """Tell whether a preset asks a rule."""
    return PRESETS.index(rule.preset) <= PRESETS.index(preset)


def default_preset(contract: Contract) -> Preset:
    """The preset of a contract for which nobody chose one: what we ask of ourselves holds for our words only."""
    return "strict" if contract.vocabulary.is_ours else "essential"
