"""`spec-review diff`: what a new version of a contract changes, and for whom."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import click

from spec_review.diff.changes import ORDER, PARTIES, Verdict
from spec_review.diff.comparison import Diff, compare
from spec_review.diff.report import PARTNERS, to_findings, to_json, to_markdown, to_text
from spec_review.document import DocumentError
from spec_review.output.formats import Review, as_github, as_junit, as_sarif
from spec_review.sources import load

FORMATS: Final = ("text", "json", "sarif", "github", "junit", "markdown")


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to say it.")
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "unclear", "never"]),
    default="breaking",
    show_default=True,
    help="From which verdict on a change makes the exit code 1.",
)
@click.option(
    "--for",
    "parties",
    type=click.Choice(PARTIES),
    multiple=True,
    default=PARTNERS,
    show_default=True,
    help="Whose verdicts count for --fail-on; may be given several times.",
)
@click.option("--quiet", is_flag=True, help="Leave out what is safe for partners.")
def diff(
    old: str, new: str, form: str, fail_on: str, parties: tuple[str, ...], quiet: bool
) -> None:
    """Tell what changed from OLD to NEW: files, or git:REVISION:path.

    Each change is breaking, unclear or safe for a partner who sends, for a partner who reads, and for a
    provider. A change of behaviour is shown by a batch that ends otherwise.

    Exit code 0: nothing of the --fail-on verdict. 1: changes. 2: a document cannot be read.
    """
    try:
        found = compare(load(old), load(new))
    except DocumentError as error:
        click.echo(f"{error.position}: {error.reason}", err=True)
        sys.exit(2)
    click.echo(rendered(without_safe(found) if quiet else found, form, parties))
    sys.exit(1 if fails(found, fail_on, parties) else 0)


def without_safe(found: Diff) -> Diff:
    """The comparison without the changes that are safe for partners."""
    kept = [each for each in found.changes if each.change.verdicts.worst(PARTNERS) != "safe"]
    return Diff(found.old, found.new, tuple(kept))


def rendered(found: Diff, form: str, parties: Sequence[str] = PARTNERS) -> str:
    """The comparison in a format."""
    own: Mapping[str, Callable[[Diff], str]] = {
        "text": to_text,
        "json": to_json,
        "markdown": to_markdown,
    }
    if form in own:
        return own[form](found).rstrip("\n")
    findings = to_findings(found, parties)
    if form == "sarif":
        return as_sarif(Review(findings, [found.new.name]))
    if form == "junit":
        grave = [one for one in findings if one.severity != "note"]
        return as_junit(Review(grave, [found.new.name]))
    return as_github(Review(findings))


def fails(found: Diff, fail_on: str, parties: Sequence[str]) -> bool:
    """Whether any change is as grave as `fail_on` for one of the parties."""
    if fail_on == "never":
        return False
    limit: Verdict = "breaking" if fail_on == "breaking" else "unclear"
    return any(ORDER[each.change.verdicts.worst(parties)] <= ORDER[limit] for each in found.changes)
