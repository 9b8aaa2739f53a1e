"""Who is asking, as far as a contract may know: an id, and attributes that its rules read as `partner.<name>`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Caller:
    """The caller of a request."""

    client_id: str
    attributes: Mapping[str, object] = field(default_factory=dict, hash=False)

    def facts(self) -> dict[str, object]:
        """Return what the rules know as `partner`."""
        return {**self.attributes, "client_id": self.client_id}


NOBODY = Caller("")
"""A caller of whom nothing is known."""
