"""Answers about settled submissions, asked for again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.mock_server.samples import CLIENTS, V2, client
from tests.mock_server.served import Served


@pytest.fixture
def seeded(tmp_path: Path) -> Iterator[Served]:
    """Return a sandbox whose ids repeat, with its state in a file."""
    database = f"sqlite:///{tmp_path / 'sandbox.db'}"
    settings = Settings(contracts=(V2,), database=database, admin_key="the-admin-key", seed=1)
    server = Embedded(settings)
    served = Served(server, httpx.Client(base_url=server.url, timeout=60))
    yield served
    served.http.close()
    server.stop()


def finished(partner: httpx.Client, *keys: str) -> str:
    """Settle a submission at an instant that is always the same, and return where it is told of."""
    partner.post("/_sandbox/clock", json={"freeze": True})
    partner.post("/_sandbox/clock", json={"at": "2030-01-01T00:00:00Z"})
    accepted = partner.post(CLIENTS, json=[client(key) for key in keys])
    partner.post("/_sandbox/clock", json={"at": "2030-01-02T00:00:00Z"})
    return str(accepted.json()["status_check_uri"])


def keys_at(partner: httpx.Client, uri: str, **filters: str) -> list[str]:
    answer = partner.get(uri, params=filters)
    assert answer.status_code == 200, answer.text
    return [entry["data"]["partner_client_id"] for entry in answer.json()["result"]]


def test_they_are_the_same_again(seeded: Served) -> None:
    partner = seeded.partner()
    uri = finished(partner, "A", "B")
    assert keys_at(partner, uri) == keys_at(partner, uri) == ["A", "B"]


def test_a_filter_is_heard_each_time(seeded: Served) -> None:
    partner = seeded.partner()
    uri = finished(partner, "A", "A")
    for _ in range(2):
        assert keys_at(partner, uri) == ["A", "A"]
        assert keys_at(partner, uri, state="Duplicate") == ["A"]


def test_one_of_a_world_that_was_left_is_not_told_in_the_next(seeded: Served) -> None:
    partner = seeded.partner()
    uri = finished(partner, "A")
    assert keys_at(partner, uri) == ["A"]
    partner.post("/_sandbox/reset")
    assert partner.get(uri).status_code == 404
    assert finished(partner, "B") == uri, "under a seed, ids and instants repeat"
    assert keys_at(partner, uri) == ["B"]


def test_nobody_else_is_told(seeded: Served) -> None:
    uri = finished(partner := seeded.partner(), "A")
    assert keys_at(partner, uri) == ["A"]
    assert seeded.partner().get(uri).status_code == 404


def test_who_has_it_already_is_told_so(seeded: Served) -> None:
    partner = seeded.partner()
    uri = finished(partner, "A", "A")
    first, again = partner.get(uri), partner.get(uri)
    tag = first.headers["ETag"]
    assert again.headers["ETag"] == tag
    same = partner.get(uri, headers={"If-None-Match": f'"another", W/{tag}'})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag)
    assert partner.get(uri, headers={"If-None-Match": '"another"'}).content == first.content
    part = partner.get(uri, params={"state": "Duplicate"}, headers={"If-None-Match": tag})
    assert part.status_code == 200, "a part of it is something else"


def test_what_may_still_change_has_no_tag(seeded: Served) -> None:
    partner = seeded.partner()
    accepted = partner.post(CLIENTS, json=[client("A")]).json()
    assert "ETag" not in partner.get(accepted["status_check_uri"]).headers
