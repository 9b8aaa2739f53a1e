"""What changed between two schemas: which values are no longer taken, and which are taken now.

Both schemas are walked side by side, once for each pair of places, whatever operations reach it. Every
change says whether it narrows or widens the set of values; whom that harms depends on the direction
in which the value travels, which is settled in `changes.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final, Literal

import jsonschema_rs

from spec_review.document import MISSING, Document, Pointer, UnresolvedError
from spec_review.simulation.model import mapping

Effect = Literal["narrows", "widens", "both", "unclear", "none"]
Direction = Literal["request", "response"]

TYPES: Final = ("null", "boolean", "integer", "number", "string", "array", "object")
SPOKEN: Final = frozenset(
    ("description", "title", "summary", "example", "examples", "$comment", "externalDocs", "xml")
)
"""Members that speak to people and decide nothing."""

LOWER: Final = {
    "minimum": "maximum",
    "exclusiveMinimum": "exclusiveMaximum",
    "minLength": "maxLength",
    "minItems": "maxItems",
    "minProperties": "maxProperties",
}
"""Each lower limit with the upper one that belongs to it."""

COMPARED: Final = frozenset(
    (
        "type", "nullable", "enum", "const", "properties", "required", "items", "allOf", "oneOf",
        "anyOf", "additionalProperties", "pattern", "format", "uniqueItems", "multipleOf", "default",
        "deprecated", "readOnly", "writeOnly", "$ref", "x-rules", "x-silence", "discriminator",
        *LOWER, *LOWER.values(),
    )
)  # fmt: skip
"""The keywords that the walk looks at one by one."""

LARGEST_PROOF: Final = 2000
"""How many values a schema may have to be compared by meaning."""


@dataclass(frozen=True)
class Raw:
    """One change of one place, before it is known in which direction the value travels."""

    kind: str
    effect: Effect
    sentence: str
    old: Pointer
    new: Pointer
    only: Direction | None = None
    tolerable: bool = False
    """Widened in a way that a careful reader copes with: a further value, a further form."""
    old_only: bool = False
    """The thing stands in the old document alone; `new` is where it would stand."""
    member: str = ""
    """The member that is asked for, where the change is about one."""
    also: tuple[Pointer, ...] = ()
    """Further places that say the same, such as the `required` of a new member."""


@dataclass
class Node:
    """A pair of schemas: its own changes, and the pairs below it."""

    changes: list[Raw] = field(default_factory=list)
    below: list[tuple[tuple[Pointer, Pointer], Direction | None]] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    """One place that speaks about a value: a schema, or a member of its allOf."""

    pointer: Pointer
    value: Mapping[str, Any]


class Comparison:
    """Two documents whose schemas are compared, each pair of places once."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self.nodes: dict[tuple[Pointer, Pointer], Node] = {}

    def compare(self, old: Pointer, new: Pointer) -> tuple[Pointer, Pointer]:
        """Compares two schemas and all below them; returns the name of the pair."""
        first = self.pair(old, new)
        waiting = [first]
        while waiting:
            pair = waiting.pop()
            if pair in self.nodes:
                continue
            node = Node()
            self.nodes[pair] = node
            self.fill(node, *pair)
            waiting += [below for below, _ in node.below]
        return first

    def pair(self, old: Pointer, new: Pointer) -> tuple[Pointer, Pointer]:
        """Both places after following the references."""
        return followed(self.old, old), followed(self.new, new)

    def reached(
        self, pair: tuple[Pointer, Pointer], direction: Direction
    ) -> Iterator[tuple[Pointer, Pointer]]:
        """Every pair that a value of the first one in this direction goes through."""
        seen = {pair}
        waiting = [pair]
        while waiting:
            here = waiting.pop()
            yield here
            for below, only in self.nodes[here].below:
                if below not in seen and only in (None, direction):
                    seen.add(below)
                    waiting.append(below)

    def fill(self, node: Node, old: Pointer, new: Pointer) -> None:
        """The changes of one pair of places."""
        before, after = self.old.value(old), self.new.value(new)
        if before is MISSING or after is MISSING:
            return
        if not isinstance(before, dict) or not isinstance(after, dict):
            if before != after:
                node.changes.append(swapped_boolean(before, after, old, new))
            return
        sides = Sides(parts(self.old, old), parts(self.new, new), old, new)
        node.changes += type_changes(sides)
        node.changes += value_changes(sides)
        node.changes += limit_changes(sides)
        node.changes += text_changes(sides)
        node.changes += rule_changes(sides)
        node.changes += other_keywords(self, sides)
        if not types(sides.before) & types(sides.after):
            self.within(node, sides)
            return
        self.members(node, sides)
        self.elements(node, sides)
        for word in ("oneOf", "anyOf"):
            self.branches(node, sides, word)
        self.additional(node, sides)

    def members(self, node: Node, sides: Sides) -> None:
        """The properties of an object, and which of them must be there."""
        before, after = properties(sides.before), properties(sides.after)
        must_before, must_after = required(sides.before), required(sides.after)
        closed_before, closed_after = sides.is_closed(0), sides.is_closed(1)
        for name in [*before, *(each for each in after if each not in before)]:
            here_old, here_new = before.get(name), after.get(name)
            if here_old and here_new:
                pair = self.pair(here_old, here_new)
                only = travels(self.new, here_new) or None
                node.below.append((pair, only))
                node.changes += marks(self, name, here_old, here_new, sides)
            elif here_new:
                node.changes.append(
                    member_added(self, name, here_new, sides, must_after.get(name), closed_before)
                )
            elif here_old:
                node.changes.append(
                    member_removed(self, name, here_old, sides, name in must_before, closed_after)
                )
        for name in must_after:
            if name not in must_before and (name in before or name not in after):
                where = after.get(name)
                if where and travels(self.new, where) == "request":
                    continue
                node.changes.append(
                    Raw(
                        "member-required",
                        "narrows",
                        f"{spoken(where or before.get(name) or (*sides.new, 'properties', name))} is now required",
                        before.get(name, sides.old),
                        must_after[name],
                        travels(self.new, where) if where else None,
                        member=name,
                    )
                )
        for name in must_before:
            if name not in must_after and name in after:
                node.changes.append(
                    Raw(
                        "member-optional",
                        "widens",
                        f"{spoken(after[name])} is no longer required",
                        must_before[name],
                        after[name],
                        travels(self.new, after[name]),
                        member=name,
                    )
                )

    def within(self, node: Node, sides: Sides) -> None:
        """A list that became a member of an object: its items are compared all the same."""
        before = single(sides.before, "items")
        for place in properties(sides.after).values():
            after = single(parts(self.new, followed(self.new, place)), "items")
            if before and after:
                node.below.append((self.pair(before, after), None))

    def elements(self, node: Node, sides: Sides) -> None:
        """The items of an array."""
        before, after = single(sides.before, "items"), single(sides.after, "items")
        if before and after:
            node.below.append((self.pair(before, after), None))
        elif after and has_type(sides.before, "array"):
            node.changes.append(
                Raw("items", "narrows", f"the items of {sides.name()} must fit a schema now",
                    sides.old, after)
            )  # fmt: skip
        elif before and has_type(sides.after, "array"):
            node.changes.append(
                Raw("items", "widens", f"the items of {sides.name()} may be anything now",
                    before, sides.new)
            )  # fmt: skip

    def additional(self, node: Node, sides: Sides) -> None:
        """Whether members that the contract does not name are taken."""
        before = single(sides.before, "additionalProperties")
        after = single(sides.after, "additionalProperties")
        old_value = self.old.value(before) if before else True
        new_value = self.new.value(after) if after else True
        if isinstance(old_value, dict) and isinstance(new_value, dict) and before and after:
            node.below.append((self.pair(before, after), None))
            return
        if old_value == new_value or (loose(old_value) and loose(new_value)):
            return
        if new_value is False or loose(old_value):
            effect: Effect = "narrows"
            sentence = f"{sides.name()} takes no members any more that it does not name"
            if new_value is not False:
                sentence = f"the further members of {sides.name()} must fit a schema now"
        else:
            effect = "widens"
            sentence = f"{sides.name()} takes further members now"
        node.changes.append(
            Raw("additional-members", effect, sentence, before or sides.old, after or sides.new,
                tolerable=effect == "widens")
        )  # fmt: skip

    def branches(self, node: Node, sides: Sides, word: str) -> None:
        """The alternatives of a oneOf or anyOf, matched by what they are called or mean."""
        before, after = listed(sides.before, word), listed(sides.after, word)
        if not before and not after:
            return
        if not before or not after:
            self.form(node, sides, word, before, after)
            return
        matches, gone, come = matched(self, before, after)
        for first, second in matches:
            node.below.append((self.pair(first, second), None))
        for pointer in gone:
            if any(covers(self.new, other, self.old, pointer) for other in after):
                continue
            node.changes.append(
                Raw("form-removed", "narrows",
                    f"{sides.name()} has no longer the form {branch_name(self.old, pointer)}",
                    pointer, sides.new, old_only=True)
            )  # fmt: skip
        for pointer in come:
            if any(covers(self.old, other, self.new, pointer) for other in before):
                continue
            node.changes.append(
                Raw("form-added", "widens",
                    f"{sides.name()} may have the form {branch_name(self.new, pointer)} now",
                    sides.old, pointer, tolerable=True)
            )  # fmt: skip

    def form(
        self, node: Node, sides: Sides, word: str, before: list[Pointer], after: list[Pointer]
    ) -> None:
        """One side has alternatives and the other has none."""
        wider = covers(self.new, sides.new, self.old, sides.old)
        narrower = covers(self.old, sides.old, self.new, sides.new)
        if wider and narrower:
            return
        effect: Effect = "widens" if wider else "narrows" if narrower else "unclear"
        verb = "has alternatives now" if after else "has no alternatives any more"
        node.changes.append(
            Raw("alternatives", effect, f"{sides.name()} {verb} ({word})",
                before[0][:-1] if before else sides.old, after[0][:-1] if after else sides.new)
        )  # fmt: skip


@dataclass(frozen=True)
class Sides:
    """The parts of both schemas at one pair of places."""

    before: list[Part]
    after: list[Part]
    old: Pointer
    new: Pointer

    def places(self, *words: str) -> tuple[Pointer, Pointer]:
        """Where a keyword stands on both sides; where one has it not, the same part or the whole."""
        found = [
            next(
                ((*part.pointer, word) for word in words for part in side if word in part.value),
                None,
            )
            for side in (self.before, self.after)
        ]
        old, new = found
        if old is None:
            old = self.part_of(self.before, new, self.old)
        if new is None:
            new = self.part_of(self.after, old, self.new)
        return old, new

    def part_of(self, side: Sequence[Part], other: Pointer | None, otherwise: Pointer) -> Pointer:
        """The part of this side that stands where a place of the other side does."""
        for part in side:
            if other is not None and part.pointer == other[:-1]:
                return (*part.pointer, other[-1])
        return otherwise

    def is_closed(self, side: int) -> bool:
        """Whether an object of this side refuses members that are not named."""
        return any(
            part.value.get("additionalProperties") is False
            or part.value.get("unevaluatedProperties") is False
            for part in (self.before, self.after)[side]
        )

    def name(self, new: Pointer = (), old: Pointer = ()) -> str:
        """The place in words: of the part that speaks, so that it is the same for all who include it."""
        for place, side in ((new, self.after), (old, self.before)):
            for part in side:
                if place[: len(part.pointer)] == part.pointer and len(place) > len(part.pointer):
                    return spoken(part.pointer)
        return spoken(self.new)


# --- reading ---------------------------------------------------------------------------------------


def followed(document: Document, pointer: Pointer) -> Pointer:
    """The place after its references; the place itself when they lead nowhere."""
    try:
        return document.follow(pointer)
    except UnresolvedError:
        return pointer


def parts(document: Document, pointer: Pointer, depth: int = 10) -> list[Part]:
    """The schema and every member of its allOf, references followed."""
    value = document.value(pointer)
    if not isinstance(value, dict) or depth == 0:
        return []
    found = [Part(pointer, value)]
    if isinstance(value.get("$ref"), str):
        target = followed(document, pointer)
        if target != pointer:
            found += parts(document, target, depth - 1)
    members = value.get("allOf")
    for index in range(len(members)) if isinstance(members, list) else ():
        found += parts(document, (*pointer, "allOf", index), depth - 1)
    return found


def properties(side: Sequence[Part]) -> dict[str, Pointer]:
    """The named members with their places; the first that names a member counts."""
    found: dict[str, Pointer] = {}
    for part in side:
        for name in mapping(part.value.get("properties")):
            found.setdefault(str(name), (*part.pointer, "properties", name))
    return found


def required(side: Sequence[Part]) -> dict[str, Pointer]:
    """The required members with the places that say so."""
    found: dict[str, Pointer] = {}
    for part in side:
        names = part.value.get("required")
        for index, name in enumerate(names if isinstance(names, list) else ()):
            found.setdefault(str(name), (*part.pointer, "required", index))
    return found


def single(side: Sequence[Part], word: str) -> Pointer | None:
    """Where the first part that has this keyword has it."""
    return next(
        ((*part.pointer, word) for part in side if isinstance(part.value.get(word), dict | bool)),
        None,
    )


def listed(side: Sequence[Part], word: str) -> list[Pointer]:
    """The places of the members of a list of schemas."""
    return [
        (*part.pointer, word, index)
        for part in side
        if isinstance(part.value.get(word), list)
        for index in range(len(part.value[word]))
    ]


def types(side: Sequence[Part]) -> frozenset[str]:
    """The JSON types that are taken; all of them when nothing is said."""
    taken = frozenset(TYPES)
    for part in side:
        kinds = part.value.get("type")
        named = kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []
        if named:
            more = {"integer"} if "number" in named else set()
            null = {"null"} if part.value.get("nullable") is True else set()
            taken &= frozenset(map(str, named)) | more | null
    return taken


def has_type(side: Sequence[Part], kind: str) -> bool:
    """Whether values of this type are taken."""
    return kind in types(side)


def travels(document: Document, pointer: Pointer) -> Direction | None:
    """The only direction in which a readOnly or writeOnly member travels."""
    value = document.resolved(pointer)
    own = document.value(pointer)
    for each in (own, value):
        if mapping(each).get("readOnly") is True:
            return "response"
        if mapping(each).get("writeOnly") is True:
            return "request"
    return None


def loose(value: Any) -> bool:
    """Whether a schema takes everything."""
    return value is True or value == {}


# --- the changes of one place ----------------------------------------------------------------------


def swapped_boolean(before: Any, after: Any, old: Pointer, new: Pointer) -> Raw:
    """A schema that is true or false now, or was."""
    effect: Effect = "widens" if loose(after) or before is False else "narrows"
    verb = "takes everything now" if loose(after) else "takes other values now"
    if after is False:
        verb = "takes nothing any more"
    return Raw("schema", effect, f"{spoken(new)} {verb}", old, new)


def type_changes(sides: Sides) -> Iterator[Raw]:
    """Types that are no longer taken, or are taken now."""
    before, after = types(sides.before), types(sides.after)
    if before == after:
        return
    lost, won = before - after, after - before
    effect: Effect = "both" if lost and won else "narrows" if lost else "widens"
    old, new = sides.places("type")
    if won == {"null"} and not lost:
        sentence = f"{sides.name(new, old)} may be null now"
    elif lost == {"null"} and not won:
        sentence = f"{sides.name(new, old)} may not be null any more"
    else:
        sentence = f"{sides.name(new, old)} is {kinds(after)} now, it was {kinds(before)}"
    yield Raw("type", effect, sentence, old, new)


def kinds(types_: frozenset[str]) -> str:
    """Types in words."""
    named = [kind for kind in TYPES if kind in types_]
    if "number" in named and "integer" in named:
        named.remove("integer")
    if len(named) >= len(TYPES) - 1:
        return "anything"
    return " or ".join(named) if named else "nothing"


def value_changes(sides: Sides) -> Iterator[Raw]:
    """Values of an enum or const that are gone or new."""
    before, after = allowed(sides.before), allowed(sides.after)
    old, new = sides.places("enum", "const")
    if before is None:
        if after is None:
            return
        yield Raw(
            "values", "narrows", f"{sides.name(new, old)} takes only {shown(after)} now", old, new
        )
        return
    if after is None:
        sentence = f"{sides.name(new, old)} takes other values than {shown(before)} now"
        yield Raw("values", "widens", sentence, old, new, tolerable=True)
        return
    gone = [value for value in before if not among(value, after)]
    come = [value for value in after if not among(value, before)]
    if gone:
        sentence = f"{sides.name(new, old)} takes {shown(gone)} no longer"
        yield Raw("value-removed", "narrows", sentence, old, new)
    if come:
        sentence = f"{sides.name(new, old)} may be {shown(come)} now"
        where = element_of(sides.after, come[0], new)
        yield Raw("value-added", "widens", sentence, old, where, tolerable=True)


def allowed(side: Sequence[Part]) -> list[Any] | None:
    """The values that are listed, None when any is taken."""
    values: list[Any] | None = None
    for part in side:
        listed_here = part.value.get("enum")
        if "const" in part.value:
            listed_here = [part.value["const"]]
        if isinstance(listed_here, list):
            values = listed_here if values is None else [v for v in values if among(v, listed_here)]
    return values


def element_of(side: Sequence[Part], value: Any, otherwise: Pointer) -> Pointer:
    """Where a value stands in an enum."""
    for part in side:
        values = part.value.get("enum")
        for index, each in enumerate(values if isinstance(values, list) else ()):
            if among(value, [each]):
                return (*part.pointer, "enum", index)
    return otherwise


def among(value: Any, values: Sequence[Any]) -> bool:
    """Whether a value is in a list, with true and 1 kept apart."""
    return any(
        value == each and isinstance(value, bool) == isinstance(each, bool) for each in values
    )


def limit_changes(sides: Sides) -> Iterator[Raw]:
    """Limits of numbers, lengths and counts."""
    for lower, upper in LOWER.items():
        for word, stricter in ((lower, max), (upper, min)):
            before, after = limit(sides.before, word, stricter), limit(sides.after, word, stricter)
            if before == after or (word in ("minLength", "minItems") and not before and not after):
                continue
            old, new = sides.places(word)
            if before is None or (after is not None and stricter(before, after) == after):
                effect: Effect = "narrows"
            else:
                effect = "widens"
            if before is None:
                sentence = f"{sides.name(new, old)} has a {word} of {after} now"
            elif after is None:
                sentence = f"{sides.name(new, old)} has no {word} any more, it was {before}"
            else:
                sentence = f"{sides.name(new, old)} has a {word} of {after} now, it was {before}"
            yield Raw("limit", effect, sentence, old, new)


def limit(side: Sequence[Part], word: str, stricter: Callable[..., Any]) -> float | None:
    """The strictest limit that the parts set."""
    found = [
        part.value[word]
        for part in side
        if isinstance(part.value.get(word), int | float)
        and not isinstance(part.value.get(word), bool)
    ]
    return stricter(found) if found else None


def text_changes(sides: Sides) -> Iterator[Raw]:
    """Patterns, formats and the other keywords with one value."""
    for word in ("pattern", "format", "multipleOf", "uniqueItems"):
        before, after = scalars(sides.before, word), scalars(sides.after, word)
        if before == after or (word == "uniqueItems" and not any(before) and not any(after)):
            continue
        old, new = sides.places(word)
        if not before:
            effect: Effect = "narrows"
            sentence = f"{sides.name(new, old)} has the {word} {shown(after)} now"
        elif not after:
            effect = "widens"
            sentence = f"{sides.name(new, old)} has the {word} {shown(before)} no longer"
        else:
            effect = by_meaning(word, before, after)
            sentence = (
                f"{sides.name(new, old)} has the {word} {shown(after)} now, it was {shown(before)}"
            )
        if word == "format" and not is_checked(before + after):
            effect = "unclear"
        yield Raw(word, effect, sentence, old, new)


def is_checked(formats: Sequence[Any]) -> bool:
    """Whether validators agree on what these formats forbid."""
    known = {"date", "date-time", "time", "uuid", "uri", "email", "ipv4", "ipv6", "uri-reference"}
    return all(each in known for each in formats)


def scalars(side: Sequence[Part], word: str) -> list[Any]:
    """Every value that the parts give a keyword, each once."""
    found: list[Any] = []
    for part in side:
        if word in part.value and not among(part.value[word], found):
            found.append(part.value[word])
    return found


def by_meaning(word: str, before: Sequence[Any], after: Sequence[Any]) -> Effect:
    """Whether the new values of a keyword take more or fewer values, as far as can be proved."""
    first = {"allOf": [{word: value} for value in before]}
    second = {"allOf": [{word: value} for value in after]}
    wider, narrower = covers_plainly(second, first), covers_plainly(first, second)
    if wider and narrower:
        return "none"
    return "widens" if wider else "narrows" if narrower else "unclear"


def rule_changes(sides: Sides) -> Iterator[Raw]:
    """The `x-rules`: what JSON Schema cannot say."""
    before, after = rules(sides.before), rules(sides.after)
    for name, (old, rule) in before.items():
        if name not in after:
            same = next((n for n, (_, r) in after.items() if meant(r) == meant(rule)), None)
            new = after[same][0] if same else place_near(sides, old)
            if same and same not in before:
                yield Raw("rule-renamed", "none", f"the rule {name} is called {same} now", old, new)
            else:
                sentence = f"the rule {name} of {spoken(old[:-2])} is gone"
                yield Raw("rule-removed", "widens", sentence, old, new, old_only=True)
            continue
        new, now = after[name]
        if meant(rule) != meant(now):
            sentence = f"the rule {name} of {spoken(new[:-2])} is another now"
            yield Raw("rule-changed", "unclear", sentence, (*old, "rule"), (*new, "rule"))
        if rule.get("message") != now.get("message"):
            sentence = f"the message of the rule {name} is another now"
            yield Raw("rule-message", "none", sentence, (*old, "message"), (*new, "message"))
        for word in ("source", "silence"):
            if rule.get(word) != now.get(word):
                sentence = f"the rule {name} names another {word} now"
                yield Raw("rule-ground", "none", sentence, (*old, word), (*new, word))
    for name, (new, rule) in after.items():
        if name not in before and not any(meant(r) == meant(rule) for _, r in before.values()):
            sentence = f"the rule {name} of {spoken(new[:-2])} is new: {rule.get('message', '')}"
            yield Raw("rule-added", "narrows", sentence.rstrip(": "), sides.old, new)


def rules(side: Sequence[Part]) -> dict[str, tuple[Pointer, Mapping[str, Any]]]:
    """The rules by id, with their places."""
    found: dict[str, tuple[Pointer, Mapping[str, Any]]] = {}
    for part in side:
        listed_here = part.value.get("x-rules")
        for index, rule in enumerate(listed_here if isinstance(listed_here, list) else ()):
            if isinstance(rule, dict):
                name = str(rule.get("id", f"number {index + 1}"))
                found.setdefault(name, ((*part.pointer, "x-rules", index), rule))
    return found


def meant(rule: Mapping[str, Any]) -> str:
    """The rule without its line breaks."""
    return " ".join(str(rule.get("rule", "")).split())


def place_near(sides: Sides, old: Pointer) -> Pointer:
    """Where a rule that is gone would stand."""
    same = next((part.pointer for part in sides.after if part.pointer == old[:-2]), sides.new)
    return (*same, "x-rules")


def other_keywords(comparison: Comparison, sides: Sides) -> Iterator[Raw]:
    """Keywords that the walk does not know one by one: compared by meaning."""
    before, after = rest(sides.before), rest(sides.after)
    if before == after:
        return
    words = sorted({*before, *after})
    words = [word for word in words if before.get(word) != after.get(word)]
    old, new = sides.places(words[0])
    sentence = f"{sides.name(new, old)} says {', '.join(words)} otherwise"
    mine = Raw("keywords", "unclear", sentence, old, new)
    first = covers(comparison.new, sides.new, comparison.old, sides.old)
    second = covers(comparison.old, sides.old, comparison.new, sides.new)
    if not (first and second):
        yield mine


def rest(side: Sequence[Part]) -> dict[str, str]:
    """The keywords that are not compared one by one, as text."""
    found: dict[str, str] = {}
    for part in side:
        for word, value in part.value.items():
            if word not in COMPARED and word not in SPOKEN and not word.startswith("x-"):
                found[word] = found.get(word, "") + json.dumps(value, sort_keys=True)
    return found


def member_added(
    comparison: Comparison,
    name: str,
    new: Pointer,
    sides: Sides,
    must: Pointer | None,
    closed: bool,
) -> Raw:
    """A member that only the new schema names."""
    only = travels(comparison.new, new)
    reached = tuple(part.pointer for part in parts(comparison.new, new)) or (new,)
    if must is not None:
        sentence = f"{spoken(new)} is new and required"
        return Raw(
            "member-added-required", "narrows", sentence, sides.old, new, only,
            member=name, also=(must, *reached),
        )  # fmt: skip
    sentence = f"{spoken(new)} is new and optional"
    return Raw(
        "member-added", "widens" if closed else "none", sentence, sides.old, new, only,
        tolerable=True, member=name, also=reached,
    )  # fmt: skip


def member_removed(
    comparison: Comparison, name: str, old: Pointer, sides: Sides, must: bool, closed: bool
) -> Raw:
    """A member that only the old schema names."""
    kind = "member-removed-required" if must else "member-removed"
    was = "required" if must else "optional"
    sentence = f"{spoken(old)} is gone, it was {was}"
    effect: Effect = "narrows" if closed else "none"
    return Raw(
        kind, effect, sentence, old, (*sides.new, "properties", name), travels(comparison.old, old),
        old_only=True, member=name,
        also=tuple(part.pointer for part in parts(comparison.old, old)),
    )  # fmt: skip


def marks(
    comparison: Comparison, name: str, old: Pointer, new: Pointer, sides: Sides
) -> Iterator[Raw]:
    """What is marked at a member: deprecated, or only read, or only written."""
    before = {**mapping(comparison.old.resolved(old)), **mapping(comparison.old.value(old))}
    after = {**mapping(comparison.new.resolved(new)), **mapping(comparison.new.value(new))}
    if bool(before.get("deprecated")) != bool(after.get("deprecated")):
        verb = "is deprecated now" if after.get("deprecated") else "is no longer deprecated"
        sentence = f"{spoken(new)} {verb}"
        yield Raw("deprecated", "none", sentence, old, new)
    for word, direction in (("readOnly", "request"), ("writeOnly", "response")):
        if bool(before.get(word)) != bool(after.get(word)):
            verb = "is now" if after.get(word) else "is no longer"
            only: Direction = "request" if direction == "request" else "response"
            effect: Effect = "unclear" if after.get(word) else "none"
            yield Raw("travels", effect, f"{spoken(new)} {verb} {word}", old, new, only)
    if before.get("default", MISSING) != after.get("default", MISSING):
        told = "none" if "default" not in after else shown([after["default"]])
        was = "none" if "default" not in before else shown([before["default"]])
        effect = "none" if "default" not in before else "unclear"
        sentence = f"the default of {spoken(new)} is {told} now, it was {was}"
        yield Raw("default", effect, sentence, (*old, "default"), (*new, "default"), "request")


# --- alternatives ----------------------------------------------------------------------------------


def matched(
    comparison: Comparison, before: Sequence[Pointer], after: Sequence[Pointer]
) -> tuple[list[tuple[Pointer, Pointer]], list[Pointer], list[Pointer]]:
    """Pairs of alternatives that belong together, and those that have no partner."""
    pairs: list[tuple[Pointer, Pointer]] = []
    gone, come = list(before), list(after)
    for same in (same_name, same_value, same_shape):
        for old in list(gone):
            for new in come:
                if same(comparison, old, new):
                    pairs.append((old, new))
                    gone.remove(old)
                    come.remove(new)
                    break
    if len(gone) == 1 and len(come) == 1 and not has_name(comparison.old, gone[0]):
        return [*pairs, (gone[0], come[0])], [], []
    return pairs, gone, come


def has_name(document: Document, pointer: Pointer) -> bool:
    """Whether an alternative refers to a named schema."""
    return "$ref" in mapping(document.value(pointer))


def same_name(comparison: Comparison, old: Pointer, new: Pointer) -> bool:
    """Whether both alternatives refer to the schema of the same name, or carry one title."""
    first, second = branch_name(comparison.old, old), branch_name(comparison.new, new)
    return bool(first) and first == second and not first.startswith("number ")


def same_value(comparison: Comparison, old: Pointer, new: Pointer) -> bool:
    """Whether both alternatives are written alike."""
    return bool(comparison.old.resolved(old) == comparison.new.resolved(new))


def same_shape(comparison: Comparison, old: Pointer, new: Pointer) -> bool:
    """Whether both alternatives without a name have the same type."""
    if has_name(comparison.old, old) or has_name(comparison.new, new):
        return False
    first = mapping(comparison.old.resolved(old)).get("type")
    return first is not None and first == mapping(comparison.new.resolved(new)).get("type")


def branch_name(document: Document, pointer: Pointer) -> str:
    """What an alternative is called: by its reference, its title, or its number."""
    value = mapping(document.value(pointer))
    if isinstance(value.get("$ref"), str):
        return str(value["$ref"]).rpartition("/")[2]
    title = value.get("title")
    return title if isinstance(title, str) else f"number {int(pointer[-1]) + 1}"


# --- meaning ---------------------------------------------------------------------------------------


class _Unprovable(Exception):
    """The schemas are too large, or refer to themselves: nothing is proved by meaning."""


def covers(wide: Document, wide_at: Pointer, narrow: Document, narrow_at: Pointer) -> bool:
    """Whether it can be proved that one schema takes every value that the other takes."""
    try:
        return covers_plainly(self_contained(wide, wide_at), self_contained(narrow, narrow_at))
    except _Unprovable:
        return False


def covers_plainly(wide: Any, narrow: Any) -> bool:
    """Whether one schema provably takes all that the other takes."""
    return _covers(json.dumps(wide, sort_keys=True), json.dumps(narrow, sort_keys=True))


@lru_cache(maxsize=4096)
def _covers(wide: str, narrow: str) -> bool:
    if wide == narrow:
        return True
    try:
        first = jsonschema_rs.canonicalize(json.loads(wide))
        second = jsonschema_rs.canonicalize(json.loads(narrow))
        return str(first.covers(second)).lower() == "yes"
    except (ValueError, TypeError, RecursionError):
        return False


def self_contained(document: Document, pointer: Pointer) -> Any:
    """A schema with its references written out; raises _Unprovable when that has no end."""
    size = [0]

    def plain(value: Any, within: tuple[str, ...]) -> Any:
        size[0] += 1
        if size[0] > LARGEST_PROOF:
            raise _Unprovable
        if isinstance(value, list):
            return [plain(each, within) for each in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str):
            if reference in within:
                raise _Unprovable
            try:
                target = document.value(document.target((), reference))
            except UnresolvedError:
                raise _Unprovable from None
            return plain(target, (*within, reference))
        return {
            name: plain(each, within)
            for name, each in value.items()
            if name not in SPOKEN and not name.startswith("x-")
        }

    return plain(document.value(followed(document, pointer)), ())


# --- words -----------------------------------------------------------------------------------------


def shown(values: Sequence[Any]) -> str:
    """Values in a sentence."""
    words = [json.dumps(value, ensure_ascii=False) for value in values[:8]]
    if len(values) > 8:
        words.append(f"{len(values) - 8} more")
    return ", ".join(words)


def spoken(pointer: Pointer) -> str:
    """A place in a schema as one says it: `RevenueMembers.time_period` or `result[].status`."""
    parts_ = list(pointer)
    start = ""
    if parts_[:2] == ["components", "schemas"] and len(parts_) > 2:
        start, parts_ = str(parts_[2]), parts_[3:]
    elif "schema" in parts_:
        cut = parts_.index("schema")
        start, parts_ = holder(pointer[:cut]), parts_[cut + 1 :]
    text = start
    while parts_:
        part = parts_.pop(0)
        if part == "properties" and parts_:
            text += f".{parts_.pop(0)}"
        elif part in ("items", "prefixItems"):
            text += "[]"
        elif part == "additionalProperties":
            text += ".*"
        elif part in ("allOf", "oneOf", "anyOf") and parts_:
            index = parts_.pop(0)
            text += "" if part == "allOf" else f" (form {int(index) + 1})"
    return f"`{text.lstrip('.')}`"


def holder(pointer: Pointer) -> str:
    """What holds a schema, in a word or two."""
    if pointer[:2] == ("components", "parameters") and len(pointer) > 2:
        return str(pointer[2])
    if "requestBody" in pointer:
        return "request"
    if "headers" in pointer and len(pointer) > pointer.index("headers") + 1:
        return f"header {pointer[pointer.index('headers') + 1]}"
    if "responses" in pointer and len(pointer) > pointer.index("responses") + 1:
        return f"response {pointer[pointer.index('responses') + 1]}"
    return "parameter" if "parameters" in pointer else str(pointer[-1]) if pointer else "schema"
