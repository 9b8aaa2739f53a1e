"""One line for each request that was answered, for people or for machines; it holds no body and no credential."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

import msgspec

from mock_server.http.answers import Answer
from mock_server.journal.exchange import Exchange
from mock_server.journal.journal import Handled
from mock_server.settings import LogForm

WriteLine = Callable[[Exchange, Answer, Handled], None]


def writer(form: LogForm) -> WriteLine | None:
    """Return what writes the line of a request to standard error, None where nothing is to be written."""
    return {"text": _write_text, "json": _write_json, "none": None}[form]


def _write_text(exchange: Exchange, answer: Answer, handled: Handled) -> None:
    why = f"  {_printable(exchange.problem.detail)}" if exchange.problem else ""
    name = handled.operation or "-"
    _write(
        f"{exchange.scope['method']} {_path(exchange)} {answer.status} {name} {_took(exchange)} ms{why}"
    )


def _write_json(exchange: Exchange, answer: Answer, handled: Handled) -> None:
    caller = exchange.caller.client_id if exchange.caller else None
    line = {
        "at": datetime.fromtimestamp(exchange.received_at, UTC).isoformat(),
        "method": exchange.scope["method"],
        "path": _path(exchange),
        "status": answer.status,
        "milliseconds": _took(exchange),
        "contract": handled.contract or None,
        "operation": handled.operation or None,
        "partner": caller or None,
        "refused": exchange.problem.detail if exchange.problem else None,
    }
    _write(msgspec.json.encode(line).decode())


def _path(exchange: Exchange) -> str:
    """Return the path as it was sent; what a terminal would obey is escaped. The query may hold credentials."""
    raw = exchange.scope.get("raw_path") or exchange.scope["path"].encode()
    return _printable(raw.decode("latin-1"))


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def _took(exchange: Exchange) -> float:
    return round((time.perf_counter() - exchange.began) * 1000, 2)


def _write(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
