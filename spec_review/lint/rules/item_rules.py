"""Whether the x-rules of the schemas mean something, and the same in both engines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from spec_review.document import Document, Pointer
from spec_review.lint.rule import Fault, Rule, did_you_mean, listed
from spec_review.lint.samples import parcels
from spec_review.reading.engines import ENGINES, PARTNERS, Answer, compiled
from spec_review.reading.examples import examples_of, instances
from spec_review.reading.schemas import schemas_of
from spec_review.reading.vocabulary import ItemRule, read
from spec_review.simulation.variants import made, variants, words_of

SEEDS: Final = 4
"""How many examples are varied for each rule."""

VARIANTS: Final = 300
"""How many variants of each example are tried."""

_LONGEST: Final = 120


@dataclass(frozen=True)
class Trial:
    """What both engines say of an instance that fits the schema of a rule."""

    instance: Any
    partner: Mapping[str, Any]
    answers: tuple[Answer, Answer]
    written: bool


@lru_cache(maxsize=4)
def _trials(document: Document) -> dict[Pointer, tuple[Trial, ...]]:
    """Return, for each rule that compiles, its trials on examples and on variants of them."""
    found: dict[Pointer, tuple[Trial, ...]] = {}
    by_schema: dict[Pointer, tuple[list[Any], list[Any]]] = {}
    for rule in read(document).rules:
        program = compiled(rule.expression)
        if program.refusals or any(unknown_members(document, rule)):
            continue  # other rules tell that nothing can be tried
        if rule.schema not in by_schema:
            by_schema[rule.schema] = _values(document, rule.schema)
        written, varied = by_schema[rule.schema]
        found[rule.pointer] = tuple(
            Trial(value, partner, program.answers(value, partner), from_example)
            for values, from_example in ((written, True), (varied, False))
            for value in values
            for partner in (PARTNERS if _asks_partner(rule) else PARTNERS[:1])
        )
    return found


def _asks_partner(rule: ItemRule) -> bool:
    return re.search(r"\bpartner\b", rule.expression) is not None


def _values(document: Document, schema: Pointer) -> tuple[list[Any], list[Any]]:
    """Return the values that examples have for a schema, and variants of them that fit it."""
    schemas = schemas_of(document)
    fitting = (
        instance.value
        for example in examples_of(document)
        for instance in instances(document, example.schema, example.value)
        if instance.schema == schema and schemas.fits(schema, instance.value)
    )
    written = list({repr(value): value for value in fitting}.values())
    words = words_of(rule.expression for rule in read(document).rules if rule.schema == schema)
    varied: dict[str, Any] = {}
    for seed in written[:SEEDS] or [made(document, schema)]:
        if not written and schemas.fits(schema, seed):
            varied[repr(seed)] = seed
        near = (one for one in variants(document, schema, seed, words) if schemas.fits(schema, one))
        varied |= {repr(value): value for value in islice(near, VARIANTS)}
    return written, list(varied.values())


def _rule_compiles(document: Document) -> Iterator[Fault]:
    for rule in read(document).rules:
        refusals = compiled(rule.expression).refusals
        if not rule.expression or not refusals:
            continue
        engines = listed(one.engine for one in refusals)
        yield Fault(
            (*rule.pointer, "rule"),
            f"{rule.id} is refused by {engines}: {refusals[0].sentence[:_LONGEST]}",
            _column(rule, refusals[0].offset),
        )


def _column(rule: ItemRule, offset: int | None) -> str:
    if offset is None or offset >= len(rule.expression):
        return "see where the expression ends" if offset is not None else ""
    return f"look at {rule.expression[offset : offset + 20]!r}"


_TOKEN: Final = re.compile(
    r"""(?P<text>[rbRB]{0,2}(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'))
      |(?P<number>\d[\w.]*)
      |(?P<name>[A-Za-z_]\w*)
      |(?P<sign>\S)""",
    re.VERBOSE,
)
_MACROS: Final = ("all", "exists", "exists_one", "map", "filter")


def _rule_members(document: Document) -> Iterator[Fault]:
    for rule in read(document).rules:
        if compiled(rule.expression).refusals:
            continue
        told: set[str] = set()
        for owner, name, known in unknown_members(document, rule):
            if name not in told:
                told.add(name)
                yield Fault(
                    (*rule.pointer, "rule"),
                    f"{rule.id} names {owner}.{name}, which the schema does not have",
                    did_you_mean(name, known, f"its members are {listed(sorted(known))}"),
                )


def unknown_members(document: Document, rule: ItemRule) -> Iterator[tuple[str, str, set[str]]]:
    """Yield the owner, the name and the known names of each member that no schema has."""
    tokens = [Token(str(one.lastgroup), one.group()) for one in _TOKEN.finditer(rule.expression)]
    bound: dict[str, Pointer | None] = {"self": rule.schema}
    for index, token in enumerate(tokens):
        if token.kind != "name" or (index and tokens[index - 1].text == "."):
            continue
        if token.text == "partner":
            for step in islice(_steps(tokens, index + 1), 1):
                if step.name and step.name not in PARTNERS[0]:
                    yield "partner", step.name, set(PARTNERS[0])
        elif token.text in bound:
            yield from _along(document, bound, token.text, _steps(tokens, index + 1))


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign of an expression."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a chain such as `self.items[0].all(x, ...)`.

    `name` is the member, "" for an index that is no text; `call` says that a function is called,
    and `variable` is the name that a macro gives to each item.
    """

    name: str
    call: bool = False
    variable: str = ""


def _steps(tokens: list[Token], index: int) -> Iterator[Step]:
    """Yield the steps of the chain that goes on at a token."""
    end = Token("", "")
    tokens = [*tokens[index : index + 400], end, end, end, end]
    at = 0
    while tokens[at].text in (".", "["):
        if tokens[at].text == "[":
            inside, closing = tokens[at + 1], tokens[at + 2]
            if closing.text != "]":
                return
            yield Step(inside.text.strip("rbRB").strip("\"'") if inside.kind == "text" else "")
            at += 3
            continue
        optional = tokens[at + 1].text == "?"
        at += 2 if optional else 1
        name, following = tokens[at], tokens[at + 1]
        if name.kind != "name":
            return
        if following.text == "(":
            inside = tokens[at + 2]
            yield Step(name.text, True, inside.text if inside.kind == "name" else "")
            return
        yield Step(name.text)
        at += 1


def _along(
    document: Document, bound: dict[str, Pointer | None], start: str, steps: Iterator[Step]
) -> Iterator[tuple[str, str, set[str]]]:
    """Follow a chain through the schemas; a macro binds its variable to the items on the way."""
    schemas = schemas_of(document)
    place, owner = bound[start], start
    for step in steps:
        if place is None:
            return
        if step.call:
            if step.name in _MACROS and step.variable:
                bound[step.variable] = schemas.items(place)
            return
        if not step.name:
            place, owner = schemas.items(place), f"{owner}[]"
            continue
        known = schemas.members(place)
        if step.name not in known:
            if known and not _open(document, place):
                yield owner, step.name, set(known)
            return
        place, owner = known[step.name][0], f"{owner}.{step.name}"


def _open(document: Document, schema: Pointer) -> bool:
    """Tell whether a schema describes members that it does not name."""
    return any(
        isinstance(document.value((*part, word)), dict)
        for part in schemas_of(document).parts(schema)
        for word in ("additionalProperties", "patternProperties", "unevaluatedProperties")
    )


def _rule_engines(document: Document) -> Iterator[Fault]:
    rules = {rule.pointer: rule for rule in read(document).rules}
    for place, trials in _trials(document).items():
        for trial in trials:
            first, second = (answer == "true" for answer in trial.answers)
            if first != second:
                yield Fault(
                    (*place, "rule"),
                    f"{rules[place].id} is {trial.answers[0]} in {ENGINES[0]} and {trial.answers[1]} "
                    f"in {ENGINES[1]} for {_short(trial.instance)}",
                    "word it so that both read it alike",
                )
                break


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _is_constant(trials: tuple[Trial, ...]) -> bool:
    return len({trial.answers[0] == "true" for trial in trials}) == 1


def _rule_constant(document: Document) -> Iterator[Fault]:
    rules = {rule.pointer: rule for rule in read(document).rules}
    for place, trials in _trials(document).items():
        if trials and _is_constant(trials):
            always = "holds" if trials[0].answers[0] == "true" else "is broken"
            yield Fault(
                (*place, "rule"),
                f"{rules[place].id} {always} for every example and generated item, {len(trials)} in all",
                "say what an item must do that some items do not",
            )


def _rule_error(document: Document) -> Iterator[Fault]:
    rules = {rule.pointer: rule for rule in read(document).rules}
    reasons = {
        "missing": ("reads a member that is not there", "ask has(self.member) first"),
        "mistyped": (
            "mixes whole numbers, fractions or text",
            "convert with double(...) or int(...)",
        ),
    }
    for place, trials in _trials(document).items():
        if _is_constant(trials):
            continue
        for trial in trials:
            if trial.answers[0] == trial.answers[1] and trial.answers[0] in reasons:
                does, mend = reasons[trial.answers[0]]
                yield Fault(
                    (*place, "rule"),
                    f"{rules[place].id} {does} in {_short(trial.instance)}, which fits the schema",
                    mend,
                )
                break


def _rule_example(document: Document) -> Iterator[Fault]:
    shown = {example.breaks for example in examples_of(document)}
    trials = _trials(document)
    for rule in read(document).rules:
        if rule.pointer in trials and _is_constant(trials[rule.pointer]):
            continue
        if rule.pointer in trials and rule.id and rule.id not in shown:
            yield Fault(
                (*rule.pointer, "id"),
                f"no example breaks {rule.id}",
                f"add an example with x-breaks: {rule.id} to a body that holds this schema",
            )


def _duplicate_rule(document: Document) -> Iterator[Fault]:
    first: dict[str, ItemRule] = {}
    for rule in read(document).rules:
        if rule.id and rule.id in first:
            yield Fault(
                (*rule.pointer, "id"),
                f"{rule.id} is the id of two rules, first in line "
                f"{document.position((*first[rule.id].pointer, 'id')).line}",
                "give one of them another id",
            )
        first.setdefault(rule.id, rule)


_RULE: Final = "          rule: self.weight <= 20.0 || self.lifters > 1\n"
_MESSAGE: Final = (
    "          message: a parcel above 20 kg needs two lifters\n          source: guide 6\n"
)
_LONELY: Final = (
    "              lonely: {x-breaks: liftable, value: [{number: a2, weight: 30, lifters: 1}]}\n"
)


def _with(rule: str) -> tuple[str, str]:
    return (_RULE, f"          rule: {rule}\n")


rule_compiles: Final = Rule(
    id="rule-compiles",
    severity="error",
    sentence="Every rule compiles in both CEL engines.",
    why="A server whose engine refuses the rule cannot start, or lets every item pass.",
    breaks=parcels(_with("▸self.weight <= 20.0 || || self.lifters > 1"), (_LONELY, "")),
    keeps=parcels(),
    faults=_rule_compiles,
)
rule_members: Final = Rule(
    id="rule-members",
    severity="error",
    sentence="A rule names only members that its schema has.",
    why="A misspelt member is an error for every item, so every item is Failed.",
    breaks=parcels(_with("▸self.weight <= 20.0 || self.lifters > 1 || has(self.lifter)")),
    keeps=parcels(
        _with("self.weight <= 20.0 || self.lifters > 1 || (has(self.note) && self.note == 'flat')")
    ),
    faults=_rule_members,
)
rule_engines: Final = Rule(
    id="rule-engines",
    severity="error",
    sentence="Both CEL engines give the same answer on the examples and on generated items.",
    why="The sandbox evaluates with one and the judge with the other: they would accuse each other.",
    breaks=parcels(
        _with(
            "▸self.weight <= 20.0 || self.lifters > 1 || (has(self.note) && size(self.note) == 5)"
        ),
        (
            "light: {value: [{number: a1, weight: 2, lifters: 1}]}",
            "light: {value: [{number: a1, weight: 30, lifters: 1, note: fünf.}]}",
        ),
    ),
    keeps=parcels(
        _with(
            "self.weight <= 20.0 || self.lifters > 1 || (has(self.note) && self.note == 'fünf.')"
        ),
        (
            "light: {value: [{number: a1, weight: 2, lifters: 1}]}",
            "light: {value: [{number: a1, weight: 30, lifters: 1, note: fünf.}]}",
        ),
    ),
    faults=_rule_engines,
)
rule_constant: Final = Rule(
    id="rule-constant",
    severity="error",
    sentence="A rule holds for some items and is broken by others.",
    why="A rule that every item keeps says nothing; one that every item breaks refuses them all.",
    breaks=parcels(_with("▸self.weight >= 0.0"), (_LONELY, "")),
    keeps=parcels(),
    faults=_rule_constant,
)
rule_error: Final = Rule(
    id="rule-error",
    severity="error",
    sentence="A rule can be calculated for every item that fits its schema.",
    why="An item is Failed with the message of a rule that was never about it.",
    breaks=parcels(
        _with("▸self.weight <= 20.0 && self.note != 'heavy'"),
        (
            "{number: a1, weight: 2, lifters: 1}]}",
            "{number: a1, weight: 2, lifters: 1, note: light}]}",
        ),
        (
            "example: {number: a1, weight: 2, lifters: 1}",
            "example: {number: a1, weight: 2, lifters: 1, note: light}",
        ),
    ),
    keeps=parcels(_with("self.weight <= 20.0 && (!has(self.note) || self.note != 'heavy')")),
    faults=_rule_error,
)
rule_example: Final = Rule(
    id="rule-example",
    severity="error",
    sentence="Every rule has an example that breaks it, marked with x-breaks.",
    why="It shows people what is refused, and proves that the rule refuses it.",
    breaks=parcels((_LONELY, ""), ("        - id: liftable\n", "        - id: ▸liftable\n")),
    keeps=parcels(),
    faults=_rule_example,
)
duplicate_rule: Final = Rule(
    id="duplicate-rule",
    severity="error",
    sentence="No two rules have the same id.",
    why="A message or an x-breaks that names the id would mean either.",
    breaks=parcels(
        (
            _MESSAGE,
            _MESSAGE
            + "        - id: ▸liftable\n          rule: self.weight <= 25.0 || self.lifters > 1\n"
            + _MESSAGE,
        )
    ),
    keeps=parcels(
        (
            _MESSAGE,
            _MESSAGE + "        - id: bearable\n          rule: self.weight <= 99.0\n" + _MESSAGE,
        ),
        (
            _LONELY,
            _LONELY
            + "              heavy: {x-breaks: bearable, value: [{number: a3, weight: 100, lifters: 2}]}\n",
        ),
    ),
    faults=_duplicate_rule,
)
