"""`spec-review diff`: what a new version of a contract changes, and for whom."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, get_args

import click

from openapi_documents import DocumentError
from spec_review.diff.comparison import Diff, compare
from spec_review.diff.report.approvals import approved, read_approvals
from spec_review.diff.report.entries import entries_of
from spec_review.diff.report.findings import rules_of, to_findings
from spec_review.diff.report.markdown import to_markdown
from spec_review.diff.report.page import to_html
from spec_review.diff.report.plain import to_json
from spec_review.diff.report.report import Report
from spec_review.diff.report.selection import Selection
from spec_review.diff.report.text import to_text
from spec_review.diff.verdicts import ORDER, PARTIES, PARTNERS
from spec_review.options import Opening, opening_options, refuse
from spec_review.output.github import as_github
from spec_review.output.junit import as_junit
from spec_review.output.review import Review
from spec_review.output.sarif import as_sarif
from spec_review.output.wording import printable

FailOn = Literal["breaking", "unclear", "never"]

TO_READ: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": to_text,
    "json": to_json,
    "markdown": to_markdown,
    "html": to_html,
}
"""The formats that people read, and the one for programs."""

OF_FINDINGS: Final[Mapping[str, Callable[[Review], str]]] = {
    "sarif": as_sarif,
    "github": as_github,
    "junit": as_junit,
}
"""The formats of tools that show findings."""

FORMATS: Final = (*TO_READ, *OF_FINDINGS)


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
    help="Whose verdicts order the changes and count for --fail-on; may be given several times.",
)
@click.option(
    "--path", "paths", multiple=True, metavar="GLOB", help="Only what touches these paths."
)
@click.option("--tag", "tags", multiple=True, help="Only what touches operations with this tag.")
@click.option("--approve", "approvals", metavar="FILE", help="Changes that somebody accepted.")
@click.option("--quiet", is_flag=True, help="Leave out what is safe.")
@click.option(
    "--places", is_flag=True, help="Tell every place and operation that a change touches."
)
@click.option("--old-overlay", multiple=True, metavar="FILE", help="An Overlay for OLD alone.")
@click.option("--new-overlay", multiple=True, metavar="FILE", help="An Overlay for NEW alone.")
@opening_options
def diff(  # noqa: PLR0913, PLR0917 (an option each)
    old: str,
    new: str,
    form: str,
    fail_on: FailOn,
    parties: tuple[str, ...],
    paths: tuple[str, ...],
    tags: tuple[str, ...],
    approvals: str | None,
    quiet: bool,
    places: bool,
    old_overlay: tuple[str, ...],
    new_overlay: tuple[str, ...],
    overlay: tuple[str, ...],
    allow_refs: tuple[str, ...],
) -> None:
    """Tell what changed from OLD to NEW: files, or git:REVISION:path.

    Each change is breaking, unclear or safe for a partner who sends, for a partner who reads, and for a
    provider. A change of behaviour is shown by a batch, or by a row of steps, that ends otherwise.

    Exit code 0: nothing of the --fail-on verdict. 1: changes. 2: a document cannot be read.
    """
    before = Opening((*overlay, *old_overlay), allow_refs)
    after = Opening((*overlay, *new_overlay), allow_refs)
    try:
        selection = Selection(paths, tags)
        found = selection.of(compare(before.open(old), after.open(new)))
        entries = entries_of(found, parties)
        accepted = read_approvals(approvals) if approvals else []
    except DocumentError as error:
        refuse(error)
    kept = approved(entries, accepted, datetime.now(tz=UTC).date())
    for note in (*selection.unmatched(found), *kept.notes):
        click.echo(note, err=True)
    report = Report(found.old, found.new, kept.left, parties, kept.accepted, quiet, places)
    click.echo(shown(report, form))
    sys.exit(1 if fails(report, fail_on) else 0)


def rendered(found: Diff, form: str, parties: Sequence[str] = PARTNERS) -> str:
    """A whole comparison in a format."""
    return shown(Report(found.old, found.new, entries_of(found, parties), parties), form)


def shown(report: Report, form: str) -> str:
    """A report in a format."""
    if form in TO_READ:
        return printable(TO_READ[form](report).rstrip("\n"))
    findings = to_findings(report)
    if form == "junit":
        findings = [finding for finding in findings if finding.severity != "note"]
    return OF_FINDINGS[form](Review(findings, [report.new.name], rules_of(report)))


def fails(report: Report, fail_on: FailOn) -> bool:
    """Whether any change is as grave as `fail_on` for one of the parties."""
    if fail_on == "never":
        return False
    return any(ORDER[entry.verdict(report.parties)] <= ORDER[fail_on] for entry in report.entries)
