"""What the rules read of a partner is given, or shows in its first submission."""

from __future__ import annotations

from contract_tests.http.limits import Limits
from contract_tests.http.partners import Caller, Partner, Partners
from tests.contract_tests.contracts import V2
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.sessions import session_of


def currency(attributes: dict[str, str], partner: str = "partner-a", **more: object) -> str | None:
    known = Partner(partner, f"secret-{partner[-1]}", attributes=attributes)
    with Server() as server:
        session = session_of(V2, server.base_url, partners=Partners(known), **more)
    return session.materials.attributes[Caller.FIRST].get("currency")


def test_what_is_given_is_known() -> None:
    assert currency({"currency": "EUR"}) == "EUR"


def test_the_first_value_that_the_server_saves_is_the_partners() -> None:
    assert currency({}) == "GBP"
    assert currency({}, "partner-e") == "EUR"


def test_where_nothing_may_be_sent_the_commonest_of_the_examples_is_taken() -> None:
    assert currency({}, "partner-e", limits=Limits(dry_run=True)) == "GBP"
