"""Entries of the journal in words: as JSON for the console and for scripts, and as lines to paste."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from mock_server.journal.journal import Entry
from mock_server.journal.masking import MASKED, Masks

# What curl writes by itself.
_OF_CURL = frozenset(
    {"host", "content-length", "accept-encoding", "connection", "user-agent", "accept"}
)

# What means the same between double quotes.
_PLAIN = re.compile(r"[\w .:/?&=%+-]*", re.ASCII)

Members = Mapping[str, object]


def shown(entry: Entry) -> Members:
    """Return an entry as a JSON value, without credentials."""
    sent = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in entry.headers]
    masks = Masks.of(entry.contract, sent, entry.query)
    headers = masks.headers(sent)
    url = _url(entry, masks, sent)
    body = masks.body(entry.body, _of(sent, "content-type"))
    answer = entry.answer
    return {
        "id": entry.id,
        "received_at": _instant(entry.received_at),
        "milliseconds": round(entry.seconds * 1000, 3),
        "contract": entry.contract.name if entry.contract else None,
        "operation": entry.operation.id if entry.operation else None,
        "request": {
            "method": entry.method,
            "url": url,
            "headers": _pairs(headers),
            "body": body,
            "body_bytes": entry.body_size,
        },
        "answer": {
            "status": answer.status,
            "headers": _pairs(masks.headers(_answer_headers(entry))),
            "body": masks.body(answer.body, answer.media_type or ""),
            "body_bytes": entry.answer_size,
        },
        "refused": _refused(entry),
        "scenario": entry.scenario,
        "curl": _curl(entry.method, url, headers, body if entry.body else None),
    }


def _url(entry: Entry, masks: Masks, headers: Iterable[tuple[str, str]]) -> str:
    query = f"?{masks.query(entry.query)}" if entry.query else ""
    return f"{entry.scheme}://{_of(headers, 'host') or 'localhost'}{masks.path(entry.path)}{query}"


def _answer_headers(entry: Entry) -> Iterable[tuple[str, str]]:
    if entry.answer.media_type is not None:
        yield "content-type", entry.answer.media_type
    yield from entry.answer.headers.items()


def _refused(entry: Entry) -> Members | None:
    problem = entry.problem
    if problem is None:
        return None
    faults = [{"pointer": fault.pointer, "detail": fault.detail} for fault in problem.faults]
    return {"detail": problem.detail, "errors": faults}


def _curl(method: str, url: str, headers: Iterable[tuple[str, str]], body: str | None) -> str:
    """Return the line that sends the request again; the token comes from the shell's variable TOKEN."""
    literal = ["-g"] if set(url) & set("[]{}") else []  # or curl takes them for a pattern
    words = ["curl", "-s", *literal, "-X", shlex.quote(method), _quoted(url)]
    for name, value in headers:
        if name.lower() not in _OF_CURL:
            words += ["-H", _quoted(f"{name}: {value}")]
    if body is not None:
        words += [
            "--data-raw",
            shlex.quote(body),
        ]  # `--data-binary` would send a file for a body with an @
    return " ".join(words)


def _quoted(text: str) -> str:
    """Return a word for the shell, which fills in the token where a credential stood, and runs nothing of the rest."""
    before, mask, after = text.partition(MASKED)
    if not mask:
        return shlex.quote(text)
    if _PLAIN.fullmatch(before + after):
        return f'"{before}$TOKEN{after}"'
    return "".join((before and shlex.quote(before), '"$TOKEN"', after and _quoted(after)))


def _pairs(headers: Iterable[tuple[str, str]]) -> list[Members]:
    return [{"name": name, "value": value} for name, value in headers]


def _of(headers: Iterable[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted), "")


def _instant(seconds: float) -> str:
    return (
        datetime.fromtimestamp(seconds, UTC)
        .isoformat(timespec="milliseconds")
        .replace("+00:00", "Z")
    )
