"""Hypothesis strategies for requests in which twins, rivals and invalid items are likely."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from contract_tests.judging.submitted import Entry, spelled
from contract_tests.scenarios.stories import Cast


@dataclass(frozen=True)
class Plan:
    """One item: which key, which of its variants, whether broken, in which spelling."""

    key: int
    variant: int = 0
    broken: int = 0
    style: str = "plain"
    filler: int = 0  # so many items of other keys stand before it


STYLES = ("plain", "reversed", "floats", "exponents", "escapes", "spaces")


def plans(keys: int = 4, variants: int = 3) -> st.SearchStrategy[Plan]:
    """Return items of few keys and few variants: so twins and rivals are likely."""
    return st.builds(
        Plan,
        key=st.integers(0, keys - 1),
        variant=st.sampled_from((0, 0, 0, *range(variants))),
        broken=st.sampled_from((0, 0, 0, 0, 0, 1, 2)),
        style=st.sampled_from(("plain", "plain", *STYLES)),
        filler=st.sampled_from((0, 0, 0, 0, 0, 0, 1, 7, 60)),
    )


def requests(most: int = 7) -> st.SearchStrategy[list[Plan]]:
    """Return the items of one request."""
    return st.lists(plans(), min_size=1, max_size=most)


def entries(cast: Cast, request: list[Plan], fillers: str) -> list[Entry]:
    """Return the items of a request as they are sent; fillers have keys of their own."""
    made: list[Entry] = []
    workshop = cast.workshop
    for number, plan in enumerate(request):
        for filler in range(plan.filler):
            key = f"{cast.namespace}{fillers}.{number}.{filler}"
            made.append(spelled(workshop.keyed(cast.variants[0], key)))
        key = f"{cast.namespace}k{plan.key}"
        if plan.broken and cast.invalid:
            item = cast.invalid[(plan.broken - 1 + plan.variant) % len(cast.invalid)].item
        else:
            item = cast.variants[plan.variant % len(cast.variants)]
        made.append(spelled(workshop.keyed(item, key), style=plan.style))
    most = workshop.submission.max_items
    return made if most is None else made[-most:]
