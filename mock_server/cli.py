"""The command `mock-server`. Command line and environment are read here and nowhere else."""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

from mock_server import serving
from mock_server.app import Sandbox, load_contracts, open_backstage
from mock_server.contracts.contract import ContractError
from mock_server.http.callers import kind
from mock_server.settings import CONTROL_CONTRACTS, DEFAULT_DATABASE, Settings
from mock_server.storage.store import StoreError

_WORKER_SETTINGS = "UNDERSTUDY_WORKER_SETTINGS"


class _Refusal(click.ClickException):
    """A user's mistake: one sentence on standard error, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"mock-server: {self.format_message()}", err=True, file=file)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """A stateful sandbox that answers by OpenAPI contracts.

    Every option of `serve` can also be set in the environment: --port as UNDERSTUDY_PORT, and so on.
    """


def _database(function: Any) -> Any:
    return click.option(
        "--database",
        default=DEFAULT_DATABASE,
        envvar="UNDERSTUDY_DATABASE",
        show_default=True,
        metavar="URL",
        help="Where state lives: sqlite:///FILE, sqlite:// (in memory), "
        "postgresql+psycopg://USER@HOST/NAME.",
    )(function)


@main.command()
@click.argument(
    "contracts", nargs=-1, type=click.Path(path_type=Path), envvar="UNDERSTUDY_CONTRACTS"
)
@click.option(
    "--host",
    default="127.0.0.1",
    envvar="UNDERSTUDY_HOST",
    show_default=True,
    help="The interface to listen on.",
)
@click.option(
    "--port",
    default=8080,
    envvar="UNDERSTUDY_PORT",
    show_default=True,
    type=click.IntRange(0, 65535),
    help="The port; 0 takes a free one.",
)
@_database
@click.option(
    "--processing-delay",
    default=2.0,
    envvar="UNDERSTUDY_PROCESSING_DELAY",
    show_default=True,
    type=click.FloatRange(0, 10 * 365 * 86400),
    help="Seconds, on a partner's clock, until a submission is due.",
)
@click.option(
    "--workers",
    default=1,
    envvar="UNDERSTUDY_WORKERS",
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that share the port and the database.",
)
@click.option(
    "--seed",
    default=None,
    envvar="UNDERSTUDY_SEED",
    type=int,
    help="Makes the ids of submissions the same in every run.",
)
@click.option(
    "--reload", is_flag=True, envvar="UNDERSTUDY_RELOAD", help="Follow edits of the contracts."
)
@click.option(
    "--admin-key",
    default=None,
    envvar="UNDERSTUDY_ADMIN_KEY",
    help="The key that creates partners.  [default: made up and printed]",
)
@click.option(
    "--token-lifetime",
    default=3600,
    envvar="UNDERSTUDY_TOKEN_LIFETIME",
    show_default=True,
    type=click.IntRange(1, 10 * 365 * 86400),
    help="Seconds until a bearer token expires.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def serve(  # noqa: PLR0913, PLR0917 - one parameter an option
    contracts: tuple[Path, ...],
    host: str,
    port: int,
    database: str,
    processing_delay: float,
    workers: int,
    seed: int | None,
    reload: bool,
    admin_key: str | None,
    token_lifetime: int,
    quiet: bool,
) -> None:
    """Serve contracts: files in OpenAPI 3.0, 3.1 or 3.2. Without any, the partner services that come along.

    A contract that declares lifecycles is stateful; another one is answered by its examples.
    """
    settings = Settings(
        contracts=tuple(path.resolve() for path in contracts),
        database=database,
        processing_delay=processing_delay,
        seed=seed,
        admin_key=admin_key or secrets.token_urlsafe(12),
        token_lifetime=token_lifetime,
    )
    if workers > 1 and reload:
        raise _Refusal("--reload works with one worker only; leave --workers out.")
    if workers > 1 and _in_memory(database):
        raise _Refusal(
            "several workers cannot share a database in memory; name a file or PostgreSQL."
        )
    sandbox = _open(settings)
    try:
        if workers > 1:
            listener, sockets = serving.reserve(host, port)
        else:
            listener = serving.listen(host, port)
    except OSError as error:
        raise _Refusal(
            f"cannot listen on {host}:{port}: {error.strerror or error}. "
            "Choose another --port, or 0 for a free one."
        ) from None

    def greet() -> None:
        if not quiet:
            bound = listener.getsockname()[1]
            _greet(sandbox, f"http://{f'[{host}]' if ':' in host else host}:{bound}")

    def greet_and_rest() -> None:
        greet()
        sandbox.backstage.close()  # the workers have one of their own

    if workers > 1:
        _serve_by_many(settings, workers, sockets, greet_and_rest)
        return
    greet()
    if reload:
        serving.run(serving.Reloading(sandbox, lambda text: click.echo(text, err=True)), [listener])
    else:
        serving.run(sandbox, [listener])


@main.command()
@_database
@click.option("--partner", default=None, help="Only this partner's world.  [default: all]")
def reset(database: str, partner: str | None) -> None:
    """Start afresh: submissions, records and clocks are as on the first day. Partners and credentials stay."""
    backstage = _backstage(Settings(database=database))
    known = [item.client_id for item in backstage.store.partners()]
    if partner is not None and partner not in known:
        raise _Refusal(f"there is no partner {partner}; known are {', '.join(known)}.")
    chosen = [partner] if partner is not None else known
    for client_id in chosen:
        backstage.store.reset(client_id)
    click.echo(f"Reset: {', '.join(chosen)}")


@main.command()
@_database
@click.option("--partner", default="partner-a", show_default=True, help="Whose token.")
@click.option(
    "--token-lifetime",
    default=3600,
    envvar="UNDERSTUDY_TOKEN_LIFETIME",
    show_default=True,
    type=click.IntRange(1, 10 * 365 * 86400),
    help="Seconds until it expires.",
)
def token(database: str, partner: str, token_lifetime: int) -> None:
    """Print a bearer token, for use in a shell: TOKEN=$(mock-server token --partner partner-a)."""
    backstage = _backstage(Settings(database=database, token_lifetime=token_lifetime))
    if backstage.store.partner(partner) is None:
        known = ", ".join(item.client_id for item in backstage.store.partners())
        raise _Refusal(f"there is no partner {partner}; known are {known}.")
    click.echo(backstage.tokens.issue(partner))


def worker() -> Sandbox:
    """Return the application of one of several processes; its settings come from the parent."""
    raw = json.loads(os.environ[_WORKER_SETTINGS])
    raw["contracts"] = tuple(Path(path) for path in raw["contracts"])
    sandbox = serving.build(open_backstage(Settings(**raw)))
    serving.settle_down()
    return sandbox


def _open(settings: Settings) -> Sandbox:
    try:
        contracts = load_contracts(settings)  # before a database is touched
        return Sandbox(contracts, _backstage(settings))
    except ContractError as error:
        raise _Refusal(str(error)) from None


def _backstage(settings: Settings) -> Any:
    try:
        url = sa.make_url(settings.database)
        if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except (sa.exc.ArgumentError, OSError):
        pass  # the store says what is wrong, in one sentence
    try:
        return open_backstage(settings)
    except StoreError as error:
        raise _Refusal(f"the database cannot be used: {error}") from None


def _in_memory(database: str) -> bool:
    return database in ("sqlite://", "sqlite:///:memory:")


def _serve_by_many(
    settings: Settings, workers: int, sockets: list[Any], ready: Callable[[], None]
) -> None:
    raw = asdict(settings) | {"contracts": [str(path) for path in settings.contracts]}
    os.environ[_WORKER_SETTINGS] = json.dumps(raw)
    config = serving.config(
        "mock_server.cli:worker", factory=True, workers=workers, timeout_worker_healthcheck=60
    )
    serving.Workers(config, sockets, ready).run()


def _greet(sandbox: Sandbox, url: str) -> None:
    names = [item.name for item in sandbox.contracts]
    partners = sandbox.backstage.store.partners()
    lines: Sequence[str] = (
        f"{_strong('Understudy')} serves {', '.join(names)}",
        f"  at           {_strong(url)}",
        f"  state in     {_without_password(sandbox.backstage.settings.database)}",
        f"  due after    {sandbox.backstage.settings.processing_delay:g} s on each partner's clock",
        f"  admin key    {sandbox.backstage.settings.admin_key}",
        "  partners     "
        + "\n               ".join(
            f"{partner.client_id} / {partner.client_secret} ({partner.currency})"
            for partner in partners[:8]
        )
        + ("\n               ..." if len(partners) > 8 else ""),
        *(f"  tokens       also at {path}" for path in sorted(sandbox.token_paths)),
        *_other_credentials(sandbox),
        "",
        "Paste this to get a token and look at a world:",
        f"  TOKEN=$(curl -s {url}/oauth2/token -d grant_type=client_credentials \\",
        "    -d client_id=partner-a -d client_secret=secret-a | "
        "python3 -c 'import json,sys; print(json.load(sys.stdin)[\"access_token\"])')",
        f'  curl -s {url}/_sandbox/world -H "Authorization: Bearer $TOKEN"',
        "",
    )
    click.echo("\n".join(lines))
    sys.stdout.flush()


def _other_credentials(sandbox: Sandbox) -> Iterator[str]:
    """Yield how the contracts that are served take a partner's id and secret without a token."""
    schemes = {
        name: scheme
        for item in sandbox.contracts
        if item.name not in CONTROL_CONTRACTS
        for name, scheme in item.security_schemes.items()
    }
    for name, scheme in schemes.items():
        match kind(scheme):
            case "basic":
                yield f"  {name}: a partner's id and secret by HTTP Basic"
            case "apikey":
                yield f"  {name}: a partner's secret as {scheme.get('name')} ({scheme.get('in')})"


def _strong(text: str) -> str:
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if plain else click.style(text, bold=True)


def _without_password(database: str) -> str:
    return sa.make_url(database).render_as_string(hide_password=True)
