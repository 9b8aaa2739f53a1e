"""A garden with beds and settings: each way to keep less than was sent is found under its own name, and under no other."""

from __future__ import annotations

import itertools
import json
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contract_tests.http.partners import Partners
from contract_tests.judging.findings import Finding
from contract_tests.judging.mode import Effort, Mode
from contract_tests.reading.inference import resources_of, singletons_of
from contract_tests.scenarios.resources import changing, defaulting, dividing, keeping, narrowing
from contract_tests.scenarios.resources.judging import judge
from contract_tests.scenarios.resources.singletons import judge_singletons
from tests.contract_tests.contracts import contract_from
from tests.contract_tests.plain_servers import answer, serving
from tests.contract_tests.sessions import FIXED, session_of

GARDEN = contract_from(
    """
openapi: 3.1.0
info: {title: Garden, version: "1"}
components:
  schemas:
    New:
      type: object
      required: [name]
      properties:
        name: {type: string}
        soil: {type: string, enum: [clay, loam], default: loam}
        sunny: {type: boolean, default: true}
        rows: {type: integer, minimum: 1, default: 4}
        owner: {type: [string, "null"]}
        tags: {type: array, items: {type: string}, default: []}
    Change:
      type: object
      properties:
        name: {type: string}
        soil: {type: string, enum: [clay, loam]}
        rows: {type: integer, minimum: 1}
        owner: {type: [string, "null"]}
    Bed:
      allOf:
        - {$ref: "#/components/schemas/New"}
        - {properties: {id: {type: integer, readOnly: true}, created_at: {type: string, readOnly: true}}}
    Settings:
      type: object
      required: [title, unit]
      properties:
        title: {type: string}
        unit: {type: string, enum: [metre, foot]}
        motto: {type: string}
        public: {type: boolean, default: false}
    OneBed: {type: object, properties: {bed: {$ref: "#/components/schemas/Bed"}}}
  responses:
    Bed: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/OneBed"}}}}
    Settings: {description: ok, content: {application/json: {schema: {$ref: "#/components/schemas/Settings"}}}}
paths:
  /beds:
    get:
      parameters:
        - {name: soil, in: query, schema: {type: string, enum: [clay, loam]}}
        - {name: sunny, in: query, schema: {type: boolean}}
        - {name: owner, in: query, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 50}}
        - {name: offset, in: query, schema: {type: integer, default: 0}}
      responses:
        "200":
          description: ok
          content:
            application/json:
              schema:
                type: object
                properties:
                  beds: {type: array, items: {$ref: "#/components/schemas/Bed"}}
                  total: {type: integer}
    post:
      requestBody:
        content: {application/json: {schema: {type: object, properties: {bed: {$ref: "#/components/schemas/New"}}}}}
      responses: {"201": {$ref: "#/components/responses/Bed"}}
  /beds/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get: {responses: {"200": {$ref: "#/components/responses/Bed"}}}
    patch:
      requestBody:
        content: {application/json: {schema: {type: object, properties: {bed: {$ref: "#/components/schemas/Change"}}}}}
      responses: {"200": {$ref: "#/components/responses/Bed"}}
  /settings:
    get: {responses: {"200": {$ref: "#/components/responses/Settings"}}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: "#/components/schemas/Settings"}}}}
      responses: {"204": {description: ok}}
"""
)
DEFAULTS = {"soil": "loam", "sunny": True, "rows": 4, "tags": []}


class Garden:
    """Keeps beds and settings, but for one fault."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.beds: dict[int, dict[str, Any]] = {}
        self.settings: dict[str, Any] = {"title": "Ours", "unit": "metre", "public": False}
        self._numbers = itertools.count(1)

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        url, sent = urlsplit(handler.path), getattr(handler, "body", b"")
        body = json.loads(sent) if sent else None
        status, told = self.answered(handler.command, url.path, dict(parse_qsl(url.query)), body)
        answer(handler, status, b"" if told is None else json.dumps(told).encode())

    def answered(self, method: str, path: str, query: dict[str, str], body: Any) -> tuple[int, Any]:
        if path == "/settings":
            return (200, self.settings) if method == "GET" else self.set(body)
        if path == "/beds":
            return (200, self.list(query)) if method == "GET" else self.make(body["bed"])
        key = int(path.rpartition("/")[2])
        if key not in self.beds:
            return 404, {}
        if method == "PATCH":
            self.change(key, body["bed"])
        if self.fault == "creation moves":
            self.beds[key]["created_at"] += "0"
        return 200, {"bed": self.beds[key]}

    def make(self, sent: dict[str, Any]) -> tuple[int, Any]:
        key = next(self._numbers)
        made = {**DEFAULTS, "owner": None, **sent, "id": key, "created_at": "2026-01-01T00:00:00.0"}
        if self.fault == "another default" and "sunny" not in sent:
            made["sunny"] = False
        if self.fault == "the end of a name is lost":
            made["name"] = made["name"][:8]
        if self.fault == "always the default":
            made["rows"] = 4
        self.beds[key] = made
        return 201, {"bed": made}

    def change(self, key: int, sent: dict[str, Any]) -> None:
        if self.fault == "no number changes":
            sent = {name: one for name, one in sent.items() if name != "rows"}
        if self.fault == "nothing is cleared":
            sent = {name: one for name, one in sent.items() if one is not None}
        for one in self.beds if self.fault == "all change" else [key]:
            self.beds[one] |= sent

    def list(self, query: dict[str, str]) -> dict[str, Any]:
        found = list(self.beds.values())
        if "soil" in query:
            found = [one for one in found if one["soil"] == query["soil"]]
        if "sunny" in query and self.fault != "no truth is heeded":
            found = [one for one in found if json.dumps(one["sunny"]) == query["sunny"]]
        if "owner" in query:
            place = "name" if self.fault == "another member" else "owner"
            found = [one for one in found if one[place] == query["owner"]]
        if self.fault == "nothing is found" and {"soil", "sunny", "owner"} & query.keys():
            found = []
        start, size = int(query.get("offset", 0)), int(query.get("limit", 50))
        start += self.fault == "one is skipped" and start > 0
        size = 50 if self.fault == "large pages" else size
        page = found[start : start + size]
        total = len(page) if self.fault == "the total of a page" else len(found)
        return {"beds": page, "total": total}

    def set(self, sent: dict[str, Any]) -> tuple[int, Any]:
        old = self.settings
        new = {"public": False, **sent}
        if self.fault == "settings are lost":
            new = old
        if self.fault == "one setting is lost":
            new["unit"] = old["unit"]
        if self.fault == "settings are merged":
            new = {**old, **sent}
        if self.fault == "another setting by default":
            new["public"] = sent.get("public", True)
        self.settings = new
        return 204, None


CHECKS = (
    *keeping.CHECKS,
    *defaulting.CHECKS,
    *narrowing.CHECKS,
    *dividing.CHECKS,
    *changing.CHECKS,
)


def judged(garden: Garden, mode: Mode = Mode.DOCUMENTED) -> list[Finding]:
    with serving(garden) as (base_url, _):
        session = session_of(
            GARDEN, base_url, partners=Partners(FIXED), effort=Effort.QUICK, mode=mode
        )
        judge(session, resources_of(GARDEN), CHECKS)
        judge_singletons(session, resources_of(GARDEN), singletons_of(GARDEN))
        return session.findings.take()


@pytest.mark.parametrize("mode", Mode)
def test_who_keeps_all_is_not_blamed_and_its_settings_are_as_before(mode: Mode) -> None:
    garden = Garden()
    before = dict(garden.settings)
    assert judged(garden, mode) == []
    assert garden.settings == before


def test_what_is_not_kept_from_the_beginning_is_no_change_by_others() -> None:
    found = judged(Garden("the end of a name is lost"))
    assert {one.requirement.id for one in found} == {"resource.holds"}


@pytest.mark.parametrize(
    ("fault", "broken"),
    [
        ("another default", "resource.default"),
        ("always the default", "resource.holds"),
        ("creation moves", "resource.steady"),
        ("no number changes", "resource.merged"),
        ("nothing is cleared", "resource.merged"),
        ("all change", "resource.alone"),
        ("no truth is heeded", "resource.filtered"),
        ("another member", "resource.filtered"),
        ("nothing is found", "resource.filtered"),
        ("one is skipped", "resource.pages"),
        ("large pages", "resource.page-size"),
        ("the total of a page", "resource.total"),
        ("settings are lost", "resource.holds"),
        ("one setting is lost", "resource.holds"),
        ("settings are merged", "resource.whole"),
        ("another setting by default", "resource.default"),
    ],
)
def test_each_fault_has_its_name_and_is_told_as_inferred(fault: str, broken: str) -> None:
    found = judged(Garden(fault))
    assert broken in {one.requirement.id for one in found}
    assert all("inferred from" in one.requirement.sentence for one in found)
