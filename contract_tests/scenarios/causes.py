"""Which findings about the validity of items are told: one for each cause."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contract_tests.generation.values import named
from contract_tests.generation.variations import Variation
from contract_tests.judging import catalogue
from contract_tests.judging.findings import Finding
from contract_tests.judging.session import Session
from contract_tests.reading import requirements
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.lifecycle import Condition
from contract_tests.reading.requirements import Kind, Requirement
from contract_tests.reading.schemas import nodes


@dataclass(frozen=True)
class Context:
    """What findings are looked at in: what was tried, and what was known before.

    `sites` are the members at which each x-rule is asked, by its id.
    """

    contract: Contract
    submission: Submission
    tried: frozenset[Requirement]
    known: frozenset[Requirement]
    sites: dict[str, set[tuple[str, ...]]]

    @classmethod
    def of(
        cls,
        session: Session,
        submission: Submission,
        chosen: Sequence[Variation],
        known: frozenset[Requirement],
    ) -> Context:
        """Return the context of a submission whose variations were asked."""
        sites: dict[str, set[tuple[str, ...]]] = {}
        for path, _, schema in nodes(session.maker(submission).full, submission.item_schema):
            for rule in schema.get("x-rules", []):
                sites.setdefault(str(rule["id"]), set()).add(tuple(named(path)))
        tried = frozenset(one.requirement for one in chosen if not one.valid)
        return cls(session.contract, submission, tried, known, sites)


def causes(context: Context, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings without those that another of them explains."""
    left = _without_key(context, found)
    left = _without_refused_by_rules(context, left)
    accepted = {one.requirement: one for one in left if _is_accepted(one)}
    if _is_mostly_unchecked(context, accepted):
        row = _unchecked(context, accepted)
        left = [*(one for one in left if one.requirement not in accepted), row]
    else:
        if accepted:
            # What is not checked is not told either.
            left = [one for one in left if one.requirement != catalogue.ERRORS_EACH_VIOLATION]
        left = _merged_entries(_merged_groups(context, left, accepted))
    return [_known_elsewhere(one, context.known) for one in left]


def _is_accepted(one: Finding) -> bool:
    """Whether an invalid item came to another state."""
    return one.misjudged is not None and one.misjudged.row is Condition.INVALID


def _without_key(context: Context, found: Sequence[Finding]) -> list[Finding]:
    """Return the findings that are not of a wrong key: it is not its own, and cannot be asked alone again."""
    if all(one.requirement != catalogue.BATCH_EACH for one in found):
        return list(found)
    key = context.submission.lifecycle.key
    return [
        one
        for one in found
        if one.requirement.kind is not Kind.CONSTRAINT or one.requirement.names[1] not in key
    ]


def _without_refused_by_rules(context: Context, found: list[Finding]) -> list[Finding]:
    """Return the findings without valid items that are refused for a rule that is told anyway."""
    failed = context.submission.lifecycle.row(Condition.INVALID)

    def is_refused(one: Finding) -> bool:
        seen = one.misjudged
        otherwise = seen is not None and seen.row is Condition.OTHERWISE
        return otherwise and failed is not None and seen is not None and seen.state == failed.then

    names = [
        one.requirement.names[-1]
        for one in found
        if is_refused(one) and one.requirement.kind is Kind.RULE
    ]
    rules = [(context.contract.rules[name].rule, context.sites.get(name, set()))
             for name in names if name in context.contract.rules]  # fmt: skip
    return [
        one
        for one in found
        if not is_refused(one)
        or one.requirement.kind is not Kind.CONSTRAINT
        or not any(_is_about(one.requirement, text, places) for text, places in rules)
    ]


def _is_about(constraint: Requirement, rule: str, places: set[tuple[str, ...]]) -> bool:
    """Whether an x-rule speaks of the member that a constraint names, or stands below it."""
    members = constraint.names[1:]
    below = any(place[: len(members)] == members for place in places)
    return members == ("item",) or members[-1] in rule or below


def _is_mostly_unchecked(context: Context, accepted: dict[Requirement, Finding]) -> bool:
    """Whether most of the schema is not checked: that is the row's fault, not that of each constraint."""
    constraints = {one for one in context.tried if one.kind is Kind.CONSTRAINT}
    if len(accepted.keys() & constraints) <= len(constraints) / 2:
        return False
    return len(_members(accepted)) > max(1, len(_members(constraints)) / 2)


def _members(requirements_: Iterable[Requirement]) -> set[str]:
    """Return the members of an item that constraints are about."""
    return {one.names[1] for one in requirements_ if one.kind is Kind.CONSTRAINT}


def _unchecked(context: Context, accepted: dict[Requirement, Finding]) -> Finding:
    first = min(accepted.values(), key=lambda one: len(one.sent))
    sentence = f"{len(accepted)} constraints of {context.submission.id} are not checked"
    row = requirements.outcome(Condition.INVALID)
    told = row.worded(f"{sentence}; {first.requirement.sentence}", first.requirement.source)
    return replace(first, requirement=told)


def _merged_groups(
    context: Context, left: list[Finding], accepted: dict[Requirement, Finding]
) -> list[Finding]:
    """Return the findings, those as one in which no constraint of a member or a keyword is checked."""
    for name, group in _groups(context):
        if len(group) < 3 or not group <= accepted.keys():
            continue
        first = min((accepted[one] for one in group), key=lambda one: len(one.sent))
        about = ".".join(name.names[1:])
        sentence = f"None of the {len(group)} constraints of {about} is checked"
        told = name.worded(f"{sentence}; {first.requirement.sentence}", first.requirement.source)
        same = group | {one for one in accepted if one.names[:-1] == name.names}
        left = [one for one in left if one.requirement not in same]
        left.append(replace(first, requirement=told))
        accepted = {one: finding for one, finding in accepted.items() if one not in group}
    return left


def _groups(context: Context) -> list[tuple[Requirement, set[Requirement]]]:
    """Return the constraints of each member with members of its own, then those of each keyword."""
    key = context.submission.lifecycle.key
    of_members: dict[Requirement, set[Requirement]] = {}
    of_keywords: dict[Requirement, set[Requirement]] = {}
    for one in context.tried:
        if one.kind is not Kind.CONSTRAINT or len(one.names) < 3:
            continue
        for depth in range(2, len(one.names) - 1):
            of_members.setdefault(requirements.constraint(*one.names[1:depth]), set()).add(one)
        if one.names[1] not in key:
            of_keywords.setdefault(requirements.constraint(one.names[-1]), set()).add(one)
    return [
        group
        for groups in (of_members, of_keywords)
        for group in sorted(groups.items(), key=lambda one: one[0].names)
    ]


def _merged_entries(found: list[Finding]) -> list[Finding]:
    """Return the findings, those of one array's later entries as one when they are many."""
    groups: dict[str, list[Finding]] = {}
    for one in found:
        if one.varies is not None and one.requirement.kind is not Kind.OUTCOME:
            groups.setdefault(one.varies, []).append(one)
    for name, group in groups.items():
        if len(group) > 2:
            first = min(group, key=lambda one: len(one.sent))
            sentence = f"Each entry of {name} is judged like the first"
            told = requirements.constraint(name, "items").worded(
                f"{sentence}; {first.requirement.sentence}", first.requirement.source
            )
            found = [one for one in found if one not in group]
            found.append(replace(first, requirement=told))
    return found


def _known_elsewhere(finding: Finding, known: frozenset[Requirement]) -> Finding:
    """Return a finding of a nested schema under the name that it has at another submission."""
    told = finding.requirement
    if told.kind is not Kind.CONSTRAINT:
        return finding
    for start in range(2, len(told.names)):
        same = requirements.constraint(*told.names[start:])
        if same in known:
            return replace(finding, requirement=same.worded(told.sentence, told.source))
    return finding
