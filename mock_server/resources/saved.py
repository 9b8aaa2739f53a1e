"""Items that batches saved, as the lives of resources ask for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

_raw_items = msgspec.json.Decoder(list[msgspec.Raw])


def chosen(
    bodies: Iterable[tuple[bytes, list[int]]], wanted: Mapping[str, object]
) -> Iterator[Mapping[str, object]]:
    """Yield the items at some positions of bodies whose members have these values."""
    # Most are left out by a look at their bytes, which takes much less time than reading them.
    needles = [text for text in map(_plain, wanted.values()) if text]
    for body, positions in bodies:
        items = _raw_items.decode(body)
        for position in positions:
            raw = bytes(items[position])
            if b"\\" not in raw and not all(needle in raw for needle in needles):
                continue
            item = msgspec.json.decode(raw)
            if all(item.get(member) == value for member, value in wanted.items()):
                yield item


def _plain(value: object) -> bytes:
    """Return the bytes that a text has in JSON, nothing for what may be written in several ways."""
    is_plain = isinstance(value, str) and value.isascii() and value.isprintable()
    return str(value).encode() if is_plain else b""
