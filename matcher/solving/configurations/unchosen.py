"""Which options left out of an instance could lower a home's least sum, as loops to be compiled.

An instance may hold a few of many options; its bound holds for all of them once no company
with one that was left out comes below what its home's own companies come to [1]_. That is
asked with room alone: what families, conflicts and households forbid could only say no more
often. Of the many options with a negative reduced cost few could do it: in a home of one bed
none but those better than the best chosen.

Valid Python, and valid for numba.

References
----------
.. [1] M. E. Lübbecke and J. Desrosiers, "Selected topics in column generation", Operations
   Research 53 (2005): pricing out.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# The compiler infers the types.

from __future__ import annotations

import numpy as np


def worth_choosing(home, weight, reduced, chosen, room, least, most):
    """Return the options to choose, and by how much the homes' least sums are too high at most.

    Parameters
    ----------
    home, weight, reduced
        Of options with a negative reduced cost that fit into their homes; all there are.
    chosen
        Whether they are in the instance.
    room
        Of each home.
    least
        The least sum of each home over what is in the instance, at most 0.
    most
        So many options are chosen for a home at a time, beside one for each of its places.

    Returns
    -------
    tuple
        Positions of the options, in the order of homes; the sum over homes, at most 0, by which
        companies with an option left out may come below.
    """
    homes = len(room)
    first = np.zeros(homes + 1, dtype=np.int64)
    for each in home:
        first[each + 1] += 1
    for each in range(homes):
        first[each + 1] += first[each]
    order = np.empty(len(home), dtype=np.int64)
    filled = first[:-1].copy()
    for at in range(len(home)):
        order[filled[home[at]]] = at
        filled[home[at]] += 1
    found = np.empty(1024, dtype=np.int64)
    count = 0
    below = np.int64(0)
    for there in range(homes):
        low, high = first[there], first[there + 1]
        outside = 0
        for place in range(low, high):
            if not chosen[order[place]]:
                outside += 1
        if outside == 0:
            continue
        beds = room[there]
        # The least sum by room, when only room counts.
        table = np.zeros(beds + 1, dtype=np.int64)
        for place in range(low, high):
            own, taken = reduced[order[place]], weight[order[place]]
            for space in range(beds, taken - 1, -1):
                table[space] = min(table[space], own + table[space - taken])
        option = np.empty(outside, dtype=np.int64)
        reached = np.empty(outside, dtype=np.int64)
        lower = 0
        for place in range(low, high):
            at = order[place]
            if not chosen[at]:
                total = reduced[at] + table[beds - weight[at]]
                if total < least[there]:
                    option[lower], reached[lower] = at, total
                    lower += 1
        if lower == 0:
            continue
        ranked = np.argsort(reached[:lower])
        below += reached[ranked[0]] - least[there]
        kept = min(lower, most + beds)
        while count + kept > len(found):
            longer = np.empty(2 * len(found), dtype=np.int64)
            longer[:count] = found[:count]
            found = longer
        for each in range(kept):
            found[count] = option[ranked[each]]
            count += 1
    return found[:count], below


ORDER = ("worth_choosing",)
"""To compile in this order: callees before callers."""
