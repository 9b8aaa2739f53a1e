"""Callers that nobody created: where a contract takes any credentials, each of them is somebody of its own."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

from mock_server.contracts.callers import Caller
from mock_server.storage.partners import Partner, Partners
from mock_server.storage.threads import Threads

_REMEMBERED = 4096


class Strangers:
    """Makes a caller of a credential: the same one of the same credential, in every process and after every start."""

    def __init__(
        self, partners: Partners, threads: Threads, new_partner: Callable[[str], Partner]
    ) -> None:
        """Take the partners, the threads that write, and what makes a partner of an id."""
        self._partners = partners
        self._threads = threads
        self._new_partner = new_partner
        self._known: OrderedDict[str, Caller] = OrderedDict()

    async def caller(self, credential: str) -> Caller:
        """Return whose credential it is. Nothing can be learned of the credential from the id."""
        digest = hashlib.sha256(credential.encode("utf-8", "surrogatepass")).hexdigest()
        client_id = f"caller-{digest[:16]}"
        known = self._known.get(client_id)
        if known is None:
            partner = self._new_partner(client_id)
            await self._threads.write(client_id, self._partners.add, [partner])
            known = self._known[client_id] = Caller(client_id, partner.attributes)
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known
