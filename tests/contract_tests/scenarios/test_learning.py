"""A server that takes an alternative is asked and judged as it has chosen: told by the data of the contract alone."""

from __future__ import annotations

import pytest

from contract_tests.http.partners import Partners
from contract_tests.judging.mode import Effort, Mode, Suite
from contract_tests.process import Process
from contract_tests.reading.likeness import Likeness, Normalised, Texts
from contract_tests.scenarios.attempts import attempted
from contract_tests.scenarios.letters import Letters
from contract_tests.suites.lifecycle import test_collections
from tests.contract_tests.contracts import BOTH, CLAIM, V2
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.innocent_servers import Innocent, alternatives, name_of
from tests.contract_tests.sessions import KNOWN, process_of, session_of

CHOICES = {name_of(V2, one): one for one in alternatives(V2)}


def learnt(name: str) -> Process:
    """Return a process that has looked at the server of an alternative, and found nothing wrong with it."""
    with Server(service=Innocent(V2, CHOICES[name])) as server:
        process = process_of(
            V2, server.base_url, mode=Mode.DOCUMENTED, effort=Effort.QUICK, partners=Partners(KNOWN)
        )
        process.begin()
        process.look()
    session = process.base(process.run.contracts[0])
    assert [one.requirement.id for one in session.findings.take()] == []
    assert session.coverage.has_seen(CHOICES[name].silence)
    return process


def test_every_alternative_that_can_be_seen_has_a_server() -> None:
    assert len(CHOICES) == len(set(CHOICES)) >= 60


@pytest.mark.parametrize(
    ("name", "path", "there"),
    [
        ("S6.1", CLAIM.operation.path, "/data/v1/revenueclaims"),
        ("S7.1", CLAIM.operation.path, "/data/v1/revenueClaims"),
        ("S5.1", "/api/v2/RevenueClaims/Status/x", "/api/v2/Clients/Status/x"),
    ],
)
def test_paths_are_asked_for_where_they_stand(name: str, path: str, there: str) -> None:
    server = learnt(name).client.server
    assert server.url(path) == server.base_url + there


@pytest.mark.parametrize(
    ("name", "likeness"),
    [
        ("S18.1", Likeness(texts=Texts.AS_READ)),
        ("S18.2", Likeness(frozenset({Normalised.CASE, Normalised.SPACES}))),
        ("S37.2", Likeness(of_described=True)),
    ],
)
def test_items_are_compared_as_the_server_compares_them(name: str, likeness: Likeness) -> None:
    process = learnt(name)
    assert process.base(process.run.contracts[0]).freedom.likeness == likeness


@pytest.mark.parametrize("name", ["S13.1", "S43.1", "S26.1", "S38.1"])
def test_what_needs_to_be_seen_is_taken_where_it_was_seen(name: str) -> None:
    process = learnt(name)
    assert CHOICES[name].silence in process.base(process.run.contracts[0]).freedom.taken


def test_what_one_alternative_refuses_tells_nothing_of_another() -> None:
    coverage = learnt("S33.1").base(V2).coverage.coverage
    assert all(one.as_chosen for one in coverage.behaviours.get((V2.name, "S35"), ()))


def test_a_server_that_follows_the_contract_takes_no_alternative() -> None:
    with Server() as server:
        process = process_of(V2, server.base_url, mode=Mode.DOCUMENTED, effort=Effort.QUICK)
        process.look()
    freedom = process.base(process.run.contracts[0]).freedom
    assert not freedom.taken
    assert not process.client.server.moved
    assert freedom.likeness == Likeness()


def test_a_body_of_another_form_is_not_judged_and_told() -> None:
    process = learnt("S25.2")
    session = process.base(process.run.contracts[0])
    assert "decides S25 otherwise" in session.why_not(BOTH)


def test_tokens_are_asked_for_under_other_names() -> None:
    assert learnt("S29.2").client.asks.names == {
        "client_id": "clientId",
        "client_secret": "clientSecret",
    }


def test_a_token_request_of_another_form_is_a_finding_in_strict_mode() -> None:
    with Server(service=Innocent(V2, CHOICES["S29.2"])) as server:
        process = process_of(V2, server.base_url, effort=Effort.QUICK)
        process.begin()
        process.look()
    session = process.base(process.run.contracts[0])
    assert [one.requirement.id for one in session.findings.take()] == ["token.forms"]
    assert not session.why_not(BOTH)


@pytest.mark.parametrize("mode", Mode)
def test_errors_may_name_members_in_camel_case_but_in_strict_mode(mode: Mode) -> None:
    with Server(service=Innocent(V2, CHOICES["S20.1"])) as server:
        session = session_of(V2, server.base_url, mode=mode, effort=Effort.QUICK)
        story = session.story(Suite.CASES)
        without_key = Letters(session, CLAIM, story.namespace).entry("?")
        found = attempted(lambda: session.settle(session.submit(story, CLAIM, [without_key])))
    told = None if found is None else found.finding.requirement.id
    assert told == ("errors.each-violation" if mode is Mode.STRICT else None)


@pytest.mark.parametrize("mode", Mode)
def test_new_parts_of_what_is_not_saved_may_be_saved_but_in_strict_mode(mode: Mode) -> None:
    with Server(service=Innocent(V2, CHOICES["S26.2"])) as server:
        session = session_of(V2, server.base_url, mode=mode, effort=Effort.QUICK)
        test_collections.test_what_stands_inside_an_item_is_no_record_of_its_own(session, V2)
    found = {one.requirement.id for one in session.findings.take()}
    assert found == ({"collection.own"} if mode is Mode.STRICT else set())
