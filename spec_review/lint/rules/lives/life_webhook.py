"""Whether webhooks are described that a life sends, and sent that are described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openapi_documents import Pointer
from spec_review.lint.rule import Fault, Rule
from spec_review.lint.rules.lives.samples import orders
from spec_review.output.wording import did_you_mean, first_few
from spec_review.reading.contract import Contract

WORDS: Final = ("webhooks", "x-webhooks")


def faults(contract: Contract) -> Iterator[Fault]:
    """Find notices by webhooks that are not described, and webhooks that nobody sends."""
    described = described_webhooks(contract)
    callbacks = {
        name
        for operation in contract.document.operations()
        for name in contract.document.members((*operation.pointer, "callbacks"))
    }
    sent = set()
    for life in contract.lives:
        for index, (_, name) in enumerate(life.notices):
            sent.add(name)
            if name not in described and name not in callbacks:
                known = [*described, *sorted(callbacks)]
                yield Fault(
                    (*life.pointer, "notify", index, "webhook"),
                    f"there is no webhook or callback {name}",
                    did_you_mean(name, known, f"there are {first_few(known) or 'none'}"),
                )
    if sent:
        for name, place in described.items():
            if name not in sent:
                yield Fault(
                    place, f"nobody sends the webhook {name}", "add it to `notify` of a lifecycle, or leave it out",
                    at_key=True, severity="warning",
                )  # fmt: skip


def described_webhooks(contract: Contract) -> dict[str, Pointer]:
    """The webhooks of a document by their names."""
    found: dict[str, Pointer] = {}
    for word in WORDS:
        found |= contract.document.members((word,))
    return found


RULE: Final = Rule(
    id="life-webhook",
    severity="error",
    sentence="A webhook that a life sends is described, and where lives send webhooks each of them is sent.",
    why="Partners listen for what is described; a message without a description has no form.",
    breaks=orders(
        ("webhook: order-sent}]", "webhook: ▸order-gone}, {on: Sent, webhook: order-sent}]")
    ),
    keeps=orders(),
    faults=faults,
)
