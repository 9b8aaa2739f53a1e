"""Paths and operations: which request goes where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from spec_review.document import Document, Pointer, UnresolvedError
from spec_review.lint.rule import Fault, Rule, did_you_mean
from spec_review.lint.samples import shop

_TEMPLATE: Final = re.compile(r"\{([^{}]*)\}")
_ANY: Final = "{}"
_ANOTHER: Final = """\
  /things/{number}:
    get:
      operationId: showThing
      summary: Show a thing
      parameters:
        - {name: number, in: path, required: true, description: No., schema: {type: string}, example: a1}
      responses: {'204': {description: It is there.}}
components:
  parameters:"""
_LATEST: Final = """\
  /things/latest:
    get:
      operationId: getLatest
      summary: Show the latest thing
      responses: {'204': {description: There is none.}}
"""


def _duplicate_operation_id(document: Document) -> Iterator[Fault]:
    first: dict[str, Pointer] = {}
    for place in document.objects("operation"):
        value = document.value(place)
        name = value.get("operationId") if isinstance(value, dict) else None
        if not isinstance(name, str):
            continue
        at = (*place, "operationId")
        if name in first:
            yield Fault(
                at,
                f"{name} is the operationId of two operations, "
                f"first in line {document.position(first[name]).line}",
                "give one of them another name",
            )
        first.setdefault(name, at)


def _paths(document: Document) -> list[str]:
    paths = document.data.get("paths")
    return [path for path in paths if path.startswith("/")] if isinstance(paths, dict) else []


def _shape(path: str) -> str:
    return _TEMPLATE.sub("{}", path)


def _shadowed_path(document: Document) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for path in _paths(document):
        twin = first.setdefault(_shape(path), path)
        if twin != path:
            yield Fault(
                ("paths", path),
                f"{path} takes the same requests as {twin}, so one of them is never reached",
                "join the two, or let their fixed parts differ",
                at_key=True,
            )


@dataclass
class _Branch:
    """The paths that share their first segments: a tree, so that a thousand are quickly compared."""

    below: dict[str, _Branch] = field(default_factory=dict)
    path: str = ""

    def add(self, path: str) -> None:
        here = self
        for segment in _segments(path):
            here = here.below.setdefault(segment, _Branch())
        here.path = path

    def meeting(self, segments: Sequence[str]) -> Iterator[str]:
        """Yield the paths that take some request of the path with these segments."""
        if not segments:
            if self.path:
                yield self.path
            return
        first = segments[0]
        names = self.below if first == _ANY else [one for one in (first, _ANY) if one in self.below]
        for name in names:
            yield from self.below[name].meeting(segments[1:])


def _segments(path: str) -> list[str]:
    return [_ANY if _is_template(segment) else segment for segment in path.split("/")]


def _path_order(document: Document) -> Iterator[Fault]:
    above = _Branch()
    for path in _paths(document):
        segments = _segments(path)
        for earlier in above.meeting(segments):
            theirs = _segments(earlier)
            if theirs == segments or _takes(segments, theirs):
                continue  # the same path, or rightly the more general one below
            if _takes(theirs, segments):
                yield Fault(
                    ("paths", path),
                    f"{earlier} stands above and takes the requests of {path} "
                    "in a server that goes by the order",
                    f"write {path} above {earlier}",
                    at_key=True,
                )
            else:
                yield Fault(
                    ("paths", path),
                    f"a request can fit both {earlier} and {path}, "
                    "and nothing says which one takes it",
                    "let their fixed parts differ",
                    at_key=True,
                )
        above.add(path)


def _takes(general: list[str], special: list[str]) -> bool:
    """Tell whether every request of one path fits another one."""
    return all(one in (other, _ANY) for one, other in zip(general, special, strict=True))


def _is_template(segment: str) -> bool:
    return _TEMPLATE.fullmatch(segment) is not None


def _path_parameters(document: Document) -> Iterator[Fault]:
    for operation in document.operations():
        names = _TEMPLATE.findall(operation.path)
        parameters = [one for one in document.parameters(operation) if one.where == "path"]
        unresolved = any(
            not _leads(document, place) for place in _listed(document, operation.pointer)
        )
        for name in names:
            if name not in [one.name for one in parameters] and not unresolved:
                yield Fault(
                    operation.pointer,
                    f"{operation.name} does not declare {name}, which its path names",
                    did_you_mean(
                        name, [one.name for one in parameters], f"add a parameter {name} in: path"
                    ),
                    at_key=True,
                )
        for parameter in parameters:
            if parameter.name not in names:
                yield Fault(
                    (*parameter.pointer, "name"),
                    f"{parameter.name} does not stand in the path {operation.path}",
                    did_you_mean(parameter.name, names, "leave it out"),
                )


def _listed(document: Document, operation: Pointer) -> Iterator[Pointer]:
    for holder in (operation[:-1], operation):
        parameters = document.value((*holder, "parameters"))
        for index in range(len(parameters) if isinstance(parameters, list) else 0):
            yield (*holder, "parameters", index)


def _leads(document: Document, place: Pointer) -> bool:
    try:
        document.follow(place)
    except UnresolvedError:
        return False
    return True


def _duplicate_parameter(document: Document) -> Iterator[Fault]:
    for holder in (*document.objects("operation"), *document.objects("path item")):
        first: dict[tuple[str, str], Pointer] = {}
        parameters = document.value((*holder, "parameters"))
        for index in range(len(parameters) if isinstance(parameters, list) else 0):
            place = (*holder, "parameters", index)
            value = document.resolved(place)
            if not isinstance(value, dict):
                continue
            name = (str(value.get("in")), str(value.get("name")))
            if name[0] == "header":
                name = ("header", name[1].lower())
            if name in first:
                yield Fault(
                    place,
                    f"the {name[0]} parameter {name[1]} stands here a second time, "
                    f"first in line {document.key_position(first[name]).line}",
                    "leave out one of the two",
                    at_key=True,
                )
            first.setdefault(name, place)


def _parameter_type(document: Document) -> Iterator[Fault]:
    for place in document.objects("parameter"):
        value = document.value(place)
        if not isinstance(value, dict) or "$ref" in value:
            continue
        if "schema" not in value:
            continue  # a parameter with content; that it has neither is told by openapi-form
        if not _typed(document, (*place, "schema"), 0):
            yield Fault(
                (*place, "schema"),
                f"the parameter {value.get('name')} has no type",
                "add a type: everything in a URL is text until somebody says how to read it",
                at_key=True,
            )


def _typed(document: Document, schema: Pointer, depth: int) -> bool:
    try:
        place = document.follow(schema)
    except UnresolvedError:
        return True
    value = document.value(place)
    if not isinstance(value, dict) or depth > 20:
        return False
    if "type" in value:
        return True
    if isinstance(value.get("allOf"), list):
        return any(
            _typed(document, (*place, "allOf", i), depth + 1) for i in range(len(value["allOf"]))
        )
    for word in ("oneOf", "anyOf"):
        if isinstance(value.get(word), list):
            return all(
                _typed(document, (*place, word, i), depth + 1) for i in range(len(value[word]))
            )
    return False


duplicate_operation_id: Final = Rule(
    id="duplicate-operation-id",
    severity="error",
    sentence="No two operations have the same operationId.",
    why="Servers and clients find operations by it; of two, one silently runs for both.",
    breaks=shop(
        (
            "components:\n  parameters:",
            _LATEST.replace("/things/latest", "/latest").replace("getLatest", "▸getThing")
            + "components:\n  parameters:",
        )
    ),
    keeps=shop(
        (
            "components:\n  parameters:",
            _LATEST.replace("/things/latest", "/latest") + "components:\n  parameters:",
        )
    ),
    faults=_duplicate_operation_id,
)
shadowed_path: Final = Rule(
    id="shadowed-path",
    severity="error",
    sentence="No two paths differ only in the names of their parameters.",
    why="They take the same requests, so one of the two operations is never reached.",
    breaks=shop(("components:\n  parameters:", "  ▸" + _ANOTHER.lstrip())),
    keeps=shop(("components:\n  parameters:", _ANOTHER.replace("  /things/", "  /goods/"))),
    faults=_shadowed_path,
)
path_order: Final = Rule(
    id="path-order",
    severity="warning",
    sentence="A fixed path stands above the templated one that it also fits, and no two overlap.",
    why="OpenAPI prefers the fixed path, but many servers take the first one that fits.",
    breaks=shop(
        ("components:\n  parameters:", "  ▸" + _LATEST.lstrip() + "components:\n  parameters:")
    ),
    keeps=shop(("paths:\n", "paths:\n" + _LATEST)),
    faults=_path_order,
)
path_parameters: Final = Rule(
    id="path-parameters",
    severity="error",
    sentence="The names in a path and its path parameters are the same.",
    why="A name that nobody declares is never filled in, and a parameter without a place never sent.",
    breaks=shop(
        ("    get:\n      operationId: getThing", "    ▸get:\n      operationId: getThing"),
        ("/things/{id}:", "/things/{id}/{colour}:"),
    ),
    keeps=shop(),
    faults=_path_parameters,
)
duplicate_parameter: Final = Rule(
    id="duplicate-parameter",
    severity="error",
    sentence="No operation has two parameters of one name in one place.",
    why="Tools take either of the two.",
    breaks=shop(
        (
            "        - $ref: '#/components/parameters/Language'\n",
            "        - $ref: '#/components/parameters/Language'\n"
            "        - ▸{name: language, in: query, description: Twice., schema: {type: string}, example: en}\n",
        )
    ),
    keeps=shop(
        (
            "        - $ref: '#/components/parameters/Language'\n",
            "        - $ref: '#/components/parameters/Language'\n"
            "        - {name: language, in: header, description: Once., schema: {type: string}, example: en}\n",
        )
    ),
    faults=_duplicate_parameter,
)
parameter_type: Final = Rule(
    id="parameter-type",
    severity="error",
    sentence="Every parameter has a type.",
    why="Everything in a URL or header is text; without a type nobody knows how to read it.",
    breaks=shop(
        (
            "      description: The language of the answer.\n      schema: {type: string}",
            "      description: The language of the answer.\n      ▸schema: {enum: [en, el]}",
        )
    ),
    keeps=shop(
        (
            "      description: The language of the answer.\n      schema: {type: string}",
            "      description: The language of the answer.\n      schema: {type: string, enum: [en, el]}",
        )
    ),
    faults=_parameter_type,
)
