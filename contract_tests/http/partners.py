"""Who asks: the partners of a run, what they show, and what rules may know of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Caller(StrEnum):
    """One of the two partners of a run."""

    FIRST = "a"
    SECOND = "b"


@dataclass(frozen=True)
class Partner:
    """Credentials, or a fixed token, and attributes: `partner.<name>` in the rules."""

    client_id: str | None
    client_secret: str | None = field(repr=False, default=None)
    token: str | None = field(repr=False, default=None)
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Partners:
    """The partners of a run: one, and perhaps another."""

    first: Partner
    second: Partner | None = None

    def of(self, caller: Caller) -> Partner:
        """Return a partner; raises LookupError when there is none."""
        partner = self.first if caller is Caller.FIRST else self.second
        if partner is None:
            raise LookupError("no second partner was given")
        return partner

    @property
    def secrets(self) -> Iterator[str]:
        """Yield what nobody else may learn of them."""
        for caller in self:
            partner = self.of(caller)
            yield from filter(None, (partner.client_secret, partner.token))

    def __iter__(self) -> Iterator[Caller]:
        yield Caller.FIRST
        if self.second is not None:
            yield Caller.SECOND
