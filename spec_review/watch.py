"""`spec-review watch`: checks a contract on every save, and says what the edit changed in behaviour."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import click
from watchfiles import Change as FileChange
from watchfiles import watch as watch_files

from spec_review.diff.changes import Placed
from spec_review.diff.comparison import compare
from spec_review.diff.report import text_of_change
from spec_review.document import Document, DocumentError
from spec_review.lint.rules import check
from spec_review.output.findings import in_reading_order
from spec_review.sources import at_last_commit

ENDINGS: Final = (".yaml", ".yml", ".json")
MOST_FINDINGS: Final = 15
"""How many findings of one save are shown; the rest is counted."""


@click.command("watch")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--once", is_flag=True, help="Look once and end, as after a save.")
def watch(path: Path, once: bool) -> None:
    """Check the contract at PATH (a file, or a folder of contracts) on every save.

    After each save it tells what `check` finds, and which outcomes are not those of the last commit.
    Ends with Ctrl-C.
    """
    for file in contracts(path):
        show(file)
    if once:
        return
    folder = path if path.is_dir() else path.resolve().parent
    told = False
    # The first wait that ends in nothing shows that the folder is watched by now: no save after it is missed.
    for saved in watch_files(
        folder,
        debounce=120,
        step=40,
        raise_interrupt=False,
        rust_timeout=500,
        yield_on_timeout=True,
    ):
        if not told:
            click.echo(f"Watching {path}; Ctrl-C ends it.")
            told = True
        for file in wanted(path, saved):
            show(file)


def contracts(path: Path) -> list[Path]:
    """The file, or the contracts in the folder."""
    if path.is_dir():
        return sorted(each for each in path.rglob("*") if each.suffix in ENDINGS)
    return [path]


def wanted(path: Path, saved: Iterable[tuple[FileChange, str]]) -> list[Path]:
    """The files of a save that are watched, and are still there."""
    changed = {Path(name).resolve() for change, name in saved if change != FileChange.deleted}
    if path.is_dir():
        inside = [each for each in changed if each.suffix in ENDINGS and each.is_file()]
        root = path.resolve()
        return sorted(path / each.relative_to(root) for each in inside if root in each.parents)
    return [path] if path.resolve() in changed else []


def show(file: Path) -> None:
    """Tells about one file; whatever is wrong with it, the watching goes on."""
    try:
        for line in told(file):
            click.echo(line)
    except Exception as error:
        click.echo(f"{file}: this could not be looked at ({type(error).__name__}: {error})")


def told(file: Path) -> Iterator[str]:
    """What is to be said about a file as it is now."""
    began = time.perf_counter()
    try:
        document = Document.load(file)
    except DocumentError as error:
        yield f"{error.position}: {error.reason}"
        return
    findings = in_reading_order(check(document))
    for finding in findings[:MOST_FINDINGS]:
        mend = f" ({finding.mend})" if finding.mend else ""
        yield f"{finding.position}: {finding.severity}: {finding.sentence}{mend} [{finding.rule}]"
    if len(findings) > MOST_FINDINGS:
        yield f"... and {len(findings) - MOST_FINDINGS} more"
    changes = list(since_last_commit(file, document))
    for each in changes:
        yield from text_of_change(each)
    took = time.perf_counter() - began
    count = "no finding" if not findings else f"{len(findings)} findings"
    yield f"{file}: {count}; {behaviour_words(file, changes)} [{took:.1f} s]"


def since_last_commit(file: Path, document: Document) -> Iterator[Placed]:
    """The changes of behaviour since the file was committed last."""
    before = at_last_commit(file)
    if before is None or before.text == document.text:
        return
    for each in compare(before, document).changes:
        change = each.change
        if change.is_behavioural or (
            change.area == "behaviour" and change.verdicts.worst() != "safe"
        ):
            yield each


def behaviour_words(file: Path, changes: list[Placed]) -> str:
    """How the behaviour compares with the last commit, in a few words."""
    if at_last_commit(file) is None:
        return "there is no last commit to compare the behaviour with"
    if not changes:
        return "behaves as in the last commit"
    count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    return f"{count} of behaviour since the last commit"
