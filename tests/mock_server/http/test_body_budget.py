"""Bodies that come slowly, or never to their end."""

from __future__ import annotations

import asyncio
import select

import pytest

from mock_server.http.bodies import LIMIT
from mock_server.http.body_budget import BodyBudget
from mock_server.http.problems import Problem
from tests.mock_server.samples import answering, document
from tests.mock_server.served import Serve
from tests.mock_server.serving.raw import connect, send

LARGE = {"content-length": str(LIMIT)}
SMALL = {"content-length": "1000"}


def test_a_caller_whose_bodies_do_not_end_takes_no_room_of_others() -> None:
    async def run() -> int:
        budget = BodyBudget()
        held = []
        while True:
            body = budget.for_body("slow", LARGE)
            try:
                await asyncio.wait_for(body.__aenter__(), 0.1)
            except TimeoutError:
                break
            held.append(body)
        async with budget.for_body("other", LARGE), budget.for_body("slow", SMALL):
            return len(held)

    assert 1 <= asyncio.run(run()) <= 5


def test_room_that_is_given_back_is_lent_again() -> None:
    async def read(budget: BodyBudget) -> None:
        async with budget.for_body("one", LARGE):
            await asyncio.sleep(0.001)

    async def run() -> None:
        budget = BodyBudget()
        await asyncio.gather(*[read(budget) for _ in range(50)])

    asyncio.run(run())


def test_who_finds_no_room_for_long_is_told_to_try_again() -> None:
    async def run() -> Problem:
        budget = BodyBudget(patience=0.01)
        async with (
            budget.for_body("one", LARGE),
            budget.for_body("one", LARGE),
            budget.for_body("one", LARGE),
        ):
            with pytest.raises(Problem) as refused:
                await budget.for_body("one", LARGE).__aenter__()
        return refused.value

    problem = asyncio.run(run())
    assert (problem.status, problem.headers) == (503, {"Retry-After": "1"})


def test_sixty_bodies_that_never_end_hold_up_nobody(served: Serve) -> None:
    schema = {"application/json": {"schema": {"type": "object"}}}
    running = served(document({"/t": {"post": answering({}, requestBody={"content": schema})}}))
    head = b"POST /t HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    endless = head + b"Content-Length: %d\r\n\r\n{" % LIMIT
    clients = [connect(running.server.url) for _ in range(60)]
    try:
        for client in clients:
            client.settimeout(0.05)
            send(client, [endless, b" " * 9_000_000])
        assert running.http.post("/t", json={}).status_code == 200
        refused = 0
        while refused < 50:
            ready, _, _ = select.select(clients, [], [], 30)
            assert ready, "they are told to try again"
            for client in ready:
                clients.remove(client)
                refused += client.recv(100).startswith(b"HTTP/1.1 503 ")
    finally:
        for client in clients:
            client.close()
