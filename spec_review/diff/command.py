"""`spec-review diff`: what a new version of a contract changes, and for whom."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal, get_args

import click

from openapi_documents import DocumentError
from spec_review.diff.comparison import Diff, compare
from spec_review.diff.report.findings import to_findings
from spec_review.diff.report.markdown import to_markdown
from spec_review.diff.report.plain import to_json
from spec_review.diff.report.text import to_text
from spec_review.diff.verdicts import ORDER, PARTIES, PARTNERS
from spec_review.options import Opening, opening_options, refuse
from spec_review.output.github import as_github
from spec_review.output.junit import as_junit
from spec_review.output.review import Review
from spec_review.output.sarif import as_sarif
from spec_review.output.wording import printable

FailOn = Literal["breaking", "unclear", "never"]

FORMATS: Final = ("text", "json", "sarif", "github", "junit", "markdown")


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--format", "form", type=click.Choice(FORMATS), default="text", help="How to say it.")
@click.option(
    "--fail-on",
    type=click.Choice(get_args(FailOn)),
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
@opening_options
def diff(  # noqa: PLR0913, PLR0917 (an option each)
    old: str,
    new: str,
    form: str,
    fail_on: FailOn,
    parties: tuple[str, ...],
    quiet: bool,
    overlay: tuple[str, ...],
    allow_refs: tuple[str, ...],
) -> None:
    """Tell what changed from OLD to NEW: files, or git:REVISION:path.

    Each change is breaking, unclear or safe for a partner who sends, for a partner who reads, and for a
    provider. A change of behaviour is shown by a batch that ends otherwise.

    Exit code 0: nothing of the --fail-on verdict. 1: changes. 2: a document cannot be read.
    """
    opening = Opening(overlay, allow_refs)
    try:
        found = compare(opening.open(old), opening.open(new))
    except DocumentError as error:
        refuse(error)
    click.echo(rendered(without_safe(found) if quiet else found, form, parties))
    sys.exit(1 if fails(found, fail_on, parties) else 0)


def without_safe(found: Diff) -> Diff:
    """The comparison without the changes that are safe for partners."""
    kept = (each for each in found.changes if each.change.verdicts.worst(PARTNERS) != "safe")
    return Diff(found.old, found.new, tuple(kept))


def rendered(found: Diff, form: str, parties: Sequence[str] = PARTNERS) -> str:
    """The comparison in a format."""
    own: Mapping[str, Callable[[Diff], str]] = {
        "text": to_text,
        "json": to_json,
        "markdown": to_markdown,
    }
    if form in own:
        return printable(own[form](found).rstrip("\n"))
    findings = to_findings(found, parties)
    if form == "sarif":
        return as_sarif(Review(findings, [found.new.name]))
    if form == "junit":
        grave = [finding for finding in findings if finding.severity != "note"]
        return as_junit(Review(grave, [found.new.name]))
    return as_github(Review(findings))


def fails(found: Diff, fail_on: FailOn, parties: Sequence[str]) -> bool:
    """Whether any change is as grave as `fail_on` for one of the parties."""
    if fail_on == "never":
        return False
    worst = [located.change.verdicts.worst(parties) for located in found.changes]
    return any(ORDER[verdict] <= ORDER[fail_on] for verdict in worst)
