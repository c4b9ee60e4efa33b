"""A diagram of states: boxes in a row, arcs forward above them and backward below."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from api.casework.states import STATES, TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.casework.states import Noun

BOX = (104, 32)
"""Width and height of a state, in pixels of the drawing."""
STEP = 150
RISE = 30
"""How much higher an arc is for each state that it passes."""
ROOM = 18
"""For a line of text."""


def diagram(noun: Noun) -> str:
    """Return the states of a noun and what leads from one to another, as SVG.

    Parameters
    ----------
    noun
        Which.

    Returns
    -------
    str
        One element; it needs no script and no style sheet.
    """
    states = [state.value for state in STATES[noun]]
    arcs = _arcs(noun)
    highest = max((to - at for at, to in arcs if to > at), default=1)
    lowest = max((at - to for at, to in arcs if to <= at), default=1)
    top = ROOM + highest * RISE + ROOM
    height = top + BOX[1] + lowest * RISE + 2 * ROOM
    width = STEP * len(states)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="States of a {noun}" style="max-width: 100%; font: 11px sans-serif">',
        '<defs><marker id="to" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="currentColor"/>'
        "</marker></defs>",
    ]
    parts += [_arc(at, to, actions, top) for (at, to), actions in arcs.items()]
    parts += [_box(place, state, top) for place, state in enumerate(states)]
    return "\n".join([*parts, "</svg>"])


def _arcs(noun: Noun) -> Mapping[tuple[int, int], list[str]]:
    """Return the actions between each two places, from left to right."""
    place = {state: at for at, state in enumerate(STATES[noun])}
    found: dict[tuple[int, int], list[str]] = {}
    for step in TRANSITIONS:
        if step.noun is noun and step.before is not None and step.before is not step.after:
            key = (place[step.before], place[step.after])
            found.setdefault(key, []).append(step.action.replace("_", " "))
    return dict(sorted(found.items()))


def _middle(place: int) -> float:
    return place * STEP + STEP / 2


def _box(place: int, state: str, top: float) -> str:
    x = _middle(place) - BOX[0] / 2
    words = escape(state.replace("_", " "))
    return (
        f'<rect x="{x:g}" y="{top:g}" width="{BOX[0]}" height="{BOX[1]}" rx="6" fill="#e0f2f1" '
        f'stroke="#00695c"/><text x="{_middle(place):g}" y="{top + 20:g}" text-anchor="middle" '
        f'fill="#111">{words}</text>'
    )


def _arc(at: int, to: int, actions: Sequence[str], top: float) -> str:
    forward = to > at
    spread = 14 if forward else -14
    x1, x2 = _middle(at) + spread, _middle(to) - spread
    edge = top if forward else top + BOX[1]
    reach = abs(to - at) * RISE
    peak = edge - reach if forward else edge + reach
    control = edge + (peak - edge) * 4 / 3
    label = peak - 4 if forward else peak + 12
    words = escape(", ".join(actions))
    return (
        f'<path d="M{x1:g} {edge:g}C{x1:g} {control:g} {x2:g} {control:g} {x2:g} {edge:g}" '
        'fill="none" stroke="currentColor" marker-end="url(#to)"/>'
        f'<text x="{(x1 + x2) / 2:g}" y="{label:g}" text-anchor="middle" fill="currentColor">'
        f"{words}</text>"
    )
