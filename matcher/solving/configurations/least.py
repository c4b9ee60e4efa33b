"""The least reduced cost of every home in exact integers, as plain loops to be compiled.

Written apart from :mod:`matcher.solving.configurations.kernel`, which seeks columns in
floating point: what that search overlooks, this one does not share. Valid Python, and valid
for numba.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# The compiler infers the types.

from __future__ import annotations

import numpy as np


def company_refused(mates, depth, low, high, set_first, set_item, set_exact):
    """Return 2 if a part is refused whoever else joins, 1 if exactly this company, else 0.

    The company is the first ``depth`` of ``mates``.
    """
    answer = 0
    for each in range(low, high):
        first, last = set_first[each], set_first[each + 1]
        size = last - first
        if size > depth or (set_exact[each] and size != depth):
            continue
        matched = 0
        for at in range(first, last):
            for place in range(depth):
                if mates[place] == set_item[at]:
                    matched += 1
                    break
        if matched == size:
            if not set_exact[each]:
                return 2
            answer = 1
    return answer


def listed(code, low, high, codes):
    """Whether a number is among rising ones from ``low`` to ``high``."""
    while low < high:
        middle = (low + high) // 2
        if codes[middle] < code:
            low = middle + 1
        elif codes[middle] > code:
            high = middle
        else:
            return True
    return False


def least_costs(
    homes,
    first,
    option,
    cost,
    item,
    weight,
    room,
    family,
    families,
    adjacent_first,
    adjacent,
    pair_first,
    pairs,
    refused_first,
    set_first,
    set_item,
    set_exact,
    steps,
):
    """Return the least sum of reduced costs of company that each home allows.

    Parameters
    ----------
    homes
        Positions of the homes.
    first, option, cost
        Where each of their options begin (by place among ``homes``), the options, and their
        reduced costs, integers.
    item, weight, room, family, families, adjacent_first, adjacent
        Of the instance.
    pair_first, pairs, refused_first, set_first, set_item, set_exact
        What is refused, as :meth:`Refusals.arrays` returns it.
    steps
        After so many in one home only room counts there: what is returned is then too low.

    Returns
    -------
    tuple of ndarray
        The least sum for each home, at most 0; where each home's table begins; for every
        room from none to all of it the least sum when only room counts.
    """
    count = len(homes)
    least = np.zeros(count, dtype=np.int64)
    table_first = np.zeros(count + 1, dtype=np.int64)
    for place in range(count):
        table_first[place + 1] = table_first[place] + room[homes[place]] + 1
    tables = np.zeros(table_first[count], dtype=np.int64)
    taken = np.zeros(families, dtype=np.bool_)
    items = len(family)
    for place in range(count):
        home = homes[place]
        beds = room[home]
        low, size = first[place], first[place + 1] - first[place]
        density = np.empty(size, dtype=np.float64)
        for at in range(size):
            density[at] = cost[low + at] / weight[option[low + at]]
        order = np.argsort(density, kind="mergesort")
        # What the options from a place on add at least, by room left.
        table = np.zeros((size + 1, beds + 1), dtype=np.int64)
        for at in range(size - 1, -1, -1):
            own, beds_needed = cost[low + order[at]], weight[option[low + order[at]]]
            for space in range(beds + 1):
                best = table[at + 1, space]
                if own < 0 and beds_needed <= space:
                    best = min(best, own + table[at + 1, space - beds_needed])
                table[at, space] = best
        for space in range(beds + 1):
            tables[table_first[place] + space] = table[0, space]
        if size == 0:
            continue
        mates = np.empty(beds + 1, dtype=np.int64)
        next_at = np.zeros(beds + 2, dtype=np.int64)
        space_left = np.empty(beds + 2, dtype=np.int64)
        total = np.zeros(beds + 2, dtype=np.int64)
        space_left[0] = beds
        depth, made, best = 0, 0, np.int64(0)
        while depth >= 0:
            at = next_at[depth]
            if at >= size or total[depth] + table[at, space_left[depth]] >= best:
                depth -= 1
                if depth >= 0:
                    taken[family[mates[depth]]] = False
                continue
            next_at[depth] = at + 1
            made += 1
            if made > steps:
                for each in range(depth):
                    taken[family[mates[each]]] = False
                best = table[0, beds]
                break
            which = option[low + order[at]]
            thing = item[which]
            if weight[which] > space_left[depth] or taken[family[thing]]:
                continue
            clash = False
            for each in range(depth):
                mate = mates[each]
                code = min(thing, mate) * items + max(thing, mate)
                clash = clash or listed(
                    mate, adjacent_first[thing], adjacent_first[thing + 1], adjacent
                )
                clash = clash or listed(code, pair_first[home], pair_first[home + 1], pairs)
            if clash:
                continue
            mates[depth] = thing
            answer = company_refused(
                mates,
                depth + 1,
                refused_first[home],
                refused_first[home + 1],
                set_first,
                set_item,
                set_exact,
            )
            if answer == 2:
                continue
            reached = total[depth] + cost[low + order[at]]
            if answer == 0 and reached < best:
                best = reached
            taken[family[thing]] = True
            depth += 1
            next_at[depth] = at + 1
            space_left[depth] = space_left[depth - 1] - weight[which]
            total[depth] = reached
        least[place] = best
    return least, table_first, tables


ORDER = ("company_refused", "listed", "least_costs")
"""To compile in this order: callees before callers."""
