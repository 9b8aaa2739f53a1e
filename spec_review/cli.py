"""The command `spec-review`: its front door, and the table of what stands behind it."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from spec_review.output.wording import nearest

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "check": ("spec_review.lint.command", "check_command"),
    "diff": ("spec_review.diff.command", "diff"),
    "explain": ("spec_review.explain.command", "explain"),
    "git": ("spec_review.git.command", "command"),
    "lsp": ("spec_review.lsp.command", "command"),
    "rules": ("spec_review.lint.command", "rules_command"),
    "watch": ("spec_review.watch", "watch"),
}
"""Each command by its module and its name there; one that is not asked for is not imported."""


OF_CONTRACTS: Final = frozenset({".yaml", ".yml", ".json"})
"""What the files of contracts end with."""


class Lazily(click.Group):
    """A group whose commands are imported when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of the table, whether imported or not."""
        return [*COMMANDS]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for; of what is none, the nearest one is told, and `check` of a file."""
        name = args[0]
        if name not in COMMANDS:
            is_contract = Path(name).suffix.lower() in OF_CONTRACTS
            mend = f"check {name}" if is_contract else nearest(name, COMMANDS) or "--help"
            raise click.UsageError(f"{name} is no command; did you mean spec-review {mend}?", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, None when the table has none."""
        module, name = COMMANDS.get(cmd_name, ("", ""))
        found: Any = getattr(importlib.import_module(module), name) if module else None
        return found if isinstance(found, click.Command) else None


@click.command(cls=Lazily, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Review OpenAPI contracts that say what will happen."""
