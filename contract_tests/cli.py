"""`contract-tests run`: a thin front to pytest."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from contract_tests.settings import EFFORTS, SUITES

_SECRETS = ("client_secret", "other_client_secret", "token")


@click.group()
def main() -> None:
    """Judge a server by its contract."""


@main.command()
@click.option(
    "--base-url", required=True, envvar="CONTRACT_TESTS_BASE_URL", help="Where it answers."
)
@click.option("--contract", "contract", multiple=True, help="By name or path; may be repeated.")
@click.option("--client-id", envvar="CONTRACT_TESTS_CLIENT_ID")
@click.option("--client-secret", envvar="CONTRACT_TESTS_CLIENT_SECRET")
@click.option("--other-client-id", envvar="CONTRACT_TESTS_OTHER_CLIENT_ID")
@click.option("--other-client-secret", envvar="CONTRACT_TESTS_OTHER_CLIENT_SECRET")
@click.option("--token", envvar="CONTRACT_TESTS_TOKEN", help="A fixed bearer token.")
@click.option("--login", multiple=True, help="name=value of a login; may be repeated.")
@click.option("--partner", multiple=True, help="What the rules know: currency=GBP.")
@click.option("--mode", type=click.Choice(["documented", "strict"]), default="documented")
@click.option("--effort", type=click.Choice(EFFORTS), default="standard")
@click.option("--seed", type=int, default=1, help="The seed of everything that is generated.")
@click.option("--only", help=f"Suites, separated by commas: {', '.join(SUITES)}.")
@click.option("--deadline", type=float, default=30.0, help="Seconds until an item must be final.")
@click.option("--max-requests", type=int, help="The budget of HTTP requests.")
@click.option("--read-only", is_flag=True, help="Send nothing but GET and token requests.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent.")
@click.option("--junit", type=click.Path(dir_okay=False), help="Write JUnit XML.")
@click.option("--html", type=click.Path(dir_okay=False), help="Write the verdict as a page.")
@click.option("--json", type=click.Path(dir_okay=False), help="Write the verdict as JSON.")
@click.option("--ledger", type=click.Path(dir_okay=False), help="Write what was created.")
@click.option("-n", "workers", type=int, default=0, help="Parallel workers.")
def run(**options: Any) -> None:
    """Judge a server: exit 0 the contract holds, 1 it is broken, 2 it could not be judged."""
    code = int(pytest.main(arguments(options)))
    sys.exit(code if code in {0, 1, 2} else 2)


def arguments(options: dict[str, Any]) -> list[str]:
    """Return the arguments of pytest; secrets go through the environment instead."""
    # Only the plugins that a verdict needs: what else is installed must not change it.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in _SECRETS:
        if options.get(name):
            os.environ[f"CONTRACT_TESTS_{name.upper()}"] = options[name]
    if options.get("login"):
        os.environ["CONTRACT_TESTS_LOGIN"] = ",".join(options["login"])
    given = [
        str(Path(__file__).resolve().parent),
        "-p", "contract_tests.plugin",
        "-p", "xdist.plugin",
        "-p", "no:cacheprovider",
        "-p", "no:understudy",
        "-p", "no:unraisableexception",
        "--assert", "plain",
        "-c", os.devnull,
        "--rootdir", str(Path(__file__).resolve().parents[1]),
        "-q", "--no-header", "-rN", "--tb=no",
        f"--base-url={options['base_url']}",
    ]  # fmt: skip
    for name in ("client_id", "other_client_id", "mode", "effort", "only", "deadline",
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
