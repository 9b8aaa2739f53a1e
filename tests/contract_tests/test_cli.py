"""The command as a user types it: exit codes, sentences, limits, and curl lines that work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from contract_tests.cli import main
from contract_tests.options import OPTIONS, Section
from tests.contract_tests import defective_rewards
from tests.contract_tests.commands import COMMAND, PARTNERS, ROOT, judged, recorded, run
from tests.contract_tests.defective_servers import Server
from tests.contract_tests.forked import Running

NOBODY = "http://127.0.0.1:9"


def test_it_tells_its_version() -> None:
    done = subprocess.run([*COMMAND[:-1], "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("contract-tests, version ") or "version" in done.stdout


def test_every_option_of_the_table_stands_in_the_help_under_its_heading() -> None:
    command = main.commands["run"]
    with click.Context(command) as context:
        told = command.get_help(context)
    for one in OPTIONS:
        part = told.partition(f"{one.section}:")[2]
        assert one.flag in part
        assert one.variable in part.replace("\n", " ").replace(" ", " ") or one.variable in told
    assert all(section in told for section in Section)
    assert told.partition("Other:")[2].split()[0] in {"-h,", "--help"}


# --- verdicts ----------------------------------------------------------------------------------------


def test_the_contract_holds_for_the_correct_server(tmp_path: Path) -> None:
    with Server() as server:
        code, report = judged(tmp_path, server.base_url, "--effort=quick", "--mode=strict")
    assert (code, report["findings"], report["verdict"]) == (0, [], "holds")
    assert all(row["count"] for row in report["coverage"]["outcomes"])
    assert all(row["inside"] and row["outside"] for row in report["coverage"]["rules"])


def test_a_fault_is_one_finding_that_names_the_rule(tmp_path: Path) -> None:
    with Server({"saved-twin-completed"}) as server:
        code, report = judged(tmp_path, server.base_url, "--only=cases", "--effort=quick")
        repeated = f"contract-tests run --base-url {server.base_url} --contract "
    assert code == 1
    (finding,) = report["findings"]
    assert finding["rule"] == "outcome.twin-saved"
    assert finding["source"] == "docs/sources.md#identical-to-saved"
    assert finding["expected"] == ["Duplicate (twin-saved)"]
    assert finding["repeat"].startswith(repeated)


@pytest.mark.parametrize(
    ("fault", "suite", "variable"),
    [("conflict-poisons", "cases", "RUN"), ("key-zeros-ignored", "lifecycle", "DIGITS")],
)
def test_the_curl_lines_repeat_a_fault_by_copy_and_paste(
    tmp_path: Path, fault: str, suite: str, variable: str
) -> None:
    """With keys of their own, so that the lines can be pasted again and again."""
    with Server({fault}, control=False, delay=0.0) as server:
        options = (f"--only={suite}", "--effort=quick", "--mode=strict")
        code, report = judged(tmp_path, server.base_url, *options)
        assert code == 1
        (finding,) = report["findings"]
        assert finding["curl"][0].startswith(f"{variable}=")
        script = tmp_path / "again.sh"
        script.write_text("\n".join(finding["curl"]), encoding="utf-8")
        done = subprocess.run(
            ["bash", str(script)], capture_output=True, text=True, check=True, timeout=60
        )
    assert '"Conflict"' in done.stdout
    assert finding["requests"] <= 3


def test_another_choice_of_a_silence_is_no_finding_and_is_told_apart(tmp_path: Path) -> None:
    options = ("--only=cases", "--effort=quick")
    with Server(choices={"saved-rival-is-conflict"}) as server:
        code, report = judged(tmp_path, server.base_url, *options)
        strict, found = judged(tmp_path, server.base_url, *options, "--mode=strict")
    assert (code, report["findings"]) == (0, [])
    assert (strict, [one["rule"] for one in found["findings"]]) == (1, ["outcome.rival-saved"])
    row = next(one for one in report["silences"] if one["id"] == "S14")
    assert (row["as_chosen"], "Conflict" in row["did"]) == (False, True)


# --- what cannot be judged ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--only=casez"], "did you mean cases?"),
        (["--contract=partner-client-service-v3"], "Did you mean partner-client-service-v2?"),
        (["--partner=currency"], "name=value is expected"),
        (["--contract=README.md"], "README.md:"),
        (["--contract=REDME.yaml"], "there is no such file"),
        (["--contract=docs/examples/shpo.yaml"], "Did you mean docs/examples/shop.yaml?"),
        (["--contract=docs"], "this is a folder"),
        (["--contract=fixtures/partners.yaml"], "is no OpenAPI document"),
        (["--base-url=localhost:8080"], "did you mean http://localhost:8080?"),
        (["--overlay=nowhere.yaml"], "nowhere.yaml"),
        (["--html=/proc/no/where.html"], "--html /proc/no/where.html: "),
    ],
)
def test_a_users_mistake_is_exit_2_and_one_sentence(options: list[str], told: str) -> None:
    code, text = run(NOBODY, *options)
    assert (code, told in text, text.count("\n")) == (2, True, 1), text


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--base-url", NOBODY], "contract-tests run --base-url"),
        (["run", NOBODY, "openapi.yaml"], "give --base-url URL and --contract FILE"),
        (["run", "--openapi", "a.yaml"], "Did you mean '--contract'?"),
        (["run", "--base-ulr", NOBODY], "--base-url"),
    ],
)
def test_what_stands_at_a_wrong_place_is_told_its_own(words: list[str], told: str) -> None:
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, told in done.output) == (2, True), done.output


def test_without_credentials_their_options_are_named() -> None:
    code, text = run(NOBODY, partners=())
    assert (code, text.count("\n")) == (2, 1)
    assert "--client-id and --client-secret (CONTRACT_TESTS_CLIENT_ID, " in text


def test_an_unreachable_server_is_exit_2_and_one_sentence(tmp_path: Path) -> None:
    sentence = f"{NOBODY} does not answer: the connection is refused"
    code, report = judged(tmp_path, NOBODY)
    assert (code, report["verdict"]) == (2, "not judged")
    assert report["sentence"] == f"Could not judge: {sentence}."
    assert run(NOBODY) == (2, f"cannot judge: {sentence}\n")


def test_refused_credentials_are_exit_2() -> None:
    wrong = ("--client-id=partner-a", "--client-secret=wrong")
    with Server() as server:
        code, text = run(server.base_url, partners=wrong)
    assert (code, "refused the credentials of partner-a" in text) == (2, True)


REWARDS = ("--login=username=rewards-user", "--login=organisation=northwind")


@pytest.mark.parametrize(
    ("login", "sentence"),
    [
        ((), "cannot judge: the rewards service needs --login username=... "),
        (REWARDS, "cannot judge: the rewards service needs --login username=... "),
        ((*REWARDS, "--login=password=x"), "cannot judge: the server refused the login: 400 "),
    ],
    ids=["none", "no password", "wrong password"],
)
def test_a_rewards_service_without_a_good_login_cannot_be_judged(
    login: tuple[str, ...], sentence: str
) -> None:
    with defective_rewards.serve() as base_url:
        code, text = run(base_url, "--contract=rewards-v2", *login, partners=())
    assert code == 2
    assert text.startswith(sentence)
    assert text.count("\n") == 1


# --- limits ------------------------------------------------------------------------------------------


def test_the_budget_is_kept_and_the_verdict_says_so(tmp_path: Path) -> None:
    with Server() as server:
        got = recorded(server)
        only = ("--effort=quick", "--mode=strict", "--only=cases,operations")
        _, report = judged(tmp_path, server.base_url, "--max-requests=60", *only)
    assert report["target"]["requests"] == len(got) <= 60
    assert report["notes"]


def test_a_read_only_run_creates_nothing_and_lists_what_it_can_ask(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    options = ("--read-only", "--effort=quick", f"--junit={junit}")
    with Server() as server:
        got = recorded(server)
        code, report = judged(tmp_path, server.base_url, *options)
        assert not any(world.submissions for world in server.service.worlds.values())
    assert (code, report["findings"]) == (0, [])
    assert {one for one in got if not one.startswith("GET ")} == {"POST /oauth2/token"}
    listed = junit.read_text(encoding="utf-8")
    assert ("suites.access" in listed, "rewards" in listed) == (True, False)


def test_a_dry_run_prints_what_would_be_sent() -> None:
    with Server() as server:
        code, text = run(server.base_url, "--dry-run", "--effort=quick", "--only=cases,bodies")
        assert not any(world.submissions for world in server.service.worlds.values())
        planned = f"POST {server.base_url}/api/v2/Clients ["
    assert (code, planned in text) == (0, True)


# --- what a run leaves -------------------------------------------------------------------------------


def test_a_run_leaves_nothing_where_it_began_and_prepares_the_next(tmp_path: Path) -> None:
    """What takes the first run on a machine seconds is made meanwhile, in the user's cache."""
    here, cache = tmp_path / "here", tmp_path / "cache"
    here.mkdir()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(cache)}
    env.pop("HYPOTHESIS_STORAGE_DIRECTORY", None)
    command = [*COMMAND, f"--base-url={NOBODY}"]
    subprocess.run(command, cwd=here, env=env, capture_output=True, check=False)
    ends = time.monotonic() + 60
    while not list(cache.glob("understudy/hypothesis/unicode_data/*/*")):
        assert time.monotonic() < ends
        time.sleep(0.1)
    assert not list(here.iterdir())


MORE_THAN_A_FIRST_LOOK = 100
"""Requests after which a run has looked, and judges."""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 2), (signal.SIGKILL, -9)])
def test_a_run_that_is_ended_says_so_and_leaves_a_readable_ledger(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    ledger = tmp_path / "ledger.jsonl"
    with Server() as server:
        got = recorded(server)
        options = ["--effort=thorough", "--mode=strict", "--only=lifecycle", f"--ledger={ledger}"]
        running = Running("run", f"--base-url={server.base_url}", *PARTNERS, *options)
        until = time.monotonic() + 60
        while len(got) < MORE_THAN_A_FIRST_LOOK and time.monotonic() < until:
            time.sleep(0.05)
        running.send(number)
        ended, text = running.result(60)
    assert (ended, "Traceback" in text) == (code, False), text
    entries = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines()]
    assert any(entry.get("keys") for entry in entries)
    if number == signal.SIGINT:
        assert "Could not judge: interrupted after" in text
