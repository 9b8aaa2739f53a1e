"""Rows about what stands beside a request: the journal that it is written into, and a console that somebody has open."""

from __future__ import annotations

import socket
import statistics
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import bodies
from bench import CLIENTS, Bench, loaded, made
from measures import Row
from servers import Sandbox, Server, bearer, without_journal
from wire import Shot, request_bytes

_EVENTS = "/_sandbox/requests/events?seconds=600"


def journal(bench: Bench) -> Row:
    """POST one client, with the journal and without."""
    written = bench.start(Sandbox(bench.folder / "journal"))
    unwritten = bench.start(without_journal(made(bench.folder / "no-journal")))
    row = _post_one(
        bench, "POST one client with the journal", {"ours": written, "without": unwritten}
    )
    _within(row, "without", 1.08, "at most 8 % dearer than without")
    written.stop()
    unwritten.stop()
    return row


def console(bench: Bench) -> Row:
    """POST one client while another partner's console is open."""
    watched = bench.start(Sandbox(bench.folder / "watched"))
    unwatched = bench.start(Sandbox(bench.folder / "unwatched"))
    assert isinstance(watched, Sandbox)
    with _open_console(watched):
        row = _post_one(
            bench,
            "POST one client, another partner's console open",
            {"ours": watched, "none": unwatched},
        )
    _within(row, "none", 1.05, "at most 5 % dearer than with none")
    watched.stop()
    unwatched.stop()
    return row


def _post_one(bench: Bench, work: str, peers: dict[str, Server]) -> Row:
    template = bench.write("one-client.json", bodies.template(1))

    def shot(server: Server) -> Shot:
        assert isinstance(server, Sandbox)
        return Shot("POST", CLIENTS, server.new_partner(frozen=True), template)

    return loaded(bench, work, peers, shot)


def _within(row: Row, other: str, most: float, goal: str) -> None:
    """Add the target of a cost that is at most so many times that of another server, round by round."""
    pairs = zip(row.costs.get("ours", []), row.costs.get(other, []), strict=False)
    ratios = [ours / theirs for ours, theirs in pairs]
    if ratios:
        row.within(statistics.median(ratios), most, f"x {other}", goal)
    each = ", ".join(f"{name} {row.cost(name) or 0:,.0f} us" for name in row.costs)
    row.notes.append(f"Processor time for a request: {each}.")


@contextmanager
def _open_console(server: Sandbox) -> Iterator[None]:
    """Follow the requests of a partner that makes none, as the page of its requests does."""
    token = server.new_partner()
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(request_bytes("GET", _EVENTS, None, bearer(token)))
        reader = threading.Thread(target=_read_on, args=(connection,))
        reader.start()
        yield
        connection.shutdown(socket.SHUT_RDWR)
        reader.join()


def _read_on(connection: socket.socket) -> None:
    while connection.recv(1 << 16):
        pass


ROWS: dict[str, Callable[[Bench], Row]] = {"journal": journal, "console": console}
