"""The contract and the world that the tests of the rewards service share."""

from __future__ import annotations

import copy
from typing import Any

import yaml

from mock_server.services.rewards import world_file
from tests.mock_server.samples import FIXTURES, OPENAPI

FIXTURE = FIXTURES / "rewards-world.yaml"
WORLD = world_file.read(FIXTURE)
CONTRACT = yaml.load(
    (OPENAPI / "rewards-v2.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
)
PREVIEW = CONTRACT["paths"]["/customer_events/purchases/preview"]["post"]
EXAMPLES = PREVIEW["requestBody"]["content"]["application/json"]["examples"]
ANSWERS = PREVIEW["responses"]["200"]["content"]["application/json"]["examples"]
LOGIN = {"username": "rewards-user", "password": "rewards-secret", "organisation": "northwind"}


def example(name: str) -> dict[str, Any]:
    """Return a copy of a request that the contract shows."""
    request: dict[str, Any] = copy.deepcopy(EXAMPLES[name]["value"])
    return request
