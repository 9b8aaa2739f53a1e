"""Hypothesis strategies for requests in which twins, rivals and invalid items are likely."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from contract_tests.generation.spelling import Style
from contract_tests.judging.story import Entry, spelled
from contract_tests.scenarios.letters import Letters


@dataclass(frozen=True)
class Plan:
    """One item: which key, which of its variants, whether broken, in which spelling."""

    key: int
    variant: int = 0
    broken: int = 0
    style: Style = Style.PLAIN
    filler: int = 0  # so many items of other keys stand before it


def plans(keys: int = 4, variants: int = 3) -> st.SearchStrategy[Plan]:
    """Return items of few keys and few variants: so twins and rivals are likely."""
    return st.builds(
        Plan,
        key=st.integers(0, keys - 1),
        variant=st.sampled_from((0, 0, 0, *range(variants))),
        broken=st.sampled_from((0, 0, 0, 0, 0, 1, 2)),
        style=st.sampled_from((Style.PLAIN, Style.PLAIN, *Style)),
        filler=st.sampled_from((0, 0, 0, 0, 0, 0, 1, 7, 60)),
    )


def requests(most: int = 7) -> st.SearchStrategy[list[Plan]]:
    """Return the items of one request."""
    return st.lists(plans(), min_size=1, max_size=most)


def entries(letters: Letters, request: list[Plan], fillers: str) -> list[Entry]:
    """Return the items of a request as they are sent; fillers have keys of their own."""
    made: list[Entry] = []
    maker = letters.maker
    for number, plan in enumerate(request):
        for filler in range(plan.filler):
            key = f"{letters.namespace}{fillers}.{number}.{filler}"
            made.append(spelled(maker.keyed(letters.variants[0], key)))
        key = f"{letters.namespace}k{plan.key}"
        if plan.broken and letters.invalid:
            item = letters.invalid[(plan.broken - 1 + plan.variant) % len(letters.invalid)].item
        else:
            item = letters.variants[plan.variant % len(letters.variants)]
        made.append(spelled(maker.keyed(item, key), style=plan.style))
    most = maker.submission.max_items
    return made if most is None else made[-most:]
