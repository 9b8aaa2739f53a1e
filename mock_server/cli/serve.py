"""`mock-server serve`."""

from __future__ import annotations

import secrets
import socket
import sys
from typing import Any

import click

from mock_server import serving
from mock_server.app import Sandbox
from mock_server.cli.checking import check_at_start
from mock_server.cli.greeting import greet, warn
from mock_server.cli.keep import KeepType
from mock_server.cli.shared import (
    Refusal,
    allow_refs_option,
    database_option,
    open_runtime,
    overlay_option,
    root_path,
    token_lifetime_option,
    unusable_database,
)
from mock_server.loading import load_contracts
from mock_server.settings import LogForm, Settings, users_cache
from mock_server.storage.database import StorageError
from mock_server.storage.presence import hold
from openapi_documents import DocumentError
from openapi_documents.texts.collector import no_collector


@click.command("serve")
@click.argument("contracts", nargs=-1, type=click.Path(), envvar="UNDERSTUDY_CONTRACTS")
@overlay_option
@allow_refs_option
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
@database_option
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
    default="",
    envvar="UNDERSTUDY_ADMIN_KEY",
    help="The key that creates partners.  [default: made up and printed]",
)
@token_lifetime_option
@click.option(
    "--token-clock",
    type=click.Choice(["real", "partner"]),
    default="real",
    envvar="UNDERSTUDY_TOKEN_CLOCK",
    show_default=True,
    help="By which clock a bearer token expires: real time, or the clock of its partner.",
)
@click.option(
    "--auth",
    type=click.Choice(["any", "known"]),
    envvar="UNDERSTUDY_AUTH",
    help="Whose credentials are taken: any that are well-formed, or those of partners.  "
    "[default: any, but known where a contract takes batches (x-submission)]",
)
@click.option(
    "--cors",
    multiple=True,
    default=("*",),
    envvar="UNDERSTUDY_CORS",
    metavar="ORIGIN",
    help="Let only pages of this origin ask, such as https://my.example; may be repeated.  [default: any]",
)
@click.option(
    "--root-path",
    default="",
    envvar="UNDERSTUDY_ROOT_PATH",
    metavar="PATH",
    callback=root_path,
    help="The path below which a proxy shows this server.  [default: what X-Forwarded-Prefix says]",
)
@click.option(
    "--stateless",
    is_flag=True,
    envvar="UNDERSTUDY_STATELESS",
    help="Give examples only: remember nothing that a contract does not declare.",
)
@click.option(
    "--validate",
    type=click.Choice(["requests", "warn", "off"]),
    default="requests",
    envvar="UNDERSTUDY_VALIDATE",
    show_default=True,
    help="What becomes of requests that do not fit: refused, written to the log, or let through.",
)
@click.option(
    "--validate-answers",
    is_flag=True,
    envvar="UNDERSTUDY_VALIDATE_ANSWERS",
    help="Hold every answer against its contract, and write to the log what does not fit.",
)
@click.option(
    "--scenarios",
    is_flag=True,
    envvar="UNDERSTUDY_SCENARIOS",
    help="Answer `Prefer: code=503` also where the contract documents no 503.",
)
@click.option(
    "--log",
    type=click.Choice(["text", "json", "none"]),
    envvar="UNDERSTUDY_LOG",
    help="A line on standard error for each request.  [default: text in a terminal, else none]",
)
@click.option(
    "--keep",
    type=KeepType(),
    envvar="UNDERSTUDY_KEEP",
    metavar="NUMBER|TIME",
    help="Forget settled submissions and what they saved: all but the last NUMBER of each partner, "
    "or those older than TIME, such as 30d or 12h.  [default: keep all]",
)
@click.option(
    "--cache",
    default=lambda: str(users_cache()),
    envvar="UNDERSTUDY_CACHE",
    metavar="DIR",
    help="Where large contracts are kept once they were read, to start faster; '' keeps none.  "
    "[default: in the user's cache]",
)
@click.option(
    "--webhook-hosts",
    multiple=True,
    envvar="UNDERSTUDY_WEBHOOK_HOSTS",
    metavar="HOST",
    help="Send webhooks to this host too, not only to this machine (* for any letters); may be repeated.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def command(
    host: str,
    port: int,
    workers: int,
    reload: bool,
    quiet: bool,
    log: LogForm | None,
    **options: Any,
) -> None:
    """Serve contracts: files in OpenAPI 3.0, 3.1 or 3.2. Without any, the partner services that come along.

    What its operations make is remembered, by what it declares or lets one infer; all else is answered by its examples.
    """
    log = log or ("text" if sys.stderr.isatty() and not quiet else "none")
    options |= {"log": log, **(options.pop("keep") or {})}
    options["admin_key"] = options["admin_key"] or secrets.token_urlsafe(12)
    settings = Settings(**options)
    _check_workers(settings, workers, reload)
    sandbox = _open(settings)
    listener, shared = _listen(host, port, workers)

    def ready() -> None:
        if not quiet:
            warn(sandbox)
            check_at_start(sandbox)
            bound = listener.getsockname()[1]
            greet(sandbox, f"http://{f'[{host}]' if ':' in host else host}:{bound}", workers)
        if workers > 1:
            sandbox.runtime.close()  # the workers have one of their own

    with hold(settings.database):
        if workers > 1:
            serving.serve_by_many(settings, workers, shared, ready)
            return
        ready()
        if reload:
            app = serving.Reloading(sandbox, lambda text: click.echo(text, err=True))
            serving.run(app, [listener])
        else:
            serving.run(sandbox, [listener])


def _check_workers(settings: Settings, workers: int, reload: bool) -> None:
    if workers > 1 and reload:
        raise Refusal("--reload works with one worker only; leave --workers out.")
    if workers > 1 and settings.is_in_memory:
        raise Refusal(
            "several workers cannot share a database in memory; name a file or PostgreSQL."
        )


def _open(settings: Settings) -> Sandbox:
    try:
        with no_collector():
            contracts = load_contracts(settings)  # before a database is touched
            return Sandbox(contracts, open_runtime(settings))
    except DocumentError as error:
        raise Refusal(str(error)) from None
    except StorageError as error:
        raise unusable_database(error) from None


def _listen(host: str, port: int, workers: int) -> tuple[socket.socket, list[object]]:
    try:
        if workers > 1:
            return serving.reserve(host, port)
        return serving.listen(host, port), []
    except OSError as error:
        raise Refusal(
            f"cannot listen on {host}:{port}: {error.strerror or error}. "
            "Choose another --port, or 0 for a free one."
        ) from None
