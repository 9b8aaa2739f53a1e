"""Places in schemas, as one says them."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

from openapi_documents import File, Pointer


def name_of(pointer: Pointer) -> str:
    """A place in a schema as one says it: `RevenueMembers.time_period` or `result[].status`."""
    start, rest = start_of(pointer)
    name = start
    waiting = list(reversed(rest))
    while waiting:
        step = waiting.pop()
        if step == "properties" and waiting:
            name += f".{waiting.pop()}"
        elif step in ("items", "prefixItems"):
            name += "[]"
        elif step == "additionalProperties":
            name += ".*"
        elif step in ("allOf", "oneOf", "anyOf") and waiting:
            index = waiting.pop()
            name += "" if step == "allOf" else f" (form {int(str(index)) + 1})"
    return f"`{name.lstrip('.')}`"


def start_of(pointer: Pointer) -> tuple[str, Pointer]:
    """What a schema is called as a whole, and the way from there to the place."""
    file = pointer[0] if pointer and isinstance(pointer[0], File) else None
    pointer = pointer if file is None else pointer[1:]
    if pointer[:2] == ("components", "schemas") and len(pointer) > 2:
        return str(pointer[2]), pointer[3:]
    if "schema" in pointer:
        cut = pointer.index("schema")
        return holder_name(pointer[:cut]), pointer[cut + 1 :]
    if file is None:
        return "", pointer
    own = next((at for at, step in enumerate(pointer) if step in KEYWORDS), len(pointer))
    name = str(pointer[own - 1]) if own else PurePath(file.name).stem
    return name, pointer[own:]


KEYWORDS: Final = frozenset(
    ("properties", "items", "prefixItems", "additionalProperties", "allOf", "oneOf", "anyOf", "not", "required", "enum")
)  # fmt: skip
"""Where, in a file of schemas, the name of one ends and what it says begins."""


def holder_name(pointer: Pointer) -> str:
    """What holds a schema, in a word or two."""
    if pointer[:2] == ("components", "parameters") and len(pointer) > 2:
        return str(pointer[2])
    if "requestBody" in pointer:
        return "request"
    for word, name in (("headers", "header"), ("responses", "response")):
        if word in pointer and len(pointer) > pointer.index(word) + 1:
            return f"{name} {pointer[pointer.index(word) + 1]}"
    return "parameter" if "parameters" in pointer else str(pointer[-1]) if pointer else "schema"
