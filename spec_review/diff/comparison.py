"""The whole comparison of two contracts: every change, each with what shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from spec_review.diff.changes import (
    EVERYONE,
    ORDER,
    SAFE,
    UNCLEAR,
    Change,
    Contexts,
    Placed,
    Verdict,
    Verdicts,
    placed,
)
from spec_review.diff.lifecycles import (
    document_changes,
    lifecycle_changes,
    silence_changes,
    silences,
    submission_changes,
    submission_pairs,
)
from spec_review.diff.operations import Operations
from spec_review.diff.schemas import SPOKEN, Comparison
from spec_review.document import Document
from spec_review.simulation.model import (
    Answer,
    Fault,
    Model,
    NoBehaviour,
    Pointer,
    listed,
    mapping,
    read_model,
)
from spec_review.simulation.witnesses import Pair, Search, Witness, decided

AREAS: Final = ("operations", "behaviour", "schemas", "silences", "words")
"""The kinds of changes, in the order in which they are told."""


@dataclass(frozen=True)
class Diff:
    """All that changed between two documents."""

    old: Document
    new: Document
    changes: tuple[Placed, ...]

    def of(self, verdict: Verdict, parties: Sequence[str]) -> list[Placed]:
        """The changes whose gravest verdict for these parties is this one."""
        return [each for each in self.changes if each.change.verdicts.worst(parties) == verdict]


def compare(old: Document, new: Document) -> Diff:
    """Everything that changed, the gravest first; never raises for what the documents say."""
    contexts = Contexts(Comparison(old, new))
    operations = Operations(old, new, contexts)
    found = list(operations.changes())
    found += silence_changes(old, new)
    found += document_changes(old, new)
    found += behaviour(old, new, operations, contexts.changes())
    found += words(old, new)
    found = silences_shown(found, new)
    places = [placed(change, old, new) for change in found]
    return Diff(old, new, tuple(sorted(places, key=in_order)))


def in_order(each: Placed) -> tuple[object, ...]:
    """The gravest first, then behaviour before form, then as in the file."""
    change = each.change
    return (
        ORDER[change.verdicts.worst(("sender", "reader"))],
        AREAS.index(change.area),
        each.position.line,
        each.position.column,
        change.rule,
        change.sentence,
    )


def behaviour(
    old: Document, new: Document, operations: Operations, schema_level: list[Change]
) -> list[Change]:
    """The changes of lifecycles and schemas, with the witnesses that show them."""
    models: list[Model | None] = []
    found: list[Change] = []
    problems: list[tuple[Document, NoBehaviour] | None] = []
    for document in (old, new):
        try:
            models.append(read_model(document.data))
            problems.append(None)
        except NoBehaviour as problem:
            models.append(None)
            problems.append((document, problem))
    before, after = models
    found += submission_changes(operations.pairs, new)
    if before is None or after is None:
        return [*found, *unreadable(problems), *schema_level]
    pairs = submission_pairs(before, after, operations.pairs)
    found += lifecycle_changes(before.lifecycles, after.lifecycles, pairs)
    found += schema_level
    witnesses = Search(old.data, before, new.data, after, pairs).witnesses()
    return explained(found, witnesses, pairs)


def unreadable(problems: Sequence[tuple[Document, NoBehaviour] | None]) -> Iterator[Change]:
    """What the reader of the lifecycles could not understand, on one side or on both."""
    old, new = problems
    if new is not None:
        known = old is not None and (old[1].sentence, old[1].pointer) == (
            new[1].sentence,
            new[1].pointer,
        )
        yield Change(
            "behaviour-unreadable",
            f"what the contract says will happen cannot be read: {new[1].sentence}",
            SAFE if known else EVERYONE,
            new[1].pointer,
            new[1].pointer,
            area="behaviour",
            note="It could not be read before either." if known else "",
        )
    elif old is not None:
        yield Change(
            "behaviour-readable",
            "what the contract says will happen can be read now; it could not before:"
            f" {old[1].sentence}",
            UNCLEAR,
            old[1].pointer,
            old[1].pointer,
            area="behaviour",
        )


# --- from a witness to its cause -----------------------------------------------------------------


def explained(
    changes: Sequence[Change], witnesses: Sequence[Witness], pairs: Sequence[Pair]
) -> list[Change]:
    """The changes with their witnesses; a witness without a cause becomes a change of its own."""
    lines: list[Change] = []
    used: set[int] = set()
    submissions = {pair.old.name: pair for pair in pairs}
    items = {name for pair in pairs for name in (pair.old.name, pair.new.name)}
    for change in changes:
        mine = [
            (index, witness)
            for index, witness in enumerate(witnesses)
            if shows(witness, change, submissions[witness.operation])
        ]
        used |= {index for index, _ in mine}
        shown = [witness for _, witness in mine]
        lines.append(with_witnesses(change, shown, submissions, items))
    for index, witness in enumerate(witnesses):
        if index not in used:
            lines.append(outcome_change(witness, submissions[witness.operation]))
    return lines


def shows(witness: Witness, change: Change, pair: Pair) -> bool:
    """Whether a witness is one of this change."""
    if witness.facet != change.facet and not (
        witness.facet == "limits" and change.facet == "validity"
    ):
        return False
    if change.where and not {pair.old.name, pair.new.name} & set(change.where):
        return False
    if witness.facet == "limits":
        return is_limit(change, pair)
    if witness.facet == "processing":
        return True
    if witness.facet != "validity":
        mine = ("components", "x-lifecycles", pair.new.lifecycle.name)
        return change.new[:3] == mine and (
            witness.facet != "rows" or shows_row(witness, change, pair)
        )
    return any(causes(change, fault) for fault in (*witness.faults_before, *witness.faults_after))


def shows_row(witness: Witness, change: Change, pair: Pair) -> bool:
    """Whether an item that ends otherwise was decided by the row, or ends in the state, that changed."""
    if witness.after is None or change.rule in ("rows-reordered", "saved-changed"):
        return True
    ways = decided(witness.before[-1], witness.after[-1])
    if change.rule == "state-added":
        return any(way[3] == change.new[-1] for way in ways)
    if change.rule == "state-removed":
        return any(way[1] == change.old[-1] for way in ways)
    old = {row.index: row.when for row in pair.old.lifecycle.rows}
    new = {row.index: row.when for row in pair.new.lifecycle.rows}
    conditions = {
        rows.get(place[4]) if len(place) > 4 and isinstance(place[4], int) else None
        for rows, place in ((old, change.old), (new, change.new))
    }
    return any(way[0] in conditions or way[2] in conditions for way in ways)


def is_limit(change: Change, pair: Pair) -> bool:
    """Whether the change is one of how many items a batch may have."""
    array = tuple(map(str, pair.new.item_pointer[:-1]))
    return tuple(map(str, change.new[:-1])) == array and change.rule.endswith("-limit")


def causes(change: Change, fault: Fault) -> bool:
    """Whether a fault of an item lies in what changed."""
    where = tuple(map(str, fault.where))
    for place in (change.old, change.new, *change.also):
        mine = tuple(map(str, place))
        if fault.rule:
            told = f" {fault.rule} " in f" {change.sentence} "
            if told and "x-rules" in mine and mine[: len(where)] == where:
                return True
        elif where[-1:] == ("required",) and change.member:
            if mine[: len(where)] == where and f'"{change.member}"' in fault.sentence:
                return True
        elif place in change.also:
            inside = len(mine) > 2 and where[: len(mine)] == mine
            if inside and (not change.member or change.member in fault.instance):
                return True
        elif mine[: len(where)] == where or (len(mine) > 3 and where[: len(mine)] == mine):
            return True
    return False


def with_witnesses(
    change: Change, witnesses: list[Witness], pairs: dict[str, Pair], items: set[str]
) -> Change:
    """The change with the verdicts that its witnesses lead to."""
    if witnesses:
        verdicts = verdicts_of_witness(witnesses[0], pairs)
        for witness in witnesses[1:]:
            verdicts = verdicts.joined(verdicts_of_witness(witness, pairs))
        if change.facet == "validity" and not set(change.where) <= items:
            verdicts = verdicts.joined(change.verdicts)
        shortest = sorted(witnesses, key=lambda each: each.size)
        return change.with_witnesses(shortest, verdicts)
    if change.facet == "rows" and change.rule not in ("state-added", "state-removed"):
        return replace(
            change,
            verdicts=SAFE,
            note="No batch was found that ends in another state; "
            "the sentence in validation_errors may be another.",
        )
    if change.facet in ("key", "records", "initial"):
        told = "No batch was found that ends otherwise."
        return replace(change, verdicts=UNCLEAR if change.where else SAFE, note=told)
    return change


def verdicts_of_witness(witness: Witness, pairs: dict[str, Pair]) -> Verdicts:
    """What the difference between two answers is for whom."""
    pair = pairs[witness.operation]
    if witness.after is None:
        return EVERYONE
    before, after = witness.before[-1], witness.after[-1]
    if before.processing != after.processing and not (before.refused or after.refused):
        return EVERYONE
    if before.refused != after.refused:
        sender: Verdict = "breaking" if after.refused else "safe"
        return Verdicts(sender=sender, provider="breaking")
    verdicts = Verdicts(provider="breaking")
    if before.waiting != after.waiting:
        verdicts = verdicts.joined(Verdicts(reader="breaking"))
    for item in items_that_differ(before, after):
        verdicts = verdicts.joined(verdicts_of_item(*item, pair, witness.facet))
    return verdicts


def items_that_differ(before: Answer, after: Answer) -> Iterator[tuple[str, str, str]]:
    """For each item that ends otherwise: its state before and after, and why it had the first."""
    for was, now in zip(before.decisions, after.decisions, strict=False):
        if was.state != now.state:
            yield was.state, now.state, was.when


def verdicts_of_item(was: str, now: str, when: str, pair: Pair, facet: str) -> Verdicts:
    """What it is for whom that an item ends otherwise."""
    saved_before = was in pair.old.lifecycle.saved
    saved_after = now in pair.new.lifecycle.saved
    sender: Verdict = "unclear"
    if saved_before and not saved_after:
        sender = "breaking"
    elif saved_after and not saved_before:
        sender = "safe" if when == "invalid" else "breaking"
    elif saved_before and saved_after:
        sender = "safe"
    reader: Verdict = "breaking"
    if facet == "validity" and now in pair.old.lifecycle.states:
        reader = "safe"
    return Verdicts(sender, reader, "breaking")


def outcome_change(witness: Witness, pair: Pair) -> Change:
    """A change for a witness that no single line of the contract explains."""
    return Change(
        "outcome-changed",
        f"a batch sent to {pair.new.name} ends otherwise",
        verdicts_of_witness(witness, {witness.operation: pair}),
        (*pair.old.pointer, "x-submission"),
        (*pair.new.pointer, "x-submission"),
        area="behaviour",
        where=(pair.new.name,),
        witnesses=(witness,),
        facet=witness.facet,
    )


def silences_shown(changes: Sequence[Change], new: Document) -> list[Change]:
    """The silences that are decided otherwise, with the witnesses of what rests on them."""
    ids = {there: name for name, (there, _) in silences(new).items()}
    found = []
    for change in changes:
        name = ids.get(change.new[:2])
        if change.rule == "silence-decided-otherwise" and name is not None:
            resting = [
                other
                for other in changes
                if other.witnesses
                and any(name in grounds(new, place) for place in (other.new, *other.also))
            ]
            found.append(resting_on(change, resting))
        else:
            found.append(change)
    return found


def resting_on(silence: Change, resting: Sequence[Change]) -> Change:
    """The silence with the witnesses and the verdicts of all that rests on it."""
    witnesses = dict.fromkeys(silence.witnesses)
    verdicts = silence.verdicts
    for change in resting:
        witnesses.update(dict.fromkeys(change.witnesses))
        verdicts = verdicts.joined(change.verdicts)
    return silence.with_witnesses(witnesses, verdicts)


def grounds(document: Document, place: Pointer) -> set[str]:
    """The silences that a row, a rule or a schema at a place rests on."""
    for cut in range(len(place), 2, -1):
        value = mapping(document.value(place[:cut]))
        named = [*listed(value.get("silence")), *listed(value.get("x-silence"))]
        if named:
            is_lifecycle = place[:2] == ("components", "x-lifecycles") and cut == 3
            return set() if is_lifecycle or "paths" in place[:1] else set(named)
    return set()


# --- words ---------------------------------------------------------------------------------------


def words(old: Document, new: Document) -> Iterator[Change]:
    """One line for all that is only said to people: descriptions, titles, examples."""
    places = list(spoken_differences(old.data, new.data, ()))
    if places:
        kinds = sorted({str(place[-1]) for place in places})
        count = f"{len(places)} places" if len(places) > 1 else "one place"
        yield Change(
            "words-changed",
            f"the words of {count} changed ({', '.join(kinds)}); no promise did by that",
            SAFE,
            places[0],
            places[0],
            area="words",
        )


def spoken_differences(old: Any, new: Any, here: Pointer) -> Iterator[Pointer]:
    """The places that both have and where something said to people differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        names = here[-1:] in (("properties",), ("schemas",), ("parameters",), ("responses",))
        for name in old:
            if name not in new or old[name] == new[name]:
                if name in SPOKEN and not names and name not in new:
                    yield (*here, name)
                continue
            if name in SPOKEN and not names and name != "externalDocs":
                yield (*here, name)
            else:
                yield from spoken_differences(old[name], new[name], (*here, name))
        for name in new:
            if name in SPOKEN and not names and name not in old:
                yield (*here, name)
    elif isinstance(old, list) and isinstance(new, list):
        for index, (first, second) in enumerate(zip(old, new, strict=False)):
            if first != second:
                yield from spoken_differences(first, second, (*here, index))
