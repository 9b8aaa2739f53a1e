"""`spec-review check`: what is wrong in contracts; `spec-review rules`: what it looks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from spec_review.document import Document, DocumentError
from spec_review.lint.ignoring import IgnoreFileError, read_entries, without_ignored
from spec_review.lint.reference import told
from spec_review.lint.rule import did_you_mean
from spec_review.lint.rules import RULES, check
from spec_review.output.findings import Finding, Severity, at_least, in_reading_order
from spec_review.output.formats import FORMATS, Review

HOME: Final = "openapi"
"""The folder that is checked when no path is given."""

_ENDINGS: Final = (".yaml", ".yml", ".json")


@click.command("check")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path())
@click.option(
    "--format", "form", type=click.Choice(list(FORMATS)), default="text", help="How to say it."
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="From which severity on a finding makes the exit code 1.",
)
@click.option(
    "--ignore",
    "ignore_file",
    type=click.Path(),
    help="A file of findings to leave out, one per line: RULE [FILE[:LINE]] [TEXT]  # why",
)
def check_command(
    paths: tuple[str, ...], form: str, fail_on: Severity, ignore_file: str | None
) -> None:
    """Check contracts: files, or folders of YAML and JSON files. Default: ./openapi.

    Exit code 0: nothing of the --fail-on severity. 1: findings. 2: a file cannot be read.
    """
    try:
        entries = read_entries(ignore_file, [rule.id for rule in RULES]) if ignore_file else []
        files = contracts(paths)
    except IgnoreFileError as error:
        raise click.UsageError(str(error)) from None
    findings: list[Finding] = []
    unreadable: list[DocumentError] = []
    read: list[str] = []
    for file in files:
        try:
            document = Document.load(file)
        except DocumentError as error:
            unreadable.append(error)
            continue
        if _is_contract(document, named=file in paths):
            read.append(file)
            findings += check(document)
    findings = in_reading_order(without_ignored(findings, entries))
    if read or findings or form != "text":
        click.echo(FORMATS[form](Review(findings, read, RULES)), color=_colour(form))
    for problem in unreadable:
        click.echo(f"{problem.position}: {problem.reason}", err=True)
    if unreadable:
        sys.exit(2)
    sys.exit(1 if at_least(findings, fail_on) else 0)


def contracts(paths: Sequence[str]) -> list[str]:
    """Return the files to check. Raises click.UsageError when a path is not there."""
    if not paths and not Path(HOME).is_dir():
        raise click.UsageError(f"there is no folder {HOME} here; name the contract to check")
    found: list[str] = []
    for path in paths or (HOME,):
        if Path(path).is_dir():
            inside = sorted(one for one in Path(path).rglob("*") if one.suffix in _ENDINGS)
            if not inside:
                raise click.UsageError(f"{path} holds no YAML or JSON file")
            found += [str(one) for one in inside]
        elif Path(path).exists():
            found.append(path)
        else:
            raise click.UsageError(f"{path}: there is no such file")
    return list(dict.fromkeys(found))


def _is_contract(document: Document, named: bool) -> bool:
    """Tell whether a file is to be checked: one that was named, or one that says it is OpenAPI."""
    return named or "openapi" in document.data or "swagger" in document.data


def _colour(form: str) -> bool | None:
    """Return False where colours are not wanted; None leaves it to the terminal."""
    return None if form == "text" and not os.environ.get("NO_COLOR") else False


@click.command("rules")
@click.argument("name", required=False, metavar="[RULE]")
def rules_command(name: str | None) -> None:
    """List the rules of the review, or tell one: what must hold, why, and an example of each."""
    if name is None:
        width = max(len(rule.id) for rule in RULES)
        for rule in RULES:
            click.echo(f"{rule.id:{width}}  {rule.severity:7}  {rule.sentence}")
        return
    for rule in RULES:
        if rule.id == name:
            click.echo(told(rule))
            return
    raise click.UsageError(
        f"there is no rule {name}; "
        + did_you_mean(name, [rule.id for rule in RULES], "`spec-review rules` lists them")
    )
