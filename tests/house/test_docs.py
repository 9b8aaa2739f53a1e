"""What the pages in `docs/` show works: every block of them is played, served or looked up."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from .pages import PAGES, ROOT, WHERE, blocks, command_lines
from .playing import play, shell

DOCS = ROOT / "docs"
GUIDE = DOCS / "writing-contracts.md"
LIVES = DOCS / "lives.md"
SHOP = DOCS / "examples/shop.yaml"
LENDING = DOCS / "examples/lending.yaml"
OVERLAY = DOCS / "examples/lenient.overlay.yaml"
OFFERS = ROOT / "openapi/offers-preview.yaml"
OVERLAYS = sorted((ROOT / "openapi/overlays").glob("*.yaml"))
VOCABULARY = ROOT / "openapi/vocabulary.schema.json"


@cache
def vocabulary() -> Mapping[str, Any]:
    read: Mapping[str, Any] = json.loads(VOCABULARY.read_text(encoding="utf-8"))
    return read


@pytest.mark.parametrize(
    "block",
    [*blocks(GUIDE, "yaml"), *blocks(LIVES, "yaml")],
    ids=lambda block: block.split(":")[0].strip(),
)
def test_each_piece_of_a_guide_is_a_part_of_a_whole_example(block: str) -> None:
    if not block.startswith("#"):
        wholes = (SHOP, OVERLAY, LENDING, OFFERS, *OVERLAYS)
        assert any(block in whole.read_text(encoding="utf-8") for whole in wholes)


def test_the_guide_names_every_word_of_the_vocabulary_and_no_other() -> None:
    told = re.findall(
        r"^\| `(x-[a-z-]+)` \|", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE
    )

    assert sorted(told) == sorted(vocabulary()["$defs"]["words"]["properties"])


@pytest.mark.parametrize(("guide", "contract"), [(GUIDE, SHOP), (LIVES, LENDING)])
def test_a_guide_is_played_as_it_says(
    guide: Path, contract: Path, start_sandbox: Callable[..., Any]
) -> None:
    assert play(guide, start_sandbox("sqlite://", contract).url) > 5


def test_the_walk_with_rewards_prints_what_it_says(start_sandbox: Callable[..., Any]) -> None:
    assert play(DOCS / "rewards.md", start_sandbox("sqlite://").url) > 5


@pytest.mark.parametrize("path", [SHOP], ids=lambda path: path.stem)
def test_an_example_is_without_fault_and_the_sandbox_keeps_it(
    path: Path, start_sandbox: Callable[..., Any]
) -> None:
    assert shell(f"spec-review check {path}", "").stdout == "1 file checked, no finding\n"
    done = shell(
        f"contract-tests run --base-url {WHERE} --contract {path} --mode strict --effort quick"
        " --client-id partner-a --client-secret secret-a --partner currency=GBP"
        " --other-client-id partner-b --other-client-secret secret-b",
        start_sandbox("sqlite://", path).url,
    )

    assert done.returncode == 0, done.stdout
    assert f"{path.stem} holds" in done.stdout


def test_an_overlay_changes_what_the_sandbox_does(start_sandbox: Callable[..., Any]) -> None:
    partner = start_sandbox("sqlite://", SHOP, "--overlay", OVERLAY).partner()
    for pieces in (1, 2):
        accepted = partner.post(
            "/orders", [{"number": "A", "pieces": pieces, "price": 8, "currency": "GBP"}]
        )
        partner.clock(advance=2)

    (entry,) = partner.get(accepted.json()["uri"]).json()["result"]
    assert entry["status"]["state"] == "Booked"


def test_the_lifecycle_that_is_told_fits_the_vocabulary() -> None:
    (block,) = blocks(DOCS / "lifecycle.md", "yaml")

    jsonschema.Draft202012Validator(vocabulary()).validate(yaml.safe_load(block))


def told_rows() -> list[tuple[str, str, str]]:
    """The table of what was saved, what is asked, and what is answered."""
    text = (DOCS / "lifecycle.md").read_text(encoding="utf-8")
    table = text.partition("| saved before | request | outcome |")[2].partition("\n\n")[0]
    rows = [line.strip("|").split("|") for line in table.strip().splitlines()[1:]]
    return [(saved.strip(), asked.strip(), answered.strip()) for saved, asked, answered in rows]


def lists(text: str, separator: str) -> list[list[str]]:
    return [part.strip().split(", ") for part in text.split(separator)]


@pytest.mark.parametrize("row", told_rows(), ids=lambda row: f"{row[0]} {row[1]}")
def test_each_row_of_the_table_is_a_case_that_every_server_must_pass(
    row: tuple[str, str, str],
) -> None:
    path = ROOT / "fixtures/cases/partner-client-service-v2/clients.yaml"
    played = yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]
    saved, asked, answered = row
    member = "saved_of_another_partner" if "another partner" in saved else "saved"
    before = {member: [[saved[1]]]} if saved else {}
    wanted = {"requests": lists(asked, "then"), "expected": lists(answered, "; then"), **before}

    assert any(
        {
            name: case[name]
            for name in ("requests", "expected", "saved", "saved_of_another_partner")
            if name in case
        }
        == wanted
        for case in played
    )


# --- commands ------------------------------------------------------------------------------------


@cache
def help_of(*words: str) -> str:
    done = shell(" ".join([*words, "--help"]), "")
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_folder_and_every_file_that_a_page_names_is_there(page: Path) -> None:
    for name in re.findall(
        r"`((?:openapi|fixtures|docs|tests|\.requirements|[a-z]+_[a-z]+)(?:/[^`{*#]*)?)[#`]",
        page.read_text(encoding="utf-8"),
    ):
        known = name.partition("/")[0] in {path.name for path in ROOT.iterdir()}
        assert not known or (ROOT / name).exists(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_target_of_make_that_a_page_names_exists(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    text = page.read_text(encoding="utf-8")
    typed = re.findall(r"`make ([a-z]+)", text) + re.findall(
        r"^make ([a-z]+)", "".join(blocks(page, "shell")), flags=re.MULTILINE
    )
    for target in typed:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_every_option_that_a_page_names_exists(page: Path) -> None:
    for words in command_lines(page):
        command = [words[0]]
        if len(words) > 1 and not words[1].startswith("-"):
            command.append(words[1])
        for word in words[len(command) :]:
            if word.startswith("-"):
                option = word.partition("=")[0]
                assert re.search(rf"(?<![\w-]){option}(?![\w-])", help_of(*command)), (
                    words,
                    option,
                )


def test_the_steps_for_a_pipeline_judge_a_server(tmp_path: Path, free_port: int) -> None:
    script, *_ = blocks(DOCS / "ci.md", "shell")
    moved = script.replace("docs/examples", str(DOCS / "examples")).replace(
        "serve ", f"serve --port {free_port} "
    )

    done = shell(f"set -em\n{moved}", f"http://127.0.0.1:{free_port}", tmp_path)

    assert "shop holds" in done.stdout, done.stdout + done.stderr
    assert {path.name for path in tmp_path.iterdir()} >= {
        "junit.xml",
        "verdict.html",
        "verdict.json",
    }


def test_the_workflows_are_yaml_with_steps() -> None:
    review, hooks, github, gitlab = map(yaml.safe_load, blocks(DOCS / "ci.md", "yaml"))

    for workflow in (review, github):
        (job,) = workflow["jobs"].values()
        assert all("run" in step or "uses" in step for step in job["steps"])
    assert any("/healthz" in str(step.get("run")) for step in job["steps"])
    assert any("/healthz" in line for line in gitlab["client"]["script"])
    assert hooks["repos"][0]["hooks"][0]["id"] == "spec-review"


def test_the_tests_in_python_pass(tmp_path: Path) -> None:
    page = DOCS / "python.md"
    (settings,) = blocks(page, "ini")
    (tests,) = blocks(page, "python")
    (tmp_path / "pytest.ini").write_text(settings.replace("docs/examples", str(DOCS / "examples")))
    (tmp_path / "test_orders.py").write_text(tests)

    assert "2 passed" in passed(tmp_path)


def test_the_test_of_a_client_passes_and_can_fail(tmp_path: Path) -> None:
    (tests,) = blocks(DOCS / "testing-your-client.md", "python")
    file = tmp_path / "test_client.py"
    file.write_text(tests)
    assert "1 passed" in passed(tmp_path)

    file.write_text(tests.replace(', "Idempotency-Key": key', ""))
    assert "1 failed" in passed(tmp_path)


def passed(folder: Path) -> str:
    """Return what pytest says of the tests in a folder."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q"],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.stdout


def test_the_judge_runs_under_pytest_as_the_page_says(start_sandbox: Callable[..., Any]) -> None:
    (script,) = blocks(DOCS / "python.md", "shell")
    quick = textwrap.dedent(script).strip() + " --client-id partner-a --client-secret secret-a"

    done = shell(
        f"{quick} --effort quick -p no:cacheprovider", start_sandbox("sqlite://", SHOP).url
    )

    assert "shop holds" in done.stdout, done.stdout + done.stderr
