"""What a representation is held to: the members that a client sent, where schemas make it certain that they come back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from contract_tests.generation.values import is_number, leaves
from contract_tests.reading.resources import Resource, schema_at, way_of
from contract_tests.reading.schemas import Path, Schema, folded, members
from contract_tests.reading.spellings import words_of
from contract_tests.reading.validators import fits

Claims = Mapping[Path, Any]
"""Values by their places in a representation."""
_OPEN = ("const", "writeOnly", "readOnly", "x-value")
"""Keywords of members that a server may well show otherwise than they were sent, or make itself."""
_EXACT = frozenset({None, "int32", "int64"})
"""Formats whose values have one form."""
_MOVING = frozenset({"status", "state", "phase", "stage", "step"})
"""Words of members whose listed values a server itself may go through."""
_SECRET = frozenset({"password", "secret", "token", "pin", "cvc", "cvv"})
_STAYING = frozenset(
    {
        "deleted",
        "removed",
        "archived",
        "cancelled",
        "canceled",
        "closed",
        "active",
        "inactive",
        "disabled",
        "trashed",
    }
)


def claims_of(resource: Resource, representation: object, asked: object) -> Claims:
    """Return the members of what was sent that a read has to show: texts, numbers and booleans outside of arrays.

    `asked` is the schema of what was sent: what stands in an object is certain only where the answer's has all of its
    members.
    """
    kept = {resource.key}
    if resource.life is not None:
        kept |= {way_of(one) for one in (*resource.life.key, resource.life.state or "")}
    return {
        path: value
        for path, value in leaves(representation)
        if path
        and path not in kept
        and value is not None
        and _comes_back(resource, asked, path, representation)
    }


def is_certain(resource: Resource, asked: Schema, path: Path, value: object) -> bool:
    """Whether the schemas of a request's member and of what is shown leave one form alone to a value at a place of both."""
    shown = folded(schema_at(resource.schema, path))
    names = set(words_of(str(path[-1])))
    open_to_both = any(_is_open(one, path) for one in (shown, asked))
    return bool(shown) and not open_to_both and not _SECRET & names and fits(shown, value)


def speaks_of_removal(path: Path) -> bool:
    """Whether a member says that what has it is there no more."""
    return bool(_STAYING & set(words_of(str(path[-1]))))


def _comes_back(resource: Resource, asked: object, path: Path, representation: object) -> bool:
    if not all(isinstance(part, str) for part in path):
        return False
    if _SECRET & set(words_of(str(path[-1]))):
        return False
    way = path
    for length in range(1, len(way) + 1):
        shown, sent = schema_at(resource.schema, way[:length]), schema_at(asked, way[:length])
        if (
            shown is None
            or sent is None
            or _is_open(folded(shown), way)
            or _is_open(folded(sent), way)
        ):
            return False
        value = _at(representation, way[:length])
        if length < len(way):
            if not (members(sent).keys() <= members(shown).keys() and _fit(value, shown)):
                return False
        elif not fits(folded(shown), value):
            return False
    return True


def _fit(value: object, shown: object) -> bool:
    """Whether each member of an object that was sent is of the form of the one that is shown."""
    known = members(shown)
    inner = value.items() if isinstance(value, Mapping) else ()
    return all(fits(folded(known[name]), one) for name, one in inner if name in known)


def _is_open(known: Schema, path: Path) -> bool:
    if "branches" in known or known.get("format") not in _EXACT:
        return True
    moves = "enum" in known and bool(_MOVING & set(words_of(str(path[-1]))))
    return moves or any(known.get(word) not in (None, False) for word in _OPEN)


def lost(claims: Claims, shown: object) -> list[Path]:
    """Return the places where a representation does not show what it is held to."""
    return [path for path, value in claims.items() if not _is_kept(path, value, _at(shown, path))]


def _is_kept(path: Path, value: object, shown: object) -> bool:
    """Whether a value is shown; servers write the addresses of mail in letters of one case."""
    if (
        isinstance(value, str)
        and isinstance(shown, str)
        and words_of(str(path[-1]))[-1:] == ("email",)
    ):
        return value.casefold() == shown.casefold()
    return is_same(value, shown)


def told(paths: list[Path], claims: Claims, shown: object) -> str:
    """Return what is not shown, in words: `name is "b" instead of "a"`."""
    found = []
    for path in paths[:3]:
        name, value = ".".join(map(str, path)), _at(shown, path)
        came = "missing" if value is None else f"{value!r:.80} instead of {claims[path]!r:.80}"
        found.append(f"{name} is {came}")
    return "; ".join(found)


def seen_in(claims: Claims, shown: object) -> Claims:
    """Return those claims of which a representation, perhaps a shorter one, says anything."""
    return {path: value for path, value in claims.items() if _at(shown, path) is not None}


def _at(value: object, path: Path) -> object:
    for part in path:
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def is_same(one: object, other: object) -> bool:
    """Whether two values are equal as JSON is."""
    if is_number(one) and is_number(other):
        return math.isclose(one, other, rel_tol=1e-12)  # type: ignore[arg-type]
    return type(one) is type(other) and one == other


def is_told_as_removed(before: object, after: object) -> bool:
    """Whether a representation says that it was removed: a member or a value that speaks of it is new."""
    known = dict(leaves(before))
    new = [(path, value) for path, value in leaves(after) if path and known.get(path) != value]
    return any(_STAYING & {str(value).lower(), *words_of(str(path[-1]))} for path, value in new)
