"""The `x-rules` of schemas: what JSON Schema cannot say.

They decide about what is sent. An answer may well hold an item that breaks them: one that has failed is echoed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from openapi_documents import Pointer
from spec_review.diff.schemas.differences import SchemaDifference
from spec_review.diff.schemas.sides import Sides
from spec_review.diff.schemas.wording import name_of
from spec_review.reading.parts import Part
from spec_review.reading.values import elements


@dataclass(frozen=True)
class LocatedRule:
    """A rule as it is written, and its place."""

    pointer: Pointer
    value: Mapping[str, object]

    @property
    def schema(self) -> Pointer:
        """The place of the schema that carries it."""
        return self.pointer[:-2]

    @property
    def meaning(self) -> str:
        """The expression without its line breaks."""
        return " ".join(str(self.value.get("rule", "")).split())


def rule_differences(sides: Sides) -> Iterator[SchemaDifference]:
    """Rules that are gone, new, or say something else."""
    before, after = rules_by_id(sides.before), rules_by_id(sides.after)
    for name, rule in before.items():
        if name in after:
            yield from differences_of_rule(name, rule, after[name])
        else:
            yield rule_gone(sides, name, rule)
    known = {rule.meaning for rule in before.values()}
    for name, rule in after.items():
        if name not in before and rule.meaning not in known:
            sentence = f"the rule {name} of {name_of(rule.schema)} is new"
            message = rule.value.get("message", "")
            yield SchemaDifference(
                "rule-added", "narrows", f"{sentence}: {message}" if message else sentence,
                sides.old, rule.pointer, is_beyond_values=True, only="request", item_rules=(name,),
            )  # fmt: skip


def differences_of_rule(
    name: str, old: LocatedRule, new: LocatedRule
) -> Iterator[SchemaDifference]:
    """What one rule says otherwise."""
    about = (name,)
    if old.meaning != new.meaning:
        sentence = f"the rule {name} of {name_of(new.schema)} is another now"
        yield SchemaDifference(
            "rule-changed", "unclear", sentence,
            (*old.pointer, "rule"), (*new.pointer, "rule"), is_beyond_values=True, only="request", item_rules=about,
        )  # fmt: skip
    if old.value.get("message") != new.value.get("message"):
        yield SchemaDifference(
            "rule-message", "none", f"the message of the rule {name} is another now",
            (*old.pointer, "message"), (*new.pointer, "message"), is_beyond_values=True, only="request", item_rules=about,
        )  # fmt: skip
    for word in ("source", "silence"):
        if old.value.get(word) != new.value.get(word):
            yield SchemaDifference(
                "rule-ground", "none", f"the rule {name} names another {word} now",
                (*old.pointer, word), (*new.pointer, word), is_beyond_values=True, only="request", item_rules=about,
            )  # fmt: skip


def rule_gone(sides: Sides, name: str, rule: LocatedRule) -> SchemaDifference:
    """A rule whose id is gone: it has another id now, or nothing says it any more."""
    before, after = rules_by_id(sides.before), rules_by_id(sides.after)
    same = next((other for other in after if after[other].meaning == rule.meaning), None)
    if same is not None and same not in before:
        sentence = f"the rule {name} is called {same} now"
        return SchemaDifference(
            "rule-renamed", "none", sentence, rule.pointer, after[same].pointer,
            is_beyond_values=True, only="request", item_rules=(name, same),
        )  # fmt: skip
    new = after[same].pointer if same is not None else nearest_rules(sides, rule)
    sentence = f"the rule {name} of {name_of(rule.schema)} is gone"
    return SchemaDifference(
        "rule-removed",
        "widens",
        sentence,
        rule.pointer,
        new,
        is_removed=True,
        is_beyond_values=True,
        only="request",
        item_rules=(name,),
    )


def rules_by_id(side: Sequence[Part]) -> dict[str, LocatedRule]:
    """The rules by id; of two with one id, the first."""
    found: dict[str, LocatedRule] = {}
    for part in side:
        for index, rule in enumerate(elements(part.value.get("x-rules"))):
            if isinstance(rule, dict):
                name = str(rule.get("id", f"number {index + 1}"))
                found.setdefault(name, LocatedRule((*part.pointer, "x-rules", index), rule))
    return found


def nearest_rules(sides: Sides, rule: LocatedRule) -> Pointer:
    """Where a rule that is gone would stand."""
    same = next((part.pointer for part in sides.after if part.pointer == rule.schema), sides.new)
    return (*same, "x-rules")
