"""Whether a request was refused as the contract has it, or taken as an alternative of a silence has it."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from contract_tests.http.messages import Exchange, Reply, Request
from contract_tests.judging import catalogue
from contract_tests.judging.asking import Asked
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Mode, Suite
from contract_tests.judging.session import Session
from contract_tests.reading.requirements import Requirement
from tests.contract_tests.contracts import CLIENT, V2
from tests.contract_tests.sessions import session_of


def taken(mode: Mode, requirement: Requirement = catalogue.BODY_TOO_MANY) -> Session:
    """Return a session of which a server has taken a request that is to be refused for its size."""
    session = session_of(V2, "http://127.0.0.1:9", mode=mode)
    story, reply = session.story(Suite.BODIES), Reply(202, {}, b"{}")
    story.exchanges.append(Exchange(Request("POST", CLIENT.operation.path), reply))
    asked = Asked(story, CLIENT.operation, "many", reply)
    session.asking.require_refused(asked, requirement, (413,))
    return session


def test_a_server_that_takes_any_number_may_keep_what_it_takes() -> None:
    assert taken(Mode.DOCUMENTED).asking.takes_bad_bodies


def test_any_number_of_items_is_not_any_number_of_bytes() -> None:
    with pytest.raises(Broken):
        taken(Mode.DOCUMENTED, catalogue.BODY_TOO_LARGE)


def test_strict_mode_leaves_no_choice() -> None:
    with pytest.raises(Broken):
        taken(Mode.STRICT)


@pytest.mark.parametrize(("body", "is_raised"), [(b'{"a": 1, "a": 2}', True), (b"{}", False)])
def test_an_answer_that_was_told_of_is_raised_again_where_it_cannot_be_read(
    body: bytes, is_raised: bool
) -> None:
    session = session_of(V2, "http://127.0.0.1:9")
    reply = Reply(202, {"content-type": "application/json"}, body)
    story = session.story(Suite.BODIES)
    story.exchanges.append(Exchange(Request("POST", CLIENT.operation.path), reply))
    session.asking.undocumented.add((CLIENT.operation.id, 202))
    with pytest.raises(Broken) if is_raised else nullcontext():
        session.asking.require_documented(Asked(story, CLIENT.operation, "one", reply))
