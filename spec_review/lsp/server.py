"""The server: what an editor asks, and who answers it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from openapi_documents import Pointer
from spec_review.lint.rules import RULES
from spec_review.lsp.actions import actions_for
from spec_review.lsp.checked import Checked, checked, contracts_around
from spec_review.lsp.hover import told_at
from spec_review.lsp.navigation import target_of
from spec_review.lsp.texts import location_of, path_of, place_at, range_of, uri_of

PAUSE: Final = 0.25
"""For how many seconds nobody must type before the text is checked."""


@dataclass
class Session:
    """What one editor has open: each contract as it was last checked, and where findings of it are shown."""

    server: LanguageServer
    contracts: dict[str, Checked] = field(default_factory=dict)
    shown: dict[str, set[str]] = field(default_factory=dict)

    async def changed(self, uri: str, pause: float = PAUSE) -> None:
        """Check what a file belongs to, once nobody has typed for a while."""
        document = self.server.workspace.get_text_document(uri)
        before = document.version
        await asyncio.sleep(pause)
        if self.server.workspace.get_text_document(uri).version != before:
            return
        path = path_of(uri)
        own = await asyncio.to_thread(checked, path, document.source)
        if own is not None:
            self.show(path, own)
            return
        for contract in await asyncio.to_thread(self.contracts_with, path):
            whole = await asyncio.to_thread(checked, contract, Path(contract).read_text("utf-8"))
            if whole is not None:
                self.show(contract, whole)

    def contracts_with(self, path: str) -> list[str]:
        """The contracts of which a file is a part."""
        known = [one for one, found in self.contracts.items() if found.file_of(path) is not None]
        if known:
            return known
        root = self.server.workspace.root_path or str(Path(path).parent)
        for one in contracts_around(path, root):
            found = checked(one, Path(one).read_text("utf-8"))
            if found is not None and found.file_of(path) is not None:
                return [one]
        return []

    def show(self, path: str, found: Checked) -> None:
        """Show what was found in a contract, and take away what was shown before."""
        if found.document is None and path in self.contracts:
            # What stood there last answers questions until the text can be read again.
            found.document = self.contracts[path].document
        self.contracts[path] = found
        diagnostics = found.diagnostics(path)
        for uri in self.shown.get(path, set()) - set(diagnostics):
            diagnostics[uri] = []
        self.shown[path] = set(diagnostics)
        for uri, listed in diagnostics.items():
            self.server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=uri, diagnostics=listed)
            )

    def closed(self, uri: str) -> None:
        """Take away what was shown of a contract that nobody looks at any more."""
        path = path_of(uri)
        self.contracts.pop(path, None)
        for shown in self.shown.pop(path, set()):
            self.server.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(uri=shown, diagnostics=[])
            )

    def at(self, uri: str, position: types.Position) -> tuple[Checked, Pointer] | None:
        """The contract that a file belongs to, and the place at a position of it."""
        path = path_of(uri)
        for found in self.contracts.values():
            file = found.file_of(path)
            if file is not None and found.document is not None:
                text = found.document.source_of(file).text
                return found, place_at(found.document, text, position, file)
        return None

    def hover(self, params: types.HoverParams) -> types.Hover | None:
        """What is told of a place."""
        here = self.at(params.text_document.uri, params.position)
        if here is None or here[0].contract is None:
            return None
        told = told_at(here[0].contract, here[1], here[0].findings, RULES)
        content = types.MarkupContent(types.MarkupKind.Markdown, told)
        return types.Hover(content) if told else None

    def definition(self, params: types.DefinitionParams) -> types.Location | None:
        """Where what stands at a place leads."""
        here = self.at(params.text_document.uri, params.position)
        if here is None or here[0].contract is None or here[0].document is None:
            return None
        target = target_of(here[0].contract, here[1])
        return None if target is None else location_of(here[0].document, target)

    def actions(self, params: types.CodeActionParams) -> list[types.CodeAction]:
        """The quick fixes for the findings in a range."""
        uri = params.text_document.uri
        text = self.server.workspace.get_text_document(uri).source
        lines = range(params.range.start.line, params.range.end.line + 1)
        return [
            one
            for found in self.contracts.values()
            for finding in found.findings
            if found.document is not None
            and uri_of(finding.file) == uri_of(path_of(uri))
            and range_of(text, finding.position).start.line in lines
            for one in actions_for(found.document, text, uri, finding)
        ]


def server() -> LanguageServer:
    """A language server that knows what an editor may ask."""
    made = LanguageServer("spec-review", version("understudy"))
    session = Session(made)

    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        await session.changed(params.text_document.uri, pause=0)

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def typed(params: types.DidChangeTextDocumentParams) -> None:
        await session.changed(params.text_document.uri)

    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        await session.changed(params.text_document.uri, pause=0)

    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        session.closed(params.text_document.uri)

    @made.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        return session.hover(params)

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    def definition(params: types.DefinitionParams) -> types.Location | None:
        return session.definition(params)

    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])

    @made.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return session.actions(params)

    return made
