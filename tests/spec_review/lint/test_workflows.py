"""`spec-review check` reads Arazzo descriptions too: by name, and where they stand among contracts."""

from __future__ import annotations

import json
from pathlib import Path

from tests.openapi_documents.arazzo.samples import FLOW, changed, written
from tests.spec_review.commands import check

ROOT = Path(__file__).resolve().parents[3]


def test_ours_have_no_finding() -> None:
    result = check(ROOT / "openapi/workflows")
    assert (result.exit_code, result.output) == (0, "2 files checked, no finding\n")


def test_a_fault_is_an_error_with_file_and_line(tmp_path: Path) -> None:
    flow = changed(("workflows", 0, "steps", 1, "operationId"), "shows")
    result = check(written(tmp_path, flow))
    assert result.exit_code == 1
    assert "error workflow-operation no source has an operation shows" in result.output
    assert "mend: Did you mean show?" in result.output


def test_workflows_of_a_folder_are_checked_with_its_contracts(tmp_path: Path) -> None:
    written(tmp_path, changed(("workflows", 0, "steps", 1, "parameters"), []))
    result = check("--format", "json", "--preset", "essential", tmp_path)
    found = json.loads(result.output)
    assert "workflow-parameter" in json.dumps(found)
    assert "flow.yaml" in json.dumps(found)


def test_one_without_faults_passes(tmp_path: Path) -> None:
    assert check(written(tmp_path, FLOW)).exit_code == 0
