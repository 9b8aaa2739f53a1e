"""`spec-review watch`: checks a contract on every save, and says what the edit changed in behaviour."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import click
from watchfiles import Change as FileChange
from watchfiles import watch as watch_files

from openapi_documents import Document, DocumentError, load
from spec_review.diff.changes import LocatedChange
from spec_review.diff.comparison import compare
from spec_review.diff.report.text import lines_of_change
from spec_review.lint.checking import Checking, today
from spec_review.lint.configuration.nearest import Settings
from spec_review.lint.rules import RULES
from spec_review.options import UNUSABLE, Opening, opening_options, tell
from spec_review.output.wording import printable
from spec_review.reading.opening import NotReviewedError, says_it_is_openapi

ENDINGS: Final = (".yaml", ".yml", ".json")
"""What the names of contracts in a folder end with."""

MOST_FINDINGS: Final = 15
"""How many findings of one save are shown; the rest is counted."""

GIT: Final = "git:HEAD:"


@click.command("watch")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--once", is_flag=True, help="Look once and end, as after a save.")
@opening_options
def watch(path: Path, once: bool, overlay: tuple[str, ...], allow_refs: tuple[str, ...]) -> None:
    """Check the contract at PATH (a file, or a folder of contracts) on every save.

    After each save it tells what `check` finds, and which outcomes are not those of the last commit. The files
    that a contract refers to are watched with it. Ends with Ctrl-C; exit code 2: this is no OpenAPI 3.0, 3.1 or 3.2.
    """
    watched = Watched(path, Opening(overlay, allow_refs))
    are_reviewed = [watched.show(file) for file in contracts(path)]
    if not all(are_reviewed) and (once or path.is_file()):
        sys.exit(UNUSABLE)
    if once:
        return
    is_ready = False
    # The first wait that ends in nothing shows that the folders are watched by now: no save after it is missed.
    for saved in watch_files(
        *watched.folders(),
        debounce=120,
        step=40,
        raise_interrupt=False,
        rust_timeout=500,
        yield_on_timeout=True,
    ):
        if not is_ready:
            click.echo(f"Watching {path}; Ctrl-C ends it.")
            is_ready = True
        for file in watched.touched_by(saved):
            watched.show(file)


def contracts(path: Path) -> list[Path]:
    """The file, or the contracts in the folder."""
    if path.is_dir():
        return sorted(file for file in path.rglob("*") if file.suffix in ENDINGS)
    return [path]


@dataclass
class Watched:
    """A file or folder that is watched, and which further files each contract was read from."""

    path: Path
    opening: Opening
    read: dict[Path, frozenset[Path]] = field(default_factory=dict)

    def folders(self) -> list[Path]:
        """The folders in which a save may concern a contract."""
        further = [Path(each).resolve() for each in self.opening.allow_refs]
        further += [Path(each).resolve().parent for each in self.opening.overlays]
        own = self.path if self.path.is_dir() else self.path.resolve().parent
        return list(dict.fromkeys((own, *further)))

    def touched_by(self, saved: Iterable[tuple[FileChange, str]]) -> list[Path]:
        """The contracts that a save concerns, and that are still there."""
        changed = {Path(name).resolve() for change, name in saved if change != FileChange.deleted}
        return [
            file
            for file in contracts(self.path)
            if file.is_file() and changed & {file.resolve(), *self.read.get(file, ())}
        ]

    def show(self, file: Path) -> bool:
        """Tell about one file, whatever is wrong with it; False for one that nobody reviews."""
        try:
            for line in self.lines_about(file):
                click.echo(printable(line))
        except NotReviewedError as error:
            tell(error)
            return False
        except DocumentError as error:
            tell(error)
        except Exception as error:
            reason = f"this could not be looked at ({type(error).__name__}: {error})"
            click.echo(f"{file}: {reason}", err=True)
        return True

    def lines_about(self, file: Path) -> Iterator[str]:
        """What is to be said about a file as it is now. Raises DocumentError when it cannot be used."""
        began = time.perf_counter()
        if self.path.is_dir() and not says_it_is_openapi(load(file)):
            return  # a part of another file, or something else
        document = self.opening.open(str(file))
        findings = Checking(document, RULES, Settings().of(str(file))).findings(today())
        self.read[file] = self.files_of(document)
        for finding in findings[:MOST_FINDINGS]:
            mend = f" ({finding.mend})" if finding.mend else ""
            yield f"{finding.position}: {finding.severity}: {finding.sentence}{mend} [{finding.rule}]"
        if len(findings) > MOST_FINDINGS:
            yield f"... and {len(findings) - MOST_FINDINGS} more"
        before = self.at_last_commit(file)
        changes = [] if before is None else list(changes_of_behaviour(before, document))
        for change in changes:
            yield from lines_of_change(change)
        count = f"{len(findings)} findings" if findings else "no finding"
        took = time.perf_counter() - began
        yield f"{file}: {count}; {in_few_words(before, changes)} [{took:.1f} s]"

    def files_of(self, document: Document) -> frozenset[Path]:
        """The files that a contract was read from, besides its own: references and overlays."""
        others = [document.source_of((file,)).path for file in document.files]
        return frozenset(Path(each).resolve() for each in (*others, *self.opening.overlays))

    def at_last_commit(self, file: Path) -> Document | None:
        """The file as it was committed last, None when it never was (or nothing keeps its history)."""
        try:
            return self.opening.open(f"{GIT}{file.absolute()}")
        except DocumentError:
            return None


def changes_of_behaviour(before: Document, document: Document) -> Iterator[LocatedChange]:
    """The changes of behaviour since the file was committed last."""
    for located in compare(before, document).changes:
        change = located.change
        if change.is_behavioural or (change.area == "behaviour" and change.level != "safe"):
            yield located


def in_few_words(before: Document | None, changes: Sequence[LocatedChange]) -> str:
    """How the behaviour compares with the last commit, in a few words."""
    if before is None:
        return "there is no last commit to compare the behaviour with"
    if not changes:
        return "behaves as in the last commit"
    count = "1 change" if len(changes) == 1 else f"{len(changes)} changes"
    return f"{count} of behaviour since the last commit"
