"""Reads a contract file into plain values and remembers on which line each of them stands.

YAML is read as YAML 1.2 reads it: dates stay text, and only `true` and `false` are booleans. A file is never rendered as a
template, whatever braces it holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml

YamlLoader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ContractError(Exception):
    """A contract that cannot be served: where, what is wrong, and how to mend it."""

    def __init__(self, file: str, line: int, sentence: str, mend: str = "") -> None:
        """Take the place (line counted from 1), the fault and the mend."""
        super().__init__(file, line, sentence, mend)
        self.file = file
        self.line = line
        self.sentence = sentence
        self.mend = mend

    def __str__(self) -> str:
        mend = f" {self.mend}" if self.mend else ""
        return f"{self.file}:{self.line}: {self.sentence}{mend}"


class _Loader(YamlLoader):  # type: ignore[misc]
    """SafeLoader without YAML 1.1's surprises."""


_Loader.yaml_implicit_resolvers = {
    first: [
        (tag, pattern)
        for tag, pattern in resolvers
        if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")
    ]
    for first, resolvers in YamlLoader.yaml_implicit_resolvers.items()  # type: ignore[attr-defined]
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


@dataclass(frozen=True)
class Document:
    """A parsed contract: its values, and the node tree that knows their lines."""

    file: str
    text: str
    content: Mapping[str, Any]
    root: yaml.Node = field(repr=False)

    def line(self, pointer: str) -> int:
        """Return the line (from 1) of the value at a JSON pointer, or of its nearest ancestor."""
        node = self.root
        line = node.start_mark.line + 1
        for part in split_pointer(pointer):
            step = _child(node, part)
            if step is None:
                break
            line, node = step
        return line

    def error(self, pointer: str, sentence: str, mend: str = "") -> ContractError:
        """Return the error that a fault at this pointer makes."""
        return ContractError(self.file, self.line(pointer), sentence, mend)

    def resolve(self, value: Any) -> Any:
        """Follow local references until something else stands there.

        Raises ContractError for one that leads nowhere, or round in a circle.
        """
        seen: list[str] = []
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            reference = value["$ref"]
            if reference in seen:
                raise self.error("", f"the $ref {reference} leads round in a circle.")
            seen.append(reference)
            value = self.at(reference)
        return value

    def at(self, reference: str) -> Any:
        """Return the value of a local reference such as `#/components/schemas/Client`."""
        value: Any = self.content
        if not reference.startswith("#"):
            raise self._reference_error(reference, "only references into the same file are served.")
        for part in split_pointer(_unquoted(reference)):
            try:
                value = value[int(part)] if isinstance(value, list) else value[part]
            except (KeyError, ValueError, IndexError, TypeError):
                raise self._reference_error(reference, "nothing stands there.") from None
        return value

    def mapping(self, pointer: str, what: str) -> Mapping[str, Any]:
        """Return the mapping at a pointer, an empty one when nothing stands there.

        Raises ContractError when something else stands there; `what` says what is expected.
        """
        value: Any = self.content
        for part in split_pointer(pointer):
            value = value.get(part) if isinstance(value, Mapping) else None
            if value is None:
                return {}
        if not isinstance(value, Mapping):
            raise self.error(pointer, f"{pointer} must be {what}.")
        return value

    def follow(self, pointer: str) -> str:
        """Return the pointer that the references at a pointer lead to, or the pointer itself."""
        value = self.at("#" + pointer)
        while isinstance(value, Mapping) and isinstance(value.get("$ref"), str):
            pointer = unquote(value["$ref"]).removeprefix("#")
            value = self.at(value["$ref"])
        return pointer

    def _reference_error(self, reference: str, why: str) -> ContractError:
        place = self.text.find(reference)
        line = self.text.count("\n", 0, place) + 1 if place >= 0 else 1
        return ContractError(self.file, line, f"the $ref {reference} cannot be followed: {why}")


def _unquoted(reference: str) -> str:
    """Return the pointer of a reference; a document's own paths may hold a bare per cent sign."""
    return unquote(reference[1:]) if "%" in reference else reference[1:]


def split_pointer(pointer: str) -> list[str]:
    """Split a JSON pointer into its unescaped parts."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def escape(part: str) -> str:
    """Escape one part of a JSON pointer."""
    return part.replace("~", "~0").replace("/", "~1")


def read(path: Path) -> Document:
    """Read a contract file (YAML or JSON).

    Raises ContractError with file and line when there is no such file or it is no mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise ContractError(str(path), 1, "there is no such file.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(str(path), 1, f"the file cannot be read: {error}.") from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Document:
    """Parse the text of a contract; `file` is the name that errors carry."""
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        if root is None:
            raise ContractError(file, 1, "the file is empty.")
        _refuse_circles(root, file)
        _refuse_repeated_keys(root, file)
        content = loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise ContractError(file, line, f"this is no YAML: {error.problem}.") from None
    except yaml.YAMLError as error:
        raise ContractError(file, 1, f"this is no YAML: {error}.") from None
    finally:
        loader.dispose()
    if not isinstance(content, dict):
        raise ContractError(file, 1, "an OpenAPI document is a mapping.")
    return Document(file, text, _with_text_keys(content), root)


def _child(node: yaml.Node, part: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return key.start_mark.line + 1, value
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                return _child(value, part)
    if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
        child = node.value[int(part)]
        return child.start_mark.line + 1, child
    return None


def _refuse_circles(root: yaml.Node, file: str) -> None:
    """Raise for an alias that stands inside what it names: such a value has no end."""
    open_nodes: set[int] = set()
    done: set[int] = set()
    pending: list[tuple[yaml.Node, bool]] = [(root, False)]
    while pending:
        node, is_left = pending.pop()
        if is_left:
            open_nodes.discard(id(node))
            done.add(id(node))
        elif id(node) in open_nodes:
            line = node.start_mark.line + 1
            raise ContractError(file, line, "the value that is named here contains itself.")
        elif id(node) not in done and not isinstance(node, yaml.ScalarNode):
            open_nodes.add(id(node))
            pending.append((node, True))
            pending.extend((child, False) for child in _children(node))


def _children(node: yaml.Node) -> list[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        return [value for _, value in node.value]
    return list(node.value)


def _refuse_repeated_keys(root: yaml.Node, file: str) -> None:
    """Raise for a key that stands twice in one mapping: YAML would keep the last one silently."""
    pending, seen = [root], set()
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            pending.extend(node.value)
        elif isinstance(node, yaml.MappingNode):
            keys: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                    if key.value in keys:
                        line = key.start_mark.line + 1
                        raise ContractError(file, line, f"the key {key.value} stands twice.")
                    keys.add(key.value)
                pending.append(value)


def _with_text_keys(value: Any) -> Any:
    """Spell every key as text: an unquoted `200:` is a number in YAML and a text in JSON."""
    if isinstance(value, dict):
        return {_key(key): _with_text_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_text_keys(item) for item in value]
    return value


def _key(key: Any) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return key if isinstance(key, str) else str(key)
