"""A partner is an id, a secret and attributes, which the rules of a contract read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from mock_server.storage.partners import Partner
from mock_server.storage.store import Store
from tests.mock_server.samples import V2, claim
from tests.mock_server.served import Serve

RULE = "rule: self.currency == partner.currency"
ADMIN = {"X-Admin-Key": "the-admin-key"}


def states(client: Any, items: list[dict[str, Any]]) -> list[str]:
    uri = client.post("/api/v2/RevenueClaims", json=items).json()["status_check_uri"]
    client.post("/_sandbox/clock", json={"advance": 1000})
    return [entry["status"]["state"] for entry in client.get(uri).json()["result"]]


@pytest.mark.parametrize(("tier", "state"), [("gold", "Completed"), ("tin", "Failed")])
def test_a_rule_reads_whatever_attribute_a_partner_has(
    served: Serve, tmp_path: Path, tier: str, state: str
) -> None:
    contract = tmp_path / "claims.yaml"
    text = V2.read_text(encoding="utf-8")
    assert RULE in text
    contract.write_text(text.replace(RULE, "rule: partner.tier == 'gold'"), encoding="utf-8")
    sandbox = served(contract)

    assert states(sandbox.partner(tier=tier), [claim()]) == [state]


def test_an_attribute_that_a_partner_does_not_have_keeps_no_rule(
    served: Serve, tmp_path: Path
) -> None:
    contract = tmp_path / "claims.yaml"
    text = V2.read_text(encoding="utf-8").replace(RULE, "rule: partner.tier == 'gold'")
    contract.write_text(text, encoding="utf-8")

    assert states(served(contract).partner(), [claim()]) == ["Failed"]


def test_what_is_not_said_of_a_partner_is_as_in_the_fixtures(served: Serve) -> None:
    http = served(V2).http
    made = http.post("/_sandbox/partners", json={}, headers=ADMIN).json()
    euro = {"attributes": {"currency": "EUR", "tier": "gold", "rank": 7}}
    told = http.post("/_sandbox/partners", json=euro, headers=ADMIN).json()

    assert made["currency"] == "GBP"
    assert (told["currency"], told["tier"], told["rank"]) == ("EUR", "gold", 7)
    assert told in http.get("/_sandbox/partners", headers=ADMIN).json()


def test_attributes_stand_in_the_store_as_they_were_given(database_url: str) -> None:
    partner = Partner("p", "secret-of-p", {"currency": "EUR", "limits": {"most": 5}, "tags": ["a"]})
    store = Store(database_url)
    store.partners.add([partner])
    store.close()

    again = Store(database_url)
    assert again.partners.of_id("p") == partner
    again.close()


def test_a_database_of_0_1_is_brought_to_the_form_of_today(database_url: str) -> None:
    """Its table of partners had a column for the currency."""
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            sa.text(
                "CREATE TABLE partners (number INTEGER PRIMARY KEY, client_id TEXT NOT NULL UNIQUE, "
                "client_secret TEXT NOT NULL, currency TEXT NOT NULL, clock_offset BIGINT NOT NULL, "
                "clock_frozen_at BIGINT, accepted BIGINT NOT NULL)"
            )
        )
        connection.execute(
            sa.text("INSERT INTO partners VALUES (1, 'old', 'secret-of-old', 'CHF', 5, NULL, 3)")
        )
    engine.dispose()

    store = Store(database_url)
    assert store.partners.all() == [Partner("old", "secret-of-old", {"currency": "CHF"})]
    assert store.submissions.due("old").clock.offset == 5
    store.close()
