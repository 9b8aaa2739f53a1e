"""Resources on servers that careful people wrote in ways of their own: no alarm, and as much judged as can be."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contract_tests.http.partners import Partners
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Effort, Mode
from contract_tests.reading.inference import resources_of
from contract_tests.scenarios.resources import changing, dividing, keeping, narrowing, reaching
from contract_tests.scenarios.resources.judging import judge
from tests.contract_tests.contracts import contract_from
from tests.contract_tests.plain_servers import answer, serving
from tests.contract_tests.sessions import FIXED, session_of

HEAD = """
openapi: 3.0.3
info: {title: Books, version: "1"}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Book:
      type: object
      required: [title]
      properties:
        id: {type: string, readOnly: true}
        title: {type: string}
        email: {type: string, pattern: "^[a-zA-Z]+@[a-z]+$"}
        isbn: {type: string, pattern: "^97[0-9]{5}$"}
        status: {type: string, enum: [listed, archived]}
  requestBodies:
    Book: {content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}
  responses:
    Book: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Book"}}}}
    Books:
      description: ok
      content: {application/json: {schema: {type: array, items: {$ref: "#/components/schemas/Book"}}}}
security: [{key: []}]
paths:
"""
PARAMETERS = (
    " parameters: [{name: status, in: query, schema: {type: string, enum: [listed, archived]}},"
    " {name: limit, in: query, schema: {type: integer, minimum: 1}},"
    " {name: offset, in: query, schema: {type: integer, default: 0}}],"
)
LIST = '    get: {responses: {"200": {$ref: "#/components/responses/Books"}}}\n'
POST = (
    '    post: {requestBody: {$ref: "#/components/requestBodies/Book"},'
    ' responses: {"201": {$ref: "#/components/responses/Book"}}}\n'
)
ONE = """
    parameters:
      - {name: id, in: path, required: true, schema: {type: string, pattern: "^[a-zA-Z0-9]{4,40}$"}}
    get: {responses: {"200": {$ref: "#/components/responses/Book"}}}
    delete: {responses: {"204": {description: gone}}}
"""
PUT = (
    '    put: {requestBody: {$ref: "#/components/requestBodies/Book"},'
    ' responses: {"200": {$ref: "#/components/responses/Book"}}}\n'
)
MADE = contract_from(f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}")
NAMED = contract_from(f"{HEAD}  /books:\n{LIST}  /books/{{id}}:{ONE}{PUT}")
SENT = contract_from(
    f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}".replace(", readOnly: true", "")
)


NARROWED = contract_from(
    f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}".replace(
        '    get: {responses: {"200": {$ref: "#/components/responses/Books',
        f'    get: {{{PARAMETERS} responses: {{"200": {{$ref: "#/components/responses/Books',
    )
)


@dataclass
class Library:
    """Keeps books; `unique` are members of which each value is allowed once, `late` is when a new book can be read."""

    unique: tuple[str, ...] = ()
    archives: bool = False
    late: float = 0.0
    spelled: Any = str
    books: dict[str, dict[str, Any]] = field(default_factory=dict)
    at: dict[str, float] = field(default_factory=dict)
    keys: Any = field(default_factory=lambda: map("book{}".format, itertools.count(1)))

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        status, body = self.answered(handler.command, handler.path.partition("?")[0], handler)
        answer(handler, status, b"" if body is None else json.dumps(body).encode())

    def answered(self, method: str, path: str, handler: Any) -> tuple[int, Any]:
        if method == "POST":
            return self.save(next(self.keys), self.read(handler))
        if path == "/books":
            return 200, list(self.books.values())
        key = self.spelled(path.rpartition("/")[2])
        if method == "PUT":
            return self.save(key, json.loads(handler.body))
        if key not in self.books or time.monotonic() < self.at[key] + self.late:
            return 404, {"error": "unknown"}
        if method == "GET":
            return 200, self.books[key]
        if self.archives:
            self.books[key]["status"] = "archived"
        else:
            self.books.pop(key)
        return 204, None

    def read(self, handler: Any) -> dict[str, Any]:
        if handler.headers["Content-Type"] == "application/x-www-form-urlencoded":
            return dict(parse_qsl(handler.body.decode()))
        sent: dict[str, Any] = json.loads(handler.body)
        return sent

    def save(self, key: str, sent: Mapping[str, Any]) -> tuple[int, Any]:
        for other in self.books.values():
            if any(sent.get(name) == other.get(name) for name in self.unique):
                return 409, {"error": "known"}
        self.at[key] = time.monotonic()
        self.books[key] = {**sent, "id": key}
        return 202 if self.late else 201, self.books[key]


FORMS = contract_from(
    f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}".replace(
        "Book: {content: {application/json", "Book: {content: {application/x-www-form-urlencoded"
    )
)


BELOW = """  /books/{id}/summary: &summary
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {responses: {"200": {description: ok, content: {application/json: {schema: {type: object}}}}}}
  /books/{id}/summary/short: *summary
"""
SUMMED = contract_from(f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}{BELOW}")


CHECKS = (
    *keeping.CHECKS,
    *changing.CHECKS,
    *narrowing.CHECKS,
    *dividing.CHECKS,
    *reaching.CHECKS,
)


def judged(
    library: Library, contract: Any = MADE, mode: Mode = Mode.DOCUMENTED
) -> tuple[list[Finding], list[str], list[str]]:
    """Judge what is kept; what was found, what was noted, and which requests came."""
    with serving(library) as (base_url, came):
        session = session_of(
            contract, base_url, partners=Partners(FIXED), effort=Effort.QUICK, mode=mode
        )
        judge(session, resources_of(contract), CHECKS)
        return session.findings.take(), session.notes, came


def test_what_has_to_be_unlike_all_others_is_made_anew() -> None:
    found, notes, came = judged(Library(unique=("isbn", "email")))
    assert (found, notes) == ([], [])
    assert "DELETE /books/book1" not in came  # the first one only shows that one can be made
    assert any(one.startswith("DELETE") for one in came)


def test_a_key_may_be_written_in_letters_of_one_case() -> None:
    assert judged(Library(spelled=str.upper), NAMED)[:2] == ([], [])


def test_what_is_removed_may_be_shown_as_archived_where_a_value_speaks_of_it() -> None:
    assert judged(Library(archives=True))[:2] == ([], [])


def test_what_comes_by_and_by_is_waited_for_and_what_nobody_made_is_not() -> None:
    started = time.monotonic()
    assert judged(Library(late=0.1))[:2] == ([], [])
    assert time.monotonic() - started < 4


class Forgetful(Library):
    """Removes nothing."""

    def answered(self, method: str, path: str, handler: Any) -> tuple[int, Any]:
        return (204, None) if method == "DELETE" else super().answered(method, path, handler)


def test_only_what_a_finding_is_about_is_sent_again() -> None:
    (one,), _, _ = judged(Forgetful())
    assert one.requirement.id == "resource.removed"
    assert [each.request.method for each in one.exchanges] == ["POST", "DELETE", "GET"]
    assert one.exchanges[0].request.secrets == {"X-Key": "$TOKEN_A"}


@pytest.mark.parametrize("contract", [MADE, SENT], ids=["made by the server", "sent as well"])
def test_one_id_for_all_is_found_also_where_the_client_may_send_one(contract: Any) -> None:
    found, _, _ = judged(Library(keys=itertools.repeat("book")), contract)
    assert "resource.own-id" in {one.requirement.id for one in found}


class Merging(Library):
    """Keeps what a replacement leaves out."""

    def save(self, key: str, sent: Mapping[str, Any]) -> tuple[int, Any]:
        return super().save(key, {**self.books.get(key, {}), **sent})


@pytest.mark.parametrize(
    ("always_shown", "broken"), [("id, note", set()), ("id", {"resource.whole"})]
)
def test_what_every_answer_has_to_show_need_not_be_left_out(
    always_shown: str, broken: set[str]
) -> None:
    shown = f'allOf: [{{$ref: "#/components/schemas/Book"}}], required: [{always_shown}]'
    contract = contract_from(
        f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}{PUT}".replace(
            "        title: {type: string}",
            "        title: {type: string}\n        note: {type: string}",
        ).replace(
            'Book: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Book"}',
            "Book: {description: ok, content: {application/json: {schema: {" + shown + "}",
        )
    )
    found, _, _ = judged(Merging(), contract)
    assert {one.requirement.id for one in found} == broken


class Named(Library):
    """Takes the name of a book from its client."""

    def answered(self, method: str, path: str, handler: Any) -> tuple[int, Any]:
        if method != "POST":
            return super().answered(method, path, handler)
        sent = self.read(handler)
        return self.save(sent["id"], sent)


def test_what_is_made_again_by_its_old_name_is_there_again() -> None:
    contract = contract_from(
        f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}".replace(
            "id: {type: string, readOnly: true}", "id: {type: string, enum: [main]}"
        ).replace("required: [title]", "required: [title, id]")
    )
    found, notes, came = judged(Named(), contract)
    assert (found, notes) == ([], [])
    assert "DELETE /books/main" in came


class Stub(Library):
    """Answers by examples, whatever it is asked for."""

    def answered(self, method: str, path: str, handler: Any) -> tuple[int, Any]:
        example = {"id": "book", "title": "An example"}
        codes = {"POST": 201, "DELETE": 204}
        return codes.get(method, 200), example


@pytest.mark.parametrize("mode", Mode)
def test_a_stub_is_not_asked_for_a_memory_but_in_strict_mode(mode: Mode) -> None:
    found, notes, _ = judged(Stub(), mode=mode)
    assert bool(found) is (mode is Mode.STRICT)
    assert any("remembers nothing" in one for one in notes) is (mode is Mode.DOCUMENTED)


class Shelves(Library):
    """Lists by `status`, `limit` and `offset`, but for what it does not heed."""

    def __init__(self, *unheeded: str) -> None:
        super().__init__()
        self.unheeded = unheeded

    def answered(self, method: str, path: str, handler: Any) -> tuple[int, Any]:
        if method != "GET" or path != "/books":
            return super().answered(method, path, handler)
        asked = dict(parse_qsl(urlsplit(handler.path).query))
        asked = {name: one for name, one in asked.items() if name not in self.unheeded}
        books = [
            one for one in self.books.values()
            if asked.get("status", one["status"]) == one["status"]
        ]  # fmt: skip
        start, size = int(asked.get("offset", 0)), int(asked.get("limit", 100))
        return 200, books[start : start + size]


@pytest.mark.parametrize(
    ("unheeded", "broken"),
    [((), set()), (("status",), {"resource.filtered"}), (("offset",), {"resource.paged"})],
)
def test_lists_are_narrowed_by_members_and_divided_into_pages(
    unheeded: tuple[str, ...], broken: set[str]
) -> None:
    found, _, _ = judged(Shelves(*unheeded), NARROWED)
    assert {one.requirement.id for one in found} == broken


SIZED = contract_from(
    f"{HEAD}  /books:\n{LIST}{POST}  /books/{{id}}:{ONE}".replace(
        '    get: {responses: {"200": {$ref: "#/components/responses/Books',
        "    get: {parameters: [{name: limit, in: query, schema: {type: integer}}],"
        ' responses: {"200": {$ref: "#/components/responses/Books',
    )
)


def test_a_list_that_has_a_size_alone_cannot_be_read_page_by_page() -> None:
    assert judged(Shelves(), SIZED)[:2] == ([], [])


def test_what_is_made_by_a_form_is_judged_as_well() -> None:
    found, notes, came = judged(Library(unique=("isbn",)), FORMS)
    assert (found, notes) == ([], [])
    assert any(one.startswith("DELETE") for one in came)
    found, _, _ = judged(Forgetful(), FORMS)
    assert {one.requirement.id for one in found} == {"resource.removed"}


class Summing(Library):
    """Answers for the summary of a book that is there."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__()
        self.summary = status, body

    def answered(self, method: str, path: str, handler: Any) -> tuple[int, Any]:
        key, below, _ = path.removeprefix("/books/").partition("/summary")
        return (
            self.summary if below and key in self.books else super().answered(method, path, handler)
        )


@pytest.mark.parametrize(
    ("summary", "broken"),
    [
        ((200, {}), set()),
        ((409, {}), set()),
        ((500, {}), {"answer.no-server-error"}),
        ((200, []), {"answer.documented"}),
    ],
)
def test_what_is_below_a_thing_is_asked_of_one_that_is_there(
    summary: tuple[int, Any], broken: set[str]
) -> None:
    found, _, _ = judged(Summing(*summary), SUMMED)
    assert [one.requirement.id for one in found] == [*broken] * 2
    for one in found:
        assert [each.request.method for each in one.exchanges] == ["POST", "GET"]
