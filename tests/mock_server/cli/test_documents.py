"""Where a contract may come from: several files, overlays, folders that are allowed, standard input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mock_server.conftest import RunHere
from tests.mock_server.samples import answering, document
from tests.mock_server.served import serving

OVERLAY = {
    "overlay": "1.0.0",
    "info": {"title": "Other words", "version": "1"},
    "actions": [
        {
            "target": "$.paths['/a'].get.responses['200'].content['application/json']",
            "update": {"example": "by the overlay"},
        }
    ],
}
REFERRING = document({"/a": {"$ref": "paths/a.yaml"}})


def write(file: Path, value: Any) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(yaml.safe_dump(value), encoding="utf-8")
    return file


def test_a_path_that_stands_in_another_file_is_served(tmp_path: Path) -> None:
    contract = write(tmp_path / "api.yaml", REFERRING)
    write(tmp_path / "paths" / "a.yaml", {"get": answering("from another file")})

    with serving(contract) as sandbox:
        assert sandbox.http.get("/a").json() == "from another file"


def test_an_overlay_changes_what_is_served(
    start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    contract = write(tmp_path / "api.yaml", document({"/a": {"get": answering("as written")}}))
    overlay = write(tmp_path / "words.yaml", OVERLAY)

    sandbox = start_sandbox("sqlite://", contract, "--overlay", overlay)

    assert sandbox.http.get("/a").json() == "by the overlay"


def test_a_reference_out_of_the_folder_needs_to_be_allowed(
    start_sandbox: Callable[..., Any], run_command_here: RunHere, tmp_path: Path
) -> None:
    contract = write(tmp_path / "mine" / "api.yaml", document({"/a": {"$ref": "../shared/a.yaml"}}))
    shared = write(tmp_path / "shared" / "a.yaml", {"get": answering("shared")})

    code, printed = run_command_here("serve", contract, "--database", "sqlite://")
    assert code == 2
    assert "--allow-refs" in printed
    assert "api.yaml:" in printed
    sandbox = start_sandbox("sqlite://", contract, "--allow-refs", shared.parent)
    assert sandbox.http.get("/a").json() == "shared"


def test_a_reference_to_the_network_is_never_followed(
    run_command_here: RunHere, tmp_path: Path
) -> None:
    paths = {"/a": {"$ref": "http://127.0.0.1:1/a.yaml"}}

    code, printed = run_command_here("serve", write(tmp_path / "api.yaml", document(paths)))

    assert code == 2
    assert "network" in printed


def test_a_contract_may_come_by_standard_input(run_command_here: RunHere) -> None:
    contract = json.dumps({**document({"/a": {"get": 5}})})

    code, printed = run_command_here("serve", "-", standard_input=contract)

    assert code == 2
    assert "standard input:1: the number 5 stands here under get, a mapping is expected" in printed


def test_several_contracts_are_served_side_by_side(tmp_path: Path) -> None:
    one = write(tmp_path / "one.yaml", document({"/one": {"get": answering(1)}}))
    two = write(tmp_path / "two.json", document({"/two": {"get": answering(2)}}))

    with serving(one, two) as sandbox:
        assert [sandbox.http.get(path).json() for path in ("/one", "/two")] == [1, 2]


def test_what_needs_a_file_that_is_not_here_is_told_and_everything_else_served(
    start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    broken = {"$ref": "responses/error.yaml"}
    paths = {
        "/a": {"get": {"responses": {**answering("fine")["responses"], "400": broken}}},
        "/b": {"get": {"parameters": [{"$ref": "parameters/b.yaml"}], "responses": {}}},
    }
    sandbox = start_sandbox("sqlite://", write(tmp_path / "api.yaml", document(paths)))

    assert "responses/error.yaml" in sandbox.wait_for("warning: .*error.yaml")
    assert sandbox.http.get("/a").json() == "fine"
    for path, prefer in (("/a", "code=400"), ("/b", "")):
        answer = sandbox.http.get(path, headers={"Prefer": prefer})
        assert answer.status_code == 501
        assert "there is no such file" in answer.json()["detail"]


def test_what_no_operation_needs_is_told_and_everything_else_served(
    start_sandbox: Callable[..., Any], tmp_path: Path
) -> None:
    paths = {"/a": {"get": answering("fine")}}
    paths["/a"]["get"]["responses"]["200"]["content"]["description"] = "under content by mistake"
    unused = {"schemas": {"Old": {"$ref": "#/components/schemas/Gone"}}}

    sandbox = start_sandbox(
        "sqlite://", write(tmp_path / "api.yaml", document(paths, components=unused))
    )

    assert "no operation needs it" in sandbox.wait_for("warning: .*under description")
    assert "no operation needs it" in sandbox.wait_for("warning: .*schemas/Gone")
    assert sandbox.http.get("/a").json() == "fine"


@pytest.mark.parametrize(
    "schema",
    [
        {"pattern": "("},
        {"type": "txt"},
        {"exclusiveMinimum": True},
        [{"type": "string"}],
        {"properties": {"a": "text"}},
        {"$ref": "https://example.com/schema.yaml"},
    ],
)
def test_a_schema_that_is_none_is_told_and_everything_else_served(
    start_sandbox: Callable[..., Any], tmp_path: Path, schema: Any
) -> None:
    content = {"application/json": {"schema": schema}}
    broken = {**answering("a"), "requestBody": {"content": content}}
    paths = {"/a": {"post": broken}, "/b": {"get": answering("fine")}}

    sandbox = start_sandbox("sqlite://", write(tmp_path / "api.yaml", document(paths)))

    assert "api.yaml:" in sandbox.wait_for("warning: .*operations that need it answer 501")
    assert sandbox.http.get("/b").json() == "fine"
    answer = sandbox.http.post("/a", json=5)
    assert answer.status_code == 501
    assert "api.yaml:" in answer.json()["detail"]


@pytest.mark.parametrize("note", ["get: ", "get: {responses: {200: }}", "get: {parameters: }"])
def test_a_member_of_which_nothing_is_said_is_one_that_is_not_there(
    tmp_path: Path, note: str
) -> None:
    file = tmp_path / "api.yaml"
    file.write_text(
        f"openapi: 3.1.1\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{{note}}}}}\n"
    )

    with serving(file) as sandbox:
        assert sandbox.http.get("/a").status_code in (200, 204)


@pytest.mark.parametrize("words", [["--version"], ["serve", "--help"], ["--help"]])
def test_the_version_and_the_help_are_told_at_once(
    run_command_here: RunHere, words: list[str]
) -> None:
    code, printed = run_command_here(*words)

    assert code == 0
    assert "mock-server" in printed


def test_more_paths_than_can_be_routed_are_told(run_command_here: RunHere, tmp_path: Path) -> None:
    file = tmp_path / "large.json"
    file.write_text(json.dumps(document({f"/{number}": {} for number in range(20_001)})))

    code, printed = run_command_here("serve", file)

    assert code == 2
    assert "large.json:1: the document has 20,001 paths, at most 20,000 are served" in printed
