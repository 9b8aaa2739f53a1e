"""Fills a database with saved records or settled submissions without HTTP, as if they had been sent long ago."""

from __future__ import annotations

import hashlib
import json
import uuid

from mock_server.batches.items import record_key
from mock_server.clock import real_now
from mock_server.storage.partners import Partner
from mock_server.storage.records import NewRecord
from mock_server.storage.store import Store
from mock_server.storage.submission_tables import NewSubmission
from mock_server.storage.tallies import ITEMS, SUBMISSIONS, Tally

_BATCH = 10_000
_OPERATION = "partner-client-service-v2#createPartnerClients"


def fill(url: str, partner: str, records: int) -> None:
    """Save so many clients of a partner, each with a random key, by submissions of 10,000."""
    store = Store(url)
    store.partners.add([Partner(partner, f"secret-{partner[-1]}", {"currency": "GBP"})])
    for _ in range(records // _BATCH):
        now = real_now()
        new = NewSubmission(partner, _OPERATION, b"[]", 0, 0, None, None)
        with store.database.begin_write() as connection:
            (accepted,), _due = store.submissions.accept_in(connection, [new], now)
            submission = store.submissions.read_in(connection, partner, accepted.id)
            saved = [_record(place) for place in range(_BATCH)]
            store.records.save(connection, submission, "clients", saved)
            store.submissions.settle(
                connection, submission, b'{"rows":{},"saving":[],"items":[]}', now
            )
    store.close()


def fill_submissions(url: str, partner: str, count: int) -> None:
    """Save so many settled submissions of a partner, each of one item."""
    store = Store(url)
    store.partners.add([Partner(partner, f"secret-{partner[-1]}", {"currency": "GBP"})])
    one = NewSubmission(partner, _OPERATION, b"[{}]", 1, 0, None, None)
    written = b'{"rows":{},"saving":[],"items":[]}'
    for begun in range(0, count, _BATCH):
        now = real_now()
        with store.database.begin_write() as connection:
            new = [one] * min(_BATCH, count - begun)
            answers, _due = store.submissions.accept_in(connection, new, now)
            for accepted in answers:
                submission = store.submissions.read_in(connection, partner, accepted.id)
                store.submissions.settle(connection, submission, written, now)
            changes = [Tally(SUBMISSIONS, "", len(new)), Tally(ITEMS, "Completed", len(new))]
            store.tallies.add(connection, submission.world, changes)
    store.close()


def _record(place: int) -> NewRecord:
    client = str(uuid.uuid4())
    data = json.dumps(
        {
            "partner_client_id": client,
            "client_start_date": "2024-04-23T13:44:03.585Z",
            "entity_type": "SoleTrader",
            "other_identifiers": [{"key": "MerchantId", "values": ["123456"]}],
        },
        separators=(",", ":"),
    ).encode()
    identity = hashlib.blake2b(data, digest_size=20).digest()
    return NewRecord(record_key([client]), identity, place)
