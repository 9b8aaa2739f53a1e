"""What is told of a contract before anybody asks: `mock-server check`, and the start of `serve`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mock_server.cli.checking import tell
from mock_server.examples.outlook import Remark
from tests.mock_server.conftest import RunHere

PETS = """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: https://api.example.com/v2}]
paths:
  /pets:
    get:
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema: {type: array, items: {type: object, properties: {age: {type: integer}}}}
              example: [{age: 3}, {age: old}]
  /endless:
    get:
      responses:
        '200': {description: Never., content: {application/json: {schema: {$ref: '#/components/schemas/Endless'}}}}
    post:
      requestBody: {content: {application/json: {schema: {type: number, exclusiveMinimum: true}}}}
      responses: {'204': {description: Done.}}
  /huge:
    get:
      responses:
        '200': {description: Much., content: {application/json: {schema: {type: array, minItems: 100000000}}}}
components:
  schemas:
    Endless: {type: object, required: [next], properties: {next: {$ref: '#/components/schemas/Endless'}}}
"""


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    file = tmp_path / "pets.yaml"
    file.write_text(PETS)
    return file


def test_what_is_served_is_told_with_the_path_in_use(run_command_here: RunHere, pets: Path) -> None:
    code, printed = run_command_here("check", pets)

    assert code == 0
    assert "4 operations under /v2: 0 with a memory, 4 answered by examples" in printed


def test_an_example_that_does_not_fit_is_told_with_its_line(
    run_command_here: RunHere, pets: Path
) -> None:
    assert (
        f"warning: {pets}:13: the example of GET /v2/pets 200 does not fit its schema "
        "(#/1/age must be an integer) and is sent as it is" in run_command_here("check", pets)[1]
    )


def test_what_many_answers_share_is_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    shared = [Remark("example", "a.yaml:5", f"the example of GET /{one} is odd") for one in "abc"]
    tell([*shared, Remark("example", "a.yaml:9", "the example of GET /d is odd")], 1)

    assert capsys.readouterr().err.splitlines() == [
        "warning: a.yaml:5: the example of GET /a is odd (so in 2 other answers)",
        "warning: 1 more like these; `mock-server check FILE` lists all",
    ]


def test_what_nothing_can_fit_is_told_with_the_reason(
    run_command_here: RunHere, pets: Path
) -> None:
    told = run_command_here("check", pets)[1]

    assert "GET /v2/endless answers 501: #/components/schemas/Endless" in told
    assert "holds itself without an end" in told


def test_what_no_memory_holds_is_told_and_the_rest_is_served(
    run_command_here: RunHere, pets: Path
) -> None:
    code, told = run_command_here("check", pets)

    assert code == 0
    assert f"{pets}:24: no memory holds a value of this size: minItems is 100000000" in told
    assert "GET /v2/huge answers 501: #/paths/~1huge/get" in told


def test_a_schema_that_cannot_be_compiled_is_told_and_the_rest_is_served(
    run_command_here: RunHere, pets: Path
) -> None:
    told = run_command_here("check", pets)[1]

    assert f"{pets}:19: true stands here under exclusiveMinimum, a number is expected" in told
    assert "operations that need it answer 501" in told


def test_a_fault_of_a_contract_that_cannot_be_served_ends_with_2(
    run_command_here: RunHere, tmp_path: Path
) -> None:
    file = tmp_path / "api.yaml"
    file.write_text("openapi: 1.0\n")

    code, printed = run_command_here("check", file)

    assert (code, printed.count("\n")) == (2, 1)


def test_the_start_tells_the_same_and_a_line_that_asks_an_operation(
    start_sandbox: Any, pets: Path
) -> None:
    sandbox = start_sandbox("sqlite://", pets)
    url = sandbox.url

    sandbox.wait_for("answers 501: #/components/schemas/Endless")
    sandbox.wait_for("4 operations under /v2")
    assert f"  curl -si {url}/v2/pets" in sandbox.lines
    assert sandbox.http.get("/v2/pets").json()[1] == {"age": "old"}
    assert sandbox.http.get("/v2/endless").status_code == 501
    assert sandbox.http.post("/v2/endless", json=1).status_code == 501


@pytest.mark.parametrize(
    ("rest", "why"),
    [
        ("webhooks: {sold: {post: {responses: {}}}}", "it describes webhooks alone"),
        ("paths: {}", "it has no paths"),
    ],
)
def test_a_contract_without_operations_says_so(
    run_command_here: RunHere, tmp_path: Path, rest: str, why: str
) -> None:
    file = tmp_path / "hooks.yaml"
    file.write_text(f"openapi: 3.1.0\ninfo: {{title: Hooks, version: '1'}}\n{rest}\n")

    assert f"hooks        nothing is served: {why}" in run_command_here("check", file)[1]
