"""Tells a server that has gone from one that closes a connection: nobody listens there any more, and for seconds."""

from __future__ import annotations

import socket
import time
from urllib.parse import urlsplit

from contract_tests.http.failures import Cause

OF_CONNECTIONS = frozenset({Cause.REFUSED, Cause.CLOSED, Cause.CUT, Cause.UNREACHABLE})
"""What a server that goes leaves behind."""
_PAUSES = (0.0, 0.2, 0.5, 1.0)  # seconds; one that begins anew is back by then
_PATIENCE = 2.0


def has_gone(base_url: str) -> bool:
    """Whether nobody listens at a base URL, for as long as a restart takes."""
    parts = urlsplit(base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for pause in _PAUSES:
        time.sleep(pause)
        try:
            socket.create_connection((str(parts.hostname), port), _PATIENCE).close()
        except OSError:
            continue
        return False
    return True
