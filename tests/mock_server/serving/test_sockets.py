"""How the sandbox listens."""

from __future__ import annotations

import asyncio
import pickle
import select
import socket
import sys

import pytest

from mock_server import serving
from tests.mock_server.served import Serve
from tests.mock_server.serving.raw import ask, connect


def test_small_answers_are_sent_at_once() -> None:
    async def accepted() -> bool:
        found = asyncio.get_running_loop().create_future()

        class Accepting(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                found.set_result(transport.get_extra_info("socket"))

        listener = serving.listen("127.0.0.1", 0)
        server = await asyncio.get_running_loop().create_server(Accepting, sock=listener)
        async with server:
            with socket.create_connection(server.sockets[0].getsockname()):
                connection: socket.socket = await found
                return bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    assert asyncio.run(accepted())


def test_head_and_body_of_an_answer_are_sent_in_one_piece(served: Serve) -> None:
    with connect(served().server.url) as client:
        for _ in range(20):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            head, _, body = client.recv(65536).partition(b"\r\n\r\n")
            assert f"content-length: {len(body)}" in head.decode()
            assert body


def test_a_client_that_ends_its_connection_is_told_so(served: Serve) -> None:
    close = b"Connection: close\r\n\r\n"
    heard = ask(served().server.url, b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + close)
    assert heard.is_closed
    assert "connection: close" in heard.text


def test_an_answer_without_a_body_is_sent_too(served: Serve) -> None:
    http = served().http
    for _ in range(2):  # on one connection
        assert http.head("/healthz").content == b""
        assert http.options("/api/v2/Clients").status_code == 204


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one socket is shared by all")
def test_each_of_many_processes_listens_on_a_socket_of_its_own() -> None:
    kept, (own,) = serving.reserve("127.0.0.1", 0)
    first, second = [pickle.loads(pickle.dumps(own)) for _ in range(2)]  # as two processes get it
    with kept, first, second:
        assert first.getsockname() == second.getsockname() == kept.getsockname()
        with socket.create_connection(kept.getsockname(), 5):
            assert select.select([first, second], [], [], 5)[0]  # never at the one that is kept


def test_many_processes_never_join_somebody_elses_port() -> None:
    with serving.listen("127.0.0.1", 0) as taken, pytest.raises(OSError, match="in use"):
        serving.reserve(*taken.getsockname())
