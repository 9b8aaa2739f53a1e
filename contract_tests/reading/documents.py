"""A contract's file as plain values, with the line on which each of them stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Pointer = tuple[str | int, ...]

_INTEGER = re.compile(r"^[-+]?[0-9]+$")
_FLOAT = re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableContract(Exception):
    """The contract's file cannot be used; the message names file, line and the mend."""


@dataclass(frozen=True)
class Document:
    """A file as values: mappings, arrays, text, numbers, booleans and null."""

    path: Path
    root: dict[str, Any]
    lines: Mapping[Pointer, int]

    def where(self, pointer: Pointer) -> str:
        """Return `file:line` of a place, or of the nearest place above it."""
        for length in range(len(pointer), -1, -1):
            line = self.lines.get(pointer[:length])
            if line is not None:
                return f"{self.path}:{line}"
        return str(self.path)


def load(path: Path) -> Document:
    """Read a YAML 1.2 or JSON file.

    Raises UnreadableContract when there is no such file, it is no YAML, or no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableContract(f"{path}: cannot be read ({error})") from error
    if path.suffix == ".json":
        try:
            value = json.loads(text)
        except ValueError as error:
            raise UnreadableContract(f"{path}: is no JSON ({error})") from error
        lines: dict[Pointer, int] = {}
    else:
        value, lines = _from_yaml(path, text)
    if not isinstance(value, dict):
        raise UnreadableContract(f"{path}: an OpenAPI document is a mapping, this is none")
    return Document(path, value, lines)


def _from_yaml(path: Path, text: str) -> tuple[Any, dict[Pointer, int]]:
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f":{mark.line + 1}" if mark is not None else ""
        problem = getattr(error, "problem", None) or error
        raise UnreadableContract(f"{path}{line}: is no YAML ({problem})") from error
    lines: dict[Pointer, int] = {}
    return (None if node is None else _value(node, (), lines)), lines


def _value(node: yaml.Node, pointer: Pointer, lines: dict[Pointer, int]) -> Any:
    lines[pointer] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            mapping[key] = _value(value_node, (*pointer, key), lines)
            lines[(*pointer, key)] = key_node.start_mark.line + 1
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*pointer, n), lines) for n, item in enumerate(node.value)]
    return _scalar(node)


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    if getattr(node, "style", None) in {"'", '"', "|", ">"}:
        return text
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if _INTEGER.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def lookup(root: Any, pointer: Pointer) -> Any:
    """Return the value at a pointer; raises LookupError when there is none."""
    value = root
    for part in pointer:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def parse_reference(reference: str) -> Pointer:
    """Return the pointer of a `$ref` into the same document."""
    parts = reference.removeprefix("#").strip("/").split("/")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in parts if part)


def write_pointer(pointer: Pointer) -> str:
    """Return a pointer as a URI fragment: `#/components/schemas/Client/required`."""
    return "#" + "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)


def referred(document: Document, reference: str) -> Any:
    """Return what a `$ref` of the document points to; raises UnreadableContract for nothing."""
    try:
        return lookup(document.root, parse_reference(reference))
    except LookupError as error:
        raise UnreadableContract(
            f"{document.path}: `$ref: {reference}` points to nothing"
        ) from error


def resolve(document: Document, value: Any) -> Any:
    """Follow `$ref` (with its siblings, which win) until a plain value is reached."""
    seen: set[str] = set()
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        reference = value["$ref"]
        if not reference.startswith("#") or reference in seen:
            return value
        seen.add(reference)
        target = referred(document, reference)
        siblings = {name: member for name, member in value.items() if name != "$ref"}
        value = {**target, **siblings} if isinstance(target, dict) else target
    return value


def walk(value: Any, pointer: Pointer = ()) -> Iterator[tuple[Pointer, dict[str, Any]]]:
    """Yield every mapping below a value with its pointer, except in examples and defaults."""
    if isinstance(value, dict):
        yield pointer, value
        for name, member in value.items():
            if name in {"example", "examples", "default", "enum", "const"}:
                continue
            yield from walk(member, (*pointer, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from walk(item, (*pointer, number))
