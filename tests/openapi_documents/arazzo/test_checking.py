"""Whatever a workflow names has to be there; each kind of fault is told at its place, with its mend."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.openapi_documents.arazzo.samples import FLOW, changed, faults_of

STEP = ("workflows", 0, "steps")
FIRST = (*STEP, 0, "successCriteria", 0)


def test_a_workflow_without_fault_has_none(tmp_path: Path) -> None:
    assert faults_of(tmp_path, FLOW) == []


@pytest.mark.parametrize(
    ("way", "value", "kind", "words"),
    [
        (("arazzo",), "2.0.0", "form", ["Arazzo 2.0.0"]),
        (("workflows", 0, "step"), [], "form", ["no member step", "steps"]),
        ((*STEP, 0, "succesCriteria"), [], "form", ["succesCriteria", "successCriteria"]),
        ((*STEP, 0, "stepId"), "shown", "form", ["shown", "second time"]),
        ((*STEP, 0, "workflowId"), "buy", "form", ["exactly one"]),
        (("sourceDescriptions", 0, "url"), "gone.yaml", "operation", ["cannot be read"]),
        ((*STEP, 1, "operationId"), "shows", "operation", ["shows", "Did you mean show?"]),
        ((*STEP, 1, "operationId"), "$sourceDescriptions.shop.shwo", "operation", ["shwo"]),
        ((*STEP, 1, "parameters", 0, "name"), "ids", "parameter", ["path parameter ids"]),
        ((*STEP, 1, "parameters", 0, "in"), "query", "parameter", ["query parameter id"]),
        ((*STEP, 1, "parameters"), [], "parameter", ["requires the path parameter id"]),
        ((*STEP, 0, "requestBody"), None, "parameter", ["requires a body"]),
        ((*STEP, 1, "requestBody"), {"payload": {}}, "parameter", ["takes no body"]),
        ((*STEP, 0, "requestBody", "contentType"), "text/csv", "parameter", ["takes no text/csv"]),
        ((*STEP, 0, "requestBody", "payload"), {"sku": ["$inputs.skew"]}, "expression", ["skew"]),
        ((*STEP, 0, "requestBody", "payload"), {"sku": "$input.sku"}, "expression", ["begins"]),
        ((*STEP, 0, "outputs", "id"), "$response.body#/idd", "expression", ["idd", "mean id?"]),
        ((*STEP, 0, "requestBody", "payload"), "$response.body#/id", "expression", ["before"]),
        ((*STEP, 1, "parameters", 0, "value"), "$steps.orderd.outputs.id", "expression", ["orderd"]),
        ((*STEP, 1, "parameters", 0, "value"), "$steps.ordered.outputs.key", "expression", ["key"]),
        ((*STEP, 0, "requestBody", "payload"), "$steps.shown.outputs.x", "expression", ["later"]),
        (("workflows", 0, "outputs", "id"), "a {$steps.nobody.outputs.id}", "expression", ["nobody"]),
        ((*FIRST, "condition"), "$statusCode = 201", "criterion", ["read"]),
        ((*FIRST, "condition"), "$statusCode == 200", "criterion", ["201"]),
        ((*STEP, 1, "successCriteria", 1, "condition"), "$response.body#/lines/0/sk == 1", "expression", ["sk"]),
        (FIRST, {"condition": "(", "type": "regex", "context": "$statusCode"}, "criterion", ["read"]),
        (FIRST, {"condition": "$[?", "type": "jsonpath", "context": "$response.body"}, "criterion", ["read"]),
        (FIRST, {"condition": "a", "type": "regex"}, "criterion", ["context"]),
        ((*STEP, 0, "onFailure"), [{"name": "x", "type": "goto", "stepId": "show"}], "operation", ["show"]),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_kind_and_its_mend(
    tmp_path: Path, way: Sequence[str | int], value: Any, kind: str, words: Sequence[str]
) -> None:
    found = faults_of(tmp_path, changed(way, value))
    assert kind in {one.kind for one in found}
    said = " ".join(f"{one.sentence} {one.mend}" for one in found if one.kind == kind)
    for word in words:
        assert word in said
    assert all(one.position.file.endswith("flow.yaml") for one in found)


def test_a_fault_stands_where_it_was_written(tmp_path: Path) -> None:
    flow = changed((*STEP, 0, "outputs", "id"), "$response.body#/idd")
    (found,) = faults_of(tmp_path, flow)
    line = (
        (tmp_path / "flow.yaml").read_text(encoding="utf-8").splitlines()[found.position.line - 1]
    )
    assert line.strip() == "id: $response.body#/idd"


def test_what_a_schema_leaves_open_may_be_asked_for(tmp_path: Path) -> None:
    condition = "$response.header.X-Anything != null && $request.query.fields == null"
    flow = changed((*STEP, 1, "successCriteria", 1, "condition"), condition)
    assert faults_of(tmp_path, flow) == []
