"""Whether this process answers, and whether its database does: what a balancer asks."""

from __future__ import annotations

import asyncio

from mock_server.http.answers import Answer, json_answer
from mock_server.storage.database import StorageError
from mock_server.storage.store import Store
from mock_server.storage.threads import Threads

HEALTH = "/healthz"
_PATIENCE = 2.0


async def health(store: Store, threads: Threads) -> Answer:
    """Return 200 when the database answers in time, 503 when it does not."""
    try:
        await asyncio.wait_for(threads.run(store.look), _PATIENCE)
    except TimeoutError:
        why = f"no answer within {_PATIENCE:g} s"
    except StorageError as error:
        why = str(error)
    else:
        return json_answer({"live": True, "ready": True})
    told = {"live": True, "ready": False, "database": why}
    return json_answer(told, 503, {"Retry-After": "1"})
