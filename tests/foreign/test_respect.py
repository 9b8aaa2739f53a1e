"""Our workflows, played by a foreign runner against the sandbox; a planted fault fails the step that it stands in."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mock_server.serving import Embedded
from mock_server.settings import Settings
from tests.foreign.install import NODE, install

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "openapi"
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "true"}


@pytest.fixture
def sandbox() -> Iterator[str]:
    """Return the URL of a sandbox with the shipped contracts that the workflows stand on, which settles at once."""
    names = ("partner-client-service-v2", "offers-preview", "rewards-v2")
    contracts = tuple(OPENAPI / f"{name}.yaml" for name in names)
    server = Embedded(Settings(contracts=contracts, database="sqlite://", processing_delay=0))
    yield server.url
    server.stop()


def steps_of(flow: Path, url: str, folder: Path) -> dict[str, bool]:
    """Return the steps that were played, in order, each with whether all its checks passed."""
    install()
    servers = {"identity": url, "clients": url, "offers": url, "rewards": f"{url}/crmapi/rest/v2"}
    words = [word for name, one in servers.items() for word in ("-S", f"{name}={one}")]
    report = folder / "respect.json"
    done = subprocess.run(
        [str(NODE / "redocly"), "respect", str(flow), *words, "--json-output", str(report)],
        env={**os.environ, **QUIET}, cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert report.exists(), done.stdout + done.stderr
    (file,) = json.loads(report.read_text(encoding="utf-8"))["files"].values()
    (workflow,) = file["executedWorkflows"]
    found = {
        step["stepId"]: all(map(_passed, step["checks"])) for step in workflow["executedSteps"]
    }
    assert (done.returncode == 0) is all(found.values()), done.stdout
    return found


def _passed(check: dict[str, Any]) -> bool:
    return bool(check["passed"])


@pytest.mark.parametrize(
    ("name", "steps"), [("clients-to-offers", 8), ("purchase-with-rewards", 4)]
)
def test_a_workflow_is_played_to_its_end(
    sandbox: str, tmp_path: Path, name: str, steps: int
) -> None:
    found = steps_of(OPENAPI / "workflows" / f"{name}.arazzo.yaml", sandbox, tmp_path)
    assert len(found) == steps
    assert all(found.values())


@pytest.mark.parametrize(
    ("name", "right", "wrong", "step"),
    [
        ("clients-to-offers", "maximum_amount == 3000", "maximum_amount == 3001", "requestOffers"),
        ("purchase-with-rewards", "total_award_amount == 43.2", "total_award_amount == 43.3", "preview"),
    ],
)  # fmt: skip
def test_a_planted_fault_fails_its_step_and_no_other(
    sandbox: str, tmp_path: Path, name: str, right: str, wrong: str, step: str
) -> None:
    text = (OPENAPI / "workflows" / f"{name}.arazzo.yaml").read_text(encoding="utf-8")
    text = re.sub(r"url: \.\./", f"url: {os.path.relpath(OPENAPI, tmp_path)}/", text)
    assert text.count(right) == 1
    flow = tmp_path / "flow.arazzo.yaml"
    flow.write_text(text.replace(right, wrong), encoding="utf-8")
    found = steps_of(flow, sandbox, tmp_path)
    assert [name for name, passed in found.items() if not passed] == [step]
    assert list(found)[-1] == step
