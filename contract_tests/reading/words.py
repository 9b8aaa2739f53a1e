"""Reads the words that a contract adds to OpenAPI: silences, lifecycles and rules.

The vocabulary was checked before, so each word has the form that `openapi/vocabulary.schema.json` gives it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from contract_tests.reading.alternatives import alternative
from contract_tests.reading.lifecycle import Condition, Lifecycle, Row, Rule
from contract_tests.reading.nearest import nearest
from contract_tests.reading.rules import references, rule_of
from contract_tests.reading.silences import Silence, Topic
from openapi_documents import DocumentError, LimitError, Node
from openapi_documents.vocabulary import Vocabulary

MOST = {"outcomes": 200, "states": 100, "rules": 300}
"""How many there may be of each; the judge tries them all, one beside the other."""


def check(vocabulary: Vocabulary) -> None:
    """Raise the DocumentError of a word that is misspelt, or has not its form; what is misspelt comes first."""
    for error in sorted(vocabulary.errors, key=lambda one: one.fault != "unknown name"):
        raise error


def silences(vocabulary: Vocabulary) -> dict[str, Silence]:
    """Return the silences by their ids. Raises DocumentError."""
    listed = vocabulary.word(vocabulary.document.root, "x-silences")
    return {one.id: one for one in map(_silence, listed.elements() if listed else ())}


def _silence(node: Node) -> Silence:
    texts = [one.text() for one in node["alternatives"].elements()]
    data = node.get("instead")
    entries = data.elements() if data else []
    if data is not None and len(entries) != len(texts):
        raise data.error(
            f"{len(entries)} entries stand here for {len(texts)} alternatives; one for each is expected"
        )
    return Silence(
        id=node["id"].text(),
        question=node["question"].text(),
        choice=node["choice"].text(),
        alternatives=tuple(texts),
        basis=node["basis"].text(),
        about=Topic(node["about"].text()) if "about" in node else None,
        instead=tuple(alternative(one.mapping()) for one in entries),
    )


def lifecycles(vocabulary: Vocabulary) -> dict[str, Lifecycle]:
    """Return the lifecycles by their names. Raises DocumentError."""
    components = vocabulary.document.root.get("components")
    declared = vocabulary.word(components, "x-lifecycles") if components else None
    # One without a collection is the life of a resource, not of the items of batches.
    return {
        name: _lifecycle(name, node)
        for name, node in (declared.members() if declared else ())
        if node.get("records") is not None
    }


def _lifecycle(name: str, node: Node) -> Lifecycle:
    marks = {state: one.mapping() for state, one in node["states"].members()}
    outcomes = node["outcomes"].elements()
    limited(node["states"], "states", len(marks))
    limited(node["outcomes"], "outcomes", len(outcomes))
    rows = tuple(_row(number, one, list(marks)) for number, one in enumerate(outcomes, start=1))
    if not any(row.when is Condition.OTHERWISE for row in rows):
        raise node["outcomes"].error(f"no row of {name} is for `otherwise`, so nothing may decide")
    initial = [state for state, one in marks.items() if one.get("initial")]
    if len(initial) > 1:
        raise node["states"].error(f"{' and '.join(initial)} are both initial; one at most is")
    return Lifecycle(
        name=name,
        key=tuple(one.text() for one in node["key"].elements()),
        records=node["records"].text(),
        states=tuple(marks),
        initial=initial[0] if initial else None,
        saving=frozenset(state for state, one in marks.items() if one.get("saved")),
        rows=rows,
        silences=references(node.mapping().get("x-silence")),
    )


def _row(number: int, node: Node, states: list[str]) -> Row:
    raw = node.mapping()
    then = node["then"].text()
    if then not in states:
        raise unknown(node["then"], "state", states)
    silenced = references(raw.get("silence"))
    return Row(
        number=number,
        when=Condition(node["when"].text()),
        then=then,
        source=str(raw.get("source") or ", ".join(silenced)),
        message=raw.get("message"),
        silences=silenced,
    )


def rules(vocabulary: Vocabulary) -> dict[str, Rule]:
    """Return the x-rules of all schemas by their ids. Raises DocumentError."""
    document, found = vocabulary.document, dict[str, Rule]()
    for place in document.objects("schema"):
        value = document.value(place)
        if isinstance(value, dict) and "x-rules" in value:
            listed = vocabulary.word(document.node(place), "x-rules")
            for node in listed.elements() if listed else ():
                rule = replace(rule_of(node.mapping()), place=node["rule"].place)
                found[rule.id] = rule
                limited(node, "rules", len(found))
    return found


def limited(node: Node, what: str, count: int) -> None:
    """Raise LimitError where there are more of a kind than the judge can try."""
    if count > MOST[what]:
        raise LimitError(node.position, f"there are more than {MOST[what]} {what}")


def unknown(node: Node, what: str, known: Iterable[str]) -> DocumentError:
    """Return the error of a name that nothing has, with the nearest that something has."""
    near = nearest(node.text(), known)
    mend = f"did you mean `{near}`?" if near else ""
    return node.error(f"unknown {what} `{node.text()}`", mend)
