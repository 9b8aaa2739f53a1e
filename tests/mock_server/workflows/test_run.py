"""`mock-server run`: plays a workflow for somebody in a shell, and says where it ended and why."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.mock_server.conftest import RunHere
from tests.mock_server.samples import OPENAPI
from tests.mock_server.served import Serve
from tests.openapi_documents.arazzo.samples import FLOW, changed, written

REWARDS = OPENAPI / "workflows/purchase-with-rewards.arazzo.yaml"


def test_the_whole_way_of_the_guide_is_played_against_a_sandbox_of_its_own(
    run_command_here: RunHere,
) -> None:
    flow = OPENAPI / "workflows/clients-to-offers.arazzo.yaml"
    code, told = run_command_here("run", flow, "--input", "client=florist-4")
    assert code == 0, told
    lines = told.splitlines()
    assert lines[0] == "clients-to-offers: From a token to an accepted offer"
    assert lines[1].split() == ["getToken", "POST", "/oauth2/token", "->", "200", "ok"]
    assert "  amount = 3000" in lines
    assert lines[-1] == "clients-to-offers came to its end."


def test_a_step_that_fails_ends_it_with_the_reason_and_the_answer(
    run_command_here: RunHere,
) -> None:
    code, told = run_command_here("run", REWARDS, "--input", "password=wrong")
    assert code == 1
    assert "logIn    POST /crmapi/rest/v2/authentication/token -> 400  FAILED: " in told
    assert "$statusCode is 400" in told
    assert '"status":' in told
    assert told.splitlines()[-1] == "purchase-with-rewards failed at the step logIn."


def test_another_server_is_played_against_by_its_url(
    run_command_here: RunHere, served: Serve
) -> None:
    server = served(OPENAPI / "rewards-v2.yaml").server
    code, told = run_command_here("run", REWARDS, "--base-url", server.url)
    assert code == 0, told
    assert "token=" not in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((str(OPENAPI / "identity.yaml"),), ["no Arazzo description"]),
        (("gone.yaml",), ["gone.yaml"]),
        ((str(REWARDS), "--workflow", "purchase-with-reward"), ["Did you mean purchase-with-rewards?"]),
        ((str(REWARDS), "--input", "user=x"), ["no workflow has the input user"]),
        ((str(REWARDS), "--input", "user"), ["is not NAME=VALUE"]),
    ],
)  # fmt: skip
def test_what_cannot_be_played_is_told_in_a_sentence(
    run_command_here: RunHere, arguments: tuple[str, ...], words: list[str]
) -> None:
    code, told = run_command_here("run", *arguments)
    assert code == 2
    for word in words:
        assert word in told


def test_nothing_is_sent_of_a_description_with_faults(
    run_command_here: RunHere, tmp_path: Path
) -> None:
    flow = changed(("workflows", 0, "steps", 1, "operationId"), "shows")
    code, told = run_command_here(
        "run", written(tmp_path, flow), "--base-url", "http://127.0.0.1:1"
    )
    assert code == 2
    assert "flow.yaml:" in told
    assert "Did you mean show?" in told


def test_a_server_that_does_not_answer_fails_the_step(
    run_command_here: RunHere, tmp_path: Path
) -> None:
    code, told = run_command_here(
        "run", written(tmp_path, FLOW), "--base-url", "http://127.0.0.1:1"
    )
    assert code == 1
    assert "no answer came" in told


def test_steps_may_be_gone_to_and_the_play_may_end_early(
    run_command_here: RunHere, tmp_path: Path
) -> None:
    flow = yaml.safe_load(yaml.safe_dump(FLOW))
    ordered, shown = flow["workflows"][0]["steps"]
    once = {"name": "elsewhere", "type": "goto", "stepId": "shown"}
    flow["workflows"][0]["steps"] = [ordered, {**ordered, "stepId": "skipped"}, shown]
    ordered["onSuccess"] = [{**once, "criteria": [{"condition": "$statusCode == 201"}]}]
    shown["successCriteria"] = [{"condition": "$statusCode == 200"}]
    shown["onSuccess"] = [{"name": "done", "type": "end"}]
    code, told = run_command_here("run", written(tmp_path, flow), "--input", "sku=A")
    assert code == 0, told
    assert [line.split()[0] for line in told.splitlines()[1:3]] == ["ordered", "shown"]
