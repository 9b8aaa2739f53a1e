"""The documents that the tests of the review read, and how they edit them."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from openapi_documents import Document, load, parse

ROOT = Path(__file__).resolve().parents[2]
OPENAPI = ROOT / "openapi"
V1 = OPENAPI / "partner-client-service-v1.yaml"
V2 = OPENAPI / "partner-client-service-v2.yaml"
OURS = sorted(OPENAPI.glob("*.yaml"))
TIMES = int(os.environ.get("REVIEW_EDITS", "1"))
"""How many times as many random edits to try: `REVIEW_EDITS=20 make test ARGS=tests/spec_review`."""

CLIENT: dict[str, Any] = {
    "partner_client_id": "a",
    "client_start_date": "2021-03-01T09:00:00Z",
    "entity_type": "LLC",
}
CLAIM: dict[str, Any] = {
    "unique_reference": "r",
    "partner_client_id": "a",
    "time_period": {
        "start_time": "2024-02-01T00:00:00Z",
        "end_time": "2024-02-29T23:59:59.999Z",
    },
    "total_amount": 100,
    "currency": "GBP",
    "transaction_count": 10,
}


def members(item: object) -> dict[str, Any]:
    """The members of an item that is an object."""
    assert isinstance(item, dict)
    return item


def edited(edit: Callable[[Any], None], path: Path = V2) -> Document:
    """Return a document whose value was changed."""
    data = copy.deepcopy(load(path).data)
    edit(data)
    return parse(yaml.safe_dump(data, sort_keys=False), str(path))
