"""How the sandbox listens."""

import asyncio
import socket

from mock_server import serving


def test_small_answers_are_sent_at_once():
    async def accepted():
        found = asyncio.get_running_loop().create_future()

        class Accepting(asyncio.Protocol):
            def connection_made(self, transport):
                found.set_result(transport.get_extra_info("socket"))

        listener = serving.listen("127.0.0.1", 0)
        server = await asyncio.get_running_loop().create_server(Accepting, sock=listener)
        async with server:
            with socket.create_connection(server.sockets[0].getsockname()):
                connection = await found
                return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)

    assert asyncio.run(accepted())
