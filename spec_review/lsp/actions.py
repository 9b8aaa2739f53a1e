"""Quick fixes: what a finding's mend would write, and a mark that it is lived with."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from openapi_documents import Document, Pointer
from spec_review.lint.fixing import edits_of
from spec_review.lsp.texts import units
from spec_review.output.findings import Finding
from spec_review.reading.values import mapping


def actions_for(
    document: Document, text: str, uri: str, finding: Finding
) -> Iterator[types.CodeAction]:
    """The actions for one finding in a file."""
    for edit in edits_of(text, [finding]):
        title = finding.mend or f"Write {edit.text}"
        change = types.TextEdit(
            types.Range(position_in(text, edit.start), position_in(text, edit.end)), edit.text
        )
        yield action(title[:1].upper() + title[1:], uri, change, is_preferred=True)
    mark = ignoring(document, text, finding)
    if mark is not None:
        yield action(f"Ignore {finding.rule} here", uri, mark, is_preferred=False)


def action(title: str, uri: str, edit: types.TextEdit, is_preferred: bool) -> types.CodeAction:
    """One action that edits one file."""
    return types.CodeAction(
        title=title,
        kind=types.CodeActionKind.QuickFix,
        edit=types.WorkspaceEdit(changes={uri: [edit]}),
        is_preferred=is_preferred,
    )


def ignoring(document: Document, text: str, finding: Finding) -> types.TextEdit | None:
    """The edit that marks a finding as lived with, in the nearest object that is written in lines."""
    if document.source_of(finding.place).text != text:
        return None
    for length in range(len(finding.place), 0, -1):
        owner = finding.place[:length]
        value = mapping(document.value(owner))
        first = next(iter(value), None)
        if first is None or is_of_names(owner) or "x-review-ignore" in value:
            continue
        own, child = document.key_position(owner), document.key_position((*owner, first))
        if child.line <= own.line or child.file != own.file:
            continue
        indent, rule = " " * (child.column - 1), finding.rule
        line = f"{indent}x-review-ignore: [{{rule: {rule}, reason: Say why.}}]\n"
        if text.lstrip().startswith("{"):
            line = f'{indent}"x-review-ignore": [{{"rule": "{rule}", "reason": "Say why."}}],\n'
        start = types.Position(child.line - 1, 0)
        return types.TextEdit(types.Range(start, start), line)
    return None


def is_of_names(place: Pointer) -> bool:
    """Tell whether the members of a mapping are names, so that a mark there would be one more."""
    maps = (
        "properties",
        "schemas",
        "responses",
        "parameters",
        "headers",
        "examples",
        "paths",
        "content",
    )
    return place[-1] in maps and place[-2:-1] != ("properties",)


def position_in(text: str, offset: int) -> types.Position:
    """The position of a letter of a text."""
    start = text.rfind("\n", 0, offset) + 1
    return types.Position(text.count("\n", 0, offset), units(text[start:offset]))
