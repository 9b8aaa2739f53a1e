"""`spec-review check`: what is wrong in contracts; `spec-review rules`: what it looks for."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import click

from openapi_documents import DocumentError, load
from openapi_documents.arazzo.description import is_arazzo
from spec_review.lint.checking import Checking, today
from spec_review.lint.configuration.file import NAME
from spec_review.lint.configuration.nearest import Settings
from spec_review.lint.configuration.presets import PRESETS
from spec_review.lint.fixing import mend_file
from spec_review.lint.ignoring.ignore_file import (
    Entry,
    IgnoreFileError,
    read_entries,
    without_ignored,
)
from spec_review.lint.ignoring.told import ABOUT_IGNORING
from spec_review.lint.reference import description
from spec_review.lint.rule import Preset
from spec_review.lint.rules import RULES
from spec_review.lint.workflows import ABOUT_WORKFLOWS, findings_of
from spec_review.options import UNUSABLE, Opening, opening_options, refuse, tell
from spec_review.output.findings import Finding, Severity, at_least, in_reading_order
from spec_review.output.formats import FORMATS
from spec_review.output.review import Described, Review, counted, files_of
from spec_review.output.wording import did_you_mean
from spec_review.reading.opening import says_it_is_openapi

UNREADABLE: Final = "unreadable-document"
"""What tools are told of a document that cannot be used."""

HOME: Final = "openapi"
"""The folder that is checked when no path is given."""

ENDINGS: Final = (".yaml", ".yml", ".json")
"""What the names of contracts in a folder end with."""


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
    "--preset",
    type=click.Choice(PRESETS),
    help="Which rules to ask. Default: strict for contracts with our x- words, essential for others.",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False),
    help=f"Settings in place of the nearest {NAME} above each contract.",
)
@click.option(
    "--ignore",
    "ignore_file",
    type=click.Path(),
    help="A file of findings to leave out, one per line: RULE [FILE[:LINE]] [TEXT]  # why",
)
@click.option("--fix", is_flag=True, help="Mend what is sure, and tell the rest.")
@opening_options
def check_command(  # noqa: PLR0913, PLR0917 (an option each)
    paths: tuple[str, ...],
    form: str,
    fail_on: Severity,
    preset: Preset | None,
    config: str | None,
    ignore_file: str | None,
    fix: bool,
    overlay: tuple[str, ...],
    allow_refs: tuple[str, ...],
) -> None:
    """Check contracts and Arazzo workflows: files, git:REVISION:path, or folders of YAML and JSON files.

    Default: the contracts that .spec-review.yaml names, else ./openapi.

    Exit code 0: nothing of the --fail-on severity. 1: findings. 2: a document cannot be used.
    """
    try:
        settings = Settings(preset, config)
        named = paths or settings.contracts()
        entries = ignore_entries(ignore_file, settings)
    except DocumentError as error:
        refuse(error)
    except IgnoreFileError as error:
        raise click.UsageError(str(error)) from None
    checked = check_all(contracts(named), named, Opening(overlay, allow_refs), settings)
    if fix:
        mended = [one for one in files_of(checked.findings) if mend_file(one, checked.findings)]
        checked = check_all(contracts(named), named, Opening(overlay, allow_refs), settings)
        click.echo(f"{counted(len(mended), 'file')} mended", err=True)
    findings = in_reading_order(without_ignored(checked.findings, entries))
    if form == "text":  # which has been told beside it
        findings = [finding for finding in findings if finding.rule != UNREADABLE]
    if checked.files or findings or form != "text":
        rules: list[Described] = [*RULES, *ABOUT_IGNORING, *ABOUT_WORKFLOWS]
        click.echo(FORMATS[form](Review(findings, checked.files, rules)), color=colour(form))
    if not checked.is_whole:
        sys.exit(UNUSABLE)
    sys.exit(1 if at_least(findings, fail_on) else 0)


def ignore_entries(ignore_file: str | None, settings: Settings) -> list[Entry]:
    """The lines of the ignore file that is named here or in the configuration. Raises IgnoreFileError."""
    configuration = settings.of(".")
    file = ignore_file or configuration.ignore
    return read_entries(file, [rule.id for rule in (*RULES, *configuration.custom)]) if file else []


@dataclass(frozen=True)
class Checked:
    """The files that were checked, what was found, and whether all of them could be used."""

    files: list[str]
    findings: list[Finding]
    is_whole: bool


def check_all(
    files: Sequence[str], named: Sequence[str], opening: Opening, settings: Settings
) -> Checked:
    """Check files, each by its configuration.

    A file that was found in a folder is passed over unless it says that it is OpenAPI.
    """
    checked = Checked([], [], True)
    for file in files:
        try:
            document = load(file)
            if is_arazzo(document):
                checked.findings.extend(findings_of(document))
                checked.files.append(file)
            elif file in named or says_it_is_openapi(document):
                checking = Checking(opening.of(document, file), RULES, settings.of(file))
                checked.findings.extend(checking.findings(today()))
                checked.files.append(file)
        except DocumentError as error:
            tell(error)
            checked.findings.append(
                Finding(UNREADABLE, "error", error.position, error.reason, error.mend)
            )
            checked = replace(checked, is_whole=False)
    return checked


def contracts(paths: Sequence[str]) -> list[str]:
    """Return the files to check. Raises click.UsageError when a path is not there."""
    if not paths and not Path(HOME).is_dir():
        raise click.UsageError(f"there is no folder {HOME} here; name the contract to check")
    found: list[str] = []
    for path in paths or (HOME,):
        if Path(path).is_dir():
            inside = sorted(file for file in Path(path).rglob("*") if file.suffix in ENDINGS)
            if not inside:
                raise click.UsageError(f"{path} holds no YAML or JSON file")
            found += [str(file) for file in inside]
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def colour(form: str) -> bool | None:
    """Return False where colours are not wanted; None leaves it to the terminal."""
    return None if form == "text" and not os.environ.get("NO_COLOR") else False


@click.command("rules")
@click.argument("name", required=False, metavar="[RULE]")
def rules_command(name: str | None) -> None:
    """List the rules of the review, or tell one: what must hold, why, and an example of each."""
    if name is None:
        width = max(len(rule.id) for rule in RULES)
        for rule in RULES:
            click.echo(f"{rule.id:{width}}  {rule.severity:7}  {rule.preset:11}  {rule.sentence}")
        return
    for rule in RULES:
        if rule.id == name:
            click.echo(description(rule))
            return
    raise click.UsageError(
        f"there is no rule {name}; "
        + did_you_mean(name, [rule.id for rule in RULES], "`spec-review rules` lists them")
    )
