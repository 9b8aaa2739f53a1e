"""`contract-tests run`: a thin front to pytest."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from contract_tests.settings import EFFORTS, SUITES

# What must not stand among the arguments of a process, where everybody reads it.
_SECRETS = ("client_secret", "other_client_secret", "token")
_SECTIONS = {
    "What is judged": ("base_url", "contract", "only"),
    "Who asks": (
        "client_id", "client_secret", "other_client_id", "other_client_secret",
        "token", "token_url", "login", "partner",
    ),
    "How it is judged": ("mode", "effort", "seed", "deadline", "workers"),
    "What is allowed": ("max_requests", "read_only", "dry_run"),
    "What is written": ("junit", "html", "json", "ledger"),
}  # fmt: skip


class _Sectioned(click.Command):
    """A command whose help tells its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each under its heading; what has none comes last."""
        rest = {one.name: one.get_help_record(ctx) for one in self.get_params(ctx)}
        for heading, names in {**_SECTIONS, "Other": (*rest,)}.items():
            records = [one for name in names if (one := rest.pop(name, None)) is not None]
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="understudy")
def main() -> None:
    """Judge a server by its contract."""


def _secret(name: str, text: str) -> Callable[[Any], Any]:
    variable = f"CONTRACT_TESTS_{name.strip('-').replace('-', '_').upper()}"
    return click.option(name, envvar=variable, metavar="TEXT", help=f"{text} Better in {variable}.")


@main.command(cls=_Sectioned)
@click.option(
    "--base-url",
    required=True,
    envvar="CONTRACT_TESTS_BASE_URL",
    metavar="URL",
    help="Where the server answers: http://127.0.0.1:8080.",
)
@click.option(
    "--contract",
    multiple=True,
    metavar="NAME-OR-PATH",
    help="A shipped contract by name, or a file; may be repeated.  "
    "[default: partner-client-service-v2]",
)
@click.option(
    "--client-id",
    envvar="CONTRACT_TESTS_CLIENT_ID",
    help="OAuth2 client credentials; also the name where a contract asks for a password.",
)
@_secret("--client-secret", "The secret; also the password or the API key.")
@click.option(
    "--other-client-id",
    envvar="CONTRACT_TESTS_OTHER_CLIENT_ID",
    help="A second partner, so that access between partners is judged.",
)
@_secret("--other-client-secret", "The second partner's secret.")
@_secret("--token", "A fixed bearer token or API key, instead of client credentials.")
@click.option(
    "--token-url",
    envvar="CONTRACT_TESTS_TOKEN_URL",
    metavar="URL",
    help="Where tokens are granted.  [default: where the contract says, on the server itself]",
)
@click.option(
    "--login",
    multiple=True,
    metavar="NAME=VALUE",
    help="A member of the login of a contract that has one; may be repeated. The password may "
    "stand in CONTRACT_TESTS_LOGIN_PASSWORD.",
)
@click.option(
    "--partner",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the rules know of the partner: currency=GBP; may be repeated.",
)
@click.option(
    "--mode",
    type=click.Choice(["documented", "strict"]),
    default="documented",
    show_default=True,
    help="Allow whatever the sources allow, or nothing but the contract's own choices.",
)
@click.option(
    "--effort",
    type=click.Choice(EFFORTS),
    default="standard",
    show_default=True,
    help="How much is tried.",
)
@click.option(
    "--seed",
    type=int,
    default=1,
    show_default=True,
    help="The seed of everything that is generated.",
)
@click.option("--only", metavar="SUITES", help=f"Suites, with commas: {', '.join(SUITES)}.")
@click.option(
    "--deadline",
    type=click.FloatRange(0, min_open=True),
    default=30.0,
    show_default=True,
    help="Seconds until an item must be final.",
)
@click.option("--max-requests", type=click.IntRange(1), help="The budget of HTTP requests.")
@click.option("--read-only", is_flag=True, help="Send nothing but GET and token requests.")
@click.option("--dry-run", is_flag=True, help="Send nothing; print what would be sent.")
@click.option("--junit", type=click.Path(dir_okay=False), help="Write JUnit XML.")
@click.option("--html", type=click.Path(dir_okay=False), help="Write the verdict as a page.")
@click.option("--json", type=click.Path(dir_okay=False), help="Write the verdict as JSON.")
@click.option(
    "--ledger",
    type=click.Path(dir_okay=False),
    help="Write everything that is created, a JSON line each, as it is created.",
)
@click.option(
    "-n", "workers", type=click.IntRange(0), default=0, show_default=True, help="Parallel workers."
)
def run(**options: Any) -> None:
    """Judge a server.

    Exit code 0: the contract holds. 1: it is broken. 2: it could not be judged, with one sentence why.
    """
    os.environ.update(environment(options))
    make_tables_beside()
    # A run makes many small values and few circles of them: looking for those took a tenth of it.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    try:
        code = int(pytest.main(arguments(options)))
    except KeyboardInterrupt:
        click.echo("cannot judge: interrupted before anything was judged", err=True)
        code = 2
    sys.exit(code if code in {0, 1, 2} else 2)


def make_tables_beside() -> None:
    """Let another process make what the first run on a machine needs: seconds otherwise waited.

    Hypothesis tries every character of Unicode once and remembers the answer in its storage.
    """
    if (Path(os.environ["HYPOTHESIS_STORAGE_DIRECTORY"]) / "unicode_data").exists():
        return
    code = "from hypothesis import strategies; strategies.text().validate()"
    nowhere = subprocess.DEVNULL
    subprocess.Popen(  # noqa: S603 - nothing in it comes from outside
        [sys.executable, "-c", code], stdin=nowhere, stdout=nowhere, stderr=nowhere
    )


def environment(options: dict[str, Any]) -> dict[str, str]:
    """Return what reaches pytest through the environment: secrets, and which plugins count."""
    # Only the plugins that a verdict needs: what else is installed must not change it.
    made = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    # What Hypothesis remembers belongs to the user, not to the folder where a run was started.
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    made["HYPOTHESIS_STORAGE_DIRECTORY"] = os.environ.get(
        "HYPOTHESIS_STORAGE_DIRECTORY", str(cache / "understudy" / "hypothesis")
    )
    for name in _SECRETS:
        if options.get(name):
            made[f"CONTRACT_TESTS_{name.upper()}"] = options[name]
    if options.get("login"):
        made["CONTRACT_TESTS_LOGIN"] = "\n".join(options["login"])
    return made


def arguments(options: dict[str, Any]) -> list[str]:
    """Return the arguments of pytest, without secrets."""
    given = [
        str(Path(__file__).resolve().parent / "suites"),
        "-p", "contract_tests.plugin",
        "-p", "contract_tests.reporting.progress",
        "-p", "xdist.plugin",
        "-p", "no:terminal",
        "-p", "no:cacheprovider",
        "-p", "no:understudy",
        "-p", "no:unraisableexception",
        "--assert", "plain",
        "-c", os.devnull,
        "--rootdir", str(Path(__file__).resolve().parents[1]),
        f"--base-url={options['base_url']}",
    ]  # fmt: skip
    for name in ("client_id", "other_client_id", "token_url", "mode", "effort", "only", "deadline",
                 "max_requests", "ledger"):  # fmt: skip
        if options.get(name) is not None:
            given.append(f"--{name.replace('_', '-')}={options[name]}")
    given += [f"--contract={one}" for one in options["contract"]]
    given += [f"--partner={one}" for one in options["partner"]]
    given.append(f"--judge-seed={options['seed']}")
    given += [f"--{flag.replace('_', '-')}" for flag in ("read_only", "dry_run") if options[flag]]
    if options.get("junit"):
        given.append(f"--junitxml={options['junit']}")
    given += [f"--verdict-{kind}={options[kind]}" for kind in ("html", "json") if options.get(kind)]
    if options.get("workers"):
        given += ["-n", str(options["workers"]), "--dist", "loadgroup"]
    return given
