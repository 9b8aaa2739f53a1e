"""The house keeps its own rules: rooms, style, types, and nothing that names a machine or a registry."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [["lint-imports"], ["ruff", "check", "."]],
    ids=["the rooms import only what they may", "the style is kept"],
)
def test_the_libraries_that_keep_the_rules_find_nothing(command: list[str]) -> None:
    """The types are asked for by `make lint`, which CI calls: a cold mypy takes as long as all tests of a room."""
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_no_file_names_a_registry_or_a_path_of_some_machine() -> None:
    forbidden = re.compile(
        "|".join(
            [
                "pypi" + r"\.org",
                "python" + "hosted",
                "registry" + r"\.npmjs",
                "deb" + r"\.debian",
                "/" + "work/",
            ]
        )
    )
    for path in tracked():
        text = path.read_text(encoding="utf-8", errors="ignore")
        assert not forbidden.search(text), path


def test_the_top_level_holds_what_the_frame_allows() -> None:
    allowed = {
        "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md", "contract_tests", "docs", "fixtures",
        "mock_server", "openapi", "openapi_documents", "pyproject.toml", "spec_review", "tests",
    }  # fmt: skip
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}

    assert {name for name in names if not name.startswith(".")} <= allowed


def test_the_changelog_has_an_unreleased_block() -> None:
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "path", sorted((ROOT / "openapi").glob("*.yaml")), ids=lambda path: path.stem
)
def test_every_contract_uses_the_vocabulary_as_it_is_described(path: Path) -> None:
    vocabulary = json.loads((ROOT / "openapi/vocabulary.schema.json").read_text(encoding="utf-8"))

    jsonschema.Draft202012Validator(vocabulary).validate(
        yaml.safe_load(path.read_text(encoding="utf-8"))
    )
