"""The hook for pre-commit takes what the user's configuration names, and what is called openapi without one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from .pages import ROOT
from .playing import shell

TYPES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}


def hook(configuration: Mapping[str, Any]) -> Mapping[str, Any]:
    """The hook as pre-commit has it: what the user says takes the place of what we say."""
    (ours,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    return {**ours, **configuration}


def takes(found: Mapping[str, Any], name: str) -> bool:
    return (
        re.search(found["files"], name) is not None
        and re.search(found["exclude"], name) is None
        and TYPES.get(Path(name).suffix) in found["types_or"]
    )


@pytest.mark.parametrize(
    ("name", "taken"),
    [
        ("openapi.yaml", True),
        ("openapi-v2.json", True),
        ("docs/openapi.yml", True),
        ("openapi/orders/v1.yaml", True),
        ("openapi/README.md", False),
        ("openapi/vocabulary.schema.json", False),
        ("package.json", False),
        ("api/orders.yaml", False),
    ],
)
def test_without_a_configuration_it_takes_what_is_called_openapi(name: str, taken: bool) -> None:
    assert takes(hook({}), name) == taken


@pytest.mark.parametrize(
    ("name", "taken"),
    [("api/orders.yaml", True), ("api/README.md", False), ("openapi.yaml", False)],
)
def test_it_takes_whatever_the_configuration_names(name: str, taken: bool) -> None:
    assert takes(hook({"files": "^api/"}), name) == taken


def test_it_runs_a_command_that_exists_and_fails_on_a_finding(tmp_path: Path) -> None:
    kept = ROOT / "docs/examples/shop.yaml"
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        kept.read_text(encoding="utf-8").replace("records: orders\n", "record: orders\n")
    )
    entry = hook({})["entry"]

    assert shell(f"{entry} {kept}", "").returncode == 0
    assert shell(f"{entry} {kept} {broken}", "").returncode != 0
