"""Why children are left without a home in a plan that was sought over some options."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.solving.bare_options import BareOptions
from matcher.solving.reasons import reasons_unplaced
from matcher.solving.shortlists import united

if TYPE_CHECKING:
    from matcher.solving.by_shortlists import Sought
    from matcher.solving.reasons import Unplaced

EXPLAINED = 300
"""So many children left without a home are explained at a time."""


def why_unplaced(sought: Sought) -> tuple[Unplaced, ...]:
    """Say for each child left without a home what stands in the way, over all options."""
    problem, ground = sought.problem, sought.lister.ground
    items, options = ground.items.items, problem.options
    placed = {
        child for item in options.item[sought.plan].tolist() for child in items[item].children
    }
    left = [child for child in range(len(ground.items.child_ids)) if child not in placed]
    with_child: dict[int, list[int]] = {}
    for at, item in enumerate(items):
        for child in item.children:
            with_child.setdefault(child, []).append(at)
    plan = np.array(sorted(sought.plan), dtype=np.int64)
    taken = BareOptions(
        options.item[plan],
        options.home[plan],
        options.match_loss[plan],
        np.where(options.cost_known[plan], options.cost[plan], -1).astype(np.int32),
    )
    found: list[Unplaced] = []
    for low in range(0, len(left), EXPLAINED):
        some = left[low : low + EXPLAINED]
        wanted = sorted({at for child in some for at in with_child[child]})
        about = united([taken, sought.lister.every_option(wanted)])
        names = about.item.astype(np.int64) << 32 | about.home
        where = np.searchsorted(names, taken.item.astype(np.int64) << 32 | taken.home)
        of_them = ground.problem(ground.maker.described(about))
        found += reasons_unplaced(of_them, where.tolist(), among=some)
    return tuple(found)
