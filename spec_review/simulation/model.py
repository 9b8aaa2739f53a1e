"""What a contract says will happen: a naive model of its lifecycles.

The model is read from a document as plain values and answers one question: which state does each
item of a submission end in, when these records were saved before?
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

import jsonschema_rs
from cel_expr_python import cel

Pointer = tuple[str | int, ...]

CONDITIONS = (
    "rival-in-request",
    "invalid",
    "twin-in-request",
    "twin-saved",
    "rival-saved",
    "otherwise",
)
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
PARTNER: Mapping[str, Any] = {"client_id": "partner-a", "currency": "GBP"}
INT64 = range(-(2**63), 2**63)


class NoBehaviour(Exception):
    """The document says nothing that could be played; `pointer` is the place that is at fault."""

    def __init__(self, sentence: str, pointer: Pointer) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.pointer = pointer


@dataclass(frozen=True)
class Row:
    """One outcome row: the first row that holds decides."""

    when: str
    then: str
    index: int
    source: str = ""
    silences: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True)
class Lifecycle:
    """One declaration of `components.x-lifecycles`."""

    name: str
    key: tuple[str, ...]
    records: str
    states: tuple[str, ...]
    initial: str | None
    saved: frozenset[str]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Fault:
    """Why an item is invalid: the broken keyword or rule, and the place of both sides."""

    sentence: str
    where: Pointer
    instance: Pointer
    rule: str = ""


@dataclass(frozen=True)
class Submission:
    """An operation that takes a batch of items of a lifecycle."""

    name: str
    method: str
    path: str
    pointer: Pointer
    lifecycle: Lifecycle
    processing: str
    item_pointer: Pointer
    validator: ItemValidator = field(compare=False, repr=False)
    min_items: int = 1
    max_items: int | None = None


@dataclass(frozen=True)
class Decision:
    """How one item ended: its state, and the row that decided (-1 when no row held)."""

    state: str
    row: int
    when: str


@dataclass(frozen=True)
class Answer:
    """What a partner sees of one submission: at once or later, and how each item ended."""

    processing: str
    waiting: str
    decisions: tuple[Decision, ...]
    refused: str = ""

    @property
    def states(self) -> tuple[str, ...]:
        """The state of each item, in the order of the request."""
        return tuple(decision.state for decision in self.decisions)

    def seen(self) -> tuple[object, ...]:
        """All that a partner can tell one answer from another by."""
        return (self.processing, self.waiting, self.states, self.refused)


class Item:
    """A JSON value with its fingerprint, worked out once."""

    def __init__(self, value: Any) -> None:
        self.value = value

    @cached_property
    def mark(self) -> object:
        """The fingerprint of the value."""
        return fingerprint(self.value)

    def __repr__(self) -> str:
        return f"Item({self.value!r})"


@dataclass(frozen=True)
class Step:
    """One request: the operation and the items of its batch."""

    operation: str
    items: tuple[Item, ...]

    @property
    def values(self) -> list[Any]:
        """The batch as it is sent."""
        return [item.value for item in self.items]


class Model:
    """The lifecycles and submissions of one document, ready to be played."""

    def __init__(self, lifecycles: Mapping[str, Lifecycle], submissions: Sequence[Submission]):
        self.lifecycles = dict(lifecycles)
        self.submissions = {submission.name: submission for submission in submissions}

    def play(self, steps: Iterable[Step], partner: Mapping[str, Any] = PARTNER) -> list[Answer]:
        """Submits each step in order, from an empty world, and returns the answers."""
        records: dict[str, list[Item]] = {}
        answers = []
        for step in steps:
            submission = self.submissions[step.operation]
            saved = records.setdefault(submission.lifecycle.records, [])
            answer = judge(submission, saved, step.items, partner)
            for item, decision in zip(step.items, answer.decisions, strict=False):
                if decision.state in submission.lifecycle.saved:
                    saved.append(item)
            answers.append(answer)
        return answers


def judge(
    submission: Submission,
    saved: Sequence[Item],
    items: Sequence[Item],
    partner: Mapping[str, Any] = PARTNER,
) -> Answer:
    """Decides one batch against the records that were saved before it."""
    waiting = submission.lifecycle.initial or ""
    if submission.processing == "synchronous":
        waiting = ""
    if len(items) < submission.min_items:
        return Answer("", "", (), "400: fewer items than the contract wants")
    if submission.max_items is not None and len(items) > submission.max_items:
        return Answer("", "", (), "413: more items than the contract takes")
    batch = Batch.of(submission.lifecycle, items)
    known = Batch.of(submission.lifecycle, saved)
    decisions = [
        decide(
            submission.lifecycle,
            conditions(submission, batch, known, index, partner),
        )
        for index in range(len(items))
    ]
    return Answer(submission.processing, waiting, tuple(decisions))


@dataclass(frozen=True)
class Batch:
    """Items, or records, as the conditions see them."""

    items: Sequence[Item]
    first: Mapping[object, int]
    """For each value the place where it stands first."""
    by_key: Mapping[object, set[object]]
    """For each key the values that have it."""

    @staticmethod
    def of(lifecycle: Lifecycle, items: Sequence[Item]) -> Batch:
        """The items with what is alike among them."""
        first: dict[object, int] = {}
        by_key: dict[object, set[object]] = {}
        for index, item in enumerate(items):
            first.setdefault(item.mark, index)
            key = key_of(lifecycle, item)
            if key is not None:
                by_key.setdefault(key, set()).add(item.mark)
        return Batch(items, first, by_key)

    def has_rival(self, key: object, item: Item) -> bool:
        """Whether something here has the key and is not identical to the item."""
        return bool(self.by_key.get(key, set()) - {item.mark})


def decide(lifecycle: Lifecycle, holding: set[str]) -> Decision:
    """The first row that holds."""
    for row in lifecycle.rows:
        if row.when in holding:
            return Decision(row.then, row.index, row.when)
    return Decision(lifecycle.initial or "", -1, "")


def conditions(
    submission: Submission, batch: Batch, saved: Batch, index: int, partner: Mapping[str, Any]
) -> set[str]:
    """Every condition that holds for the item at `index`."""
    item = batch.items[index]
    key = key_of(submission.lifecycle, item)
    if key is None:
        return {"invalid", "otherwise"}
    holding = {"otherwise"}
    if submission.validator.is_invalid(item, partner):
        holding.add("invalid")
    if batch.has_rival(key, item):
        holding.add("rival-in-request")
    if batch.first[item.mark] < index:
        holding.add("twin-in-request")
    if item.mark in saved.first:
        holding.add("twin-saved")
    if saved.has_rival(key, item):
        holding.add("rival-saved")
    return holding


def key_of(lifecycle: Lifecycle, item: Item) -> object | None:
    """The key of an item, or None when it lacks a member of it."""
    if not lifecycle.key:
        return item.mark
    value = item.value
    if not isinstance(value, dict) or any(member not in value for member in lifecycle.key):
        return None
    return tuple(fingerprint(value[member]) for member in lifecycle.key)


def fingerprint(value: Any) -> object:
    """A hashable form that is equal exactly when two JSON values are identical."""
    if isinstance(value, bool) or value is None:
        return ("literal", value)
    if isinstance(value, (int, float)):
        return ("number", value)
    if isinstance(value, str):
        return ("text", value)
    if isinstance(value, list):
        return ("array", tuple(fingerprint(each) for each in value))
    return ("object", frozenset((name, fingerprint(each)) for name, each in value.items()))


# --- validity ------------------------------------------------------------------------------------


class Rules:
    """The keyword `x-rules` inside the schema validator: asks each rule of the instance."""

    def __init__(self, parent: Any, value: Any, path: Any) -> None:
        self.rules = [
            (str(rule.get("id", "")), compile_rule(str(rule.get("rule", "")), ()))
            for rule in value
            if isinstance(rule, dict)
        ]

    def iter_errors(self, instance: Any) -> Iterator[ValueError]:
        """One error for each broken rule."""
        for name, program in self.rules:
            if not holds(program, instance, _partner.profile):
                yield ValueError(name)

    def validate(self, instance: Any) -> None:
        """Raises for the first broken rule."""
        for error in self.iter_errors(instance):
            raise error


class _CurrentPartner:
    """The profile that rules are asked with; the schema validator has no place to hand it over."""

    profile: Mapping[str, Any] = PARTNER


_partner = _CurrentPartner()
_environment = cel.NewEnv(variables={"self": cel.Type.DYN, "partner": cel.Type.DYN})
_programs: dict[str, Any] = {}


def compile_rule(rule: str, pointer: Pointer) -> Any:
    """The compiled rule; raises NoBehaviour with the engine's own words."""
    if rule not in _programs:
        try:
            _programs[rule] = _environment.compile(rule)
        except RuntimeError as error:
            first = str(error).strip().splitlines()[0] if str(error).strip() else "no reason given"
            raise NoBehaviour(f"the rule does not compile: {first}", pointer) from None
    return _programs[rule]


def holds(program: Any, instance: Any, partner: Mapping[str, Any]) -> bool:
    """Whether a rule is exactly true; false and an error both break it."""
    try:
        answer = program.eval(data={"self": instance, "partner": dict(partner)})
        if answer.value() is True:
            return True
        fitting = within_int64(instance)
        if fitting == instance and repr(fitting) == repr(instance):
            return False
        answer = program.eval(data={"self": fitting, "partner": dict(partner)})
        return answer.value() is True
    except (RuntimeError, ValueError, TypeError):
        return False


def within_int64(value: Any) -> Any:
    """The value with integers beyond 64 bits as doubles, which the rule engine can hold."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if value in INT64 else float(value)
    if isinstance(value, list):
        return [within_int64(each) for each in value]
    if isinstance(value, dict):
        return {name: within_int64(each) for name, each in value.items()}
    return value


class ItemValidator:
    """Says whether an item fits its schema and the rules in it."""

    def __init__(self, registry: jsonschema_rs.Registry, pointer: Pointer) -> None:
        self._validator = compile_schema(registry, pointer)
        self._known: dict[tuple[Item, str], bool] = {}

    def is_invalid(self, item: Item, partner: Mapping[str, Any] = PARTNER) -> bool:
        """Whether the item breaks its schema or one of its rules."""
        known = (item, repr(sorted(partner.items())))
        if known not in self._known:
            _partner.profile = partner
            try:
                self._known[known] = not self._validator.is_valid(item.value)
            except ValueError:
                self._known[known] = True
        return self._known[known]

    def faults(self, item: Item, partner: Mapping[str, Any] = PARTNER) -> list[Fault]:
        """Every reason why the item is invalid."""
        _partner.profile = partner
        return [
            Fault(
                sentence=str(error.message),
                where=pointer_of(error.absolute_keyword_location or ""),
                instance=tuple(error.instance_path),
                rule=str(error.message) if error.schema_path[-1:] == ["x-rules"] else "",
            )
            for error in self._validator.iter_errors(item.value)
        ]


def compile_schema(registry: jsonschema_rs.Registry, pointer: Pointer) -> Any:
    """A validator of the schema at a place of the registered document, rules included."""
    try:
        return jsonschema_rs.Draft202012Validator(
            {"$ref": "urn:contract#" + fragment(pointer)},
            registry=registry,
            validate_formats=True,
            keywords={"x-rules": Rules},
        )
    except NoBehaviour as error:
        raise NoBehaviour(error.sentence, pointer) from None
    except (ValueError, TypeError) as error:
        words = str(error).strip().splitlines()
        raise NoBehaviour(
            f"the item schema cannot be used: {words[0] if words else error}", pointer
        ) from None


def fragment(pointer: Pointer) -> str:
    """A JSON pointer as the fragment of a URI."""
    return "".join(
        "/" + quote(str(part).replace("~", "~0").replace("/", "~1"), safe="~") for part in pointer
    )


def pointer_of(location: str) -> Pointer:
    """The pointer inside the document of a keyword's location."""
    from_root = location.partition("#")[2]
    parts: list[str | int] = []
    for part in from_root.split("/")[1:]:
        plain = part.replace("~1", "/").replace("~0", "~")
        parts.append(int(plain) if plain.isdigit() else plain)
    return tuple(parts)


# --- reading -------------------------------------------------------------------------------------


def read_model(document: Any) -> Model:
    """The model of a document; raises NoBehaviour when its lifecycles cannot be understood."""
    lifecycles = {
        str(name): read_lifecycle(str(name), declared)
        for name, declared in mapping(mapping(document).get("components"))
        .get("x-lifecycles", {})
        .items()
    }
    read_rules(document, ())
    for index, silence in enumerate(mapping(document).get("x-silences") or ()):
        want_words(silence, "silence", ("x-silences", index))
    plain = in_current_dialect(document)
    try:
        registry = jsonschema_rs.Registry(
            [("urn:contract", plain)], draft=jsonschema_rs.Draft202012, retriever=refuse_retrieval
        )
    except (ValueError, TypeError) as error:
        raise NoBehaviour(f"the schemas cannot be read: {error}", ()) from None
    submissions = [
        read_submission(document, registry, lifecycles, *where)
        for where in operations(document)
        if "x-submission" in where[3]
    ]
    return Model(lifecycles, submissions)


def refuse_retrieval(uri: str) -> Any:
    """A contract is one document: nothing is fetched."""
    raise ValueError(f"{uri} is outside of the document")


def operations(document: Any) -> Iterator[tuple[str, str, Pointer, dict[str, Any]]]:
    """Every operation as method, path, pointer and value."""
    for path, item in mapping(mapping(document).get("paths")).items():
        for method, operation in mapping(item).items():
            if method in METHODS and isinstance(operation, dict):
                yield str(method), str(path), ("paths", path, method), operation


def read_lifecycle(name: str, declared: Any) -> Lifecycle:
    """One lifecycle, strictly: what cannot be understood stops the reading."""
    here: Pointer = ("components", "x-lifecycles", name)
    want_words(declared, "lifecycle", here)
    key = declared["key"]
    want(
        isinstance(key, list) and all(isinstance(member, str) for member in key),
        "the key is a list of member names",
        (*here, "key"),
    )
    records = declared["records"]
    want(isinstance(records, str), "records names a collection", (*here, "records"))
    states = declared.get("states")
    want(isinstance(states, dict) and states, "the lifecycle has no states", (*here, "states"))
    for state, marks in states.items():
        want_words(marks or {}, "state", (*here, "states", state))
    initial = [state for state, marks in states.items() if (marks or {}).get("initial") is True]
    saved = [state for state, marks in states.items() if (marks or {}).get("saved") is True]
    rows = declared.get("outcomes")
    want(isinstance(rows, list) and rows, "the lifecycle has no outcomes", (*here, "outcomes"))
    return Lifecycle(
        name=name,
        key=tuple(key),
        records=records,
        states=tuple(str(state) for state in states),
        initial=str(initial[0]) if initial else None,
        saved=frozenset(str(state) for state in saved),
        rows=tuple(
            read_row(row, index, states, (*here, "outcomes", index))
            for index, row in enumerate(rows)
        ),
    )


def read_row(row: Any, index: int, states: Mapping[str, Any], here: Pointer) -> Row:
    """One outcome row."""
    want_words(row, "outcome row", here)
    want(row["when"] in CONDITIONS, f"unknown condition: {row['when']}", (*here, "when"))
    want(
        isinstance(row["then"], str) and row["then"] in states,
        f"unknown state: {row['then']}",
        (*here, "then"),
    )
    return Row(
        when=row["when"],
        then=row["then"],
        index=index,
        source=str(row.get("source", "")),
        silences=listed(row.get("silence")),
        message=str(row.get("message", "")),
    )


def read_submission(
    document: Any,
    registry: jsonschema_rs.Registry,
    lifecycles: Mapping[str, Lifecycle],
    method: str,
    path: str,
    here: Pointer,
    operation: dict[str, Any],
) -> Submission:
    """One operation with `x-submission`."""
    declared = operation["x-submission"]
    place = (*here, "x-submission")
    want_words(declared, "x-submission", place)
    name = declared.get("lifecycle")
    want(name in lifecycles, f"no lifecycle is called {name}", (*place, "lifecycle"))
    processing = declared.get("processing")
    want(
        processing in ("asynchronous", "synchronous"),
        f"processing is asynchronous or synchronous, not {processing}",
        (*place, "processing"),
    )
    array_pointer, array = body_schema(document, operation, here)
    want("items" in array, "the request body is no array of items", array_pointer)
    item_pointer = (*array_pointer, "items")
    for word in ("minItems", "maxItems"):
        limit = array.get(word, 1)
        fits = isinstance(limit, int) and not isinstance(limit, bool) and limit >= 0
        want(fits, f"{word} is no count: {limit}", (*array_pointer, word))
    limits = [array.get("minItems", 0), array.get("maxItems")]
    return Submission(
        name=str(operation.get("operationId") or f"{method.upper()} {path}"),
        method=method,
        path=path,
        pointer=here,
        lifecycle=lifecycles[str(name)],
        processing=str(processing),
        item_pointer=item_pointer,
        validator=ItemValidator(registry, item_pointer),
        min_items=max(1, limits[0]) if isinstance(limits[0], int) else 1,
        max_items=limits[1] if isinstance(limits[1], int) else None,
    )


def body_schema(
    document: Any, operation: Mapping[str, Any], here: Pointer
) -> tuple[Pointer, dict[str, Any]]:
    """Where the schema of the JSON request body stands, and what it says."""
    pointer, body = resolve(document, (*here, "requestBody"), operation.get("requestBody"))
    content = mapping(mapping(body).get("content"))
    for media in content:
        if str(media).split(";")[0].strip().lower().endswith("json"):
            where = (*pointer, "content", media, "schema")
            pointer, schema = resolve(document, where, mapping(content[media]).get("schema"))
            want(isinstance(schema, dict), "the request body has no schema", where)
            return pointer, schema
    raise NoBehaviour("the submission takes no JSON body", here)


def resolve(document: Any, pointer: Pointer, value: Any) -> tuple[Pointer, Any]:
    """Follows local `$ref`s; raises NoBehaviour at one that dangles or turns in a circle."""
    passed = {pointer}
    while isinstance(value, dict) and isinstance(value.get("$ref"), str):
        target = local_target(value["$ref"])
        if target is None:
            raise NoBehaviour(f"{value['$ref']} is outside of the document", (*pointer, "$ref"))
        try:
            found = look_up(document, target)
        except LookupError:
            raise NoBehaviour(f"{value['$ref']} does not exist", (*pointer, "$ref")) from None
        if target in passed:
            raise NoBehaviour(f"{value['$ref']} turns in a circle", (*pointer, "$ref"))
        passed.add(target)
        pointer, value = target, found
    return pointer, value


def local_target(reference: str) -> Pointer | None:
    """The pointer of a reference within the document."""
    return pointer_of(unquoted(reference)) if reference.startswith("#") else None


def unquoted(reference: str) -> str:
    """The reference without percent encoding."""
    parts = reference.split("%")
    text = parts[0]
    for part in parts[1:]:
        try:
            text += chr(int(part[:2], 16)) + part[2:]
        except ValueError:
            text += "%" + part
    return text


def look_up(document: Any, pointer: Pointer) -> Any:
    """The value at a pointer; raises LookupError."""
    value = document
    for part in pointer:
        if isinstance(value, dict):
            value = value[part] if part in value else value[str(part)]
        elif isinstance(value, list) and isinstance(part, int):
            value = value[part]
        else:
            raise LookupError(part)
    return value


def in_current_dialect(document: Any) -> Any:
    """The document with string keys, and a 3.0 document's schemas said in JSON Schema 2020-12."""
    old = str(mapping(document).get("openapi", "")).startswith("3.0")
    return _plain(document, old)


def _plain(value: Any, old: bool) -> Any:
    if isinstance(value, list):
        return [_plain(each, old) for each in value]
    if not isinstance(value, dict):
        return value
    plain = {str(name): _plain(each, old) for name, each in value.items()}
    required = plain.get("required")
    if isinstance(required, list) and all(isinstance(name, str) for name in required):
        # The validator takes nothing for valid when one name stands here twice.
        plain["required"] = list(dict.fromkeys(required))
    if old:
        for bound, strict in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
            if plain.get(strict) is True and bound in plain:
                plain[strict] = plain.pop(bound)
            elif plain.get(strict) is False:
                del plain[strict]
        if plain.get("nullable") is True and isinstance(plain.get("type"), str):
            plain["type"] = [plain["type"], "null"]
            if isinstance(plain.get("enum"), list) and None not in plain["enum"]:
                plain["enum"] = [*plain["enum"], None]
    return plain


WORDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "lifecycle": (("key", "records", "states", "outcomes"), ("x-silence",)),
    "state": ((), ("initial", "saved", "x-silence", "description")),
    "outcome row": (("when", "then"), ("source", "silence", "message")),
    "x-submission": (("lifecycle", "processing"), ()),
    "rule": (("id", "rule", "message"), ("source", "silence")),
    "silence": (
        ("id",),
        (
            "question",
            "choice",
            "alternatives",
            "basis",
            "about",
            "instead",
        ),
    ),
}
"""What each thing of the vocabulary must say, and what else it may say."""


def want_words(value: Any, what: str, pointer: Pointer) -> None:
    """Raises NoBehaviour when a word is missing, or one stands there that nobody knows."""
    want(isinstance(value, dict), f"the {what} is no mapping", pointer)
    must, may = WORDS[what]
    for word in must:
        want(word in value, f"the {what} has no `{word}`", pointer)
    for word in value:
        want(word in (*must, *may), f"the {what} has an unknown word: {word}", (*pointer, word))


def read_rules(value: Any, here: Pointer, names: bool = False) -> None:
    """Looks through every rule of a document; raises NoBehaviour at one that cannot be asked."""
    if isinstance(value, list):
        for index, each in enumerate(value):
            read_rules(each, (*here, index))
    elif isinstance(value, dict):
        for name, each in value.items():
            place = (*here, name)
            if name == "x-rules" and not names:
                want(isinstance(each, list), "x-rules is no list of rules", place)
                for index, rule in enumerate(each):
                    want_words(rule, "rule", (*place, index))
                    compile_rule(str(rule["rule"]), (*place, index, "rule"))
            elif name not in ("example", "examples", "const", "enum", "default"):
                read_rules(each, place, name in ("properties", "schemas") and not names)


def mapping(value: Any) -> dict[Any, Any]:
    """The value when it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def listed(value: Any) -> tuple[str, ...]:
    """One text or a list of texts, as a tuple."""
    if value is None:
        return ()
    return tuple(str(each) for each in value) if isinstance(value, list) else (str(value),)


def want(held: Any, sentence: str, pointer: Pointer) -> None:
    """Raises NoBehaviour when a promise of the vocabulary is broken."""
    if not held:
        raise NoBehaviour(sentence, pointer)
