"""What it is for whom that a batch ends otherwise."""

from __future__ import annotations

from spec_review.diff.verdicts import EVERYONE, Verdict, Verdicts
from spec_review.simulation.model import Decision
from spec_review.simulation.witness import Facet, IntakePair, Witness


def verdicts_of_witness(witness: Witness, pair: IntakePair) -> Verdicts:
    """What the difference between two answers is for whom."""
    before, after = witness.before[-1], witness.after[-1]
    is_refused = before.refusal is not None or after.refusal is not None
    if before.processing != after.processing and not is_refused:
        return EVERYONE
    if before.refusal != after.refusal:
        sender: Verdict = "safe" if after.refusal is None else "breaking"
        return Verdicts(sender=sender, provider="breaking")
    verdicts = Verdicts(provider="breaking")
    if before.waiting != after.waiting:
        verdicts = verdicts.joined(Verdicts(reader="breaking"))
    for was, now in zip(before.decisions, after.decisions, strict=False):
        if was.state != now.state:
            verdicts = verdicts.joined(verdicts_of_item(was, now, pair, witness.facet))
    return verdicts


def verdicts_of_item(was: Decision, now: Decision, pair: IntakePair, facet: Facet) -> Verdicts:
    """What it is for whom that an item ends otherwise."""
    saved_before = was.state in pair.old.lifecycle.saved
    saved_after = now.state in pair.new.lifecycle.saved
    sender: Verdict = "unclear"
    if saved_before and not saved_after:
        sender = "breaking"
    elif saved_after and not saved_before:
        sender = "safe" if was.when == "invalid" else "breaking"
    elif saved_before and saved_after:
        sender = "safe"
    is_known = facet == "validity" and now.state in pair.old.lifecycle.state_names
    return Verdicts(sender, "safe" if is_known else "breaking", "breaking")
