"""A step that fails is sent again as often, and after as long, as the description says."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import httpx

from mock_server.workflows.player import Played, Player
from openapi_documents import load
from openapi_documents.arazzo.description import read_description
from tests.openapi_documents.arazzo.samples import FLOW, written

RETRY = {"name": "again", "type": "retry", "retryAfter": 1.5, "retryLimit": 2}


def play(folder: Path, *codes: int, **action: Any) -> tuple[list[Played], list[float]]:
    """Play an order that is answered with these codes in turn; return the steps, and how long was waited."""
    flow = copy.deepcopy(FLOW)
    steps = flow["workflows"][0]["steps"]
    steps[0]["onFailure"] = [{**RETRY, **action}]
    del steps[1:]
    waiting = list(codes)
    slept: list[float] = []
    answers = httpx.MockTransport(lambda _request: httpx.Response(waiting.pop(0), json={"id": "1"}))
    description = read_description(load(written(folder, flow)))
    with httpx.Client(transport=answers) as http:
        player = Player(description, {"shop": "http://shop"}, http, slept.append)
        return list(player.play(description.workflows[0], {"sku": "A"})), slept


def test_it_is_sent_again_until_it_succeeds(tmp_path: Path) -> None:
    played, slept = play(tmp_path, 503, 503, 201)
    assert [one.again_in for one in played] == [1.5, 1.5, None]
    assert slept == [1.5, 1.5]
    assert not played[-1].has_failed


def test_it_fails_when_it_was_sent_often_enough(tmp_path: Path) -> None:
    played, _ = play(tmp_path, 503, 503, 503)
    assert [one.has_failed for one in played] == [False, False, True]


def test_it_is_not_sent_again_for_another_reason(tmp_path: Path) -> None:
    played, slept = play(tmp_path, 404, criteria=[{"condition": "$statusCode == 503"}])
    assert [one.has_failed for one in played] == [True]
    assert slept == []
