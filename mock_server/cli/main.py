"""The command itself: its name, its version, and the table of what it does."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path

import click

from mock_server.cli.lean_imports import lean_imports

# Each command by the module that holds it as `command`; one that is not asked for is not imported.
COMMANDS: Mapping[str, str] = {
    "check": "mock_server.cli.check",
    "reset": "mock_server.cli.reset",
    "resources": "mock_server.cli.resources",
    "run": "mock_server.cli.run",
    "serve": "mock_server.cli.serve",
    "token": "mock_server.cli.token",
}

_OF_CONTRACTS = frozenset({".yaml", ".yml", ".json"})


class _Commands(click.Group):
    """The commands of the table."""

    def list_commands(self, _context: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            told = f"{error.option_name} is no option here; those of a command stand behind it"
            raise click.UsageError(
                f"{told}: mock-server serve {error.option_name} ...", ctx
            ) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS:
            is_contract = Path(name).suffix.lower() in _OF_CONTRACTS
            near = get_close_matches(name, COMMANDS, 1)
            mend = f"serve {name}" if is_contract else near[0] if near else "--help"
            raise click.UsageError(f"{name} is no command; did you mean mock-server {mend}?", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        gc.disable()  # much is made that stays; what serves turns it on again
        with lean_imports():
            found: click.Command = importlib.import_module(COMMANDS[name]).command
        return found


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="understudy", prog_name="mock-server")
def main() -> None:
    """A stateful sandbox that answers by OpenAPI contracts.

    Every option of `serve` can also be set in the environment: --port as UNDERSTUDY_PORT, and so on.
    """
