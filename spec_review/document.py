"""An OpenAPI document that remembers where each of its words stands.

The whole interface, for the modules above this one::

    document = Document.load("openapi/x.yaml")          # a file; DocumentError when it is no YAML
    document = Document.parse(text, "git:HEAD~1:x.yaml")          # or a text, under any name

    document.data                    the plain JSON value; mappings keep their order, keys are text
    document.version                 "3.0", "3.1", "3.2", or "" when the document does not say
    document.value(pointer)          the value at a pointer, MISSING when there is none;
                                     `$ref` is not followed
    document.follow(pointer)         the same place with every `$ref` on the way replaced by its
                                     target (a pointer); raises DanglingReferenceError,
                                     CircularReferenceError or ExternalReferenceError, each an
                                     UnresolvedError
    document.resolved(pointer)       value(follow(pointer)), MISSING instead of an exception
    document.position(pointer)       Position(file, line, column), counted from 1: the scalar
                                     itself, or the key under which a mapping or sequence stands;
                                     the nearest ancestor of a place that is not there
    document.key_position(pointer)   Position of the key (or of the item of a sequence)
    document.objects("schema")       pointers of all objects of a kind, in document order: see KINDS
    document.operations()            Operation(pointer, path, method, id, value), under `paths`
    document.parameters(operation)   its Parameter values, those of the path included

A pointer is a tuple of keys (text) and indices (int): ``("paths", "/a", "post", "parameters", 0)``.
`text_of(pointer)` writes it as ``#/paths/~1a/post/parameters/0``, `pointer_of(text)` reads that.
Positions go through YAML anchors, merge keys and (after `follow`) `$ref` to the place where the
text is written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

import yaml

Pointer = tuple[str | int, ...]

LARGEST = 5_000_000
"""The number of values a document may have once its YAML aliases are written out."""

DEEPEST = 200
"""How deep values may be nested in each other."""


class Missing:
    """The type of `MISSING`, the answer for a place that is not in the document."""

    def __repr__(self) -> str:
        return "MISSING"

    def __bool__(self) -> bool:
        return False


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class DocumentError(Exception):
    """The text is no document: it cannot be read, is no YAML, or is no mapping."""

    def __init__(self, position: Position, reason: str) -> None:
        super().__init__(f"{position}: {reason}")
        self.position = position
        self.reason = reason


class UnresolvedError(Exception):
    """A `$ref` that leads nowhere. `pointer` is the place of the object that holds it."""

    def __init__(self, pointer: Pointer, target: str, reason: str) -> None:
        super().__init__(f"{text_of(pointer)}: {reason}")
        self.pointer = pointer
        self.target = target


class DanglingReferenceError(UnresolvedError):
    """The target of a `$ref` is not there."""


class ExternalReferenceError(UnresolvedError):
    """The target of a `$ref` stands in another file, into which nothing here looks."""


class CircularReferenceError(UnresolvedError):
    """A `$ref` that leads back to itself with nothing in between."""


def text_of(pointer: Pointer) -> str:
    """Return the pointer as a URI fragment in plain spelling: ``#/paths/~1a``."""
    return "#" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in pointer)


def pointer_of(text: str) -> Pointer:
    """Return the pointer that ``#/paths/~1a`` writes, encoded or not; indices stay text."""
    fragment = unquote(text.partition("#")[2] if "#" in text else text)
    if not fragment:
        return ()
    return tuple(
        part.replace("~1", "/").replace("~0", "~") for part in fragment.removeprefix("/").split("/")
    )


# The words of YAML 1.2's core schema: `yes`, `on` and dates are text.
_WORDS: Final[tuple[tuple[str, re.Pattern[str], str], ...]] = (
    ("bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), "tTfF"),
    ("null", re.compile(r"^(?:~|null|Null|NULL|)$"), "~nN\0"),
    ("int", re.compile(r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$"), "-+0123456789"),
    (
        "float",
        re.compile(r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)$"),
        "-+.0123456789",
    ),
    ("merge", re.compile(r"^<<$"), "<"),
)


class _Loader(yaml.CSafeLoader):
    """PyYAML's C loader with the words of YAML 1.2; it is only asked for nodes."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 (the base class declares it so)


for _tag, _pattern, _first in _WORDS:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", _pattern, ["" if c == "\0" else c for c in _first]
    )


@dataclass(frozen=True, slots=True)
class Twice:
    """A key that stands a second time in one mapping: where, and where it stood first."""

    key: str
    position: Position
    first: Position


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation under `paths`; `value` is the Operation Object, `id` its operationId or ""."""

    pointer: Pointer
    path: str
    method: str
    id: str
    value: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The operation as one writes it in a sentence: its id, or ``POST /a``."""
        return self.id or f"{self.method.upper()} {self.path}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation: its place after following `$ref`, and its value."""

    pointer: Pointer
    name: str
    where: str
    value: Mapping[str, Any]


METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")

# What stands where: kind -> member -> (one | map | list, kind of what stands there).
_SCHEMA: Final[dict[str, tuple[str, str]]] = {
    **dict.fromkeys(
        (
            "items",
            "additionalProperties",
            "not",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
            "unevaluatedItems",
            "unevaluatedProperties",
            "contentSchema",
        ),
        ("one", "schema"),
    ),
    **dict.fromkeys(
        ("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"),
        ("map", "schema"),
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), ("list", "schema")),
}
_OPERATION: Final[dict[str, tuple[str, str]]] = {
    "parameters": ("list", "parameter"),
    "requestBody": ("one", "request body"),
    "responses": ("map", "response"),
    "callbacks": ("map", "callback"),
}
_GRAMMAR: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "document": {
        "paths": ("map", "path item"),
        "webhooks": ("map", "path item"),
        "components": ("one", "components"),
    },
    "components": {
        "schemas": ("map", "schema"),
        "responses": ("map", "response"),
        "parameters": ("map", "parameter"),
        "examples": ("map", "example"),
        "requestBodies": ("map", "request body"),
        "headers": ("map", "header"),
        "links": ("map", "link"),
        "callbacks": ("map", "callback"),
        "pathItems": ("map", "path item"),
        "securitySchemes": ("map", "security scheme"),
        "mediaTypes": ("map", "media type"),
    },
    "path item": {
        "parameters": ("list", "parameter"),
        "additionalOperations": ("map", "operation"),
        **dict.fromkeys(METHODS, ("one", "operation")),
    },
    "operation": _OPERATION,
    "callback": {"*": ("map", "path item")},
    "parameter": {
        "schema": ("one", "schema"),
        "content": ("map", "media type"),
        "examples": ("map", "example"),
    },
    "header": {
        "schema": ("one", "schema"),
        "content": ("map", "media type"),
        "examples": ("map", "example"),
    },
    "request body": {"content": ("map", "media type")},
    "response": {
        "headers": ("map", "header"),
        "content": ("map", "media type"),
        "links": ("map", "link"),
    },
    "media type": {
        "schema": ("one", "schema"),
        "itemSchema": ("one", "schema"),
        "examples": ("map", "example"),
        "encoding": ("map", "encoding"),
    },
    "encoding": {"headers": ("map", "header")},
    "schema": _SCHEMA,
    "example": {},
    "link": {},
    "security scheme": {},
}

KINDS: Final = tuple(_GRAMMAR)
"""The kinds that `Document.objects` knows."""


@dataclass(eq=False)
class Document:
    """An OpenAPI document with positions. Made by `load` or `parse`, never changed afterwards.

    Two documents are equal only when they are the same object, so that what is read from one can
    be kept by `functools.lru_cache`.
    """

    name: str
    text: str
    root: yaml.Node = field(repr=False)
    data: dict[str, Any] = field(repr=False)
    repeated: tuple[Twice, ...] = field(repr=False)
    path: Path | None = None
    _children: dict[int, dict[str | int, tuple[yaml.Node, yaml.Node]]] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def load(cls, path: str | Path) -> Document:
        """Return the document in a file, named as the path is written. Raises DocumentError."""
        name = str(path)
        try:
            text = Path(path).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise DocumentError(Position(name, 1, 1), f"cannot be read: {error.strerror}") from None
        except UnicodeDecodeError as error:
            raise DocumentError(Position(name, 1, 1), f"is no UTF-8 text: {error.reason}") from None
        return cls.parse(text, name, Path(path))

    @classmethod
    def parse(cls, text: str, name: str, path: Path | None = None) -> Document:
        """Return the document in a text, shown under `name`. Raises DocumentError."""
        try:
            loader = _Loader(text)
            try:
                root = loader.get_single_node()
            finally:
                loader.dispose()
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            where = Position(name, mark.line + 1, mark.column + 1) if mark else Position(name, 1, 1)
            raise DocumentError(where, f"is no YAML: {error.problem or error.context}") from None
        except yaml.YAMLError as error:
            reason = getattr(error, "reason", None) or str(error).splitlines()[0]
            at = _line_and_column(text, getattr(error, "position", 0) or 0)
            raise DocumentError(Position(name, *at), f"is no YAML: {reason}") from None
        except RecursionError:
            raise DocumentError(Position(name, 1, 1), "is nested too deeply") from None
        if not isinstance(root, yaml.MappingNode):
            where = (
                Position(name, root.start_mark.line + 1, root.start_mark.column + 1)
                if root
                else Position(name, 1, 1)
            )
            raise DocumentError(where, "is no mapping, so it is no OpenAPI document")
        reader = _Reader(name)
        data = reader.value(root, 0)
        return cls(
            name=name,
            text=text,
            root=root,
            data=data,
            repeated=tuple(reader.repeated),
            path=path,
            _children=reader.children,
        )

    @cached_property
    def version(self) -> str:
        """The OpenAPI version as major.minor, or "" when the document names none that is known."""
        written = str(self.data.get("openapi", ""))
        found = re.match(r"^(3\.[012])\.\d+", written)
        return found.group(1) if found else ""

    def value(self, pointer: Pointer) -> Any:
        """Return the value at the pointer, MISSING when there is none. `$ref` is not followed."""
        value: Any = self.data
        for part in pointer:
            is_mapping = isinstance(value, dict)
            value = value.get(str(part), MISSING) if is_mapping else _child(value, part)[1]
        return value

    def resolved(self, pointer: Pointer) -> Any:
        """Return the value at the pointer with every `$ref` followed, or MISSING."""
        try:
            return self.value(self.follow(pointer))
        except UnresolvedError:
            return MISSING

    def follow(self, pointer: Pointer) -> Pointer:
        """Return the pointer with every `$ref` on the way and at its end replaced by its target."""
        seen: set[Pointer] = set()
        place: list[str | int] = []
        value: Any = self.data
        rest = list(reversed(pointer))
        while True:
            target = value.get("$ref") if isinstance(value, dict) else None
            # A member that stands beside the `$ref` is reached without following it.
            if isinstance(target, str) and not (rest and rest[-1] in value and rest[-1] != "$ref"):
                here = tuple(place)
                if here in seen:
                    raise CircularReferenceError(here, target, f"{target} leads back to itself")
                seen.add(here)
                rest.extend(reversed(self.target(pointer, target)))
                place, value = [], self.data
            elif not rest:
                return tuple(place)
            else:
                part = rest.pop()
                part, value = _child(value, part)
                place.append(part)

    def target(self, pointer: Pointer, reference: str) -> Pointer:
        """Return the pointer that the text of a `$ref` names. Raises UnresolvedError."""
        file, _, fragment = reference.partition("#")
        if file:
            raise ExternalReferenceError(pointer, reference, f"{reference} is in another document")
        if fragment and not fragment.startswith("/"):
            anchored = self._anchors.get(fragment)
            if anchored is None:
                raise DanglingReferenceError(
                    pointer, reference, f"{reference} is nowhere in the document"
                )
            return anchored
        target = pointer_of("#" + fragment)
        if self.value(target) is MISSING and not self._reachable(target):
            raise DanglingReferenceError(
                pointer, reference, f"{reference} is nowhere in the document"
            )
        return target

    def _reachable(self, target: Pointer) -> bool:
        """Tell whether a pointer leads to something through another `$ref` on its way."""
        for cut in range(len(target) - 1, 0, -1):
            value = self.value(target[:cut])
            if value is MISSING:
                continue
            inner = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(inner, str) or not inner.startswith("#/") or inner == text_of(target):
                return False
            further = (*pointer_of(inner), *target[cut:])
            return self.value(further) is not MISSING
        return False

    @cached_property
    def _anchors(self) -> dict[str, Pointer]:
        found: dict[str, Pointer] = {}
        for place in self.objects("schema"):
            schema = self.value(place)
            if isinstance(schema, dict):
                for word in ("$anchor", "$dynamicAnchor"):
                    if isinstance(schema.get(word), str):
                        found.setdefault(schema[word], place)
        return found

    def position(self, pointer: Pointer) -> Position:
        """Where the scalar at the pointer stands, or the key of the mapping or sequence there."""
        key, node = self._nodes(pointer)
        return self._at(node if isinstance(node, yaml.ScalarNode) else key)

    def key_position(self, pointer: Pointer) -> Position:
        """Where the key of the pointer's last part stands (the item itself, in a sequence)."""
        return self._at(self._nodes(pointer)[0])

    def _at(self, node: yaml.Node) -> Position:
        return Position(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def _nodes(self, pointer: Pointer) -> tuple[yaml.Node, yaml.Node]:
        key, node = self.root, self.root
        for part in pointer:
            children = self._children.get(id(node), {})
            found = children.get(part)
            if found is None and isinstance(node, yaml.SequenceNode):
                index = _index(part, len(node.value))
                found = children.get(index) if index is not None else None
            elif found is None:
                found = children.get(str(part))
            if found is None:
                break
            key, node = found
        return key, node

    def operations(self) -> tuple[Operation, ...]:
        """Return the operations under `paths`, in document order."""
        return self._operations

    @cached_property
    def _operations(self) -> tuple[Operation, ...]:
        found: list[Operation] = []
        paths = self.data.get("paths")
        for path in paths if isinstance(paths, dict) else ():
            try:
                place = self.follow(("paths", path))
            except UnresolvedError:
                continue
            item = self.value(place)
            if not isinstance(item, dict):
                continue
            more = item.get("additionalOperations")
            members: list[Pointer] = [(method,) for method in METHODS if method in item]
            if isinstance(more, dict):
                members += [("additionalOperations", method) for method in more]
            for member in members:
                value = self.value((*place, *member))
                if isinstance(value, dict):
                    name = value.get("operationId")
                    found.append(
                        Operation(
                            (*place, *member),
                            path,
                            str(member[-1]),
                            name if isinstance(name, str) else "",
                            value,
                        )
                    )
        return tuple(found)

    def parameters(self, operation: Operation) -> tuple[Parameter, ...]:
        """Return the parameters of an operation; its own replace the path's of the same name."""
        found: dict[tuple[str, str], Parameter] = {}
        above = operation.pointer[:-1] if operation.method in METHODS else operation.pointer[:-2]
        for holder in (above, operation.pointer):
            listed = self.value((*holder, "parameters"))
            for index in range(len(listed)) if isinstance(listed, list) else ():
                try:
                    place = self.follow((*holder, "parameters", index))
                except UnresolvedError:
                    continue
                value = self.value(place)
                if isinstance(value, dict):
                    name, where = str(value.get("name", "")), str(value.get("in", ""))
                    found[where, name] = Parameter(place, name, where, value)
        return tuple(found.values())

    def objects(self, kind: str) -> tuple[Pointer, ...]:
        """Return the pointers of all objects of a kind (see KINDS), references among them."""
        return self._objects.get(kind, ())

    @cached_property
    def _objects(self) -> dict[str, tuple[Pointer, ...]]:
        found: dict[str, list[Pointer]] = {kind: [] for kind in KINDS}
        for kind, pointer in self._walk("document", (), self.data):
            found[kind].append(pointer)
        return {kind: tuple(places) for kind, places in found.items()}

    def _walk(self, kind: str, pointer: Pointer, value: Any) -> Iterator[tuple[str, Pointer]]:
        yield kind, pointer
        if not isinstance(value, dict):
            return
        grammar = _GRAMMAR.get(kind, {})
        if kind == "callback":
            for name, inner in value.items():
                if not name.startswith(("x-", "$")):
                    yield from self._walk("path item", (*pointer, name), inner)
            return
        for member, inner in value.items():
            shape, below = grammar.get(member, ("", ""))
            if shape == "one" and isinstance(inner, dict | bool):
                yield from self._walk(below, (*pointer, member), inner)
            elif shape == "map" and isinstance(inner, dict):
                for name, one in inner.items():
                    if not (below in ("path item", "response") and name.startswith("x-")):
                        yield from self._walk(below, (*pointer, member, name), one)
            elif shape == "list" and isinstance(inner, list):
                for index, one in enumerate(inner):
                    yield from self._walk(below, (*pointer, member, index), one)


class _Reader:
    """Turns nodes into plain values, and keeps which node stands under which key."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.repeated: list[Twice] = []
        self.children: dict[int, dict[str | int, tuple[yaml.Node, yaml.Node]]] = {}
        self._done: dict[int, Any] = {}
        self._sizes: dict[int, int] = {}
        self._open: set[int] = set()

    def value(self, node: yaml.Node, depth: int) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        if id(node) in self._done:
            return self._done[id(node)]
        if id(node) in self._open:
            raise DocumentError(self._at(node), "holds an alias of itself")
        if depth > DEEPEST:
            raise DocumentError(self._at(node), f"is nested deeper than {DEEPEST} levels")
        self._open.add(id(node))
        value: Any
        if isinstance(node, yaml.SequenceNode):
            self.children[id(node)] = {index: (item, item) for index, item in enumerate(node.value)}
            value = [self.value(item, depth + 1) for item in node.value]
            size = 1 + sum(self._sizes.get(id(item), 1) for item in node.value)
        else:
            children = self._members(node, depth)
            self.children[id(node)] = {name: pair for name, pair in children.items()}  # noqa: C416
            value = {name: self.value(below, depth + 1) for name, (_, below) in children.items()}
            size = 1 + sum(self._sizes.get(id(below), 1) for _, below in children.values())
        if size > LARGEST:
            raise DocumentError(self._at(node), f"has more than {LARGEST} values")
        self._open.discard(id(node))
        self._sizes[id(node)] = size
        self._done[id(node)] = value
        return value

    def _members(self, node: yaml.Node, depth: int) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Return the members of a mapping; its own win over merged ones, early merges over late."""
        own: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        merged: dict[str, tuple[yaml.Node, yaml.Node]] = {}
        for key, below in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise DocumentError(self._at(key), "has a key that is no text")
            if key.tag == "tag:yaml.org,2002:merge":
                sources = below.value if isinstance(below, yaml.SequenceNode) else [below]
                for source in sources:
                    if not isinstance(source, yaml.MappingNode):
                        raise DocumentError(self._at(key), "merges something that is no mapping")
                    self.value(source, depth + 1)
                    for name, pair in self.children[id(source)].items():
                        merged.setdefault(str(name), pair)
                continue
            name = key.value
            if name in own:
                self.repeated.append(Twice(name, self._at(key), self._at(own[name][0])))
            own[name] = (key, below)
        return {**{name: pair for name, pair in merged.items() if name not in own}, **own}

    def _at(self, node: yaml.Node) -> Position:
        return Position(self.name, node.start_mark.line + 1, node.start_mark.column + 1)


def _scalar(node: yaml.ScalarNode) -> Any:
    read = _CONSTANTS.get(node.tag)
    try:
        return read(node.value) if read else node.value
    except ValueError:
        return node.value


_CONSTANTS: Final[dict[str, Callable[[str], Any]]] = {
    "tag:yaml.org,2002:bool": lambda text: text.lower() == "true",
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:int": lambda text: int(text, 0 if text[:2] in ("0o", "0x") else 10),
    "tag:yaml.org,2002:float": float,
}


def _child(value: Any, part: str | int) -> tuple[str | int, Any]:
    """Return a part of a pointer as the value writes it, and what stands there or MISSING."""
    if isinstance(value, dict):
        return part, value.get(str(part), MISSING)
    if isinstance(value, list) and (index := _index(part, len(value))) is not None:
        return index, value[index]
    return part, MISSING


def _index(part: str | int, length: int) -> int | None:
    """Return the index that a pointer's part names in a sequence, None when there is none."""
    if isinstance(part, int):
        return part if 0 <= part < length else None
    return int(part) if part.isascii() and part.isdigit() and int(part) < length else None


def _line_and_column(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
