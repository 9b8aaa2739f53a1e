"""What the comparison of one operation knows of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from spec_review.diff.schemas.usage import SchemaUsage


@dataclass(frozen=True)
class Context:
    """Where reached schemas are noted, and what the operations of the old contract are called now."""

    usage: SchemaUsage
    new_ids: Mapping[str, str]
    today: date
