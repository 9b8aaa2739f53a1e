"""The `x-` vocabulary of a contract as frozen values (lifecycle.md section 1)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contract_tests.reading.alternatives import alternative
from contract_tests.reading.documents import (
    Document,
    Pointer,
    UnreadableContract,
    load,
    lookup,
    parse_reference,
    referred,
    resolve,
    walk,
    write_pointer,
)
from contract_tests.reading.lifecycle import Condition, Lifecycle, Row, Rule
from contract_tests.reading.patterns import ecma_pattern
from contract_tests.reading.silences import Silence, Topic

NOBODY = "00000000-0000-4000-8000-000000000000"  # an id that nobody has
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
CONDITIONS = tuple(Condition)
WORDS = (
    "x-submission",
    "x-status-of",
    "x-record-of",
    "x-lifecycles",
    "x-rules",
    "x-silences",
    "x-silence",
    "x-error-form",
    "x-error-names",
    "x-idempotency-key",
    "x-token",
    "x-breaks",
    "x-understudy-service",
)
# Maps whose keys are names of the author's, not words of the vocabulary.
_NAMED = frozenset({"properties", "patternProperties", "headers", "schemas", "x-lifecycles"})


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    id: str
    method: str
    path: str
    raw: Mapping[str, Any] = field(repr=False)
    parameters: tuple[Mapping[str, Any], ...] = field(repr=False)
    secured: bool = False
    silences: tuple[str, ...] = ()

    def parameter(self, place: str, name: str | None = None) -> Mapping[str, Any] | None:
        """Return the parameter of a place (`path`, `query`, `header`), by name when given."""
        for parameter in self.parameters:
            if parameter.get("in") == place and name in {None, parameter.get("name")}:
                return parameter
        return None


@dataclass(frozen=True)
class Submission:
    """An operation that takes an array of items of a lifecycle."""

    operation: Operation
    lifecycle: Lifecycle
    asynchronous: bool
    item_schema: dict[str, Any] = field(repr=False)
    item_place: Pointer  # where the schema of the items stands in the document
    min_items: int
    max_items: int | None
    status: Operation | None
    record: Operation | None
    shows_url: bool = False  # whether the answer documents where a saved item is read
    examples: tuple[Any, ...] = field(repr=False, default=())

    @property
    def id(self) -> str:
        """Return the operationId."""
        return self.operation.id

    @property
    def key_header(self) -> str | None:
        """Return the name of the header that makes a retry safe, None without one."""
        if "x-idempotency-key" in self.operation.raw:
            return str(self.operation.raw["x-idempotency-key"])
        for parameter in self.operation.parameters:
            name = str(parameter.get("name", ""))
            if parameter.get("in") == "header" and name.lower() == "idempotency-key":
                return name
        return None


@dataclass(frozen=True)
class Contract:
    """A contract as the judge reads it."""

    name: str
    document: Document = field(repr=False)
    operations: tuple[Operation, ...] = field(repr=False)
    lifecycles: Mapping[str, Lifecycle] = field(repr=False)
    submissions: tuple[Submission, ...] = field(repr=False)
    silences: Mapping[str, Silence] = field(repr=False)
    rules: Mapping[str, Rule] = field(repr=False)
    error_form: str = "problem"
    error_names: str | None = None

    def source(self, submission: Submission, steps: Iterable[str | int]) -> str:
        """Return `file:line (#/pointer)` of a constraint, reached by steps from an item's schema."""
        place = locate(self.document, submission.item_place, steps)
        return f"{self.document.where(place)} ({write_pointer(place)})"

    def operation(self, operation_id: str) -> Operation | None:
        """Return an operation by its operationId."""
        return next((one for one in self.operations if one.id == operation_id), None)

    @property
    def token_url(self) -> str | None:
        """Return where tokens are fetched, from the OAuth2 scheme of the contract."""
        schemes = self.document.root.get("components", {}).get("securitySchemes", {})
        for scheme in schemes.values():
            flows = resolve(self.document, scheme).get("flows", {})
            url = flows.get("clientCredentials", {}).get("tokenUrl")
            if isinstance(url, str):
                return url
        return None


def find(name: str) -> Path:
    """Return the file of a contract by path, or by its name among those that are shipped.

    Raises UnreadableContract with the nearest known name.
    """
    path = Path(name)
    if path.is_file():
        return path
    known = {file.stem: file for folder in folders() for file in folder.glob("*.yaml")}
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise UnreadableContract(f"there is no contract {name}{hint}")


def folders(kind: str = "openapi") -> list[Path]:
    """Return the folders of the shipped data: the source tree's, or the installed wheel's."""
    root = Path(__file__).resolve().parents[2]
    return [folder for folder in (root / kind, root / "understudy" / kind) if folder.is_dir()]


def read(path: Path) -> Contract:
    """Read a contract.

    Raises UnreadableContract with file, line and the nearest known word.
    """
    document = load(path)
    if "paths" not in document.root and "webhooks" not in document.root:
        raise UnreadableContract(f"{path}: is no OpenAPI document (it has no `paths`)")
    _refuse_unknown_words(document)
    silences = {one.id: one for one in _silences(document)}
    lifecycles = {one.name: one for one in _lifecycles(document)}
    if lifecycles:
        _refuse_unreadable_patterns(document)
    operations = tuple(_operations(document))
    form = document.root.get("x-error-form", "problem")
    return Contract(
        name=path.stem,
        document=document,
        operations=operations,
        lifecycles=lifecycles,
        submissions=tuple(_submissions(document, operations, lifecycles)),
        silences=silences,
        rules={rule.id: rule for rule in _rules(document)},
        error_form=str(form),
        error_names=document.root.get("x-error-names"),
    )


def _names(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(str(one) for one in value)


def _refuse_unreadable_patterns(document: Document) -> None:
    for pointer, node in walk(document.root):
        pattern = node.get("pattern")
        if isinstance(pattern, str):
            try:
                ecma_pattern(pattern)
            except re.error as error:
                raise UnreadableContract(
                    f"{document.where((*pointer, 'pattern'))}: the judge cannot read the pattern "
                    f"{pattern} ({error})"
                ) from error


def _refuse_unknown_words(document: Document) -> None:
    ours = any(word in node for _, node in walk(document.root) for word in WORDS)
    if not ours:
        return
    for pointer, node in walk(document.root):
        if pointer and pointer[-1] in _NAMED:
            continue
        for word in node:
            if not str(word).startswith("x-") or word in WORDS:
                continue
            near = difflib.get_close_matches(str(word), WORDS, n=1, cutoff=0.75)
            if near:
                raise UnreadableContract(
                    f"{document.where((*pointer, word))}: unknown word `{word}`; "
                    f"did you mean `{near[0]}`?"
                )


def _silences(document: Document) -> Iterator[Silence]:
    for number, raw in enumerate(document.root.get("x-silences", [])):
        known = [
            "id",
            "question",
            "choice",
            "alternatives",
            "basis",
            "about",
            "instead",
        ]
        _refuse_unknown_members(document, ("x-silences", number), raw, known)
        yield Silence(
            id=str(raw["id"]),
            question=str(raw.get("question", "")),
            choice=str(raw.get("choice", "")),
            alternatives=_names(raw.get("alternatives")),
            basis=str(raw.get("basis", "")),
            about=Topic(raw["about"]) if "about" in raw else None,
            instead=tuple(alternative(one) for one in raw.get("instead", ())),
        )


def _refuse_unknown_members(
    document: Document, pointer: Pointer, raw: Any, known: list[str]
) -> None:
    if not isinstance(raw, dict):
        raise UnreadableContract(f"{document.where(pointer)}: a mapping is expected here")
    for word in raw:
        if word not in known:
            near = difflib.get_close_matches(str(word), known, n=1, cutoff=0.0)
            raise UnreadableContract(
                f"{document.where((*pointer, word))}: unknown word `{word}`; "
                f"did you mean `{near[0]}`?"
            )


def _lifecycles(document: Document) -> Iterator[Lifecycle]:
    above: Pointer = ("components", "x-lifecycles")
    declared = document.root.get("components", {}).get("x-lifecycles", {})
    for name, raw in declared.items():
        pointer = (*above, name)
        _refuse_unknown_members(
            document, pointer, raw, ["key", "records", "states", "outcomes", "x-silence"]
        )
        for word in ("key", "records", "states", "outcomes"):
            if word not in raw:
                raise UnreadableContract(f"{document.where(pointer)}: `{word}` is missing")
        states = raw["states"]
        initial = [state for state, marks in states.items() if (marks or {}).get("initial")]
        yield Lifecycle(
            name=name,
            key=_names(raw["key"]),
            records=str(raw["records"]),
            states=tuple(states),
            initial=initial[0] if initial else None,
            saving=frozenset(
                state for state, marks in states.items() if (marks or {}).get("saved")
            ),
            rows=tuple(_rows(document, pointer, raw)),
            silences=_names(raw.get("x-silence")),
        )


def _rows(document: Document, above: Pointer, raw: Mapping[str, Any]) -> Iterator[Row]:
    known = ["when", "then", "source", "silence", "message"]
    for number, row in enumerate(raw["outcomes"]):
        pointer = (*above, "outcomes", number)
        _refuse_unknown_members(document, pointer, row, known)
        for word, allowed in (("when", CONDITIONS), ("then", tuple(raw["states"]))):
            if row.get(word) not in allowed:
                near = difflib.get_close_matches(str(row.get(word)), allowed, n=1, cutoff=0.0)
                raise UnreadableContract(
                    f"{document.where((*pointer, word))}: `{word}: {row.get(word)}` is unknown; "
                    f"did you mean `{near[0]}`?"
                )
        silences = _names(row.get("silence"))
        yield Row(
            number=number + 1,
            when=Condition(row["when"]),
            then=row["then"],
            source=str(row.get("source") or ", ".join(silences)),
            message=row.get("message"),
            silences=silences,
        )


def _operations(document: Document) -> Iterator[Operation]:
    default_security = document.root.get("security", [])
    for path, raw_item in document.root.get("paths", {}).items():
        item = resolve(document, raw_item)
        if not isinstance(item, dict):
            continue
        for method in METHODS:
            raw = item.get(method)
            if not isinstance(raw, dict):
                continue
            merged: dict[tuple[Any, Any], Mapping[str, Any]] = {}
            for one in [*item.get("parameters", []), *raw.get("parameters", [])]:
                parameter = dict(resolve(document, one))
                parameter["schema"] = resolve(document, parameter.get("schema", {}))
                merged[parameter.get("in"), parameter.get("name")] = parameter
            security = raw.get("security", default_security)
            yield Operation(
                id=str(raw.get("operationId", f"{method.upper()} {path}")),
                method=method.upper(),
                path=path,
                raw=raw,
                parameters=tuple(merged.values()),
                secured=bool(security) and {} not in security,
                silences=_names(raw.get("x-silence")),
            )


def _submissions(
    document: Document, operations: tuple[Operation, ...], lifecycles: Mapping[str, Lifecycle]
) -> Iterator[Submission]:
    for operation in operations:
        word = operation.raw.get("x-submission")
        if word is None:
            continue
        place: Pointer = ("paths", operation.path, operation.method.lower(), "x-submission")
        _refuse_unknown_members(document, place, word, ["lifecycle", "processing"])
        name = word.get("lifecycle")
        if name not in lifecycles:
            near = difflib.get_close_matches(str(name), lifecycles, n=1, cutoff=0.0)
            raise UnreadableContract(
                f"{document.where((*place, 'lifecycle'))}: unknown lifecycle `{name}`; "
                f"did you mean `{near[0] if near else '?'}`?"
            )
        body = resolve(document, operation.raw.get("requestBody", {}))
        media = body.get("content", {}).get("application/json", {})
        array = resolve(document, media.get("schema", {}))
        steps = ("requestBody", "content", "application/json", "schema", "items")
        status = [one for one in operations if operation.id in _names(one.raw.get("x-status-of"))]
        record = [one for one in operations if one.raw.get("x-record-of") == name]
        yield Submission(
            operation=operation,
            lifecycle=lifecycles[name],
            asynchronous=word.get("processing") != "synchronous",
            item_schema=inline(document, array.get("items", {})),
            item_place=locate(document, place[:-1], steps),
            min_items=int(array.get("minItems", 0)),
            max_items=array.get("maxItems"),
            status=status[0] if status else None,
            record=record[0] if record else None,
            shows_url=bool(record) and _shows_url(document, status[0] if status else operation),
            examples=tuple(_body_examples(document, media)),
        )


def _shows_url(document: Document, operation: Operation) -> bool:
    """Whether the entries that an operation answers with have a url beside the item."""
    for code, raw in operation.raw.get("responses", {}).items():
        media = resolve(document, raw).get("content", {}).get("application/json", {})
        if str(code).startswith("2") and any(
            {"data", "url"} <= node.get("properties", {}).keys()
            for _, node in walk(inline(document, media.get("schema", {})))
        ):
            return True
    return False


def _body_examples(document: Document, media: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in media:
        yield media["example"]
    for one in media.get("examples", {}).values():
        example = resolve(document, one)
        if "value" in example:
            yield example["value"]


def _rules(document: Document) -> Iterator[Rule]:
    for pointer, node in walk(document.root):
        for number, raw in enumerate(node.get("x-rules", []) if "x-rules" in node else []):
            place = (*pointer, "x-rules", number)
            known = ["id", "rule", "message", "source", "silence"]
            _refuse_unknown_members(document, place, raw, known)
            silences = _names(raw.get("silence"))
            yield Rule(
                id=str(raw["id"]),
                rule=str(raw["rule"]),
                message=str(raw.get("message", "")),
                source=str(raw.get("source") or ", ".join(silences)),
                silences=silences,
            )


def inline(document: Document, schema: Any, above: tuple[str, ...] = ()) -> Any:
    """Return a schema with its `$ref`s replaced by what they point to.

    Raises UnreadableContract for a schema that refers to itself: items are finite.
    """
    if isinstance(schema, list):
        return [inline(document, one, above) for one in schema]
    if not isinstance(schema, dict):
        return schema
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#"):
        kept = ("enum", "const", "example", "examples", "default", "x-rules")
        return {
            name: member if name in kept else inline(document, member, above)
            for name, member in schema.items()
        }
    if reference in above:
        raise UnreadableContract(f"{document.path}: an item may not contain itself ({reference})")
    siblings = {name: member for name, member in schema.items() if name != "$ref"}
    target = inline(document, referred(document, reference), (*above, reference))
    if set(siblings) <= _PLAIN and isinstance(target, dict):
        return {**target, **siblings}
    known = inline(document, siblings, above)
    return {**known, "allOf": [target, *known.get("allOf", ())]}


# What may stand beside a `$ref` without asking anything of an instance.
_PLAIN = {"description", "summary", "example", "examples", "title"}


def locate(document: Document, place: Pointer, steps: Iterable[str | int]) -> Pointer:
    """Return where in a document something stands that steps through its inlined form lead to."""
    left = list(steps)
    while left:
        try:
            here = lookup(document.root, place)
        except LookupError:
            return (*place, *left)
        reference = here.get("$ref") if isinstance(here, dict) else None
        if isinstance(reference, str) and reference.startswith("#"):
            # Inlined, what is referred to stands there itself, or first among the `allOf`.
            beside = here.keys() - _PLAIN - {"$ref"}
            if beside and left[0] == "allOf" and len(left) > 1:
                number = int(left[1])
                left = left[2:]
                own = (*place, "allOf", number - 1)
                place = own if number else parse_reference(reference)
                continue
            if left[0] not in beside:
                place = parse_reference(reference)
                continue
        place = (*place, left.pop(0))
    return place
