"""For how long a server puts a client off: `Retry-After` of RFC 9110 section 10.2.3."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from contract_tests.http.messages import Reply

SHORTEST = 0.05
"""Seconds that a client waits at least."""
UNREADABLE = 1.0
"""Seconds that a client waits that cannot read for how long."""
_OFF = frozenset({429, 503})


def retry_after(reply: Reply, now: float) -> float | None:
    """Return for how many seconds a server puts us off, None where it does not; `now` is in seconds since 1970."""
    told = reply.headers.get("retry-after")
    if reply.status not in _OFF or told is None:
        return None
    return max(_seconds(told.strip(), now), SHORTEST)


def _seconds(told: str, now: float) -> float:
    if re.fullmatch(r"[0-9]{1,300}(\.[0-9]{1,300})?", told):
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now
    except (ValueError, OverflowError, IndexError, TypeError):
        return UNREADABLE
