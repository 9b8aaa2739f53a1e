"""Mends what is sure in a file: what a fix says is done to the key, scalar or item at its position."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from openapi_documents import DocumentError, parse
from spec_review.output.findings import Finding, Fix

PLAIN: Final = re.compile(r"[A-Za-z_$/][\w$/.-]*")
"""A text that means itself without quotes, wherever it stands."""

SCALAR: Final = re.compile(
    r"""'(?:[^'\n]|'')*'|"(?:[^"\\\n]|\\.)*"|[^\s,\[\]{}#:'"]+(?::[^\s,\[\]{}]+)*"""
)
"""A key or scalar on one line, in quotes or without."""

QUOTES: Final = ("'", '"')


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A part of the text from one letter to another, counted from 0, and what to write there."""

    start: int
    end: int
    text: str


def edits_of(text: str, findings: Iterable[Finding]) -> list[Edit]:
    """The edits that the fixes of findings mean, from the end on, each place once."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found: dict[int, Edit] = {}
    for one in findings:
        if one.fix is not None and one.line < len(starts):
            edit = edit_at(text, starts[one.line - 1] + one.column - 1, one.fix)
            if edit is not None:
                found.setdefault(edit.start, edit)
    return sorted(found.values(), reverse=True)


def edit_at(text: str, start: int, fix: Fix) -> Edit | None:
    """What a fix does at one letter of a text, None where the text is not as plain as it has to be."""
    found = SCALAR.match(text, start)
    if found is None:
        return None
    match fix.action:
        case "quote":
            return None if found[0][:1] in QUOTES else Edit(start, found.end(), f'"{found[0]}"')
        case "unquote":
            return Edit(start, found.end(), found[0][1:-1]) if found[0][:1] in QUOTES else None
        case "remove":
            return removal(text, start, found.end())
        case _:
            return Edit(start, found.end(), in_quotes_of(found[0], fix.text))


def in_quotes_of(before: str, text: str) -> str:
    """A text in the quotes of what stood there before it, or in some when it needs them."""
    quote = before[:1] if before[:1] in QUOTES else "" if PLAIN.fullmatch(text) else '"'
    return f"{quote}{text}{quote}"


def removal(text: str, start: int, end: int) -> Edit | None:
    """The edit that takes an item out of a list: its line, or the part of a flow before or after it."""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    after = text[end:] if line_end < 0 else text[end : line_end + 1]
    if text[line_start:start].strip() == "-" and not after.strip():
        return Edit(line_start, end + len(after), "")
    before = re.search(r",\s*\Z", text[:start])
    return None if before is None else Edit(before.start(), end, "")


def mended(text: str, name: str, findings: Sequence[Finding]) -> str:
    """A text with what is sure mended; as it was when that left no document."""
    result = text
    sure = (one for one in findings if one.file == name and one.fix is not None)
    for edit in edits_of(text, (one for one in sure if one.fix is not None and one.fix.is_sure)):
        result = result[: edit.start] + edit.text + result[edit.end :]
    with suppress(DocumentError):
        parse(result, name)
        return result
    return text


def mend_file(file: str, findings: Sequence[Finding]) -> bool:
    """Mend what is sure in one file, and tell whether anything was."""
    path = Path(file)
    if not path.is_file():
        return False
    text = path.read_bytes().decode("utf-8", errors="surrogateescape")
    result = mended(text, file, findings)
    if result != text:
        path.write_bytes(result.encode("utf-8", errors="surrogateescape"))
    return result != text
