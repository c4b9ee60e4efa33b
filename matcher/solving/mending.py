"""Make a refused plan lawful: whom a household cannot take goes to the next home that can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.solving.model import Model
    from matcher.solving.options import Ints


def mend(model: Model, chosen: Sequence[int], kept: Ints) -> tuple[int, ...] | None:
    """Return a lawful plan near one that household rules refuse; None when none is found.

    From every refused household children who wait are taken out until the rest is allowed.
    Each then goes to the cheapest home that still takes them, or is left without one.

    Parameters
    ----------
    model
        The aim and its limits.
    chosen
        Options of the refused plan.
    kept
        Options that may be taken instead, rising.
    """
    problem = model.problem
    options, items, households = problem.options, problem.items.items, problem.households
    by_home: dict[int, list[int]] = {}
    for option in sorted(chosen):
        by_home.setdefault(int(options.home[option]), []).append(option)
    dropped: list[int] = []
    for home, here in by_home.items():
        # The dearest to house elsewhere cannot be known; the last by identifier goes first.
        for option in sorted(here, reverse=True):
            if len(here) < 2 or households.allowed(home, _children(model, here)):
                break
            if all(problem.lives_at[child] < 0 for child in _children(model, [option])):
                here.remove(option)
                dropped.append(int(options.item[option]))
        if len(here) > 1 and not households.allowed(home, _children(model, here)):
            return None
    for item in sorted(dropped):
        first, last = np.searchsorted(
            kept, (problem.first_option[item], problem.first_option[item + 1])
        )
        ways = kept[first:last]
        for option in ways[np.lexsort((ways, model.cost[ways]))].tolist():
            home = int(options.home[option])
            here = by_home.setdefault(home, [])
            group = items[item].group
            used = int(problem.weight[[*here, option]].sum())
            if used > int(problem.room[home]) or (
                group is not None
                and any(items[int(options.item[other])].group == group for other in here)
            ):
                continue
            everybody = [each for each in by_home.values() if each is not here]
            plan = [each for there in everybody for each in there] + [*here, option]
            if households.allowed(home, _children(model, [*here, option])) and model.keeps_limits(
                plan
            ):
                here.append(option)
                break
    plan = sorted(option for here in by_home.values() for option in here)
    return tuple(plan) if model.keeps_limits(plan) else None


def _children(model: Model, options: Sequence[int]) -> list[int]:
    problem = model.problem
    return [
        child
        for option in options
        for child in problem.items.items[int(problem.options.item[option])].children
    ]
