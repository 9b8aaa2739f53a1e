"""Whether lifecycles that share a collection agree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from spec_review.lint.rule import Fault, Rule
from spec_review.lint.samples import parcels
from spec_review.output.wording import joined
from spec_review.reading.contract import Contract
from spec_review.reading.vocabulary import Lifecycle


def faults(contract: Contract) -> Iterator[Fault]:
    """Find lifecycles that save in one collection and disagree about it."""
    first: dict[str, Lifecycle] = {}
    for lifecycle in contract.lifecycles:
        if not lifecycle.records:
            continue
        other = first.setdefault(lifecycle.records, lifecycle)
        if other is lifecycle:
            continue
        if set(other.key) != set(lifecycle.key):
            yield Fault(
                (*lifecycle.pointer, "key"),
                f"{lifecycle.name} and {other.name} save in {lifecycle.records} under different keys, "
                f"{key_in_words(lifecycle)} and {key_in_words(other)}",
                "give them one key, or a collection each",
                at_key=True,
            )
        else:
            yield from differing_rows(lifecycle, other)


def differing_rows(lifecycle: Lifecycle, other: Lifecycle) -> Iterator[Fault]:
    """Find rows that judge a saved record otherwise than those of another lifecycle."""
    theirs = {outcome.when: outcome.then for outcome in other.outcomes}
    for outcome in lifecycle.outcomes:
        when = outcome.when
        is_of_records = when in ("twin-saved", "rival-saved")
        if is_of_records and theirs.get(when, outcome.then) != outcome.then:
            yield Fault(
                (*outcome.pointer, "then"),
                f"{when} in {lifecycle.records} is {outcome.then} here "
                f"and {theirs[when]} in {other.name}",
                "let both lifecycles say the same of a saved record",
            )


def key_in_words(lifecycle: Lifecycle) -> str:
    """The key of a lifecycle in words."""
    return joined(lifecycle.key) if lifecycle.key else "the whole item"


_SECOND: Final = """\
    crate:
      key: [weight]
      records: parcels
      states: {Completed: {saved: true}, Failed: {}}
      outcomes:
        - {when: invalid, then: Failed, source: guide 2}
        - {when: otherwise, then: Completed, source: guide 5}
  responses:
    Problem:
      description: The request"""


_CRATES: Final = """\
  /crates:
    post:
      operationId: sendCrates
      summary: Send crates
      x-submission: {lifecycle: crate, processing: synchronous}
      requestBody:
        required: true
        content:
          application/json:
            schema: {type: array, items: {$ref: '#/components/schemas/Parcel'}}
            example: [{number: a1, weight: 2, lifters: 1}]
      responses:
        '200':
          description: What became of each.
          content:
            application/json:
              schema:
                type: object
                properties:
                  result:
                    type: array
                    description: The crates.
                    items:
                      type: object
                      properties:
                        status:
                          type: object
                          description: Where it stands.
                          properties:
                            state: {type: string, description: The state., enum: [Completed, Failed]}
              example: {result: []}
  /parcels/status/{id}:
"""

RULE: Final = Rule(
    id="collection-disagreement",
    severity="error",
    sentence="Lifecycles that save in one collection have one key and judge a saved record alike.",
    why="What is a duplicate for one operation would be another record for the other.",
    breaks=parcels(
        (
            "  responses:\n    Problem:\n      description: The request",
            _SECOND.replace("key: [weight]", "▸key: [weight]"),
        ),
        ("  /parcels/status/{id}:\n", _CRATES),
    ),
    keeps=parcels(
        (
            "  responses:\n    Problem:\n      description: The request",
            _SECOND.replace("key: [weight]", "key: [number]"),
        ),
        ("  /parcels/status/{id}:\n", _CRATES),
    ),
    faults=faults,
)
