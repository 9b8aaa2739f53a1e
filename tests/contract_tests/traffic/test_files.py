"""Recordings of any common form become the same exchanges."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from contract_tests.traffic.files import read
from contract_tests.traffic.recorded import RecordingError
from tests.contract_tests.recordings import entry, har

URL = "https://api.example/v1/things?x=1"
SAME = [
    {
        "startedDateTime": "2026-01-01T00:00:00Z", "time": 500,
        "request": {
            "method": "POST", "url": URL, "headers": [{"name": "X-A", "value": "1"}],
            "postData": {"mimeType": "application/json", "text": '{"a": 1}'},
        },
        "response": {"status": 201, "headers": [], "content": {"mimeType": "application/json", "text": "[2]"}},
    },
    {
        "timestamp": 1767225600.0, "duration": 0.5,
        "request": {"method": "post", "url": URL, "headers": {"x-a": "1", "Content-Type": "application/json"}, "body": {"a": 1}},
        "response": {"status_code": 201, "headers": {"content-type": ["application/json"]}, "body": [2]},
    },
    {
        "ts": 1767225600000, "duration_ms": 500, "method": "POST", "path": "/v1/things?x=1",
        "request_headers": [["X-A", "1"], ["Content-Type", "application/json"]], "request_body": '{"a": 1}',
        "status": "201", "response_headers": {"Content-Type": "application/json"},
        "response_body_base64": base64.b64encode(b"[2]").decode(),
    },
]  # fmt: skip


@pytest.mark.parametrize("line", SAME)
def test_an_exchange_is_read_from_every_form(line: object, tmp_path: Path) -> None:
    file = tmp_path / "proxy.ndjson"
    file.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    (one,) = read(str(file))
    assert (one.method, one.target) == ("POST", "/v1/things?x=1")
    assert (one.headers["x-a"], one.headers["content-type"]) == ("1", "application/json")
    assert json.loads(one.body or b"") == {"a": 1}
    assert (one.reply.status, one.reply.media_type, one.reply.json()) == (
        201,
        "application/json",
        [2],
    )
    assert (one.began, round(one.ended - one.began, 3)) == (1767225600.0, 0.5)


def test_exchanges_are_told_in_the_order_of_their_times(tmp_path: Path) -> None:
    lines = [{"method": "GET", "url": f"/{n}", "status": 200, "time": 100 - n} for n in range(3)]
    file = tmp_path / "x.ndjson"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert [one.target for one in read(str(file))] == ["/2", "/1", "/0"]


def test_a_body_that_was_not_recorded_is_none_and_not_empty(tmp_path: Path) -> None:
    lines = [entry(("GET", URL, None), (200, [1])) for _ in range(2)]
    del lines[0]["response"]["content"]["text"]
    first, second = read(har(tmp_path, lines))
    assert (first.has_body, second.has_body) == (False, True)


def test_a_body_of_which_only_the_beginning_was_recorded_is_not_known(tmp_path: Path) -> None:
    cut = entry(("POST", URL, [1, 2, 3]), (200, [1, 2, 3]))
    cut["request"].update(bodySize=90)
    cut["response"]["content"].update(size=90)
    (one,) = read(har(tmp_path, [cut]))
    assert (one.body, one.has_body) == (None, False)


def test_a_request_that_was_never_answered_is_left_out(tmp_path: Path) -> None:
    assert read(har(tmp_path, [entry(("GET", URL, None), (0, None))])) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{", "recorded:1: this is no JSON"),
        ('{"log": {}}', "`log.entries` is no list"),
        ("[7]", "exchange 1 is no object with a request and a response"),
        ('{"status": 200}', "exchange 1 has no method and url"),
        ('{"method": "GET", "url": "/x"}', "exchange 1 has no status"),
        ('{"method": "GET", "url": "/x", "status": 200, "response_body_base64": "%"}', "no base64"),
        ("[" * 100_000, "recorded:1: this is no JSON"),
    ],
)
def test_what_is_no_recording_is_told_in_a_sentence(text: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "recorded"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RecordingError, match=why.replace("`", ".")):
        read(str(file))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="No such file"):
        read(str(tmp_path / "none.har"))
