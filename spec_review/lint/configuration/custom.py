"""Rules of the user's own, as data: where they look, what must hold there, and samples that show it.

    custom:
      - id: https-only
        given: $.servers[*].url
        schema: {pattern: "^https:"}
        message: a server is called by https, not by {value}
        samples:
          breaks: [{servers: [{url: "http://shop.example"}]}]
          keeps: [{servers: [{url: "https://shop.example"}]}]

`cel` may stand in place of `schema`; `of: key` asks of the last name on the way instead of the value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import jsonpath_rfc9535
import jsonschema_rs

from openapi_documents import DocumentError, Node, Pointer
from spec_review.lint.rule import Fault, Rule, Sample
from spec_review.lint.subject import Subject
from spec_review.output.findings import SEVERITIES, Severity
from spec_review.output.wording import did_you_mean, joined, listed_values
from spec_review.reading.rules import Engines

MEMBERS: Final = (
    "id", "severity", "given", "of", "schema", "cel", "message", "mend", "why", "samples",
)  # fmt: skip

Holds = Callable[[object], bool]
"""Tells whether a value is as it must be."""


@dataclass(frozen=True)
class CustomFaults:
    """Finds what does not hold at the places that a JSONPath chooses."""

    query: jsonpath_rfc9535.JSONPathQuery
    is_of_key: bool
    holds: Holds
    message: str
    mend: str

    def __call__(self, subject: Subject) -> Iterator[Fault]:
        """Yield a fault for each place of a contract where it does not hold."""
        for place, value in self.broken(subject.document.data):
            said = self.message.replace("{value}", listed_values([value]))
            yield Fault(place, said, self.mend, at_key=self.is_of_key)

    def broken(self, data: Any) -> Iterator[tuple[Pointer, object]]:
        """Yield the places of a value where it does not hold, each with what was asked."""
        for node in self.query.find(data):
            place = tuple(node.location)
            asked = place[-1] if self.is_of_key and place else node.value
            if not self.holds(asked):
                yield place, asked


def read_custom_rules(node: Node | None, known: Sequence[str]) -> tuple[Rule, ...]:
    """The rules that a configuration brings. Raises DocumentError for one that is none, or whose samples lie."""
    found: list[Rule] = []
    for one in node.elements() if node is not None else ():
        rule = read_rule(one)
        if rule.id in known or rule.id in {other.id for other in found}:
            raise one["id"].error(f"there is a rule {rule.id} already", "give it another name")
        found.append(rule)
    return tuple(found)


def read_rule(node: Node) -> Rule:
    """One rule."""
    for name, member in node.members():
        if name not in MEMBERS:
            mend = did_you_mean(name, MEMBERS, f"the members are {joined(MEMBERS)}")
            raise DocumentError(member.key_position, f"{name} is not known here", mend)
    faults = CustomFaults(
        query=query_of(node["given"]),
        is_of_key=optional_text(node, "of") == "key",
        holds=condition_of(node),
        message=node["message"].text(),
        mend=optional_text(node, "mend"),
    )
    samples = node.get("samples")
    for word in ("breaks", "keeps"):
        shown = None if samples is None else samples.get(word)
        for sample in shown.elements() if shown is not None else ():
            if any(faults.broken(sample.value)) != (word == "breaks"):
                what = "keeps" if word == "breaks" else "breaks"
                raise sample.error(f"this sample {what} the rule {node['id'].text()}")
    return Rule(
        id=node["id"].text(),
        severity=severity_of(node),
        sentence=optional_text(node, "why") or faults.message,
        why=faults.message,
        breaks=Sample(""),
        keeps=Sample(""),
        faults=as_rule(faults),
    )


def as_rule(faults: CustomFaults) -> Callable[[Subject], Iterable[Fault]]:
    """The function that a rule is called by."""
    return faults


def query_of(node: Node) -> jsonpath_rfc9535.JSONPathQuery:
    """The JSONPath (RFC 9535) at a place. Raises DocumentError when it is none."""
    try:
        return jsonpath_rfc9535.compile(node.text())
    except jsonpath_rfc9535.JSONPathError as error:
        raise node.error(f"this is no JSONPath: {str(error).splitlines()[0]}") from None


def condition_of(node: Node) -> Holds:
    """What must hold: a JSON Schema or a rule in CEL. Raises DocumentError when it is neither."""
    if ("schema" in node) == ("cel" in node):
        raise node.error("a rule says what must hold", "write either schema or cel")
    if "schema" in node:
        try:
            validator = jsonschema_rs.Draft202012Validator(node["schema"].value, offline=True)
        except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
            said = str(error).splitlines()[0]
            raise node["schema"].error(f"this is no JSON Schema: {said}") from None
        return validator.is_valid
    compiled = Engines().compiled(node["cel"].text())
    if compiled.refusals:
        raise node["cel"].error(f"this is no CEL: {compiled.refusals[0].sentence}")
    return lambda value: compiled.holds(value, {})


def severity_of(node: Node) -> Severity:
    """How grave what it finds is; a warning when nobody says."""
    written = optional_text(node, "severity") or "warning"
    for severity in SEVERITIES:
        if severity == written:
            return severity
    raise node["severity"].error(
        f"{written} is no severity",
        did_you_mean(written, SEVERITIES, f"write {joined(SEVERITIES)}"),
    )


def optional_text(node: Node, name: str) -> str:
    """The text of a member, "" when it is not there."""
    found = node.get(name)
    return "" if found is None else found.text()
