"""The command `mock-server`, as it is typed in a shell."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.mock_server.conftest import RunHere
from tests.mock_server.samples import CLIENTS, client
from tests.sandboxes import RunCommand, StartSandbox

SMALL = """\
openapi: 3.0.3
info: {title: Pets, version: "1"}
paths:
  /pets/{id}:
    get:
      operationId: showPet
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        "200":
          description: A pet.
          content:
            application/json:
              schema:
                type: object
                required: [id, name]
                properties: {id: {type: integer, minimum: 3}, name: {type: string, minLength: 2}}
              examples:
                cat: {value: {id: 3, name: Tom}}
                dog: {value: {id: 4, name: Rex}}
        "404":
          description: None.
          content:
            application/json: {example: {message: no such pet}}
    delete:
      operationId: removePet
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses: {"204": {description: Gone.}}
  /pets/mine:
    get:
      operationId: myPets
      responses:
        "200":
          description: Pets.
          content:
            application/json:
              schema:
                type: array
                minItems: 1
                items: {type: object, required: [kind], properties: {kind: {enum: [cat]}}}
"""


def test_the_start_tells_what_one_needs_to_begin(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox("sqlite://")
    sandbox.wait_for("curl")
    printed = sandbox.printed()
    for wanted in (
        "partner-client-service-v1",
        "partner-client-service-v2",
        "partner-a",
        "secret-a",
    ):
        assert wanted in printed
    assert sandbox.url in printed


@pytest.mark.skipif(shutil.which("curl") is None, reason="the line that is printed is for curl")
def test_the_printed_lines_work_when_they_are_pasted(start_sandbox: StartSandbox) -> None:
    sandbox = start_sandbox("sqlite://")
    sandbox.wait_for(r"curl.*_sandbox/world|curl.*Bearer")
    lines = sandbox.lines
    first = next(number for number, line in enumerate(lines) if "curl" in line)
    last = max(number for number, line in enumerate(lines) if "curl" in line)
    script = "\n".join(lines[first : last + 1]).replace("curl -s", "curl --fail -s")
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert '"partner":"partner-a"' in done.stdout


def test_state_outlives_the_process(start_sandbox: StartSandbox, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'kept.db'}"
    first = start_sandbox(database)
    partner = first.partner()
    uri = partner.submit(CLIENTS, [client("A")])
    assert first.stop() in (0, -2, 130)
    assert "Traceback" not in first.printed()

    second = start_sandbox(database)
    partner.http = second.http
    assert partner.states(uri) == ["Pending"]
    partner.settle()
    assert partner.states(uri) == ["Completed"]


def test_without_a_database_the_state_is_in_a_file_of_the_working_folder(
    run_command: RunCommand, tmp_path: Path
) -> None:
    code, printed = run_command("token", "--partner", "partner-a")
    assert code == 0, printed
    assert (tmp_path / ".understudy" / "sandbox.db").exists()


def test_token_prints_a_token_that_opens_the_sandbox(
    start_sandbox: StartSandbox, run_command: RunCommand, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'token.db'}"
    sandbox = start_sandbox(database)
    code, printed = run_command("token", "--partner", "partner-a", "--database", database)
    assert code == 0
    headers = {"Authorization": f"Bearer {printed.strip()}"}
    answer = sandbox.http.get("/_sandbox/world", headers=headers)
    assert answer.json()["partner"] == "partner-a"


def test_a_token_of_a_database_that_nobody_serves_says_so(
    run_command_here: RunHere, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    code, printed = run_command_here("token", "--database", database)
    token, told = printed.splitlines()
    assert (code, token.count(".")) == (0, 2)
    assert f"the token is of {database} in the folder" in told
    assert "on which no server runs here" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["srve", "a.yaml"], "did you mean mock-server serve?"),
        (["a.yaml"], "did you mean mock-server serve a.yaml?"),
        (["--port", "80"], "mock-server serve --port"),
        (["zzz"], "did you mean mock-server --help?"),
    ],
)
def test_what_is_no_command_is_told_what_was_meant(
    run_command_here: RunHere, words: list[str], told: str
) -> None:
    code, printed = run_command_here(*words)
    assert (code, told in printed) == (2, True), printed


def test_token_refuses_an_unknown_partner_by_name(run_command_here: RunHere) -> None:
    code, printed = run_command_here("token", "--partner", "nobody", "--database", "sqlite://")
    assert code != 0
    assert "nobody" in printed
    assert "partner-a" in printed


def test_reset_empties_the_worlds(
    start_sandbox: StartSandbox, run_command: RunCommand, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path / 'reset.db'}"
    sandbox = start_sandbox(database)
    partner = sandbox.partner()
    assert partner.outcome(CLIENTS, [client("A")]) == ["Completed"]
    code, printed = run_command("reset", "--database", database)
    assert code == 0, printed
    assert partner.world()["submissions"] == 0
    assert partner.outcome(CLIENTS, [client("A")]) == ["Completed"]


def test_a_seed_makes_ids_repeatable(start_sandbox: StartSandbox) -> None:
    def ids(*arguments: object) -> list[str]:
        partner = start_sandbox("sqlite://", *arguments).known_partner("partner-a", "secret-a")
        return [partner.submit(CLIENTS, [client("A")]) for _ in range(3)]

    seven = ids("--seed", 7)
    assert ids("--seed", 7) == seven
    assert not set(ids("--seed", 8)) & set(seven)


def test_options_may_stand_in_the_environment(
    run_command_here: RunHere, start_sandbox: StartSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNDERSTUDY_PROCESSING_DELAY", "7")
    monkeypatch.setenv("UNDERSTUDY_TOKEN_LIFETIME", "77")
    sandbox = start_sandbox("sqlite://")
    partner = sandbox.partner()
    uri = partner.submit(CLIENTS, [client("A")])
    partner.clock(advance=6.999)
    assert partner.states(uri) == ["Pending"]
    partner.clock(advance=0.001)
    assert partner.states(uri) == ["Completed"]
    monkeypatch.setenv("UNDERSTUDY_PORT", "many")
    code, printed = run_command_here("serve", "--database", "sqlite://")
    assert code == 2
    assert "port" in printed


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["serve", "--port", "70000"], "70000"),
        (["serve", "--prot", "80"], "--port"),
        (["serve", "--processing-delay", "-1"], "-1"),
        (["serve", "--workers", "0"], "0"),
        (["serve", "--database", "nonsense"], "database"),
        (["serve", "--database", "oracle://x/y"], "database"),
        (["serve", "--database", "sqlite:////proc/none/x.db"], "database"),
        (["serve", "--database", "postgresql+psycopg://nobody@127.0.0.1:1/x"], "database"),
        (["serve", "--workers", "2", "--database", "sqlite://"], "workers"),
        (["serv"], "serv"),
        (["token", "--database", "nonsense"], "database"),
        (["reset", "--database", "nonsense"], "database"),
        (["reset", "--partner", "nobody", "--database", "sqlite://"], "nobody"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else value,
)
def test_a_mistake_ends_with_a_sentence(
    run_command_here: RunHere, arguments: list[str], hint: str
) -> None:
    code, printed = run_command_here(*arguments)
    assert code == 2, printed
    assert hint in printed
    assert "cannot listen" not in printed


def test_a_port_that_is_taken_ends_with_a_sentence(run_command_here: RunHere) -> None:
    code, printed = run_command_here("serve", "--database", "sqlite://")
    assert code == 2
    assert "cannot listen" in printed
    assert "--port" in printed


def test_several_workers_share_one_port_and_one_database(
    start_sandbox: StartSandbox, tmp_path: Path
) -> None:
    sandbox = start_sandbox(f"sqlite:///{tmp_path / 'many.db'}", "--workers", "2")
    apart = "each of 2 processes has a journal, tallies, scenarios and rate limits of its own"
    assert apart in sandbox.printed()
    partner = sandbox.partner()
    uris = []
    for number in range(12):
        with httpx.Client(base_url=sandbox.url, timeout=30) as fresh:  # any worker may take it
            partner.http = fresh
            uris.append(partner.submit(CLIENTS, [client(f"{number % 4}")]))
    partner.http = sandbox.http
    partner.settle()
    states = [state for uri in uris for state in partner.states(uri)]
    assert states == ["Completed"] * 4 + ["Duplicate"] * 8


@pytest.fixture(scope="module")
def pets(tmp_path_factory: pytest.TempPathFactory, serve: StartSandbox) -> Iterator[httpx.Client]:
    """Return a client of a sandbox that serves a contract without lifecycles."""
    folder = tmp_path_factory.mktemp("pets")
    contract = folder / "pets.yaml"
    contract.write_text(SMALL)
    sandbox = serve(folder, "sqlite://", contract)
    yield sandbox.http
    sandbox.kill()


def test_any_contract_is_served_by_its_examples(pets: httpx.Client) -> None:
    assert pets.get("/pets/3").json() == {"id": 3, "name": "Tom"}
    assert pets.get("/pets/mine").json() == [{"kind": "cat"}], "a concrete path before a template"
    assert pets.get("/pets/x").status_code == 404, "the only refusal that is documented"
    gone = pets.delete("/pets/3")
    assert (gone.status_code, gone.content) == (204, b"")
    wrong = pets.put("/pets/3")
    assert wrong.status_code == 405
    assert {"GET", "DELETE"} <= set(re.split(r",\s*", wrong.headers["Allow"]))


@pytest.mark.parametrize(
    ("prefer", "status", "body"),
    [
        ("code=404", 404, {"message": "no such pet"}),
        ("example=dog", 200, {"id": 4, "name": "Rex"}),
        ("code=200, example=dog", 200, {"id": 4, "name": "Rex"}),
        ('code="404"', 404, {"message": "no such pet"}),
    ],
)
def test_prefer_chooses_another_answer(
    pets: httpx.Client, prefer: str, status: int, body: Any
) -> None:
    answer = pets.get("/pets/3", headers={"Prefer": prefer})
    assert (answer.status_code, answer.json()) == (status, body)


def test_an_answer_that_the_contract_does_not_have_cannot_be_preferred(pets: httpx.Client) -> None:
    for prefer in ("code=500", "example=fish", "code=x", "code=", "=", "code=99999", ";;,"):
        answer = pets.get("/pets/3", headers={"Prefer": prefer})
        assert answer.status_code in (200, 400, 404), prefer


def test_help_names_every_option(run_command_here: RunHere) -> None:
    code, printed = run_command_here("serve", "--help")
    assert code == 0
    for option in (
        "--host", "--port", "--database", "--processing-delay", "--workers", "--seed", "--reload", "--admin-key",
    ):  # fmt: skip
        assert option in printed


def test_the_command_is_installed() -> None:
    program = Path(shutil.which("mock-server") or "mock-server")
    assert program.name == "mock-server"
