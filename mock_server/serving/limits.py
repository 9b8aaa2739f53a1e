"""How much a connection may ask for before anybody knows who it is. Sizes are in bytes, times in seconds."""

from __future__ import annotations

import contextlib

try:
    import resource
except ImportError:  # elsewhere than on Unix files are not counted
    resource = None  # type: ignore[assignment]

HEAD = 64 * 1024
"""Of a request's line and headers together, of a trailer, of the words between two chunks."""
URL = 32 * 1024
HEADERS = 256
UNWANTED_BODY = 64 * 1024 * 1024
"""Of a body that goes on coming after its request was answered."""

SECONDS_FOR_A_HEAD = 60.0
SECONDS_FOR_A_BODY = 120.0
# Idle test clients keep their connections; a few seconds would break them in the middle.
SECONDS_IDLE = 75
SECONDS_TO_HEAR_A_REFUSAL = 3.0
SECONDS_TO_END = 4
"""Until whoever is still in the middle of a request is left, when the server is told to end."""

_MOST_CONNECTIONS = 10_000
_OTHER_FILES = 128


def most_connections() -> int:
    """Return how many connections there may be at once: as many as the system lets this process have, within reason."""
    if resource is None:
        return _MOST_CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_CONNECTIONS + _OTHER_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return _MOST_CONNECTIONS
    return max(16, min(_MOST_CONNECTIONS, soft - _OTHER_FILES))
