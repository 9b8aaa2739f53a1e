"""Reads recordings: HAR 1.2, as browsers and proxies save it, and NDJSON, an exchange a line.

A line is an entry of a HAR, or an object `{request: {method, url, headers, body}, response: {status, headers, body}}`,
or the same in one level (`method`, `url`, `request_body`, `status`, `response_body`), with names in any common spelling.
A body is a text, a JSON value, or base64 where `encoding` or the name of the member says so.
"""

from __future__ import annotations

import base64
import binascii
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from contract_tests.http.messages import Reply
from contract_tests.traffic.recorded import Recorded, RecordingError, moment

MOST_BYTES = 512 * 2**20
_TIMES = ("starteddatetime", "started", "time", "timestamp", "ts", "start", "at")
_LENGTHS = ("duration", "elapsed", "durationms", "elapsedms")

Members = Mapping[str, object]


def read(name: str) -> list[Recorded]:
    """Return the exchanges of a file, `-` for standard input, as they began. Raises RecordingError."""
    values = list(_values(name, _text(name)))
    found = [_exchange(name, number, one) for number, one in enumerate(values, start=1)]
    return sorted(filter(None, found), key=lambda one: (one.began, one.number))


def _text(name: str) -> str:
    try:
        if name == "-":
            return sys.stdin.read(MOST_BYTES)
        path = Path(name)
        if path.stat().st_size > MOST_BYTES:
            raise RecordingError(
                f"{name}: larger than {MOST_BYTES // 2**20} MiB; cut it into parts"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordingError(f"{name}: this is no UTF-8; a HAR or NDJSON is expected") from error
    except OSError as error:
        raise RecordingError(f"{name}: {error.strerror or 'it cannot be read'}") from error


def _values(name: str, text: str) -> Iterator[object]:
    """Yield what stands for an exchange each."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        yield from _lines(name, text)
        return
    log = whole.get("log") if isinstance(whole, dict) else None
    entries = log.get("entries") if isinstance(log, dict) else None
    if isinstance(entries, list):
        yield from entries
    elif isinstance(whole, list):
        yield from whole
    elif isinstance(whole, dict) and "log" not in whole:
        yield whole
    else:
        raise RecordingError(f"{name}: `log.entries` is no list; a HAR or NDJSON is expected")


def _lines(name: str, text: str) -> Iterator[object]:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            try:
                yield json.loads(line)
            except (ValueError, RecursionError) as error:
                told = f"{name}:{number}: this is no JSON ({error})"
                raise RecordingError(f"{told}; a HAR, or an object a line, is expected") from error


def _exchange(name: str, number: int, value: object) -> Recorded | None:
    """Return an exchange; None where the client gave up before there was an answer."""
    where = f"{name}: exchange {number}"
    entry = _members(value)
    if entry is None:
        raise RecordingError(f"{where} is no object with a request and a response")
    request = _members(entry.get("request")) or _prefixed(entry, "request")
    response = _members(entry.get("response")) or _prefixed(entry, "response")
    method = str(_first(request, ("method", "verb")) or "").upper()
    url = _first(request, ("url", "uri", "target", "path"))
    status = _first(response, ("status", "statuscode", "code"))
    if not method.isalpha() or not isinstance(url, str):
        raise RecordingError(f"{where} has no method and url of its request")
    if not isinstance(status, int | str) or not str(status).lstrip("-").isdecimal():
        raise RecordingError(f"{where} has no status of its response")
    if int(status) < 100:
        return None
    headers, body = _body(where, response)
    sent_headers, sent = _body(where, request)
    if sent is None and method in {"GET", "HEAD", "DELETE"}:
        sent = b""
    began = moment(_first(entry, _TIMES) or _first(request, _TIMES), float(number))
    return Recorded(
        number, began, began + _length(entry), method, url, sent_headers, sent,
        Reply(int(status), headers, body or b""), has_body=body is not None or int(status) in {204, 304},
    )  # fmt: skip


def _members(value: object) -> dict[str, object] | None:
    """Return an object with its names in lower case and without what joins their words."""
    if not isinstance(value, dict):
        return None
    return {str(name).lower().replace("_", "").replace("-", ""): one for name, one in value.items()}


def _prefixed(entry: Members, prefix: str) -> Members:
    own = {name[len(prefix) :]: one for name, one in entry.items() if name.startswith(prefix)}
    if prefix == "request":
        return {name: one for name, one in entry.items() if name[:8] != "response"} | own
    return {**_no_request(entry), **own}


def _no_request(entry: Members) -> Members:
    """Return what of a flat exchange may belong to its answer."""
    return {name: entry[name] for name in ("status", "statuscode", "code") if name in entry}


def _first(members: Members, names: Sequence[str]) -> object:
    return next((members[name] for name in names if members.get(name) is not None), None)


def _length(entry: Members) -> float:
    """Return how many seconds an exchange took; a HAR tells milliseconds under `time`."""
    took = entry.get("time") if "starteddatetime" in entry else _first(entry, _LENGTHS)
    number = isinstance(took, int | float) and not isinstance(took, bool) and took > 0
    seconds = entry.get("duration") is took or entry.get("elapsed") is took
    return (
        float(str(took)) / (1 if seconds and "starteddatetime" not in entry else 1000)
        if number
        else 0.0
    )


def _body(where: str, message: Members) -> tuple[dict[str, str], bytes | None]:
    """Return headers and body of a message; the body is None where it was not recorded."""
    headers = _headers(message.get("headers"))
    for name in ("content", "postdata"):
        held = _members(message.get(name))
        if held is not None:
            kind = held.get("mimetype")
            if isinstance(kind, str) and kind and "content-type" not in headers:
                headers["content-type"] = kind
            body = _bytes(where, held, ("text", "content"), empty=held.get("size") == 0)
            return headers, None if _is_cut(body, held, message) else body
    return headers, _bytes(
        where, message, ("body", "text", "content", "data", "payload"), empty=False
    )


def _is_cut(body: bytes | None, held: Members, message: Members) -> bool:
    """Whether only the beginning of a body was recorded: what is decoded is never shorter than it was sent."""
    sizes = (held.get("size"), None if "size" in held else message.get("bodysize"))
    told = [one for one in sizes if isinstance(one, int)]
    return body is not None and bool(told) and len(body) < max(told)


def _bytes(where: str, held: Members, names: Sequence[str], *, empty: bool) -> bytes | None:
    coded = next((one for name, one in held.items() if name.endswith(("base64", "b64"))), None)
    value = coded if isinstance(coded, str) else _first(held, names)
    if value is None:
        return _form(held.get("params")) if not empty else b""
    if not isinstance(value, str):
        return json.dumps(value).encode()
    if not isinstance(coded, str) and str(held.get("encoding", "")).lower() != "base64":
        return value.encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise RecordingError(f"{where} has a body that is no base64 ({error})") from error


def _form(params: object) -> bytes | None:
    """Return the members of a form as its body; None where there are none."""
    pairs = [_members(one) or {} for one in params] if isinstance(params, list) else []
    told = [f"{one.get('name', '')}={one.get('value', '')}" for one in pairs]
    return "&".join(told).encode() if told else None


def _headers(value: object) -> dict[str, str]:
    """Return headers by their names in lower case, several of a name with commas between them."""
    found: dict[str, str] = {}
    for name, one in _pairs(value):
        key = name.lower()
        if not key.startswith(":"):
            found[key] = f"{found[key]}, {one}" if key in found else one
    return found


def _pairs(value: object) -> Iterable[tuple[str, str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            for each in one if isinstance(one, list) else [one]:
                yield str(name), str(each)
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            named = _members(one) or {}
            yield str(named.get("name", named.get("key", ""))), str(named.get("value", ""))
        elif isinstance(one, list) and len(one) == 2:
            yield str(one[0]), str(one[1])
