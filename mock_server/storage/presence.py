"""Whether a server runs on a database that is a file: it holds a lock beside it as long as it lives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

try:
    import fcntl
except ImportError:  # elsewhere than on Unix nobody is told
    fcntl = None  # type: ignore[assignment]


@contextmanager
def hold(database: str) -> Iterator[None]:
    """Say that a server runs on a database for as long as the context lasts."""
    path = _lock(database)
    if path is None or fcntl is None:
        yield
        return
    with path.open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_SH)  # several may serve one file
        yield


def is_served(database: str) -> bool | None:
    """Tell whether a server of this machine runs on a database; None where that cannot be told."""
    path = _lock(database)
    if path is None or fcntl is None:
        return None
    if not path.exists():
        return False
    with path.open("r", encoding="utf-8") as looked_at:
        try:
            fcntl.flock(looked_at, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock(database: str) -> Path | None:
    url = sa.make_url(database)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(f"{url.database}.served")
