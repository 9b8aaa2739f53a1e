"""The states of a lifecycle as an SVG drawing: from left to right, or from top to bottom on a phone."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import Final

from spec_review.reading.vocabulary import Lifecycle, Outcome

SHORT: Final = {
    "rival-in-request": "rival in the request",
    "invalid": "invalid",
    "twin-in-request": "twin in the request",
    "twin-saved": "twin saved before",
    "rival-saved": "rival saved before",
    "otherwise": "otherwise",
}
"""Each condition in as few words as an arrow has room for."""

LINE: Final = 19
GAP: Final = 16


@dataclass(frozen=True)
class FinalState:
    """A final state with the rows that lead to it."""

    name: str
    is_saved: bool
    rows: tuple[Outcome, ...]

    @property
    def height(self) -> int:
        """How high its box must be to hold a line for state row."""
        return max(46, 14 + LINE * max(1, len(self.rows)))


def final_states(lifecycle: Lifecycle) -> list[FinalState]:
    """The final states, in the order in which rows first lead to them."""
    order = dict.fromkeys(row.then for row in lifecycle.outcomes)
    order.update(
        dict.fromkeys(state for state in lifecycle.state_names if state != lifecycle.initial)
    )
    return [
        FinalState(
            name,
            name in lifecycle.saved,
            tuple(row for row in lifecycle.outcomes if row.then == name),
        )
        for name in order
        if name != lifecycle.initial or any(row.then == name for row in lifecycle.outcomes)
    ]


def wide(lifecycle: Lifecycle, *, is_synchronous: bool) -> str:
    """The drawing from left to right."""
    finals = final_states(lifecycle)
    height = sum(state.height + GAP for state in finals) - GAP + 8
    middle = height / 2
    start = lifecycle.initial if lifecycle.initial and not is_synchronous else "the request"
    parts = [box(4, middle - 23, 130, 46, start, "start")]
    top = 4.0
    for state in finals:
        centre = top + state.height / 2
        parts.append(
            f'<path class="edge" d="M134 {middle:.0f} C 190 {middle:.0f}, 170 {centre:.0f}, '
            f'220 {centre:.0f} H 424" marker-end="url(#{marker(lifecycle)})"/>'
        )
        parts += labels(state, 232, centre)
        parts.append(
            box(
                432, top, 140, state.height, state.name, style_of(state), saved_to(lifecycle, state)
            )
        )
        top += state.height + GAP
    return drawing(lifecycle, 576, height, parts, "wide")


def narrow(lifecycle: Lifecycle, *, is_synchronous: bool) -> str:
    """The drawing from top to bottom."""
    finals = final_states(lifecycle)
    start = lifecycle.initial if lifecycle.initial and not is_synchronous else "the request"
    parts = [box(4, 4, 150, 40, start, "start")]
    top = 62.0
    for state in finals:
        height = 34 + LINE * max(1, len(state.rows) + state.is_saved)
        parts.append(
            f'<path class="edge" d="M22 44 V {top + 22:.0f} H 44" '
            f'marker-end="url(#{marker(lifecycle)})"/>'
        )
        parts.append(
            f'<rect class="state {style_of(state)}" x="52" y="{top:.0f}" width="284" '
            f'height="{height}" rx="9"/>'
            f'<text class="name" x="66" y="{top + 21:.0f}">{escape(shortened(state.name, 30))}</text>'
        )
        for index, row in enumerate(state.rows):
            line = top + 41 + LINE * index
            parts.append(
                f'<text class="why" x="66" y="{line:.0f}">{row.index + 1}. {condition_text(row)}</text>'
            )
        if state.is_saved:
            line = top + 41 + LINE * len(state.rows)
            where = escape(shortened(saved_to(lifecycle, state), 42))
            parts.append(f'<text class="below" x="66" y="{line:.0f}">{where}</text>')
        top += height + GAP
    return drawing(lifecycle, 340, top - GAP + 6, parts, "narrow")


def labels(state: FinalState, x: float, centre: float) -> list[str]:
    """The conditions along an arrow, on a ground that hides the arrow behind them."""
    count = max(1, len(state.rows))
    first = centre - LINE * (count - 1) / 2 + 5
    found = []
    for index, row in enumerate(state.rows):
        y = first + LINE * index
        text = f"{row.index + 1}. {condition_text(row)}"
        found.append(
            f'<rect class="ground" x="{x - 4:.0f}" y="{y - 14:.0f}" '
            f'width="{len(text) * 7 + 8}" height="{LINE}"/>'
            f'<text class="why" x="{x:.0f}" y="{y:.0f}">{text}</text>'
        )
    return found


def condition_text(row: Outcome) -> str:
    """The condition of a row, safe to stand in SVG."""
    return escape(SHORT.get(row.when, row.when))


def style_of(state: FinalState) -> str:
    """How a state is drawn."""
    return "saved" if state.is_saved else "final"


def saved_to(lifecycle: Lifecycle, state: FinalState) -> str:
    """Where a saved state's items go."""
    return f"saved to {lifecycle.records}" if state.is_saved else ""


def shortened(text: str, most: int) -> str:
    """The text, or as much of it as there is room for."""
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"


def box(
    x: float, y: float, width: float, height: float, name: str, style: str, below: str = ""
) -> str:
    """A rounded box with a name in it, and a smaller line below the name."""
    middle = x + width / 2
    line = y + height / 2 + (5 if not below else -2)
    text = f'<text class="name" x="{middle:.0f}" y="{line:.0f}" text-anchor="middle">'
    more = (
        f'<text class="below" x="{middle:.0f}" y="{line + 17:.0f}" text-anchor="middle">'
        f"{escape(shortened(below, 24))}</text>"
        if below
        else ""
    )
    return (
        f'<rect class="state {style}" x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" rx="9"/>{text}{escape(shortened(name, 18))}</text>{more}'
    )


def marker(lifecycle: Lifecycle) -> str:
    """The id of the arrow head."""
    return "head-" + "".join(c if c.isalnum() else "-" for c in lifecycle.name)


def drawing(
    lifecycle: Lifecycle, width: float, height: float, parts: list[str], layout: str
) -> str:
    """The whole SVG, with a sentence for those who do not see it."""
    where = "; ".join(
        f"{state.name}: {', '.join(SHORT.get(row.when, row.when) for row in state.rows) or 'never'}"
        for state in final_states(lifecycle)
    )
    head = f"{marker(lifecycle)}-{layout}"
    body = "".join(parts).replace(f"#{marker(lifecycle)})", f"#{head})")
    return (
        f'<svg class="states {layout}" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
        f'aria-label="{escape("The states of " + lifecycle.name + ". " + where, quote=True)}" '
        f'style="max-width:{width * 1.25:.0f}px">'
        f'<defs><marker id="{head}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path class="head" d="M0 0 L8 4 L0 8 z"/></marker></defs>'
        f"{body}</svg>"
    )
