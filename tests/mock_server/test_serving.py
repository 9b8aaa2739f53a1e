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


def test_head_and_body_of_an_answer_are_sent_in_one_piece():
    sent = []

    class Recording(asyncio.Transport):
        def write(self, data):
            sent.append(data)

        def close(self):
            sent.append("closed")

        def is_closing(self):
            return False

    async def answered():
        transport = serving.InOnePiece(Recording(), asyncio.get_running_loop())
        transport.write(b"head ")
        transport.write(b"body")
        await asyncio.sleep(0)
        transport.write(b"last words")
        transport.close()
        await asyncio.sleep(0)

    asyncio.run(answered())
    assert sent == [b"head body", b"last words", "closed"]
