"""What is told of a place when somebody points at it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Final

from openapi_documents import Pointer, text_of
from spec_review.lint.rule import Rule
from spec_review.lsp.navigation import target_of
from spec_review.output.findings import Finding
from spec_review.reading.contract import Contract
from spec_review.reading.values import mapping, text
from spec_review.reading.vocabulary import Lifecycle, Outcome, Silence

LONGEST: Final = 1200
"""How many letters of what stands behind a reference are told."""

CONDITIONS: Final = {
    "rival-in-request": "another item of the request has the same key and other data",
    "twin-in-request": "an identical item stands before it in the request",
    "invalid": "it breaks its schema or a rule",
    "twin-saved": "an identical item is saved already",
    "rival-saved": "an item with the same key and other data is saved already",
    "otherwise": "nothing above holds",
}
"""What each condition of a row asks, in words."""


def told_at(
    contract: Contract, place: Pointer, findings: Iterable[Finding], rules: Iterable[Rule]
) -> str:
    """What is told of a place, as Markdown; "" when there is nothing to tell."""
    parts = [
        *told_of_rows(contract, place),
        *told_of_silences(contract, place),
        *told_of_target(contract, place),
        *told_of_findings(place, findings, {rule.id: rule for rule in rules}),
    ]
    return "\n\n---\n\n".join(parts)


def told_of_rows(contract: Contract, place: Pointer) -> list[str]:
    """The row of a lifecycle in which a place lies."""
    return [
        row_in_words(contract, lifecycle, outcome)
        for lifecycle in contract.lifecycles
        for outcome in lifecycle.outcomes
        if place[: len(outcome.pointer)] == outcome.pointer
    ]


def row_in_words(contract: Contract, lifecycle: Lifecycle, outcome: Outcome) -> str:
    """One row in words: when it decides, what becomes of the item, and by whose word."""
    asked = CONDITIONS.get(outcome.when, outcome.when)
    saved = " and is saved" if outcome.then in lifecycle.saved else ""
    lines = [
        f"**{lifecycle.name}, row {outcome.index + 1} of {len(lifecycle.outcomes)}**",
        f"When {asked}, the item becomes **{outcome.then}**{saved}.",
    ]
    if outcome.message:
        lines.append(f"Its message: {outcome.message}")
    if outcome.source:
        lines.append(f"Source: {outcome.source}")
    known = {silence.id: silence for silence in contract.silences}
    lines += [silence_in_words(known[name]) for name in outcome.silence_ids if name in known]
    return "\n\n".join(lines)


def told_of_silences(contract: Contract, place: Pointer) -> list[str]:
    """The silence that a place names, or in whose row it lies."""
    return [
        silence_in_words(silence)
        for silence in contract.silences
        if place[: len(silence.pointer)] == silence.pointer
        or any(one.id == silence.id and one.pointer == place for one in contract.mentions)
    ]


def silence_in_words(silence: Silence) -> str:
    """One silence in words."""
    others = (
        f" Others might choose: {', '.join(silence.alternatives)}." if silence.alternatives else ""
    )
    basis = f"\n\n{silence.basis}" if silence.basis else ""
    return f"**Silence {silence.id}** {silence.question}\n\nChosen: {silence.choice}{others}{basis}"


def told_of_target(contract: Contract, place: Pointer) -> list[str]:
    """What stands where a place leads."""
    target = target_of(contract, place)
    if target is None or target in {silence.pointer for silence in contract.silences}:
        return []
    value = contract.document.value(target)
    said = text(mapping(value).get("description") or mapping(value).get("summary"))
    written = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    if len(written) > LONGEST:
        written = f"{written[:LONGEST]}\n..."
    return [f"`{text_of(target)}`\n\n{said}\n\n```json\n{written}\n```"]


def told_of_findings(
    place: Pointer, findings: Iterable[Finding], rules: dict[str, Rule]
) -> list[str]:
    """The rules that found something here, and why they ask."""
    return [
        f"**{finding.rule}**: {rules[finding.rule].sentence} {rules[finding.rule].why}"
        for finding in findings
        if finding.place and finding.place == place and finding.rule in rules
    ]
