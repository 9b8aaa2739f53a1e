"""Contracts for tests: those that come along, those with a change, and small ones as text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from contract_tests.generation.items import ItemMaker
from contract_tests.reading.contract import Contract
from contract_tests.reading.reader import contract_of, find, read
from openapi_documents import parse

V1_FILE, V2_FILE = Path(find("partner-client-service-v1")), Path(find("partner-client-service-v2"))
DEPOT_FILE = Path(__file__).with_name("depot.yaml")
V2 = read(str(V2_FILE))
CLIENT, CLAIM, BOTH = V2.submissions
DEPOT = read(str(DEPOT_FILE))
ATTRIBUTES = {"client_id": "partner-a", "currency": "GBP"}


def changed(file: Path, folder: Path, old: str, new: str) -> Path:
    """Write a contract with one change, under its own name."""
    text = file.read_text(encoding="utf-8")
    assert old in text, old
    copy = folder / file.name
    copy.write_text(text.replace(old, new, 1), encoding="utf-8")
    return copy


def line_of(text: str, part: str) -> int:
    """Return the line on which a part of a text begins."""
    assert part in text, part
    return 1 + text.split(part, maxsplit=1)[0].count("\n")


def contract_from(text: str, name: str = "small.yaml") -> Contract:
    """Read a contract that stands in a test."""
    return contract_of(parse(text, name))


SMALL = """
openapi: 3.1.0
info: {title: Orders, version: "1"}
paths:
  /orders:
    post:
      operationId: sendOrders
      x-submission: {lifecycle: order, processing: synchronous}
      requestBody:
        content:
          application/json:
            schema: {type: array, items: SCHEMA}
            example: EXAMPLE
      responses: {"200": {description: ok}}
components:
  x-lifecycles:
    order:
      records: orders
      key: [k]
      states: {Saved: {saved: true}, Wrong: {}, Twin: {}, Rival: {}}
      outcomes:
        - {when: rival-in-request, then: Rival}
        - {when: invalid, then: Wrong}
        - {when: twin-in-request, then: Twin}
        - {when: twin-saved, then: Twin}
        - {when: rival-saved, then: Rival}
        - {when: otherwise, then: Saved}
"""
"""A contract of one submission; `SCHEMA` and `EXAMPLE` stand for the schema of its items and for a body."""


def small(schema: str, example: str = "[{k: a}]") -> Contract:
    """Read a contract of one submission whose items have a schema; both are written as YAML in a row."""
    return contract_from(SMALL.replace("SCHEMA", schema).replace("EXAMPLE", example))


def maker_of(contract: Contract, attributes: Mapping[str, str] = ATTRIBUTES) -> ItemMaker:
    """Return what makes the items of a contract's first submission."""
    return ItemMaker(contract.submissions[0], attributes)
