"""Databases that an older release made."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from mock_server.batches.items import canonical
from mock_server.clock import real_now
from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.mock_server.samples import CLIENTS, V2, client
from tests.mock_server.served import Served

OLD_TABLES = """
CREATE TABLE partners (
    number {serial} PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, client_secret TEXT NOT NULL, {known},
    clock_offset BIGINT NOT NULL, clock_frozen_at BIGINT, accepted BIGINT NOT NULL);
CREATE TABLE submissions (
    id TEXT PRIMARY KEY, partner TEXT NOT NULL, sequence BIGINT NOT NULL, operation TEXT NOT NULL,
    item_count INTEGER NOT NULL, accepted_at BIGINT NOT NULL, due_at BIGINT NOT NULL, settled_at BIGINT,
    body {bytes} NOT NULL, outcomes {bytes}, idempotency_key TEXT, fingerprint {bytes},
    UNIQUE (partner, sequence), UNIQUE (partner, idempotency_key));
CREATE INDEX submissions_to_settle ON submissions (partner, sequence) WHERE settled_at IS NULL;
CREATE TABLE records (
    number {number} PRIMARY KEY, partner TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL,
    identity {bytes} NOT NULL, data {bytes} NOT NULL, submission TEXT NOT NULL, position INTEGER NOT NULL,
    saved_at BIGINT NOT NULL, UNIQUE (partner, collection, key, identity))
"""
SETTLED, WAITING = (f"00000000-0000-4000-8000-00000000000{number}" for number in (1, 2))
ROW = [1, "otherwise", "Completed", None, None, []]


def identity(item: object) -> bytes:
    return hashlib.blake2b(canonical(item), digest_size=20).digest()


def make(url: str, known: str, value: str) -> None:
    """Make a database as 0.1 or 0.2 made it: one settled submission of partner-a, one that waits, and one record."""
    engine = sa.create_engine(url)
    postgresql = engine.dialect.name == "postgresql"
    kinds = {
        "bytes": "BYTEA" if postgresql else "BLOB",
        "number": "BIGINT" if postgresql else "INTEGER",
        "serial": "SERIAL" if postgresql else "INTEGER",
    }
    saved = client("A")
    outcomes = {"rows": {"1": ROW}, "items": [[1, [], None, None]], "saving": ["Completed"]}
    now = real_now()
    row: dict[str, Any] = {
        "partner": "partner-a",
        "operation": "partner-client-service-v2:createPartnerClients",
        "item_count": 1,
        "accepted_at": now,
        "due_at": now,
        "body": json.dumps([saved]).encode(),
        "key": "a key",
        "print": b"print",
    }
    with engine.begin() as connection:
        for statement in OLD_TABLES.format(known=known, **kinds).split(";"):
            connection.execute(sa.text(statement))
        connection.execute(
            sa.text(
                "INSERT INTO partners VALUES (9, 'partner-a', 'an-old-secret', :value, 0, NULL, 2)"
            ),
            {"value": value},
        )
        insert = (
            "INSERT INTO submissions VALUES (:id, :partner, :sequence, :operation, :item_count, "
            ":accepted_at, :due_at, :settled_at, :body, :outcomes, :key, :print)"
        )
        settled = {"settled_at": now, "outcomes": json.dumps(outcomes).encode()}
        connection.execute(sa.text(insert), {**row, **settled, "id": SETTLED, "sequence": 1})
        waits = {"settled_at": None, "outcomes": None, "key": None, "print": None}
        connection.execute(sa.text(insert), {**row, **waits, "id": WAITING, "sequence": 2})
        connection.execute(
            sa.text(
                "INSERT INTO records VALUES (1, 'partner-a', 'clients', :key, :identity, :data, :id, 0, :at)"
            ),
            {
                "key": canonical([saved["partner_client_id"]]).decode(),
                "identity": identity(saved),
                "data": json.dumps(saved).encode(),
                "id": SETTLED,
                "at": now,
            },
        )
    engine.dispose()


@pytest.mark.parametrize(
    ("known", "value"),
    [("currency TEXT NOT NULL", "GBP"), ("attributes TEXT NOT NULL", '{"currency": "GBP"}')],
    ids=["0.1", "0.2"],
)
def test_nothing_of_it_is_lost(database_url: str, known: str, value: str) -> None:
    make(database_url, known, value)
    server = Embedded(Settings(contracts=(V2,), database=database_url))
    served = Served(server, httpx.Client(base_url=server.url, timeout=60))
    form = {"grant_type": "client_credentials"}
    granted = served.http.post("/oauth2/token", data=form, auth=("partner-a", "an-old-secret"))
    served.http.headers["Authorization"] = f"Bearer {granted.json()['access_token']}"

    def state(submission: str) -> str:
        answer = served.http.get(f"{CLIENTS}/Status/{submission}")
        return str(answer.json()["result"][0]["status"]["state"])

    assert state(SETTLED) == "Completed"
    assert state(WAITING) == "Duplicate"  # of what the first one saved
    world = served.http.get("/_sandbox/world").json()
    assert world["submissions"] == 2
    assert world["items"] == {"Completed": 1, "Duplicate": 1}
    assert world["records"] == {"clients": 1}
    sent_again = served.http.post(CLIENTS, json=[client("A")])
    assert sent_again.status_code == 202
    listed = served.http.get("/_sandbox/submissions").json()
    assert len(listed) == 3
    served.http.close()
    server.stop()
