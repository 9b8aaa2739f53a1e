"""Reads the contracts, and reads them again when they are edited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import watchfiles

from mock_server.app import Sandbox
from mock_server.http.asgi import Receive, Scope, Send
from mock_server.loading import load_contracts
from mock_server.runtime import Runtime
from openapi_documents import DocumentError
from openapi_documents.texts.collector import no_collector


def build(runtime: Runtime) -> Sandbox:
    """Read the contracts and bind them. Raises DocumentError, and StorageError for a service's tables."""
    with no_collector():
        return Sandbox(load_contracts(runtime.settings), runtime)


class Reloading:
    """An application that follows edits of its contracts; a broken edit keeps the last good ones."""

    def __init__(self, sandbox: Sandbox, report: Callable[[str], None]) -> None:
        """Take the first application, and where to tell what an edit did."""
        self._sandbox = sandbox
        self._report = report
        self._watching: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve by the newest application; requests under way end on the one they began with."""
        if scope["type"] == "lifespan" and self._watching is None:
            self._watching = asyncio.create_task(self._watch())
        await self._sandbox(scope, receive, send)

    async def _watch(self) -> None:
        files = self._files()
        folders = {file.parent for file in files}
        # Editors replace files, so the folders are watched.
        async for changes in watchfiles.awatch(*folders, debounce=200, step=50):
            if files & {Path(changed).resolve() for _, changed in changes}:
                await self._reload()

    def _files(self) -> frozenset[Path]:
        overlays = self._sandbox.runtime.settings.overlays
        read = (contract.files for contract in self._sandbox.contracts)
        return frozenset().union(*read, (Path(path).resolve() for path in overlays))

    async def _reload(self) -> None:
        try:
            self._sandbox = await asyncio.to_thread(build, self._sandbox.runtime)
        except DocumentError as error:
            self._report(f"{error}\nThe last good contracts are still served.")
        else:
            self._report("The contracts were read again.")
