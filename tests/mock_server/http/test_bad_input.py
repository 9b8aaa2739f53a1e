"""Whatever is sent, the answer is a clear 4xx, at once, and nothing of it is kept."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.mock_server.conftest import RunHere
from tests.mock_server.samples import CLAIMS, CLIENTS, CLIENTS_WITH_CLAIMS, V2, claim, client
from tests.mock_server.services.rewards.samples import LOGIN, example
from tests.sandboxes import ADMIN_KEY, Partner, RunCommand, Sandbox

SUBMISSIONS = ("/api/v1/Clients", "/api/v1/RevenueClaims", CLIENTS, CLAIMS, CLIENTS_WITH_CLAIMS)
MEBIBYTE = 1024 * 1024
A = (
    b'{"partner_client_id": "A", "client_start_date": "2024-04-23T13:44:03.585Z",'
    b' "entity_type": "LLC"}'
)


def check_problem(answer: httpx.Response, status: int) -> None:
    """An error as RFC 9457 has it, with each fault's place when it is a 400."""
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= body.keys()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    assert "Traceback" not in answer.text
    if status == 400:
        assert body["errors"]
        for error in body["errors"]:
            assert error["pointer"].startswith("#")
            assert error["detail"]


def raw(
    sandbox: Sandbox, data: bytes, *, patience: float = 20.0, half_close: bool = False
) -> tuple[int, dict[str, str], bytes]:
    """Send bytes on a connection of their own; return the status, the headers and what follows.

    Status 0 means that the server closed the connection without a word.
    """
    address = urlsplit(sandbox.url)
    with socket.create_connection((address.hostname, address.port), patience) as connection:
        try:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it need not read to the end
        received = b""
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            head, found, body = received.partition(b"\r\n\r\n")
            if found:
                length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
                if length is None or len(body) >= int(length[1]):
                    break
            try:
                part = connection.recv(65536)
            except ConnectionResetError:
                part = b""
            if not part:
                break
            received += part
        else:
            pytest.fail("the server hangs")
    head, _, body = received.partition(b"\r\n\r\n")
    if not head:
        return 0, {}, b""
    status = int(head.split(b" ", 2)[1])
    lines = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    headers = {name.decode().lower(): value.strip().decode() for name, _, value in lines}
    return status, headers, body


def request(partner: Partner, method: str, target: str, *headers: str, body: bytes = b"") -> bytes:
    """The bytes of a request, with the partner's token."""
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: sandbox",
        f"Authorization: Bearer {partner.token}",
    ]
    return "\r\n".join([*lines, *headers, "", ""]).encode("latin-1") + body


@pytest.fixture
def partner(any_sandbox: Sandbox) -> Iterator[Partner]:
    printed = len(any_sandbox.lines)
    partner = any_sandbox.partner()
    yield partner
    assert any_sandbox.process.poll() is None
    assert not any("Traceback" in line for line in any_sandbox.lines[printed:])


@pytest.fixture
def nothing_kept(partner: Partner) -> Iterator[None]:
    """Whatever the test sends, the partner's world stays empty."""
    yield
    world = partner.world()
    assert (world["submissions"], world["due"]) == (0, [])
    assert sum(world["items"].values()) == sum(world["records"].values()) == 0


MALFORMED = {
    "nothing": b"",
    "white space": b" \n\t ",
    "half an array": b"[{",
    "trailing comma": b"[" + A + b",]",
    "two values": b"[" + A + b"] []",
    "comment": b"[" + A + b"] // x",
    "single quotes": b"[{'a': 1}]",
    "unquoted name": b"[{a: 1}]",
    "plus sign": b'[{"a": +1}]',
    "leading zero": b'[{"a": 01}]',
    "hexadecimal": b'[{"a": 0x1}]',
    "NaN": b'[{"a": NaN}]',
    "Infinity": b'[{"a": -Infinity}]',
    "1e999": b'[{"a": 1e999}]',
    "-1E+999": b'[{"a": [[-1E+999]]}]',
    "1 and 999 zeros, a fraction": b'[{"a": 1' + b"0" * 999 + b".5}]",
    "duplicate member": b'[{"partner_client_id": "A", "partner_client_id": "A"}]',
    "duplicate member, one escaped": b'[{"a": 1, "\\u0061": 1}]',
    "duplicate member, deep": b'[{"x": [{"y": {"a": 1, "a": 2}}]}]',
    "invalid UTF-8": b'[{"a": "\xff"}]',
    "overlong UTF-8": b'[{"a": "\xc0\xaf"}]',
    "a surrogate in UTF-8": b'[{"a": "\xed\xa0\x80"}]',
    "truncated UTF-8": b'[{"a": "\xe2\x82"}]',
    "Latin-1": '[{"a": "é"}]'.encode("latin-1"),
    "UTF-16": '[{"a": "é"}]'.encode("utf-16"),
    "UTF-32": b"\x00\x00\x00[\x00\x00\x00]",
    "lone surrogate": b'[{"a": "\\ud800"}]',
    "lone low surrogate in a name": b'[{"\\udc00": 1}]',
    "surrogates in the wrong order": b'[{"a": "\\udc00\\ud800"}]',
    "raw line feed in text": b'[{"a": "\n"}]',
    "raw zero byte": b'[{"a": "\x00"}]',
    "unknown escape": b'[{"a": "\\x41"}]',
    "100,000 brackets": b"[" * 100_000,
    "100,000 brackets, closed": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects deep": b'[{"a":' * 1 + b'{"a":' * 100_000 + b"1" + b"}" * 100_001 + b"]",
    "an integer of 5,000 digits": b'[{"a": ' + b"9" * 5000 + b"}]",
    "a negative integer of 5,000 digits": b'[{"a": [-' + b"9" * 5000 + b"]}]",
    "an integer of a million digits": b'[{"a": ' + b"1" * 1_000_000 + b"}]",
}
NOT_AN_ARRAY_OF_OBJECTS = {
    "object": b"{}",
    "one item without its array": A,
    "text": b'"x"',
    "number": b"1",
    "null": b"null",
    "false": b"false",
    "empty array": b"[]",
    "number in the array": b"[1]",
    "null in the array": b"[" + A + b", null]",
    "text in the array": b'["x"]',
    "array in the array": b"[[" + A + b"]]",
}


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed_json_is_refused(partner: Partner, name: str) -> None:
    check_problem(partner.post(CLIENTS, MALFORMED[name]), 400)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("name", NOT_AN_ARRAY_OF_OBJECTS)
@pytest.mark.parametrize("path", SUBMISSIONS)
def test_a_body_that_is_no_array_of_objects_is_refused(
    partner: Partner, path: str, name: str
) -> None:
    check_problem(partner.post(path, NOT_AN_ARRAY_OF_OBJECTS[name]), 400)


def test_the_place_of_a_fault_is_told(partner: Partner) -> None:
    answer = partner.post(CLIENTS, b"[" + A + b", 7, " + A + b", null]")
    check_problem(answer, 400)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/1", "#/3"]
    answer = partner.post(CLIENTS, b"[\n" + A + b",\n  NaN]")
    assert "line 3" in answer.json()["errors"][0]["detail"]


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("path", "most"),
    [(CLIENTS, 10_000), ("/api/v1/RevenueClaims", 10_000), (CLIENTS_WITH_CLAIMS, 1_000)],
)
def test_too_many_items_are_too_large(partner: Partner, path: str, most: int) -> None:
    answer = partner.post(path, b"[" + b",".join([b"{}"] * (most + 1)) + b"]")
    check_problem(answer, 413)
    assert str(most) in answer.json()["detail"]


def test_as_many_items_as_are_allowed_are_taken(partner: Partner) -> None:
    items = [client(f"{number}") for number in range(10_000)]
    assert partner.outcome(CLIENTS, items) == ["Completed"] * 10_000
    assert (
        partner.post(CLIENTS_WITH_CLAIMS, b"[" + b",".join([b"{}"] * 1_000) + b"]").status_code
        == 200
    )


@pytest.mark.usefixtures("nothing_kept")
def test_more_than_10_mebibytes_are_too_large(any_sandbox: Sandbox, partner: Partner) -> None:
    body = b"[" + b" " * (10 * MEBIBYTE - 1 - len(A)) + A + b"]"
    assert len(body) == 10 * MEBIBYTE + 1
    check_problem(partner.post(CLIENTS, body), 413)

    chunk = b"%x\r\n" % MEBIBYTE + b" " * MEBIBYTE + b"\r\n"
    headers = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    data = request(partner, "POST", CLIENTS, *headers, body=chunk * 11 + b"0\r\n\r\n")
    assert raw(any_sandbox, data)[0] == 413


def test_10_mebibytes_are_taken(partner: Partner) -> None:
    body = b"[" + b" " * (10 * MEBIBYTE - 2 - len(A)) + A + b"]"
    assert len(body) == 10 * MEBIBYTE
    assert partner.post(CLIENTS, body).status_code == 202


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "application",
        "/",
        ";",
        "application/json; charset=nope",
        "application/json;charset=latin1",
        "application/json; charset=utf-16",
        "",
    ],
)
@pytest.mark.parametrize("path", [CLIENTS, CLIENTS_WITH_CLAIMS])
def test_another_content_type_or_charset_is_refused(partner: Partner, path: str, kind: str) -> None:
    check_problem(partner.post(path, b"[" + A + b"]", {"Content-Type": kind}), 415)


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "GZIP", "gzip, gzip", "x"])
def test_a_compressed_body_is_refused(partner: Partner, encoding: str) -> None:
    body = gzip.compress(b"[" + A + b"]")
    check_problem(partner.post(CLIENTS, body, {"Content-Encoding": encoding}), 415)


@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "Application/JSON",
        "APPLICATION/JSON; CHARSET=UTF-8",
        'application/json;charset="utf-8"',
        "application/json ; charset=utf-8",
        "application/json; version=1",
    ],
)
def test_a_content_type_is_the_same_in_any_spelling(partner: Partner, kind: str) -> None:
    assert partner.post(CLIENTS, b"[{", {"Content-Type": kind}).status_code == 400
    answer = partner.post(CLIENTS, b"[" + A + b", {}]", {"Content-Type": kind})
    assert answer.status_code == 202
    partner.settle()
    assert partner.states(answer.json()["status_check_uri"]) == ["Completed", "Failed"]


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_a_chunked_body_is_a_body(any_sandbox: Sandbox, partner: Partner) -> None:
    headers = ("Content-Type: application/json", "Transfer-Encoding: chunked")
    body = b"[" + A + b"]"
    good = chunked(*(body[i : i + 7] for i in range(0, len(body), 7)))
    status, _, answer = raw(any_sandbox, request(partner, "POST", CLIENTS, *headers, body=good))
    assert status == 202, answer
    for bad in (chunked(b"[{"), chunked(), chunked(b'[{"a": "\xff"}]')):
        status, given, answer = raw(
            any_sandbox, request(partner, "POST", CLIENTS, *headers, body=bad)
        )
        assert status == 400
        assert given["content-type"] == "application/problem+json"
    assert partner.world()["submissions"] == 1


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("headers", "statuses"),
    [
        ((), {400, 415}),
        (("Content-Length: 0",), {400, 415}),
        (("Content-Type: application/json",), {400}),
        (("Content-Type: application/json", "Content-Length: 0"), {400}),
    ],
)
@pytest.mark.parametrize("path", [CLIENTS, CLIENTS_WITH_CLAIMS, "/_sandbox/clock"])
def test_an_absent_body_is_refused(
    any_sandbox: Sandbox, partner: Partner, path: str, headers: tuple[str, ...], statuses: set[int]
) -> None:
    status, given, body = raw(any_sandbox, request(partner, "POST", path, *headers))
    assert status in statuses
    assert given["content-type"] == "application/problem+json"
    assert json.loads(body)["status"] == status


@pytest.mark.parametrize(
    "name", ["too large", "another type", "malformed", "no token", "no such path"]
)
def test_a_refused_request_does_not_disturb_the_next_on_its_connection(
    any_sandbox: Sandbox, partner: Partner, name: str
) -> None:
    body, headers, path = b"[{", {"Content-Type": "application/json"}, CLIENTS
    token = {"Authorization": f"Bearer {partner.token}"}
    match name:
        case "too large":
            body = b" " * (10 * MEBIBYTE + 1)
        case "another type":
            headers = {"Content-Type": "text/plain"}
        case "no token":
            token, body = {}, b" " * MEBIBYTE
        case "no such path":
            path, body = "/nowhere", b" " * MEBIBYTE
    address = urlsplit(any_sandbox.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    try:
        for _ in range(3):
            connection.request("POST", path, body, {**headers, **token})
            answer = connection.getresponse()
            assert 400 <= answer.status < 500
            assert json.loads(answer.read())["status"] == answer.status
            connection.request(
                "GET", "/_sandbox/world", headers={"Authorization": f"Bearer {partner.token}"}
            )
            answer = connection.getresponse()
            assert (answer.status, json.loads(answer.read())["submissions"]) == (200, 0)
    finally:
        connection.close()


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: x",),
        ("Content-Length: -1",),
        ("Content-Length: 99999999999999999999999",),
        ("Content-Length: 3", "Content-Length: 4"),
        ("Content-Length: 3", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: gzip",),
        ("Transfer-Encoding: chunked, x",),
    ],
    ids=str,
)
def test_a_length_that_makes_no_sense_is_refused(
    any_sandbox: Sandbox, partner: Partner, headers: tuple[str, ...]
) -> None:
    data = request(partner, "POST", CLIENTS, "Content-Type: application/json", *headers, body=b"[{")
    status, _, _ = raw(any_sandbox, data, half_close=True)
    assert status == 0 or 400 <= status < 500


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("framing", ["Content-Length: 500", "Transfer-Encoding: chunked"])
def test_a_body_that_breaks_off_is_not_kept(
    any_sandbox: Sandbox, partner: Partner, framing: str
) -> None:
    part = b"[" + A + b"]"
    body = part if framing.startswith("Content") else b"%x\r\n%s\r\n" % (len(part), part)
    data = request(partner, "POST", CLIENTS, "Content-Type: application/json", framing, body=body)
    status, _, _ = raw(any_sandbox, data, half_close=True)
    assert status == 0 or 400 <= status < 500


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        (CLIENTS, "GET", {"POST"}),
        (CLIENTS, "PUT", {"POST"}),
        (CLIENTS, "PATCH", {"POST"}),
        (CLIENTS, "DELETE", {"POST"}),
        (CLIENTS, "TRACE", {"POST"}),
        (CLIENTS_WITH_CLAIMS, "QUERY", {"POST"}),
        ("/api/v1/Clients/A", "POST", {"GET"}),
        (f"/api/v2/Clients/Status/{uuid.UUID(int=0)}", "DELETE", {"GET"}),
        ("/_sandbox/clock", "DELETE", {"GET", "POST"}),
        ("/_sandbox/partners", "PUT", {"GET", "POST"}),
        ("/_sandbox/reset", "GET", {"POST"}),
    ],
)
def test_a_wrong_method_is_told_which_are_right(
    any_sandbox: Sandbox, partner: Partner, path: str, method: str, allowed: set[str]
) -> None:
    status, headers, body = raw(any_sandbox, request(partner, method, path, "Content-Length: 0"))
    assert status == 405
    assert {name.strip() for name in headers["allow"].split(",")} - {"HEAD", "OPTIONS"} == allowed
    assert headers["content-type"] == "application/problem+json"
    assert json.loads(body)["status"] == 405


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "method", ["FOO", "post", "Get", "P", "PROPFIND", "X" * 1000, "GE\tT", "PRI"]
)
@pytest.mark.parametrize("path", [CLIENTS, "/nowhere"])
def test_an_unknown_method_is_refused(
    any_sandbox: Sandbox, partner: Partner, method: str, path: str
) -> None:
    status, _, _ = raw(any_sandbox, request(partner, method, path, "Content-Length: 0"))
    assert status == 0 or 400 <= status < 500


@pytest.mark.parametrize(
    "target",
    [
        "/nowhere",
        "/api/v2/Clients/",
        "/api/v2/clients",
        "/API/v2/Clients",
        "//api/v2/Clients",
        "/api//v2/Clients",
        "/api/v2/Clients%2F",
        "/api%2Fv2%2FClients",
        "/api/v2/Clients/Status",
        "/api/v2/Clients/Status/",
        "/api/v2/Clients/Status/a%2Fb",
        "/api/v2/Clients/Status/..%2F..%2FClients",
        "/api/v2/Clients/Status/%00",
        "/api/v2/Clients/Status/%FF",
        "/api/v2/Clients/Status/%",
        "/api/v2/Clients/Status/17",
        f"/api/v2/Clients/Status/{uuid.UUID(int=0)}/",
        f"/api/v2/Clients/Status/{uuid.UUID(int=0)}x",
        f"/api/v2/Clients/Status/{uuid.UUID(int=0)}%0A",
        f"/api/v2/Clients/Status/{{{uuid.UUID(int=0)}}}",
        f"/api/v2/Clients/Status/{uuid.UUID(int=0).hex}",
        "/api/v1/Clients/a%2Fb",
        "/api/v1/Clients/a/b",
        "/api/v1/Clients/%00",
        "/api/v1/Clients/%FF%FE",
        "/api/v1/Clients/" + "x" * 65,
        "/api/v1/Clients/" + "x" * 60_000,
        "/api/v1/Clients/unknown",
        "/contracts/..%2F..%2Fetc%2Fpasswd",
        "/contracts/../../pyproject.toml",
        "/contracts/nope.yaml",
        "/contracts/sandbox.txt",
        "/_sandbox/submissions/17",
        "/_sandbox/nowhere",
    ],
    ids=lambda target: target[:60],
)
def test_a_path_that_is_not_there_is_a_clear_4xx(
    any_sandbox: Sandbox, partner: Partner, target: str
) -> None:
    status, headers, body = raw(any_sandbox, request(partner, "GET", target))
    assert 400 <= status < 500
    if "x" * 60_000 not in target:
        assert status in (400, 404, 405)
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["status"] == status


@pytest.mark.parametrize(
    ("status_path", "expected"),
    [
        ("/api/v2/Clients/Status/", 400),
        ("/api/v2/RevenueClaims/Status/", 400),
        ("/api/v1/Clients/Status/", 400),
        ("/_sandbox/submissions/", 400),
    ],
)
def test_a_status_id_that_is_no_uuid_is_told_apart_from_an_unknown_one(
    partner: Partner, status_path: str, expected: int
) -> None:
    check_problem(partner.get(status_path + "17"), expected)
    check_problem(partner.get(status_path + str(uuid.uuid4())), 404)


def test_a_status_id_of_another_kind_of_submission_is_not_found(partner: Partner) -> None:
    kinds = {path: partner.submit(path, [{}]).rpartition("/")[2] for path in SUBMISSIONS[:4]}
    shown_at = {
        "/api/v1/Clients/Status/": {"/api/v1/Clients", "/api/v1/RevenueClaims"},
        "/api/v2/Clients/Status/": {CLIENTS},
        "/api/v2/RevenueClaims/Status/": {CLAIMS},
    }
    for status_path, shown in shown_at.items():
        for path, identifier in kinds.items():
            answer = partner.get(status_path + identifier)
            if path in shown:
                assert answer.status_code == 200
            else:
                check_problem(answer, 404)


@pytest.mark.parametrize(
    "query",
    ["state=nope", "state=", "state=FAILED", "state=failed%20", "state=%FF", "state=a&state=b"],
)
@pytest.mark.parametrize("path", [CLIENTS, "/api/v1/Clients"])
def test_an_unknown_state_is_refused(partner: Partner, path: str, query: str) -> None:
    uri = partner.submit(path, [client("A")])
    check_problem(partner.get(f"{uri}?{query}"), 400)


def test_version_1_knows_three_states_to_filter_by(partner: Partner) -> None:
    uri = partner.submit("/api/v1/Clients", [client("A")])
    for state in ("Duplicate", "conflict"):
        check_problem(partner.get(f"{uri}?state={state}"), 400)
    assert partner.get(f"{uri}?state=pending").json()[0]["status"]["state"] == "Pending"
    assert partner.get(f"{uri}?state=Failed&other=1").json() == []


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize(
    "head",
    [
        b"\r\n\r\n",
        b"x\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET / HTTP/1.1\r\nA: \x00\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"x" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * 5_000 + b"\r\n",
    ],
    ids=lambda head: str(head[:30]),
)
@pytest.mark.usefixtures("partner")
def test_what_is_no_http_harms_nobody(any_sandbox: Sandbox, head: bytes) -> None:
    status, _, _ = raw(any_sandbox, head, half_close=True)
    assert status < 500
    assert any_sandbox.http.get("/contracts/sandbox.yaml").status_code == 200


STRANGE_ITEMS = {
    "a zero character": (rb'{"note": "a\u0000b"}', "Failed"),
    "a zero character in the key": (A.replace(b'"A"', rb'"A\u0000"'), "Failed"),
    "a zero character, valid": (A[:-1] + rb', "note": "\u0000", "\u0000": "\u0000"}', "Completed"),
    "an integer of 4,000 digits": (A[:-1] + b', "a": ' + b"9" * 4000 + b"}", "Completed"),
    "a tiny number": (A[:-1] + b', "a": 1e-999, "b": -0.0}', "Completed"),
    "1.7976931348623157e308": (A[:-1] + b', "a": 1.7976931348623157e308}', "Completed"),
    "a line separator": (A[:-1] + '," ": "\u2028\U0001f600\u00e9e\u0301"}'.encode(), "Completed"),
    "no member": (b"{}", "Failed"),
    "an empty name": (A[:-1] + b', "": {"": [[]]}}', "Completed"),
    "__proto__": (A[:-1] + b', "__proto__": {"a": 1}, "__class__": null}', "Completed"),
    "text that looks like a template": (A[:-1] + b', "a": "{{7*7}} ${x} %s {0}"}', "Completed"),
    "text that looks like SQL": (A[:-1] + b', "a": "\'; DROP TABLE x; --"}', "Completed"),
    "a surrogate pair": (A[:-1] + rb', "a": "\ud83d\ude00"}', "Completed"),
    "100 levels": (A[:-1] + b', "a": ' + b"[" * 100 + b"]" * 100 + b"}", "Completed"),
    "10,000 members": (
        A[:-1] + b"," + b",".join(b'"m%d": %d' % (n, n) for n in range(10_000)) + b"}",
        "Completed",
    ),
    "a megabyte of text": (A[:-1] + b', "a": "' + b"x" * MEBIBYTE + b'"}', "Completed"),
}


@pytest.mark.parametrize("name", STRANGE_ITEMS)
def test_a_strange_item_is_judged_kept_and_echoed(partner: Partner, name: str) -> None:
    item, state = STRANGE_ITEMS[name]
    uri = partner.submit(CLIENTS, b"[" + item + b"," + item + b"]")
    partner.settle()
    entries = partner.result(uri)
    second = "Duplicate" if state == "Completed" else "Failed"
    assert [entry["status"]["state"] for entry in entries] == [state, second]
    assert [entry["data"] for entry in entries] == [json.loads(item)] * 2
    again = partner.submit(CLIENTS, b"[" + item + b"]")
    partner.settle()
    assert partner.states(again) == [second]


@pytest.mark.parametrize("member", ["total_amount", "transaction_count"])
@pytest.mark.parametrize("number", ["9" * 4000, "-" + "9" * 400, "1e308", "-1e308", "1e-320"])
def test_no_number_of_a_claim_is_too_strange_to_be_judged(
    partner: Partner, member: str, number: str
) -> None:
    text = json.dumps([{**claim(), member: "NUMBER"}]).replace('"NUMBER"', number)
    uri = partner.submit(CLAIMS, text)
    partner.settle()
    (state,) = partner.states(uri)
    no_integer = member == "transaction_count" and number == "1e-320"
    assert state == ("Failed" if number.startswith("-") or no_integer else "Completed")


def test_a_status_check_answers_while_bad_requests_come(partner: Partner) -> None:
    uri = partner.submit(CLIENTS, [client("A")])
    for body in (
        MALFORMED["100,000 brackets, closed"],
        MALFORMED["an integer of a million digits"],
    ):
        partner.post(CLIENTS, body)
    started = time.monotonic()
    assert partner.states(uri) == ["Pending"]
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("body", [b"", b"[]", b'"x"', b"{", b'{"client_id": "a b"}', b'{"x": 1}'])
def test_a_partner_that_makes_no_sense_is_refused(any_sandbox: Sandbox, body: bytes) -> None:
    headers = {"X-Admin-Key": ADMIN_KEY, "Content-Type": "application/json"}
    check_problem(any_sandbox.http.post("/_sandbox/partners", content=body, headers=headers), 400)


def test_a_zero_character_harms_no_purchase(any_sandbox: Sandbox) -> None:
    base = "/crmapi/rest/v2"
    answer = any_sandbox.http.post(f"{base}/authentication/token", json=LOGIN)
    token = answer.json()["data"]["token"]
    show = f"{base}/customer_events/purchases/show"
    answer = any_sandbox.http.get(f"{show}?token={token}&id=%00")
    assert answer.status_code == 400
    assert answer.json()["status"]["code"] != "OK"

    purchase = {**example("example-1"), "token": token, "external_system_reference_number": "a\0b"}
    answer = any_sandbox.http.post(f"{base}/customer_events/purchases/create", json=purchase)
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        identifier = answer.json()["data"]["id"]
        assert any_sandbox.http.get(f"{show}?token={token}&id={identifier}").status_code == 200


# Contracts that cannot be served.

TEXT = V2.read_text()
BROKEN = {
    "an operationId that stands twice": (
        ("operationId: createRevenueClaims", "operationId: createPartnerClients"),
        "createPartnerClients",
    ),
    "a reference that leads nowhere": (
        (
            "$ref: '#/components/schemas/PartnerClient'",
            "$ref: '#/components/schemas/PartnerCleint'",
        ),
        "PartnerCleint",
    ),
    "an unknown word of an operation": (
        ("x-status-of: [createP", "x-satus-of: [createP"),
        "x-status-of",
    ),
    "an unknown word of a schema": (("      x-rules:", "      x-rule:"), "x-rules"),
    "an unknown word of the document": (("x-silences:", "x-silnces:"), "x-silences"),
    "an unknown condition": (("when: twin-saved", "when: twin-save"), "twin-saved"),
    "an outcome that leads to no state": (("then: Failed", "then: Faild"), "Failed"),
    "a key that is no list": (("key: [unique_reference]", "key: unique_reference"), "key"),
    "a submission of no lifecycle": (
        ("lifecycle: revenue-claim,", "lifecycle: revenue-clam,"),
        "revenue-claim",
    ),
    "a status of no submission": (
        ("x-status-of: [createRevenueClaims]", "x-status-of: [createRevenueClaim]"),
        "createRevenueClaims",
    ),
    "a rule that does not compile": (
        ("rule: self.currency == partner.currency", "rule: self.currency === partner.currency"),
        "agreed-currency",
    ),
    "a rule that asks for an unknown name": (
        ("rule: self.currency == partner.currency", "rule: self.currency == patner.currency"),
        "patner",
    ),
    "processing of an unknown kind": (
        ("processing: synchronous", "processing: synchronos"),
        "synchronous",
    ),
    "YAML that does not parse": (("    post:\n", "    post: [\n"), ""),
    "a member that stands twice": (
        ("      tags: [Both]\n", "      tags: [Both]\n      tags: [Both]\n"),
        "tags",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_contract_that_cannot_be_served_stops_the_start(
    run_command_here: RunHere, tmp_path: Path, name: str
) -> None:
    (old, new), hint = BROKEN[name]
    assert old in TEXT
    place = TEXT.rindex(old) if name.startswith("an operationId") else TEXT.index(old)
    contract = tmp_path / "mine.yaml"
    contract.write_text(TEXT[:place] + new + TEXT[place + len(old) :])
    line = TEXT[:place].count("\n") + 1

    code, printed = run_command_here("serve", contract, "--database", "sqlite://")
    assert code not in (0, None)
    found = re.search(r"mine\.yaml:(\d+)", printed)
    assert found, printed
    assert line <= int(found[1]) <= line + 3 or name.startswith("YAML"), printed
    assert hint in printed
    assert len(printed) < 2000


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "mine.yaml"),
        ("[]", "mine.yaml"),
        ("just text", "mine.yaml"),
        ("openapi: 2.0\n", "mine.yaml"),
        ("openapi: 4.0.0\ninfo: {title: T, version: '1'}\npaths: {}\n", "4.0.0"),
        ("swagger: '2.0'\ninfo: {title: T, version: '1'}\npaths: {}\n", "2.0"),
        ("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: []\n", "paths"),
        ("openapi: 3.1.0\npaths: {}\ninfo: &a [*a]\n", "mine.yaml"),
        ("openapi: !!python/object/apply:os.system [exit 3]\n", "mine.yaml"),
        ("{% for x in y %}\n", "mine.yaml"),
        ("\x00", "mine.yaml"),
        ("\ufffe", "mine.yaml"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_file_that_is_no_contract_stops_the_start(
    run_command_here: RunHere, tmp_path: Path, text: str, hint: str
) -> None:
    contract = tmp_path / "mine.yaml"
    contract.write_text(text)
    code, printed = run_command_here("serve", contract, "--database", "sqlite://")
    assert code not in (0, None)
    assert "mine.yaml" in printed
    assert hint in printed


def test_two_contracts_of_one_name_stop_the_start(
    run_command_here: RunHere, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "mine.yaml").write_text(TEXT)
    (other / "mine.yaml").write_text((V2.parent / "partner-client-service-v1.yaml").read_text())
    files = (tmp_path / "mine.yaml", other / "mine.yaml")
    code, printed = run_command_here("serve", *files, "--database", "sqlite://")
    assert code == 2
    assert str(other / "mine.yaml") in printed
    assert "name" in printed


@pytest.mark.parametrize("name", ["absent.yaml", "."])
def test_a_contract_that_cannot_be_read_stops_the_start(
    run_command_here: RunHere, name: str
) -> None:
    code, printed = run_command_here("serve", name, "--database", "sqlite://")
    assert code not in (0, None)
    assert name in printed
    assert "cannot listen" not in printed


def test_the_command_itself_prints_no_traceback(run_command: RunCommand, tmp_path: Path) -> None:
    contract = tmp_path / "mine.yaml"
    contract.write_text(TEXT.replace("when: twin-saved", "when: twin-save", 1))
    code, printed = run_command("serve", contract, "--database", "sqlite://")
    assert code == 2
    assert "twin-saved" in printed
    assert "Traceback" not in printed
