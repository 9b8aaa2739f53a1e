"""What a run found, as values and as the JSON document that `--json` writes.

The JSON form (`"format": 1`), from which the page of `--html` is rendered:

    {
      "format": 1,
      "verdict": "holds" | "broken" | "not judged",
      "sentence": "The contract holds: 412 promises checked, 7 not reached.",
      "started": "2026-11-22T00:00:00Z", "seconds": 41.2,
      "target": {"base_url": "http://...", "partners": ["partner-a", "partner-b"],
                 "control": true, "requests": 1234, "max_requests": null},
      "contracts": [{"name": "partner-client-service-v2", "title": "...", "version": "2",
                     "path": "..."}],
      "mode": "strict" | "documented", "effort": "standard", "seed": 1, "only": ["cases", ...],
      "run": "ct1a2b3c",                      # the prefix of every key of this run
      "notes": ["stopped by --max-requests after 200 requests"],
      "findings": [{
          "rule": "outcome.twin-saved",       # one finding per rule
          "sentence": "an identical record of this partner was saved earlier: Duplicate",
          "source": "facts 4.3 rule 2 (seeds 001, 002)",
          "contracts": ["partner-client-service-v2"], "operations": ["createPartnerClients"],
          "suites": ["cases", "lifecycle"],   # which suites met it
          "sent": "text", "expected": ["Duplicate"], "came": "Completed",
          "curl": ["TOKEN=$(curl ...)", "curl ..."],   # a minimal sequence, to copy and paste
          "requests": 3,                      # how many of those lines are the partner's requests
          "seed": 1, "repeat": "contract-tests run ... --seed 1 --only cases",
          "times": 4                          # how often it was met
      }],
      "coverage": {                           # reached = count > 0
          "operations": [{"contract": "...", "id": "createPartnerClients", "name": "POST /api/...",
                          "count": 12, "why": null}],
          "states":     [{"contract", "id", "name", "count", "why"}],   # id = lifecycle.state
          "outcomes":   [...],                # name = "3 twin-in-request -> Duplicate"
          "rules":      [{..., "inside": 12, "outside": 9}],            # x-rules, count = both
          "constraints":[...],                # constraints of the item schemas, as rules
          "silences":   [...]
      },
      "silences": [{"contract": "...", "id": "S14", "question": "...", "choice": "...",
                    "alternatives": ["..."], "basis": "...",
                    "did": "Duplicate (3 times)" | null, "as_chosen": true | false | null,
                    "why": null | "why it was not observed"}],
      "suites": [{"name": "cases", "tests": 3, "failed": 1, "skipped": 0, "seconds": 2.5}],
      "ledger": {"file": "path or null", "submissions": 42, "items": 4711, "records": 40}
    }
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from contract_tests.judging.submitted import Episode


@dataclass(frozen=True)
class Finding:
    """A promise of the contract that was broken, and how to see it."""

    rule: str
    sentence: str
    source: str
    contract: str
    operation: str  # its operationId; several with commas
    suite: str
    sent: str
    expected: tuple[str, ...]
    came: str
    curl: tuple[str, ...]
    requests: int
    signature: str = ""
    seed: int = 0
    repeat: str = ""
    plain: bool = False  # shown by a story of plain items, in which nothing else is tried

    @property
    def operations(self) -> set[str]:
        """Return the operations that broke it."""
        return set(self.operation.split(", "))

    def text(self) -> str:
        """Return the finding as a terminal shows it."""
        lines = [
            f"{self.rule}: {self.sentence}",
            f"  source    {self.source}",
            f"  operation {self.contract} {self.operation}",
            f"  sent      {_short(self.sent)}",
            f"  expected  {' or '.join(self.expected)}",
            f"  came      {_short(self.came)}",
            "  repeat by",
            *(f"    {line}" for line in self.curl),
            f"  seed {self.seed}: {self.repeat}",
        ]
        return "\n".join(lines)


class Broken(AssertionError):
    """A broken promise, raised where it is seen, so that Hypothesis can shrink it."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text())
        self.finding = finding
        self.number = 0  # which item of the submission it is about
        self.episode: Episode | None = None  # the story that showed it


_KINDS: dict[str, type[Broken]] = {}


def broken(finding: Finding) -> Broken:
    """Return the exception of a finding; each rule has a class of its own.

    Hypothesis tells failures apart by class and line: with one class, shrinking would slip from
    one broken rule to another.
    """
    name = "Broken_" + "".join(letter if letter.isalnum() else "_" for letter in finding.rule)
    kind = _KINDS.setdefault(name, cast("type[Broken]", type(name, (Broken,), {})))
    return kind(finding)


@dataclass
class Coverage:
    """How often each part of a contract was reached, and what silences showed."""

    counts: dict[str, int] = field(default_factory=dict)
    behaviours: dict[str, dict[str, int]] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)

    def count(self, kind: str, contract: str, name: str, times: int = 1) -> None:
        """Count something that was reached."""
        place = f"{kind}|{contract}|{name}"
        self.counts[place] = self.counts.get(place, 0) + times

    def saw(self, contract: str, silence: str, behaviour: str, as_chosen: bool | None) -> None:
        """Note what the server did where a silence applies."""
        mark = {True: "+", False: "-", None: "?"}[as_chosen]
        seen = self.behaviours.setdefault(f"{contract}|{silence}", {})
        told = f"{mark}{behaviour}"
        seen[told] = seen.get(told, 0) + 1

    def add(self, other: dict[str, Any]) -> None:
        """Add what another process counted."""
        for name, times in other.get("counts", {}).items():
            self.counts[name] = self.counts.get(name, 0) + times
        for place, told in other.get("behaviours", {}).items():
            seen = self.behaviours.setdefault(place, {})
            for behaviour, times in told.items():
                seen[behaviour] = seen.get(behaviour, 0) + times
        self.reasons.update(other.get("reasons", {}))

    def value(self) -> dict[str, Any]:
        """Return the counts as JSON."""
        return {"counts": self.counts, "behaviours": self.behaviours, "reasons": self.reasons}


_OF_ANSWERS = ("answer.documented", "path.unknown-id")
_OF_OTHERS = ("path.other-kind", "access.partner-status", "body.clear-refusal")
_OF_SURFACE = (
    "surface.status_code_conformance",
    "surface.content_type_conformance",
    "surface.response_headers_conformance",
    "surface.response_schema_conformance",
)


def merge(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Return one finding per rule, the shortest to repeat; see the module for the form.

    A finding about a special case (equality, memory, a boundary) is the same fault as a finding
    about the plain outcome row with the same signature, and is absorbed by it. Where plain stories
    end well, what is taken for equal, or is not, is the fault, and absorbs what else it leads to.
    Only what is known to be forgotten says more than the row does. What never ends, or is not
    listed, explains its order and its spelling. A state that is given where nothing at all
    leads to it is also the reason why it is given to a twin or to a rival of a saved record.
    What is checked of one item of a request but not of another is no fault of what is checked.
    A constraint that stands once in the contract is one rule, wherever it is referred to, and where
    nothing about a member is checked, that is said but once.
    """
    kept: dict[str, list[Finding]] = {}
    everything = list(findings)
    led_to = _led_to_by_equality(everything)
    plain = {
        (one.contract, one.signature): one.rule
        for one in everything
        if one.signature and one.rule.startswith("outcome.") and id(one) not in led_to
    }
    for (contract, signature), rule in list(plain.items()):
        when, _, state = signature.partition(">")
        if when == "otherwise":
            for other in ("twin-in-request", "twin-saved", "rival-saved"):
                plain[contract, f"{other}>{state}"] = rule
    plain |= {(one.contract, one.signature): one.rule for one in everything if one.rule == "memory"}
    constraints = {
        _place(one): one.rule
        for one in sorted(everything, key=lambda one: (-len(one.rule), one.rule))
        if _is_constraint(one)
    }
    # What the rules suite, which asks each constraint alone, does not blame, fails in company only.
    blamed = {(one.contract, one.rule) for one in everything if one.suite == "rules"}
    # Whoever answers for an id that nobody has answers for another's too.
    unknown = {(one.contract, one.came) for one in everything if one.rule == "path.unknown-id"}
    # What another suite tells of the operations that fuzzing found too, with a request of a partner's.
    told = {one.operation: one.rule for one in everything if one.rule in _OF_ANSWERS}
    # Who never ends keeps no order, and is seen half done.
    endless = {one.contract for one in everything if one.rule == "state.liveness"}
    # What a filter does not list it does not list in another spelling either.
    filtered = {one.contract for one in everything if one.rule == "filter.items"}
    for one in everything:
        rule = plain.get((one.contract, one.signature), one.rule) if one.signature else one.rule
        rule = led_to.get(id(one), rule)
        if one.rule in _OF_SURFACE and one.operations <= told.keys():
            rule = min(told[operation] for operation in one.operations)
        if one.contract in endless and one.rule in {"state.order", "state.unit"}:
            rule = "state.liveness"
        if one.contract in filtered and one.rule == "filter.spelling":
            rule = "filter.items"
        if one.rule in _OF_OTHERS and (one.contract, one.came) in unknown:
            rule = "path.unknown-id"
        alone = (one.contract, "batch.each") in blamed and (one.contract, one.rule) not in blamed
        if alone and _is_constraint(one):
            rule = "batch.each"
        if rule == one.rule and _is_constraint(one):
            rule = constraints[_place(one)]
            above = [other for other in constraints.values() if rule.startswith(f"{other}.")]
            rule = min(above, key=len, default=rule)
        kept.setdefault(rule, []).append(one)
    return [_merged(rule, found) for rule, found in sorted(kept.items())]


def _led_to_by_equality(everything: list[Finding]) -> dict[int, str]:
    """Return, by the identity of each finding that another explains, the rule of that one.

    Equality explains the outcomes, and their texts, of a row that holds in every plain story. Texts
    that are wrong in plain stories explain what they say of items that are nearly equal.
    """
    stories = {(one.contract, one.rule) for one in everything if one.plain}
    of_texts = "errors.which-duplicate"
    of_values = {
        one.contract for one in everything if one.rule == "equality.values" and one.signature
    }
    explained = {}
    for one in everything:
        if one.rule == "equality.key" and one.contract in of_values:
            explained[id(one)] = "equality.values"  # keys are values too
            continue
        if one.rule.startswith("equality.") and not one.signature:
            if (one.contract, of_texts) in stories:
                explained[id(one)] = of_texts
            continue
        of_row = one.rule.startswith("outcome.") or one.rule == of_texts
        names = [
            other
            for other in everything
            if other.contract == one.contract
            and other.rule.startswith("equality.")
            and other.signature
        ]
        if of_row and names and (one.contract, one.rule) not in stories:
            names.sort(key=lambda other: (other.signature != one.signature, other.rule))
            explained[id(one)] = names[0].rule
    return explained


def _is_constraint(one: Finding) -> bool:
    """Whether a finding says that a constraint of a schema is not checked."""
    return one.rule.startswith("schema.") and one.signature.startswith("invalid>")


def _place(one: Finding) -> str:
    """Return the source in the contract, without that of the case that shows it."""
    return one.source.partition("; ")[0]


def _merged(rule: str, found: list[Finding]) -> dict[str, Any]:
    own = [one for one in found if one.rule == rule]
    best = min(own or found, key=lambda one: (one.requests, sum(map(len, one.curl))))
    return {
        "rule": rule,
        "sentence": best.sentence,
        "source": best.source,
        "contracts": sorted({one.contract for one in found}),
        "operations": sorted({operation for one in found for operation in one.operations}),
        "suites": sorted({one.suite for one in found}),
        "sent": best.sent,
        "expected": list(best.expected),
        "came": best.came,
        "curl": list(best.curl),
        "requests": best.requests,
        "seed": best.seed,
        "repeat": best.repeat,
        "times": len(found),
    }


def _short(text: str, limit: int = 600) -> str:
    return text if len(text) <= limit else f"{text[:limit]} ... ({len(text)} characters)"
