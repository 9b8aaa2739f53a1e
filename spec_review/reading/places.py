"""Places in sentences."""

from __future__ import annotations

from openapi_documents import Pointer, Position


def line_of(other: Position, here: Position) -> str:
    """Where something else stands, as one says it at a place: its line, with its file if another."""
    return f"line {other.line}" if other.file == here.file else f"{other.file}:{other.line}"


def last_name(pointer: Pointer) -> str:
    """What a place is called: its last name, that of its file, "" for the whole document."""
    return str(pointer[-1]) if pointer else ""
