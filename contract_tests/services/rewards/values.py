"""JSON values of a rewards service: bodies that are sent, and records of answers and of the fixture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Body = dict[str, Any]
Record = Mapping[str, Any]
