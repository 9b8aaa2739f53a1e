"""What the libraries of the server import and the server never needs, left out of the process of the command.

Connexion brings Flask, a test client and a second HTTP client along, which take a part of the time of a start. Nothing is left
out where somebody else's code runs too: beside the sandbox in a test, for instance.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def lean_imports() -> Iterator[None]:
    """Import the libraries of the server without what it never needs; afterwards everything can be imported."""
    test_client = ModuleType("starlette.testclient")
    test_client.__dict__["TestClient"] = object
    left_out = {
        "flask": None,  # cannot be imported, which Connexion is prepared for
        "requests": ModuleType("requests"),
        "starlette.testclient": test_client,
    }
    added = [name for name in left_out if name not in sys.modules]
    for name in added:
        sys.modules[name] = left_out[name]  # type: ignore[assignment]  # None is for the import system
    try:
        yield
    finally:
        for name in added:
            del sys.modules[name]
