"""The items of a submission, read from its bytes: compared by value, and echoed as the bytes that were sent."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from mock_server.batches.outcomes import Candidate
from mock_server.contracts.schemas import Check
from mock_server.http.json_bodies import comparable
from mock_server.storage.records import digest, short_key

_raw_items = msgspec.json.Decoder(list[msgspec.Raw])
_canonical = msgspec.json.Encoder(order="deterministic")


class ItemReader(NamedTuple):
    """How the items of one operation are read: the members of the key, the schema, and how members are spelled."""

    key: Sequence[str]
    check: Check
    spelling: str | None

    def read(self, body: bytes) -> list[Candidate]:
        """Read the items of a submission and find their faults; nothing depends on what is saved."""
        # One by one, so that a long submission gives way to other threads.
        return [self._candidate(comparable(item)) for item in _raw_items.decode(body)]

    def _candidate(self, value: Mapping[str, object]) -> Candidate:
        identity = hashlib.blake2b(canonical(value), digest_size=20).digest()
        errors: tuple[str, ...] = ()
        if not self.check.accepts(value):
            found = self.check.violations(value)
            errors = tuple(violation.named(self.spelling) for violation in found)
        if not self.key:
            return Candidate(identity, digest(identity.hex().encode()), errors)
        try:
            members = [value[member] for member in self.key]
        except KeyError as missing:
            return Candidate(identity, None, errors or (f"{missing.args[0]} is part of the key",))
        return Candidate(identity, record_key(members), errors)


def split(body: bytes) -> list[bytes]:
    """Return each item of a submission as the bytes that were sent."""
    return [bytes(item) for item in _raw_items.decode(body)]


def record_key(members: Sequence[object]) -> str:
    """Return what stands for a key in the store: it is equal for equal keys, and for no others."""
    return digest(short_key(canonical(list(members))))


def canonical(value: object) -> bytes:
    """Return bytes that are equal for equal JSON values, read by `json_bodies.comparable`."""
    try:
        return _canonical.encode(value)
    except OverflowError:  # an integer beyond 64 bits; equal values take the same way
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
