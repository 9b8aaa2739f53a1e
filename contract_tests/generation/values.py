"""Parts of JSON values: what stands at a path, and copies with something else there."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.reading.schemas import Path

Item = dict[str, Any]


def get(value: Any, path: Path) -> Any:
    """Return what stands at a path; raises LookupError when nothing does."""
    for part in path:
        value = value[part]
    return value


def put(value: Any, path: Path, new: Any) -> Any:
    """Return a copy with something else at a path; what stands beside it is shared."""
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = put(value[path[0]], path[1:], new) if path[1:] else new
    return changed


def drop(value: object, path: Path) -> Any:
    """Return a copy without what stands at a path; what stands beside it is shared."""
    changed = copy.copy(get(value, path[:-1]))
    del changed[path[-1]]
    return put(value, path[:-1], changed)


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every text, number, boolean and null with its path."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, (*path, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from leaves(item, (*path, number))
    else:
        yield path, value


def inner_paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the path of every member and every entry below a value, the outermost first."""
    inner: Iterable[tuple[str | int, object]] = ()
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, one in inner:
        yield (*path, name)
        yield from inner_paths(one, (*path, name))


def is_number(value: object) -> bool:
    """Whether a value is a number; `true` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def named(path: Path) -> list[str]:
    """Return the names of a path, without the places in arrays."""
    return [part for part in path if isinstance(part, str)]


def path_text(path: Path) -> str:
    """Return a path for people: `revenue_claims.0.currency`, `item` for the whole."""
    return ".".join(str(part) for part in path) or "item"
