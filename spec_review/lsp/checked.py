"""The contracts that an editor has open, as they were last checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from lsprotocol import types

from openapi_documents import Document, DocumentError, Pointer, parse
from spec_review.lint.checking import Checking, today
from spec_review.lint.configuration.nearest import Settings
from spec_review.lint.rules import RULES
from spec_review.lsp.texts import range_of, text_of_file, uri_of
from spec_review.output.findings import Finding, Severity
from spec_review.output.review import with_mend
from spec_review.reading.contract import Contract
from spec_review.reading.opening import require_openapi, says_it_is_openapi

SEVERITIES: Final[Mapping[Severity, types.DiagnosticSeverity]] = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "note": types.DiagnosticSeverity.Information,
}

ENDINGS: Final = (".yaml", ".yml", ".json")
MOST_FILES: Final = 300
"""How many files around a part are looked at to find the contract that it is a part of."""


@dataclass
class Checked:
    """A contract with what was found in it. `document` is None for one that cannot be read."""

    document: Document | None
    findings: list[Finding] = field(default_factory=list)
    refusal: DocumentError | None = None

    @cached_property
    def contract(self) -> Contract | None:
        """What it means."""
        return None if self.document is None else Contract(self.document)

    def file_of(self, path: str) -> Pointer | None:
        """The place of a file in the contract, None when it is none of its files."""
        if self.document is None:
            return None
        for file in ((), *((one,) for one in self.document.files)):
            if Path(self.document.source_of(file).path).resolve() == Path(path).resolve():
                return file
        return None

    def diagnostics(self, path: str) -> dict[str, list[types.Diagnostic]]:
        """What an editor shows, by the URI of each file; the contract's own file always."""
        found: dict[str, list[types.Diagnostic]] = {uri_of(path): []}
        for finding in self.findings:
            if self.document is not None:
                text = text_of_file(self.document, finding.position)
                shown = types.Diagnostic(
                    range=range_of(text, finding.position),
                    message=with_mend(finding),
                    severity=SEVERITIES[finding.severity],
                    code=finding.rule,
                    source="spec-review",
                )
                found.setdefault(uri_of(finding.file), []).append(shown)
        if self.refusal is not None:
            error = self.refusal
            start = types.Position(error.position.line - 1, max(0, error.position.column - 1))
            said = f"{error.reason}. {error.mend}" if error.mend else error.reason
            shown = types.Diagnostic(
                types.Range(start, start),
                said,
                types.DiagnosticSeverity.Error,
                source="spec-review",
            )
            found.setdefault(uri_of(error.position.file), []).append(shown)
        return found


def checked(path: str, text: str) -> Checked | None:
    """A text checked as the contract in a file, None when it does not say that it is one."""
    try:
        document = parse(text, path)
        if not says_it_is_openapi(document):
            return None
        require_openapi(document)
        configuration = Settings().of(path)
        return Checked(document, Checking(document, RULES, configuration).findings(today()))
    except DocumentError as error:
        return Checked(None, refusal=error)


def contracts_around(path: str, root: str) -> Iterator[str]:
    """The files that may be contracts of which a file is a part: those near it and above, up to the root."""
    top = Path(root).resolve()
    folder = Path(path).resolve().parent
    seen = 0
    while True:
        for file in sorted(folder.glob("*")):
            seen += 1
            if seen > MOST_FILES:
                return
            if file.suffix in ENDINGS and file.is_file() and b"openapi" in file.read_bytes()[:4096]:
                yield str(file)
        if folder in (top, folder.parent) or top not in folder.parents:
            return
        folder = folder.parent
