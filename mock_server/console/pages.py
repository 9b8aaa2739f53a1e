"""The pages, made when somebody first looks at one: few do, and a start need not wait for it."""

from __future__ import annotations

import importlib
from functools import cached_property
from typing import Any

from mock_server.console.subject import Subject
from mock_server.http.asgi import Receive, Scope, Send

_PATHS = ("/", "/contracts", "/favicon.ico")
_BELOW = ("/contracts/", "/_sandbox/console/", "/_sandbox/reference/", "/_sandbox/explain/")
_SITE = "mock_server.console.site"


class Pages:
    """The pages as an ASGI application."""

    def __init__(self, subject: Subject) -> None:
        """Take what the pages tell of."""
        self._subject = subject

    def has(self, path: str) -> bool:
        """Tell whether a path is one of theirs."""
        return path in _PATHS or path.startswith(_BELOW)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, as ASGI asks."""
        await self._site(scope, receive, send)

    @cached_property
    def _site(self) -> Any:
        return importlib.import_module(_SITE).build_site(self._subject)
