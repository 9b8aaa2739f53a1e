"""Joins two edits of a contract: as lines where git can, else as data, and never into a new mistake."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openapi_documents import MISSING, DocumentError, parse
from spec_review.lint.checking import Checking, today
from spec_review.lint.configuration.nearest import Settings
from spec_review.lint.rules import RULES
from spec_review.output.findings import Finding

CONFLICT: Final = "both sides changed the same place; the file marks it"


@dataclass(frozen=True)
class Merged:
    """What a merge leaves in the file, and why somebody has to look at it."""

    text: bytes
    objections: Sequence[str] = ()


class ContradictionError(Exception):
    """Both sides changed one value, each to another."""


def merged(base: Path, ours: Path, theirs: Path, path: str) -> Merged:
    """Both edits in one text. Raises DocumentError for a side that cannot be read."""
    text, is_clean = by_lines(base, ours, theirs)
    if not is_clean:
        union, _ = by_lines(base, ours, theirs, "--union")
        if not says_both(union, base, ours, theirs, path):
            return Merged(text, [f"{path}: {CONFLICT}"])
        text = union
    return Merged(text, new_mistakes(text, ours, theirs, path))


def by_lines(base: Path, ours: Path, theirs: Path, *options: str) -> tuple[bytes, bool]:
    """What git makes of the lines, and whether nothing contradicts itself in them."""
    names = ["-L", "ours", "-L", "base", "-L", "theirs"]
    words = ["git", "merge-file", "-p", *options, *names, str(ours), str(base), str(theirs)]
    done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603 (no shell, git's own files)
    return done.stdout, done.returncode == 0


def says_both(text: bytes, base: Path, ours: Path, theirs: Path, path: str) -> bool:
    """Tell whether a text says exactly what both sides say together."""
    try:
        sides = [parse(one.read_bytes(), path).data for one in (base, ours, theirs)]
        return bool(parse(text, path).data == joined(*sides))
    except (DocumentError, ContradictionError):
        return False


def joined(base: object, ours: object, theirs: object) -> object:
    """The value that both sides mean. Raises ContradictionError when they mean two."""
    if theirs in (ours, base):
        return ours
    if base == ours:
        return theirs
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        raise ContradictionError
    before = base if isinstance(base, dict) else {}
    found: dict[str, object] = {}
    for name in dict.fromkeys((*ours, *theirs)):
        value = joined(
            before.get(name, MISSING), ours.get(name, MISSING), theirs.get(name, MISSING)
        )
        if value is not MISSING:
            found[name] = value
    return found


def new_mistakes(text: bytes, ours: Path, theirs: Path, path: str) -> list[str]:
    """The errors of a merged text that neither side has, such as an operationId that now stands twice."""
    known = {
        (one.rule, one.sentence)
        for side in (ours, theirs)
        for one in errors(side.read_bytes(), path)
    }
    return [
        f"{one.position}: {one.sentence} ({one.rule}, which neither side has alone)"
        for one in errors(text, path)
        if (one.rule, one.sentence) not in known
    ]


def errors(text: bytes, path: str) -> list[Finding]:
    """The errors of a text as the contract at a path."""
    document = parse(text, path)
    found = Checking(document, RULES, Settings().of(path)).findings(today())
    return [finding for finding in found if finding.severity == "error"]
