"""What the commands share: options, how a user's mistake is told, and how the state is opened."""

from __future__ import annotations

from pathlib import Path
from typing import IO, Any

import click
import sqlalchemy as sa

from mock_server.http.proxies import is_prefix
from mock_server.runtime import Runtime
from mock_server.settings import DEFAULT_DATABASE, Settings
from mock_server.storage.database import StorageError
from mock_server.storage.partners import Partner


class Refusal(click.ClickException):
    """A user's mistake: one sentence on standard error, exit code 2."""

    exit_code = 2

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence."""
        click.echo(f"mock-server: {self.format_message()}", err=True, file=file)


overlay_option = click.option(
    "--overlay",
    "overlays",
    multiple=True,
    type=click.Path(),
    envvar="UNDERSTUDY_OVERLAY",
    metavar="FILE",
    help="Apply an OpenAPI Overlay to the contracts; may be repeated.",
)
allow_refs_option = click.option(
    "--allow-refs",
    multiple=True,
    type=click.Path(),
    envvar="UNDERSTUDY_ALLOW_REFS",
    metavar="DIR",
    help="Let references lead into this folder too, not only below a contract's own; may be repeated.",
)
database_option = click.option(
    "--database",
    default=DEFAULT_DATABASE,
    envvar="UNDERSTUDY_DATABASE",
    show_default=True,
    metavar="URL",
    help="Where state lives: sqlite:///FILE, sqlite:// (in memory), "
    "postgresql+psycopg://USER@HOST/NAME.",
)
token_lifetime_option = click.option(
    "--token-lifetime",
    default=3600,
    envvar="UNDERSTUDY_TOKEN_LIFETIME",
    show_default=True,
    type=click.IntRange(1, 10 * 365 * 86400),
    help="Seconds until a bearer token expires.",
)


def root_path(_context: click.Context, _option: click.Parameter, text: str) -> str:
    """Return the value of `--root-path` without a slash at its end. Raises Refusal for what is no path."""
    path = text.rstrip("/")
    if path and not is_prefix(path):
        raise Refusal(f"--root-path is {text}; a path such as /sandbox is expected.")
    return path


def open_runtime(settings: Settings) -> Runtime:
    """Open what the settings name. Raises Refusal."""
    try:
        url = sa.make_url(settings.database)
        if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except (sa.exc.ArgumentError, OSError):
        pass  # the store says what is wrong, in one sentence
    try:
        return Runtime(settings)
    except StorageError as error:
        raise unusable_database(error) from None


def unusable_database(error: StorageError) -> Refusal:
    """Return what a user is told of a database that cannot be used."""
    return Refusal(f"the database cannot be used: {error}")


def unknown_partner(name: str, known: list[Partner]) -> Refusal:
    """Return what a user is told who names a partner that there is not."""
    return Refusal(
        f"there is no partner {name}; known are {', '.join(one.client_id for one in known)}."
    )
