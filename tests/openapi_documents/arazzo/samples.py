"""A small workflow over a small contract, and copies of it with one change."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from openapi_documents import load
from openapi_documents.arazzo.checking import faults
from openapi_documents.arazzo.description import read_description
from openapi_documents.arazzo.faults import Fault

SHOP = yaml.safe_load("""
openapi: 3.1.1
info: {title: Shop, version: "1"}
paths:
  /orders:
    post:
      operationId: order
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses:
        "201":
          description: Ordered.
          content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}
  /orders/{id}:
    get:
      operationId: show
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: fields, in: query, schema: {type: string}}
      responses:
        "200":
          description: It.
          content: {application/json: {schema: {$ref: "#/components/schemas/Order"}}}
components:
  schemas:
    Order: {type: object, properties: {id: {type: string}, lines: {type: array, items: {$ref: "#/components/schemas/Line"}}}}
    Line: {type: object, properties: {sku: {type: string}}}
""")

FLOW = yaml.safe_load("""
arazzo: 1.0.1
info: {title: Flow, version: "1"}
sourceDescriptions: [{name: shop, url: shop.yaml, type: openapi}]
workflows:
  - workflowId: buy
    inputs: {type: object, properties: {sku: {type: string}}}
    steps:
      - stepId: ordered
        operationId: order
        requestBody: {payload: {sku: $inputs.sku}}
        successCriteria: [{condition: $statusCode == 201}]
        outputs: {id: $response.body#/id}
      - stepId: shown
        operationId: show
        parameters: [{name: id, in: path, value: $steps.ordered.outputs.id}]
        successCriteria:
          - {condition: $statusCode == 200}
          - {condition: "$response.body#/lines/0/sku == 'A'"}
    outputs: {id: $steps.ordered.outputs.id}
""")


def changed(way: Sequence[str | int], value: Any) -> dict[str, Any]:
    """Return the workflow with another value at one place; None takes it away."""
    flow: Any = copy.deepcopy(FLOW)
    holder = flow
    for part in way[:-1]:
        holder = holder[part]
    if value is None:
        del holder[way[-1]]
    else:
        holder[way[-1]] = value
    return dict(flow)


def written(folder: Path, flow: dict[str, Any]) -> Path:
    """Write a workflow and the contract that it stands on."""
    for name, value in (("shop.yaml", SHOP), ("flow.yaml", flow)):
        (folder / name).write_text(yaml.safe_dump(value, sort_keys=False), encoding="utf-8")
    return folder / "flow.yaml"


def faults_of(folder: Path, flow: dict[str, Any]) -> list[Fault]:
    """Return what is wrong with a workflow."""
    return faults(read_description(load(written(folder, flow))))
