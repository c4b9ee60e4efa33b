"""The doubt about assumptions: one draw of every value for each replication."""

from __future__ import annotations

from math import exp, log
from typing import TYPE_CHECKING

from scenarios.assumptions.assumption import Drawn

if TYPE_CHECKING:
    from scenarios.assumptions.assumption import Assumption
    from scenarios.assumptions.table import Assumptions
    from scenarios.randomness import Randomness

_NORMAL_95 = 1.6448536269514722
"""The 95 per cent point of the standard normal distribution."""


def draw_values(assumptions: Assumptions, randomness: Randomness) -> dict[str, float]:
    """Return a value of every assumption, drawn from its doubt.

    A value is drawn by its name, from the replication's own random numbers, so that base and
    variant of one replication live with the same values.

    Parameters
    ----------
    assumptions
        The table.
    randomness
        Of the replication.

    Returns
    -------
    dict
        By name. Shares of one group add up to what their values add up to.
    """
    values: dict[str, float] = {}
    groups: dict[str, list[Assumption]] = {}
    for name, each in assumptions.items():
        if each.drawn is Drawn.DIRICHLET:
            groups.setdefault(str(each.group), []).append(each)
            continue
        values[name] = _drawn(each, randomness)
    for members in groups.values():
        whole = sum(each.value for each in members)
        parts = [_gamma(each, each.value * (each.events or 1), randomness) for each in members]
        total = sum(parts)
        for each, part in zip(members, parts, strict=True):
            values[each.name] = each.value if total <= 0 else whole * part / total
    return {name: values[name] for name in assumptions}


def _drawn(each: Assumption, randomness: Randomness) -> float:
    if each.drawn is Drawn.FIXED or each.value == 0:
        return each.value
    rng = randomness.generator("assumption", each.name)
    if each.drawn is Drawn.GAMMA:
        shape = each.events or 1.0
        return each.value * float(rng.standard_gamma(shape)) / shape
    if each.drawn is Drawn.BETA:
        events = each.events or 1.0
        if each.value >= 1:
            return each.value
        return float(rng.beta(each.value * events, (1 - each.value) * events))
    low, high = each.interval or (1.0, 1.0)
    spread = log(high / low) / (2 * _NORMAL_95)
    return each.value * exp(spread * float(rng.standard_normal()))


def _gamma(each: Assumption, shape: float, randomness: Randomness) -> float:
    if shape <= 0:
        return 0.0
    return float(randomness.generator("assumption", each.name).standard_gamma(shape))
