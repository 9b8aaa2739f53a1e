"""How often somebody may show a wrong secret of a client."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from mock_server.http import problems
from mock_server.http.problems import Problem

_AT_ONCE = 30
_A_SECOND = 1.0
_REMEMBERED = 10_000


class Attempts:
    """Wrong secrets by client id and by where they come from, so that nobody can lock a client out from elsewhere.

    Some may come at once, as when somebody looks for the right one, and then one a second.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Take what tells seconds."""
        self._now = now
        # The instant at which all that was wrong is forgiven; each wrong secret puts it off.
        self._forgiven_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    def check(self, client_id: str, peer: str) -> None:
        """Raise Problem 429 where too many were wrong, whether or not the next one is right."""
        if not self._forgiven_at:
            return
        wait = self._forgiven_at.get((client_id, peer), 0.0) - self._now() - _AT_ONCE / _A_SECOND
        if wait > 0:
            headers = {"Retry-After": str(math.ceil(wait))}
            raise Problem(problems.TOO_MANY_SECRETS, headers=headers, client_id=client_id)

    def note_wrong(self, client_id: str, peer: str) -> None:
        """Note a wrong secret."""
        key = (client_id, peer)
        begin = max(self._forgiven_at.pop(key, 0.0), self._now())
        self._forgiven_at[key] = begin + 1 / _A_SECOND
        if len(self._forgiven_at) > _REMEMBERED:
            self._forgiven_at.popitem(last=False)
