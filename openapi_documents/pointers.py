"""Places in a document, as tuples of keys and indices, and their spelling as URI references.

A place in the root file is a plain tuple: ``("paths", "/a", "parameters", 0)``. A place in another
file begins with that file: ``(File("paths/a.yaml"), "parameters", 0)``. RFC 6901 has the spelling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote


@dataclass(frozen=True, slots=True)
class File:
    """Another file than the root, named as messages name it."""

    name: str

    def __str__(self) -> str:
        return self.name


Pointer = tuple[str | int | File, ...]


class Missing:
    """The type of `MISSING`, the answer for a place at which nothing stands."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


def escape(part: str) -> str:
    """Return one part of a pointer as RFC 6901 spells it."""
    return part.replace("~", "~0").replace("/", "~1")


def text_of(pointer: Pointer) -> str:
    """Return a place as a URI reference: ``#/paths/~1a``, or ``paths/a.yaml#/get``.

    Of what a URI escapes only the signs that `pointer_of` would misread are: it is to be read.
    """
    file, inner = split_file(pointer)
    name = "" if file is None else str(file).replace("%", "%25").replace("#", "%23")
    return f"{name}#" + "".join(f"/{escape(str(part)).replace('%', '%25')}" for part in inner)


def pointer_of(text: str) -> Pointer:
    """Return the place that `text_of` spelled, with more or less escaped; indices stay text."""
    name, _, fragment = text.partition("#")
    inner = pointer_parts(unquote(fragment))
    return (File(unquote(name)), *inner) if name else inner


def pointer_parts(fragment: str) -> tuple[str, ...]:
    """Return the unescaped parts of a JSON pointer such as ``/paths/~1a``."""
    if not fragment:
        return ()
    return tuple(
        part.replace("~1", "/").replace("~0", "~") for part in fragment.removeprefix("/").split("/")
    )


def split_file(pointer: Pointer) -> tuple[File | None, Pointer]:
    """Return the file of a place (None for the root file) and its pointer within that file."""
    if pointer and isinstance(pointer[0], File):
        return pointer[0], pointer[1:]
    return None, pointer


def joined(file: File | None, inner: Pointer) -> Pointer:
    """Return the place of a pointer within a file."""
    return inner if file is None else (file, *inner)


def child(value: Any, part: str | int | File) -> tuple[str | int | File, Any]:
    """Return a part of a pointer as the value writes it, and what stands there or MISSING."""
    if isinstance(value, dict):
        return part, value.get(part if isinstance(part, str) else str(part), MISSING)
    if isinstance(value, list) and (index := index_of(part, len(value))) is not None:
        return index, value[index]
    return part, MISSING


def index_of(part: str | int | File, length: int) -> int | None:
    """Return the index that a part names in a sequence of a length; None when there is none."""
    if isinstance(part, int):
        return part if 0 <= part < length else None
    if not isinstance(part, str) or not part.isascii() or not part.isdigit() or len(part) > 18:
        return None
    return int(part) if int(part) < length and (part == "0" or part[0] != "0") else None
