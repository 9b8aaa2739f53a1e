"""What the rules may know of a partner: what was given, and what its first submission shows.

A member that a rule compares with the partner's is tried with the values that examples and enumerations have for it; the
first that the server takes is the partner's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from contract_tests.generation.codes import codes_like
from contract_tests.generation.items import FEW_VALUES, ItemMaker, example_texts
from contract_tests.http.partners import Caller, Partners
from contract_tests.judging.findings import Broken
from contract_tests.judging.mode import Suite
from contract_tests.judging.session import Session
from contract_tests.judging.story import spelled
from contract_tests.reading.contract import Contract, Submission
from contract_tests.reading.expressions import partner_attributes
from contract_tests.reading.schemas import nodes

Attributes = Mapping[str, str]
SessionFor = Callable[[Mapping[Caller, Attributes]], Session]


def known_attributes(
    contract: Contract, partners: Partners, session_for: SessionFor
) -> dict[Caller, Attributes]:
    """Return the attributes of every partner that the rules of a contract read.

    `session_for` makes a session in which partners have some attributes.
    """
    found: dict[Caller, Attributes] = {}
    for caller in partners:
        partner = partners.of(caller)
        attributes = {"client_id": partner.client_id or "", **partner.attributes}
        for name in sorted(_read(contract) - attributes.keys()):
            value = _discovered(contract, caller, name, attributes, session_for)
            if value is not None:
                attributes[name] = value
        found[caller] = attributes
    return found


def _read(contract: Contract) -> set[str]:
    return {name for rule in contract.rules.values() for name in partner_attributes(rule.rule)}


def _discovered(
    contract: Contract, caller: Caller, name: str, attributes: Attributes, session_for: SessionFor
) -> str | None:
    candidates = list(dict.fromkeys(_candidates(contract, name)))
    session = session_for({caller: attributes})
    limits = session.asking.client.budget.limits
    for submission in contract.submissions if not (limits.dry_run or limits.read_only) else ():
        makers = {
            value: ItemMaker(submission, {**attributes, name: value}, session.materials.examples)
            for value in candidates
        }
        usable = {
            value: maker
            for value, maker in makers.items()
            if maker.usable and value in str(maker.full)
        }
        if len(usable) > 1:
            value = _first_saved(session, submission, caller, usable)
            if value is not None:
                return value
    return candidates[0] if candidates else None


def _candidates(contract: Contract, name: str) -> Iterator[str]:
    """Yield the texts that may stand under a name: those of examples first, the commonest before others."""
    texts = example_texts(contract.submissions).get(name, ())
    yield from texts
    yield from (code for text in texts[:1] for code in codes_like(text))
    for submission in contract.submissions:
        for example in submission.examples:
            for path, _, known in nodes(example, {"items": submission.item_schema}):
                if path and path[-1] == name:
                    values = known.get("enum", ())[:FEW_VALUES]
                    yield from (one for one in values if isinstance(one, str))


def _first_saved(
    session: Session, submission: Submission, caller: Caller, makers: Mapping[str, ItemMaker]
) -> str | None:
    """Return the first value whose item the server saves."""
    story = session.story(Suite.SILENCES)
    entries = [
        spelled(maker.keyed(maker.full, f"{story.namespace}p{number}"))
        for number, maker in enumerate(makers.values())
    ]
    try:
        made = session.begin(story, submission, entries, caller)
        session.wait(made)
    except Broken:
        return None
    saving = submission.lifecycle.saving
    pairs = zip(makers, made.states, strict=True)
    return next((value for value, state in pairs if state in saving), None)
