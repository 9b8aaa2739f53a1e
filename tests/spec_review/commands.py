"""The command `spec-review` as a user types it."""

from __future__ import annotations

from click.testing import CliRunner, Result

from spec_review.cli import main
from spec_review.lint.samples import PARCELS

BROKEN = PARCELS.replace("then: Failed, source: guide 2}", "then: Failed, source: TBD}")
"""A contract with one finding: `unsourced-claim`."""


def spec_review(*arguments: object, color: bool = False) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], color=color)


def check(*arguments: object) -> Result:
    return spec_review("check", *arguments)
