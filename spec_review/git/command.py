"""`spec-review git`: what git calls for contracts, and what tells git to do so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

import click

from openapi_documents import DocumentError
from spec_review.git.differing import difference
from spec_review.git.merging import merged

SETTINGS: Final = (
    ("diff.openapi.command", "spec-review git diff"),
    ("merge.openapi.name", "contracts, by what they say"),
    ("merge.openapi.driver", "spec-review git merge %O %A %B %P"),
)
"""What git is told."""

ATTRIBUTES: Final = "openapi/*.yaml diff=openapi merge=openapi"


@click.group("git")
def command() -> None:
    """Show changes of contracts in `git diff`, and merge contracts by what they say."""


@command.command("install")
@click.option("--global", "is_global", is_flag=True, help="For all repositories of this user.")
def install(is_global: bool) -> None:
    """Tell git of both drivers. Which files they are for stands in .gitattributes."""
    scope = ["--global"] if is_global else []
    for name, value in SETTINGS:
        done = subprocess.run(  # noqa: S603 (no shell, and words of our own)
            ["git", "config", *scope, name, value],  # noqa: S607 (git is where PATH says)
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise click.UsageError(f"git does not take the setting {name}: {done.stderr.strip()}")
    click.echo(f"Now name your contracts in .gitattributes, such as\n\n    {ATTRIBUTES}")


@command.command("diff")
@click.argument("path")
@click.argument("old")
@click.argument("_old_hex", required=False)
@click.argument("_old_mode", required=False)
@click.argument("new", required=False)
@click.argument("rest", nargs=-1)
def diff(
    path: str, old: str, _old_hex: str, _old_mode: str, new: str | None, rest: tuple[str, ...]
) -> None:
    """Show what changed in one file; git calls this with seven arguments or nine."""
    click.echo(difference(path, Path(old), Path(new or path)), nl=False)


@command.command("merge")
@click.argument("base", type=click.Path(exists=True, path_type=Path))
@click.argument("ours", type=click.Path(exists=True, path_type=Path))
@click.argument("theirs", type=click.Path(exists=True, path_type=Path))
@click.argument("path", required=False)
def merge(base: Path, ours: Path, theirs: Path, path: str | None) -> None:
    """Merge into OURS what both sides changed since BASE. Exit code 1: somebody has to decide."""
    try:
        result = merged(base, ours, theirs, path or str(ours))
    except DocumentError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    ours.write_bytes(result.text)
    for line in result.objections:
        click.echo(line, err=True)
    sys.exit(1 if result.objections else 0)
