"""Entries of the journal as an HTTP Archive (HAR 1.2), which browsers and other tools read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mock_server.journal.journal import Entry
from mock_server.journal.rendering import shown


def archive(entries: Iterable[Entry]) -> Mapping[str, object]:
    """Return the archive of these entries, without credentials."""
    creator = {"name": "understudy", "version": version("understudy")}
    return {
        "log": {"version": "1.2", "creator": creator, "entries": [_entry(one) for one in entries]}
    }


def _entry(entry: Entry) -> Mapping[str, object]:
    told: Mapping[str, Any] = shown(entry)
    request, answer = told["request"], told["answer"]
    took = told["milliseconds"]
    return {
        "startedDateTime": told["received_at"],
        "time": took,
        "request": {
            **_message(request["headers"]),
            "method": request["method"],
            "url": request["url"],
            "queryString": [
                {"name": name, "value": value}
                for name, value in parse_qsl(urlsplit(request["url"]).query, keep_blank_values=True)
            ],
            "bodySize": request["body_bytes"],
            **_post_data(request),
        },
        "response": {
            **_message(answer["headers"]),
            "status": answer["status"],
            "statusText": "",
            "redirectURL": _header(answer["headers"], "location"),
            "bodySize": answer["body_bytes"],
            "content": {
                "size": answer["body_bytes"],
                "mimeType": _header(answer["headers"], "content-type"),
                "text": answer["body"],
            },
        },
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
    }


def _message(headers: Sequence[Mapping[str, str]]) -> dict[str, object]:
    return {"httpVersion": "HTTP/1.1", "headers": headers, "cookies": [], "headersSize": -1}


def _post_data(request: Mapping[str, Any]) -> dict[str, object]:
    if not request["body_bytes"]:
        return {}
    media_type = _header(request["headers"], "content-type")
    return {"postData": {"mimeType": media_type, "text": request["body"]}}


def _header(headers: Iterable[Mapping[str, str]], wanted: str) -> str:
    return next((one["value"] for one in headers if one["name"].lower() == wanted), "")
