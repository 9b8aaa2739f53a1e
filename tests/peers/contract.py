"""A public contract as these tests read it, and the plainest values that fit it: nothing of it is ours."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rstr
import yaml
from openapi_schema_validator import OAS30Validator, OAS31Validator, OAS32Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4, DRAFT202012

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
VALIDATORS = {"3.0": OAS30Validator, "3.1": OAS31Validator, "3.2": OAS32Validator}
FORMATS = {
    "date": "2024-02-29",
    "date-time": "2024-02-29T12:00:00Z",
    "email": "someone@example.org",
    "uri": "https://example.org/",
    "url": "https://example.org/",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
}


class Loader(yaml.CSafeLoader):
    """YAML whose dates stay text."""


Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: node.value)


@dataclass(frozen=True)
class Operation:
    """An operation of a contract, with what its path says for all of them."""

    method: str
    path: str
    value: dict[str, Any]
    parameters: list[dict[str, Any]]
    security: list[dict[str, Any]]


def bundled(file: Path) -> dict[str, Any]:
    """The document of a file, with the files that it refers to under `x-files`."""
    files: dict[Path, Any] = {}

    def place(path: Path) -> str:
        return "#" if path == file.resolve() else "#/x-files/" + escaped(str(path))

    def rewritten(value: Any, path: Path) -> Any:
        if isinstance(value, list):
            return [rewritten(one, path) for one in value]
        if not isinstance(value, dict):
            return value
        found = {name: rewritten(one, path) for name, one in value.items()}
        target = value.get("$ref")
        if isinstance(target, str) and not target.startswith(("http:", "https:")):
            other, _, fragment = target.partition("#")
            found["$ref"] = place(read(path.parent / other) if other else path) + fragment
        return found

    def read(path: Path) -> Path:
        path = path.resolve()
        if path not in files:
            files[path] = {}  # as of one that its publisher left out
            if path.exists():
                files[path] = rewritten(yaml.load(path.read_bytes(), Loader=Loader), path)
        return path

    root = files.pop(read(file))
    return {**root, "x-files": {str(path): value for path, value in files.items()}}


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


class Contract:
    """A contract as the test reads it: nothing here is the sandbox's own reading."""

    def __init__(self, file: Path) -> None:
        self.document: dict[str, Any] = bundled(file)
        version = str(self.document["openapi"])[:3]
        self._validator = VALIDATORS[version]
        specification = DRAFT4 if version == "3.0" else DRAFT202012
        root = Resource.from_contents(self.document, default_specification=specification)
        self._registry = Registry().with_resource("urn:contract", root)

    def follow(self, value: Any) -> Any:
        while isinstance(value, dict) and "$ref" in value:
            found = self.document
            for part in value["$ref"].split("/")[1:]:
                found = found[part.replace("~1", "/").replace("~0", "~")]
            value = found
        return value

    def operations(self) -> Iterator[Operation]:
        for path, written in self.document.get("paths", {}).items():
            item = self.follow(written)
            shared = [self.follow(each) for each in item.get("parameters", [])]
            for method in METHODS:
                if method in item:
                    operation = self.follow(item[method])
                    own = [self.follow(each) for each in operation.get("parameters", [])]
                    both = {(each["name"], each["in"]): each for each in [*shared, *own]}
                    security = operation.get("security", self.document.get("security", []))
                    yield Operation(method, path, operation, list(both.values()), security)

    def responses(self, operation: Operation) -> dict[str, dict[str, Any]]:
        documented = operation.value.get("responses", {})
        return {str(code): self.follow(response) for code, response in documented.items()}

    def faults(self, schema: Any, value: Any) -> list[str]:
        """What the reference has against a value."""
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:contract#/'))
        checker = self._validator.FORMAT_CHECKER
        validator = self._validator(absolute, registry=self._registry, format_checker=checker)
        return [error.message[:200] for error in validator.iter_errors(value)]

    def plainest(self, schema: Any) -> Any:
        """The plainest value of a schema: what the document shows, else as little as fits."""
        schema = self.follow(schema)
        if not isinstance(schema, dict):
            return "x"
        for word in ("example", "default", "const"):
            if word in schema and not self.faults(schema, schema[word]):
                return schema[word]
        for word in ("examples", "enum"):
            if schema.get(word):
                return schema[word][0]
        for word in ("oneOf", "anyOf"):
            if word in schema:
                rest = {name: part for name, part in schema.items() if name != word}
                made = [self.plainest({**rest, **self.follow(branch)}) for branch in schema[word]]
                return next((one for one in made if not self.faults(schema, one)), made[0])
        return self._made(schema)

    def _made(self, schema: dict[str, Any]) -> Any:
        kinds = schema.get(
            "type", "object" if "properties" in schema or "allOf" in schema else "string"
        )
        kind = kinds[0] if isinstance(kinds, list) else kinds
        if kind == "object":
            return self._object(schema)
        if kind == "array":
            return [self.plainest(schema.get("items", {}))] * schema.get("minItems", 0)
        if kind in ("integer", "number"):
            return max(schema.get("minimum", 1), 1)
        return {"boolean": True, "null": None}.get(kind, self._text(schema))

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        members: dict[str, Any] = {}
        wanted: dict[str, None] = {}
        for part in self._parts(schema):
            members.update(part.get("properties", {}))
            wanted.update(dict.fromkeys(part.get("required", ())))
        others = schema.get("additionalProperties", {})
        least = schema.get("minProperties", 0)
        for name in (*members, *(f"x{number}" for number in range(least))):
            if len(wanted) < least:
                wanted.setdefault(name)
        return {name: self.plainest(members.get(name, others)) for name in wanted}

    def _parts(self, schema: Any) -> Iterator[dict[str, Any]]:
        """A schema, and those that hold besides."""
        schema = self.follow(schema)
        if not isinstance(schema, dict):
            return
        for part in schema.get("allOf", ()):
            yield from self._parts(part)
        yield schema

    @staticmethod
    def _text(schema: dict[str, Any]) -> str:
        least: int = schema.get("minLength", 0)
        text = FORMATS.get(schema.get("format", ""), "string".ljust(least, "g"))
        pattern = schema.get("pattern")
        if pattern is None or re.search(pattern, text):
            return text
        made: str = rstr.Rstr(random.Random(1)).xeger(pattern)
        return made
