"""The command `spec-review`: its front door, and the list of what stands behind it."""

from __future__ import annotations

import click

from spec_review.diff.command import diff
from spec_review.explain.command import explain
from spec_review.lint.command import check_command, rules_command
from spec_review.watch import watch


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Review OpenAPI contracts that say what will happen."""


main.add_command(check_command)
main.add_command(rules_command)
main.add_command(diff)
main.add_command(explain)
main.add_command(watch)
