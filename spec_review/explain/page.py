"""A contract told for people: lifecycles with worked examples, rules, operations, silences."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from spec_review.diff.report import like
from spec_review.diff.schemas import (
    LOWER,
    followed,
    kinds,
    parts,
    properties,
    required,
    shown,
    single,
    types,
)
from spec_review.document import Document, Operation, Pointer, UnresolvedError, text_of
from spec_review.explain.diagrams import narrow, wide
from spec_review.simulation.model import (
    PARTNER,
    Item,
    Lifecycle,
    Model,
    NoBehaviour,
    Row,
    Step,
    Submission,
    listed,
    mapping,
    read_model,
)
from spec_review.simulation.witnesses import Alphabet, Pair

CONDITION_WORDS: Final[Mapping[str, str]] = {
    "rival-in-request": "another item of the same request has its key and other data",
    "invalid": "it breaks its schema or one of the rules",
    "twin-in-request": "an identical item stands before it in the same request",
    "twin-saved": "an identical record of this partner was saved before",
    "rival-saved": "a record of this partner with its key and other data was saved before",
    "otherwise": "otherwise",
}
"""Each condition as it follows on `if`."""

DEEPEST: Final = 4
"""How deep the members of a schema are listed."""

MOST_ROWS: Final = 120
"""How many members of one schema are listed."""


@dataclass(frozen=True)
class Example:
    """A scenario that was played: what was saved, what was sent, how each item ended."""

    saved: str
    request: str
    outcome: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Member:
    """A member of a schema in words."""

    name: str
    kind: str
    is_required: bool
    limits: str
    description: str
    depth: int


def explain(document: Document) -> dict[str, Any]:
    """Everything that the page shows, as plain values for the template."""
    model, problem = readable(document)
    info = mapping(document.data.get("info"))
    return {
        "name": document.name,
        "title": str(info.get("title") or document.name),
        "version": str(info.get("version", "")),
        "summary": str(info.get("summary", "")),
        "description": prose(info.get("description")),
        "problem": problem,
        "lifecycles": [
            told_lifecycle(document, model, lifecycle) for lifecycle in model.lifecycles.values()
        ],
        "operations": [told_operation(document, each, model) for each in document.operations()],
        "rules": list(told_rules(document, model)),
        "silences": told_silences(document),
    }


def readable(document: Document) -> tuple[Model, str]:
    """The model, or an empty one with the reason why there is none."""
    try:
        return read_model(document.data), ""
    except NoBehaviour as problem:
        where = document.position(problem.pointer)
        return Model({}, []), f"{problem.sentence} ({where})"


# --- lifecycles ----------------------------------------------------------------------------------


def told_lifecycle(document: Document, model: Model, lifecycle: Lifecycle) -> dict[str, Any]:
    """One lifecycle: its drawing, its rows, and its examples, played."""
    submissions = [
        each for each in model.submissions.values() if each.lifecycle.name == lifecycle.name
    ]
    synchronous = bool(submissions) and all(s.processing == "synchronous" for s in submissions)
    letters, items, examples = worked(document, model, submissions)
    return {
        "name": lifecycle.name,
        "anchor": anchor("lifecycle", lifecycle.name),
        "key": list(lifecycle.key),
        "records": lifecycle.records,
        "initial": lifecycle.initial,
        "saved": sorted(lifecycle.saved),
        "states": list(lifecycle.states),
        "submissions": [
            {"name": s.name, "processing": s.processing, "anchor": anchor("operation", s.name)}
            for s in submissions
        ],
        "wide": wide(lifecycle, synchronous),
        "narrow": narrow(lifecycle, synchronous),
        "rows": [told_row(row, lifecycle) for row in lifecycle.rows],
        "letters": letters,
        "operation": submissions[0].name if submissions else "",
        "items": items,
        "examples": examples,
    }


def told_row(row: Row, lifecycle: Lifecycle) -> dict[str, Any]:
    """One row of the decision table."""
    return {
        "number": row.index + 1,
        "when": CONDITION_WORDS.get(row.when, row.when),
        "word": row.when,
        "then": row.then,
        "is_saved": row.then in lifecycle.saved,
        "message": row.message,
        "source": row.source,
        "silences": row.silences,
    }


def worked(
    document: Document, model: Model, submissions: Sequence[Submission]
) -> tuple[dict[str, Item], list[dict[str, str]], list[Example]]:
    """The letters, what they stand for, and the scenarios played with them."""
    if not submissions:
        return {}, [], []
    submission = submissions[0]
    alphabet = Alphabet(Pair(submission, submission), (document.data, document.data), False)
    letters = named_letters(alphabet)
    if "A" not in letters:
        return {}, [], []
    first = letters["A"]
    shown_as = {item: name for name, item in letters.items()}
    items = [
        {
            "name": name,
            "words": LETTER_WORDS[name],
            "json": json.dumps(item.value, indent=2, ensure_ascii=False)
            if item is first
            else like(item, first, shown_as),
        }
        for name, item in letters.items()
    ]
    examples = [
        example
        for line in TABLE
        if (example := played(model, submission, letters, line)) is not None
    ]
    return letters, items, examples


LETTER_WORDS: Final[Mapping[str, str]] = {
    "A": "a valid item",
    "A\u2032": "the same key, other data",
    "A!": "the same key, but invalid",
    "B": "another key",
    "N": "no key",
}
"""What each letter of the examples stands for."""

TABLE: Final[tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]] = (
    ((), ("A",), ""),
    ((), ("A", "A"), ""),
    ((), ("A", "A", "A"), ""),
    ((), ("A", "A\u2032"), ""),
    ((), ("A", "A", "A\u2032"), ""),
    ((), ("A", "B", "A\u2032", "B"), ""),
    ((), ("A!",), ""),
    ((), ("A!", "A!"), ""),
    ((), ("A", "A!"), ""),
    (("A",), ("A",), ""),
    (("A",), ("A\u2032",), ""),
    (("A",), ("A", "A"), ""),
    (("A",), ("A", "A\u2032"), ""),
    (("A", "A\u2032"), ("A",), "sent before in one request"),
    (("A!",), ("A",), "sent before"),
    ((), ("N",), ""),
)
"""The scenarios that every contract is asked: what was submitted before, and the request."""


def named_letters(alphabet: Alphabet) -> dict[str, Item]:
    """The items of an alphabet under the letters of the table."""
    found: dict[str, Item] = {}
    for name, item in (
        ("A", alphabet.plain),
        ("A\u2032", alphabet.rival if alphabet.key else None),
        ("A!", alphabet.broken),
        ("B", alphabet.other),
        ("N", alphabet.keyless),
    ):
        if item is not None:
            found[name] = item
    return found


def played(
    model: Model,
    submission: Submission,
    letters: Mapping[str, Item],
    line: tuple[tuple[str, ...], tuple[str, ...], str],
) -> Example | None:
    """One line of the table, played; None when a letter of it does not exist."""
    before, request, note = line
    if not all(name in letters for name in (*before, *request)):
        return None
    earlier = Step(submission.name, tuple(letters[name] for name in before))
    steps = [*([earlier] if before else []), Step(submission.name, named(letters, request))]
    answers = model.play(steps, PARTNER)
    told = ", ".join(before)
    if before and not note:
        told = f"[{told}]"
    return Example(told, ", ".join(request), answers[-1].states, note)


def named(letters: Mapping[str, Item], request: Sequence[str]) -> tuple[Item, ...]:
    """The items that a request writes as letters."""
    return tuple(letters[name] for name in request)


# --- rules and silences --------------------------------------------------------------------------


def told_rules(document: Document, model: Model) -> Iterator[dict[str, Any]]:
    """Every rule with an example of the contract that breaks it."""
    broken = examples_that_break(document)
    for place in document.objects("schema"):
        schema = document.value(place)
        rules = schema.get("x-rules") if isinstance(schema, dict) else None
        for rule in rules if isinstance(rules, list) else ():
            if isinstance(rule, dict):
                name = str(rule.get("id", ""))
                yield {
                    "id": name,
                    "anchor": anchor("rule", name),
                    "schema": str(place[-1]),
                    "message": str(rule.get("message", "")),
                    "rule": str(rule.get("rule", "")).strip(),
                    "source": str(rule.get("source", "")),
                    "silences": listed(rule.get("silence")),
                    "broken": broken.get(name, ""),
                }


def examples_that_break(document: Document) -> dict[str, str]:
    """For each rule, an example of the contract that is marked as breaking it."""
    found: dict[str, str] = {}
    for place in document.objects("example"):
        example = document.resolved(place)
        if isinstance(example, dict) and isinstance(example.get("x-breaks"), str):
            text = json.dumps(example.get("value"), indent=2, ensure_ascii=False)
            found.setdefault(example["x-breaks"], text)
    return found


def told_silences(document: Document) -> list[dict[str, Any]]:
    """Every silence, and the places that rest on it."""
    rows = document.data.get("x-silences")
    uses = places_by_silence(document.data)
    return [
        {
            "id": str(row.get("id", "")),
            "anchor": anchor("silence", str(row.get("id", ""))),
            "question": str(row.get("question", "")),
            "choice": str(row.get("choice", "")),
            "alternatives": listed(row.get("alternatives")),
            "basis": str(row.get("basis", "")),
            "uses": uses.get(str(row.get("id", "")), [])[:6],
        }
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict)
    ]


def places_by_silence(data: Any) -> dict[str, list[str]]:
    """The places that name each silence, as pointers."""
    found: dict[str, list[str]] = {}

    def walk(value: Any, here: Pointer) -> None:
        if isinstance(value, dict):
            for word in ("silence", "x-silence"):
                for name in listed(value.get(word)) if word in value else ():
                    found.setdefault(name, []).append(text_of(here).replace("~1", "/"))
            for name, each in value.items():
                walk(each, (*here, name))
        elif isinstance(value, list):
            for index, each in enumerate(value):
                walk(each, (*here, index))

    walk({name: each for name, each in mapping(data).items() if name != "x-silences"}, ())
    return found


# --- operations ----------------------------------------------------------------------------------


def told_operation(document: Document, operation: Operation, model: Model) -> dict[str, Any]:
    """One operation: what it takes and what it answers."""
    value = operation.value
    submission = mapping(value.get("x-submission"))
    return {
        "name": operation.name,
        "anchor": anchor("operation", operation.name),
        "method": operation.method.upper(),
        "path": operation.path,
        "summary": str(value.get("summary", "")),
        "description": prose(value.get("description")),
        "deprecated": value.get("deprecated") is True,
        "lifecycle": submission.get("lifecycle") if model.lifecycles else None,
        "processing": submission.get("processing"),
        "status_of": listed(value.get("x-status-of")),
        "silences": listed(value.get("x-silence")),
        "parameters": [
            {
                "name": each.name,
                "where": each.where,
                "required": each.value.get("required") is True,
                "kind": kind_of(document, (*each.pointer, "schema")),
                "limits": limits_of(document, (*each.pointer, "schema")),
                "description": prose(each.value.get("description")),
            }
            for each in document.parameters(operation)
        ],
        "bodies": list(bodies(document, (*operation.pointer, "requestBody"))),
        "responses": [
            {
                "code": str(code),
                "description": prose(answer(document, operation, code).get("description")),
                "bodies": list(bodies(document, (*operation.pointer, "responses", code))),
            }
            for code in mapping(value.get("responses"))
            if not str(code).startswith("x-")
        ],
    }


def answer(document: Document, operation: Operation, code: str) -> dict[str, Any]:
    """A response after following its reference."""
    return mapping(document.resolved((*operation.pointer, "responses", code)))


def bodies(document: Document, place: Pointer) -> Iterator[dict[str, Any]]:
    """Each media type of a body with the members of its schema."""
    where = followed(document, place)
    for media in mapping(document.value((*where, "content"))):
        schema = (*where, "content", media, "schema")
        yield {
            "media": media,
            "kind": kind_of(document, schema),
            "members": list(members(document, schema))[:MOST_ROWS],
        }


def members(
    document: Document, place: Pointer, depth: int = 0, passed: frozenset[Pointer] = frozenset()
) -> Iterator[Member]:
    """The members of a schema, those of its members below them."""
    try:
        here = document.follow(place)
    except UnresolvedError:
        return
    if here in passed or depth >= DEEPEST:
        return
    side = parts(document, here)
    inner = single(side, "items")
    if inner is not None:
        yield from members(document, inner, depth, passed | {here})
    must = required(side)
    for name, where in properties(side).items():
        value = mapping(document.value(where))
        target = mapping(document.resolved(where))
        description = value.get("description") or target.get("description") or ""
        yield Member(
            name,
            kind_of(document, where),
            name in must,
            limits_of(document, where),
            prose(description),
            depth,
        )
        yield from members(document, where, depth + 1, passed | {here})


def kind_of(document: Document, place: Pointer) -> str:
    """The type of a schema in words, with its name when it has one."""
    written = mapping(document.value(place))
    side = parts(document, place)
    if not side:
        return ""
    inner = single(side, "items")
    kind = kinds(types(side))
    reference = written.get("$ref")
    name = reference.rpartition("/")[2] if isinstance(reference, str) else ""
    if inner is not None and kind in ("array", "anything"):
        below = kind_of(document, inner)
        return f"array of {below}" if below else "array"
    if not any("type" in part.value for part in side):
        implied = any("properties" in part.value for part in side)
        kind = "object" if implied else kind
    return f"{name} ({kind})" if name and kind != "anything" else name or kind


def limits_of(document: Document, place: Pointer) -> str:
    """What a schema allows, in words."""
    told = []
    for part in parts(document, place):
        value = part.value
        if isinstance(value.get("enum"), list):
            told.append(f"one of {shown(value['enum'])}")
        if "const" in value:
            told.append(f"always {shown([value['const']])}")
        for word in ("format", "pattern"):
            if word in value:
                told.append(f"{word} {value[word]}")
        for lower, upper in LOWER.items():
            told += [f"{word} {value[word]}" for word in (lower, upper) if word in value]
    return "; ".join(dict.fromkeys(told))


# --- words ---------------------------------------------------------------------------------------


def prose(text: Any) -> str:
    """A description as HTML: paragraphs, lists, code, strong words and links, all else escaped."""
    if not isinstance(text, str) or not text.strip():
        return ""
    blocks = re.split(r"\n\s*\n", text.strip())
    return "".join(block(each) for each in blocks)


def block(text: str) -> str:
    """One paragraph or list."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if lines and all(re.match(r"^[*-] ", line) for line in lines):
        return "<ul>" + "".join(f"<li>{inline(line[2:])}</li>" for line in lines) + "</ul>"
    heading = re.match(r"^#{1,6} +(.*)$", lines[0]) if lines else None
    if heading:
        rest = " ".join(lines[1:])
        more = f"<p>{inline(rest)}</p>" if rest else ""
        return f"<p><strong>{inline(heading.group(1))}</strong></p>{more}"
    return f"<p>{inline(' '.join(lines))}</p>"


def inline(text: str) -> str:
    """A line as HTML."""
    found = escape(text)
    found = re.sub(r"`([^`]+)`", r"<code>\1</code>", found)
    found = re.sub(r"\*\*([^*]+)\*\*", r"<strong>\1</strong>", found)
    return re.sub(
        r"\[([^\]]+)\]\((https?://[^\s)&quot;]+)\)", r'<a href="\2" rel="noreferrer">\1</a>', found
    )


def anchor(kind: str, name: str) -> str:
    """The id of a section."""
    return f"{kind}-" + re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
