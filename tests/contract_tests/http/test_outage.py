"""A server that has gone is no server with a fault."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler

import pytest

from contract_tests.http.failures import CannotJudge, Cause, Unanswered
from contract_tests.http.messages import get
from tests.contract_tests.hostile_answers import saying
from tests.contract_tests.plain_servers import answering, serving
from tests.contract_tests.sessions import NOBODY, client_of

X = get("/x")


def test_once_nobody_listens_any_more_nothing_can_be_judged() -> None:
    with serving(answering(200)) as (base_url, _):
        client = client_of(base_url, NOBODY)
        client.send(X)
    with pytest.raises(CannotJudge, match="has gone: nobody listens there any more"):
        client.send(X)
    spent = client.budget.spent
    with pytest.raises(CannotJudge):
        client.send(X)
    assert client.budget.spent == spent


def test_who_closes_a_connection_and_still_listens_has_not_gone() -> None:
    acts = iter([answering(200)])

    def act(handler: BaseHTTPRequestHandler) -> None:
        next(acts, saying())(handler)

    with serving(act) as (base_url, _):
        client = client_of(base_url, NOBODY)
        client.send(X)
        with pytest.raises(Unanswered) as caught:
            client.send(X)
    assert caught.value.cause is Cause.CLOSED


def test_who_never_answered_is_told_as_what_it_is() -> None:
    with pytest.raises(Unanswered) as caught:
        client_of("http://127.0.0.1:9", NOBODY).send(X)
    assert caught.value.cause is Cause.REFUSED
