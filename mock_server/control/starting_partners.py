"""The partners that every sandbox starts with, and what is known of a partner of whom nothing is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import msgspec
import yaml

from mock_server.storage.partners import Partner


class _Row(msgspec.Struct, forbid_unknown_fields=True):
    client_id: str
    client_secret: str
    attributes: dict[str, object] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True):
    partners: list[_Row]
    defaults: dict[str, object] = {}


@dataclass(frozen=True)
class StartingPartners:
    """The partners, and the attributes of those who name none."""

    partners: tuple[Partner, ...]
    defaults: Mapping[str, object]

    def partner(
        self, client_id: str, client_secret: str, attributes: Mapping[str, object]
    ) -> Partner:
        """Return a partner with these attributes, and the defaults for others."""
        return Partner(client_id, client_secret, {**self.defaults, **attributes})


@cache
def read_starting_partners(path: Path) -> StartingPartners:
    """Read the fixture `partners.yaml`."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    file = msgspec.convert(content, _File)
    rows = (
        Partner(row.client_id, row.client_secret, {**file.defaults, **row.attributes})
        for row in file.partners
    )
    return StartingPartners(tuple(rows), file.defaults)
