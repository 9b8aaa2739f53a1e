"""What the libraries of the server import and the server never needs, left out of the process of the command.

Connexion brings Flask, templates, a test client and two HTTP clients along, of which one has a command; they take a part of
the time of a start. Nothing is left out where somebody else's code runs too: beside the sandbox in a test, for instance.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


def _module(name: str, class_name: str) -> ModuleType:
    module = ModuleType(name)
    module.__dict__[class_name] = object
    return module


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import the libraries of the server without what it never needs; afterwards everything can be imported."""
    left_out = {
        # What cannot be imported, for which who imports it is prepared.
        "a2wsgi": None,
        "flask": None,
        "httpx._main": None,
        "jinja2": ModuleType("jinja2"),
        "jwt.jwks_client": _module("jwt.jwks_client", "PyJWKClient"),
        "requests": ModuleType("requests"),
        "starlette.templating": _module("starlette.templating", "Jinja2Templates"),
        "starlette.testclient": _module("starlette.testclient", "TestClient"),
    }
    added = [name for name in left_out if name not in sys.modules]
    for name in added:
        sys.modules[name] = left_out[name]  # type: ignore[assignment]  # None is for the import system
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]
