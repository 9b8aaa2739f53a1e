"""Items just inside and just outside of each rule and each constraint of the item schemas."""

from __future__ import annotations

import dataclasses
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from contract_tests.generation.items import nodes
from contract_tests.generation.variations import Probe, probes
from contract_tests.judging.session import Judge
from contract_tests.judging.submitted import spelled
from contract_tests.judging.verdict import Broken, Finding
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.lifecycle import Condition
from contract_tests.scenarios.questions import Question, Steps, judge_questions
from contract_tests.scenarios.shrinking import note

SUITE = "rules"
PACK = 120


def test_items_are_valid_exactly_inside_rules_and_constraints(
    judge: Judge, usable: Submission
) -> None:
    """Each probe has a key of its own and its state must follow from its validity."""
    found = probes(judge.workshop(usable))
    refused = _plain_refused(judge, usable, found)
    if refused is not None:
        # Whatever varies an item that is refused as it stands would be refused too.
        note(judge, refused)
        return
    chosen = _thinned(found, judge.settings.pick(3, 1000, 1000), judge.settings.seed)
    questions = [_question(judge, usable, probe) for probe in chosen]
    before, earlier = list(judge.findings), set(judge.known)
    judge_questions(judge, usable, questions, SUITE, size=PACK)
    new = [one for one in judge.findings if one not in before]
    tried = {probe.rule for probe in chosen if not probe.valid}
    sites = _sites(judge, usable)
    left = [
        _known_elsewhere(one, earlier) for one in _causes(judge.contract, usable, new, tried, sites)
    ]
    judge.findings[:] = [*before, *left]
    judge.known = earlier | {one.rule for one in left}


# --- the plain item ------------------------------------------------------------------------------


def _plain_refused(judge: Judge, submission: Submission, found: list[Probe]) -> Broken | None:
    """Return how the item that all probes vary is refused, by the rule that a variation shows."""
    if judge.settings.dry_run:
        return None
    problem = _sent_alone(judge, submission, "schema.item")
    if problem is None or problem.finding.rule != "schema.item":
        return None  # other promises are found, and told in small, on the way
    told = [probe for probe in found if probe.keyed and not probe.length]
    saved = Counter(probe.rule for probe in _saved(judge, submission, told))
    votes = sorted(saved, key=lambda rule: (not rule.startswith("rule."), -saved[rule]))
    rule = next((one for one in votes if one != "schema.item"), "schema.item")
    if not rule.startswith("rule."):
        # What another submission showed of a rule that is asked here too.
        shop = judge.workshop(submission)
        asked = (f"rule.{one}" for one in sorted(shop.validity.rules_asked(shop.full)))
        rule = next((one for one in asked if one in judge.known), rule)
    named = _sent_alone(judge, submission, rule)
    return problem if named is None else named


def _sent_alone(judge: Judge, submission: Submission, rule: str) -> Broken | None:
    episode = judge.episode(SUITE)
    workshop = judge.workshop(submission)
    item = workshop.keyed(workshop.full, f"{episode.namespace}k")
    try:
        made = judge.submit(episode, submission, [spelled(item, rule, "a valid item")])
        judge.settle(made)
    except Broken as problem:
        return problem
    return None


def _saved(judge: Judge, submission: Submission, found: Sequence[Probe]) -> Iterable[Probe]:
    """Yield the probes that the server saves, whatever is right."""
    workshop = judge.workshop(submission)
    size = min(PACK, submission.max_items or PACK)
    for start in range(0, len(found), size):
        pack = found[start : start + size]
        episode = judge.episode(SUITE)
        entries = [
            spelled(workshop.keyed(probe.item, f"{episode.namespace}v{number}"))
            for number, probe in enumerate(pack)
        ]
        try:
            made = judge.begin(episode, submission, entries)
            judge.mismatches(made)
        except Broken:
            return
        for probe, state in zip(pack, made.states, strict=True):
            if state in submission.lifecycle.saving:
                yield probe


# --- one fault, one finding ----------------------------------------------------------------------


def _causes(
    contract: Contract,
    submission: Submission,
    new: list[Finding],
    tried: set[str],
    sites: dict[str, set[str]],
) -> list[Finding]:
    """Return the findings without those that another of them explains."""
    if any(one.rule == "batch.each" for one in new):
        # An item with a key that is wrong, and so not its own, cannot be asked alone again.
        own = tuple(f"schema.{member}." for member in submission.lifecycle.key)
        new = [one for one in new if not f"{one.rule}.".startswith(own)]
    failed = submission.lifecycle.row(Condition.INVALID)
    refused = f"otherwise>{failed.then}" if failed else ""
    names = [one.rule.removeprefix("rule.") for one in new if one.signature == refused]
    broken = [
        (contract.rules[name].rule, sites.get(name, set()))
        for name in names
        if name in contract.rules
    ]
    left = [
        one
        for one in new
        if one.signature != refused
        or not one.rule.startswith("schema.")
        or not any(_about(one.rule, text, places) for text, places in broken)
    ]
    accepted = {one.rule: one for one in left if one.signature.startswith("invalid>")}
    constraints = {rule for rule in tried if rule.startswith("schema.")}
    members, kept = _members(constraints), _members(accepted)
    most = len(accepted.keys() & constraints) > len(constraints) / 2
    if most and len(kept) > max(1, len(members) / 2):
        # Most of the schema is not checked: that is the row's fault, not that of each constraint.
        first = min(accepted.values(), key=lambda one: len(one.sent))
        sentence = f"{len(accepted)} constraints of {submission.id} are not checked"
        row = dataclasses.replace(
            first, rule="outcome.invalid", sentence=f"{sentence}; {first.sentence}"
        )
        return [*(one for one in left if one.rule not in accepted), row]
    if accepted:
        # What is not checked is not told either.
        left = [one for one in left if one.rule != "errors.each-violation"]
    for name, group in _groups(submission, tried):
        if len(group) > 2 and group <= accepted.keys():
            first = min((accepted[rule] for rule in group), key=lambda one: len(one.sent))
            sentence = f"None of the {len(group)} constraints of {name.removeprefix('schema.')}"
            merged = dataclasses.replace(
                first, rule=name, sentence=f"{sentence} is checked; {first.sentence}"
            )
            same = {rule for rule in accepted if rule.rpartition(".")[0] == name} | group
            left = [one for one in left if one.rule not in same] + [merged]
            accepted = {rule: one for rule, one in accepted.items() if rule not in group}
    return _merged_entries(left)


def _members(rules: Iterable[str]) -> set[str]:
    """Return the members of an item that constraints are about."""
    return {rule.split(".")[1] for rule in rules if rule.startswith("schema.")}


# How the probes tell that they vary an entry after the first.
_LATER = re.compile(r"\(([^\s(,]+)(?:, the second entry | with .* after a good entry\))")


def _merged_entries(found: list[Finding]) -> list[Finding]:
    """Return the findings, those of one array's second entries as one when they are many."""
    groups: dict[str, list[Finding]] = {}
    for one in found:
        later = _LATER.search(one.sent)
        if later is not None and not one.rule.startswith("outcome."):
            groups.setdefault(later[1], []).append(one)
    for name, group in groups.items():
        if len(group) > 2:
            first = min(group, key=lambda one: len(one.sent))
            sentence = f"Each entry of {name} is judged like the first; {first.sentence}"
            merged = dataclasses.replace(first, rule=f"schema.{name}.items", sentence=sentence)
            found = [one for one in found if one not in group] + [merged]
    return found


def _about(rule: str, text: str, places: set[str]) -> bool:
    """Whether an x-rule speaks of the member that a constraint names, or stands below it."""
    member = rule.removeprefix("schema.")
    below = any(f"{place}.".startswith(f"{member}.") for place in places)
    return rule == "schema.item" or member.rsplit(".", 1)[-1] in text or below


def _sites(judge: Judge, submission: Submission) -> dict[str, set[str]]:
    """Return the members at which each x-rule is asked."""
    found: dict[str, set[str]] = {}
    for path, _, known in nodes(judge.workshop(submission).full, submission.item_schema):
        for rule in known.get("x-rules", []):
            place = ".".join(part for part in path if isinstance(part, str))
            found.setdefault(str(rule["id"]), set()).add(place)
    return found


def _known_elsewhere(finding: Finding, known: set[str]) -> Finding:
    """Return a finding of a nested schema under the name that it has at another submission."""
    parts = finding.rule.split(".")
    for start in range(2, len(parts)):
        name = ".".join(["schema", *parts[start:]])
        if parts[0] == "schema" and name in known:
            return dataclasses.replace(finding, rule=name)
    return finding


def _groups(submission: Submission, tried: set[str]) -> list[tuple[str, set[str]]]:
    """Return the constraints of each member with members of its own, then of each keyword."""
    rules = [rule for rule in tried if rule.startswith("schema.") and rule.count(".") > 1]
    found: dict[str, set[str]] = {}
    for rule in rules:
        parts = rule.split(".")
        for depth in range(2, len(parts) - 1):
            found.setdefault(".".join(parts[:depth]), set()).add(rule)
        if not any(f"schema.{member}." in rule for member in submission.lifecycle.key):
            found.setdefault(f"schema.{parts[-1]}", set()).add(rule)
    return list(found.items())


# --- the choice of probes ------------------------------------------------------------------------


def _thinned(found: list[Probe], most: int, seed: int) -> list[Probe]:
    """Return at most so many probes of each side of each rule, besides those that must be tried.

    `x-rules` keep ten times more.
    """
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    groups: dict[tuple[str, bool], list[Probe]] = {}
    for probe in found:
        if not probe.must:
            groups.setdefault((probe.rule, probe.valid), []).append(probe)
    chosen = [probe for probe in found if probe.must]
    for (rule, _), group in groups.items():
        limit = most * 10 if rule.startswith("rule.") else most
        chosen += group if len(group) <= limit else chance.sample(group, limit)
    return chosen


def _question(judge: Judge, submission: Submission, probe: Probe) -> Question:
    workshop = judge.workshop(submission)

    def ask(prefix: str) -> Steps:
        key = f"{prefix}k".ljust(probe.length, "x")
        item = workshop.keyed(probe.item, key) if probe.keyed else probe.item
        asked = [spelled(item, probe.rule, probe.told)]
        if not probe.keyed or judge.settings.effort == "quick":
            return [asked]
        # Whatever is valid is saved, and known when it comes again; of anything else nothing is kept.
        later = item if probe.valid else workshop.keyed(workshop.full, key)
        rule = probe.rule if probe.valid else "record.kept"
        return [asked, [spelled(later, rule, f"after {probe.told}")]]

    return Question(ask, probe.told)
