"""The lines of a finding repeat it by copy and paste, with keys of their own and without secrets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contract_tests.generation.keys import in_digits, in_hex, in_letters
from contract_tests.http.client import Server
from contract_tests.http.messages import JSON, Exchange, Reply, Request, get
from contract_tests.http.partners import Caller, Partner, Partners
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Suite
from contract_tests.reporting.curl import LONGEST, CurlLines
from tests.contract_tests.sessions import FIXED, NOBODY
from tests.contract_tests.shells import arguments

RUN = "ct0123456789"
SERVER = Server("http://127.0.0.1:1/", "/oauth2/token")
SECRET = Partner("mine", "hidden")


def curl(partner: Partner = SECRET, other: Partner | None = None) -> CurlLines:
    return CurlLines(SERVER, Partners(partner, other), RUN)


def posted(body: bytes, reply: Reply | None = None, **more: object) -> Exchange:
    return Exchange(Request("POST", "/orders", JSON, body, **more), reply)  # type: ignore[arg-type]


def test_a_request_is_sent_as_it_was_with_the_token_of_its_caller() -> None:
    token, line = curl().told([posted(b'[{"a": "it\'s"}]')])
    assert token.startswith("TOKEN_A=$(curl -s http://127.0.0.1:1/oauth2/token ")
    assert arguments(f"TOKEN_A=t; {line}") == [
        b"-s", b"-X", b"POST", b"http://127.0.0.1:1/orders", b"-H", b"Authorization: Bearer t",
        b"-H", b"Content-Type: application/json", b"--data-binary", b'[{"a": "it\'s"}]',
        b"-w", b"\\n%{http_code}\\n",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("partner", "told"),
    [
        (SECRET, '"client_secret=${CONTRACT_TESTS_CLIENT_SECRET:?}"'),
        (Partner("partner-a", "secret-a"), "client_secret=secret-a"),
        (FIXED, "TOKEN_A=${CONTRACT_TESTS_TOKEN:?the bearer token or API key}"),
    ],
)
def test_a_secret_stands_in_the_environment_but_for_those_that_the_fixtures_print(
    partner: Partner, told: str
) -> None:
    line = curl(partner).told([Exchange(get("/x"), None)])[0]
    assert told in line
    assert "hidden" not in line


def test_whoever_has_nothing_to_show_shows_nothing() -> None:
    (line,) = curl(NOBODY).told([Exchange(get("/x"), None)])
    assert "Authorization" not in line


def test_each_partner_has_a_token_and_a_secret_of_its_own() -> None:
    lines = curl(SECRET, Partner("theirs", "hidden-too")).told(
        [Exchange(get("/x"), None), Exchange(get("/x", caller=Caller.SECOND), None)]
    )
    assert "CONTRACT_TESTS_OTHER_CLIENT_SECRET" in lines[1]
    assert "$TOKEN_B" in lines[3]


@pytest.mark.parametrize(
    ("variable", "mark"),
    [("RUN", RUN), ("DIGITS", in_digits(RUN)), ("LETTERS", in_letters(RUN)), ("HEX", in_hex(RUN))],
)
def test_the_prefix_of_the_run_is_fresh_each_time(variable: str, mark: str) -> None:
    first, *_, line = curl(NOBODY).told([posted(f'["{mark}-1"]'.encode())])
    assert first.startswith(f"{variable}=")
    assert arguments(f"{variable}=new; {line}")[-3] == b'["new-1"]'


def test_an_id_of_the_server_is_taken_from_its_answer() -> None:
    reply = Reply(202, {}, b'{"status_check_id": "0123-4567"}')
    one, two = curl(NOBODY).told(
        [posted(b"[]", reply), Exchange(get("/orders/checks/0123-4567"), None)]
    )
    assert one.startswith("ID1=$(curl ")
    assert '"http://127.0.0.1:1/orders/checks/${ID1}"' in two


def test_a_body_that_is_too_long_is_printed_by_its_recipe() -> None:
    (line,) = curl(NOBODY).told([posted(b"x" * 10, recipe="printf x")])
    assert line.startswith("printf x | curl")
    (line,) = curl(NOBODY).told([posted(b"x" * (LONGEST + 1))])
    assert line.startswith(f"# a body of {LONGEST + 1} bytes")


def test_lines_that_another_library_wrote_get_the_token_that_they_need() -> None:
    found = Finding(
        catalogue.ANSWER_GIVEN, "c", frozenset({"o"}), Suite.OPERATIONS, "", (), "",
        lines=('curl -H "Authorization: Bearer $TOKEN_A" http://x',),
    )  # fmt: skip
    assert curl().of(found)[0].startswith("TOKEN_A=")
    assert curl().of(replace(found, lines=("curl http://x",))) == ("curl http://x",)


def test_what_has_to_be_waited_for_is_waited_for() -> None:
    lines = curl(NOBODY).told([posted(b"[]"), Exchange(get("/orders/1"), None, waited=1.23)])
    assert lines[1] == "sleep 1.3"


def test_a_number_that_the_server_gave_is_taken_from_its_answer_and_from_no_other_place() -> None:
    reply = Reply(201, {}, b'{"id": 1, "pages": 17}')
    one, two = curl(NOBODY).told([posted(b"{}", reply), Exchange(get("/orders/1?page=12"), None)])
    assert one.startswith("ID1=$(curl ")
    assert '"http://127.0.0.1:1/orders/${ID1}?page=12"' in two


def test_a_member_that_stands_twice_is_not_taken_where_the_wrong_one_would_be() -> None:
    reply = Reply(201, {}, b'{"id": 1, "owner": {"id": 2}}')
    one, two = curl(NOBODY).told([posted(b"{}", reply), Exchange(get("/orders/1"), None)])
    assert not one.startswith("ID1=")
    assert '"http://127.0.0.1:1/orders/1"' in two


def test_an_entity_tag_is_taken_from_the_head_of_the_answer() -> None:
    read = Exchange(get("/orders/1"), Reply(200, {"etag": '"0123456789"'}, b"{}"))
    one, two = curl(NOBODY).told([read, Exchange(get("/orders/1", If_Match='"0123456789"'), None)])
    assert one.startswith("ID1=$(curl ")
    assert arguments(f"ID1=new; {two}")[3] == b"If-Match: new"


def test_what_shows_who_asks_stands_in_variables() -> None:
    asked = replace(
        get("/orders?key=hidden&page=1", X_Key="hidden"),
        secrets={"X-Key": "$TOKEN_A", "key": "$TOKEN_A"},
    )
    token, line = curl(FIXED).told([Exchange(asked, None)])
    assert token == "TOKEN_A=${CONTRACT_TESTS_TOKEN:?the bearer token or API key}"
    assert arguments(f"TOKEN_A=t; {line}")[1:4] == [
        b"http://127.0.0.1:1/orders?key=t&page=1", b"-H", b"X-Key: t",
    ]  # fmt: skip
    assert "hidden" not in line
    assert "Authorization" not in line
