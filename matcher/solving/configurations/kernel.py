"""The search for one home's best configurations, as plain loops that can be compiled.

The options of a home are put in order of profit per bed. A knapsack table says what the
options from any place on could add at most within any room left; it knows nothing of
conflicts, so it never says too little. The depth-first search follows only branches which
the table leaves a chance to come above a threshold. Without conflicts that chance is always
real, and the search walks straight to the answers; the usual bound of a fractional last item
([1]_, chapter 2) is weaker and hardly cheaper for homes of a few beds.

Every function here is valid Python and valid for numba: small problems run it as it stands,
large ones compiled; see :mod:`matcher.solving.configurations.pricing`.

References
----------
.. [1] S. Martello and P. Toth, "Knapsack Problems", Wiley (1990).
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# The compiler infers the types.

from __future__ import annotations

import numpy as np


def collect(start, among, whole, item, cost, item_price, extra, above):
    """Return the options that are worth more than ``above`` (of each home) under prices.

    Parameters
    ----------
    start, among, whole
        Where each home's options begin, and which they are; all of them if ``whole``.
    item, cost
        Of the instance.
    item_price
        Price of every item.
    extra
        What the options of ``among``, or all, use of limits at their prices; empty for none.
    above
        Profit that an option of each home must exceed.

    Returns
    -------
    tuple of ndarray
        Where each home's part begins; positions of the options; their profits.
    """
    homes = len(start) - 1
    first = np.zeros(homes + 1, dtype=np.int64)
    size = 1024
    option = np.empty(size, dtype=np.int64)
    profit = np.empty(size, dtype=np.float64)
    count = 0
    for home in range(homes):
        for place in range(start[home], start[home + 1]):
            at = place if whole else among[place]
            worth = item_price[item[at]] - cost[at]
            if len(extra) > 0:
                worth -= extra[place]
            if worth > above[home]:
                if count == size:
                    size *= 2
                    more = np.empty(size, dtype=np.int64)
                    more[:count] = option
                    option = more
                    worths = np.empty(size, dtype=np.float64)
                    worths[:count] = profit
                    profit = worths
                option[count] = at
                profit[count] = worth
                count += 1
        first[home + 1] = count
    return first, option[:count], profit[:count]


def longer(array, size):
    """Return an array with at least ``size`` entries, the old ones first."""
    if size <= len(array):
        return array
    found = np.empty(max(size, 2 * len(array)), dtype=array.dtype)
    found[: len(array)] = array
    return found


def table_of(worth, needs, beds):
    """Return what the options from any place on add at most to any room left.

    Given are profit and room of each option of a home, and the home's room.
    """
    size = len(worth)
    table = np.zeros((size + 1, beds + 1), dtype=np.float64)
    for at in range(size - 1, -1, -1):
        table[at] = table[at + 1]
        if worth[at] > 0.0:
            for space in range(needs[at], beds + 1):
                with_it = worth[at] + table[at + 1, space - needs[at]]
                if with_it > table[at, space]:
                    table[at, space] = with_it
    return table


def conflicts(thing, mates, depth, adjacent_first, adjacent):
    """Whether an item conflicts with any of the first ``depth`` mates."""
    last = adjacent_first[thing + 1]
    if last == adjacent_first[thing]:
        return False
    for other in range(depth):
        a, b = adjacent_first[thing], last
        while a < b:
            middle = (a + b) // 2
            if adjacent[middle] < mates[other]:
                a = middle + 1
            else:
                b = middle
        if a < last and adjacent[a] == mates[other]:
            return True
    return False


def refused_pair(thing, mates, depth, items, low, high, pairs):
    """Whether a home refuses an item with any of the first ``depth`` mates.

    A pair is the smaller item times the number of ``items``, plus the larger; the home's are
    from ``low`` to ``high``, rising.
    """
    if low == high:
        return False
    for other in range(depth):
        code = min(thing, mates[other]) * items + max(thing, mates[other])
        a, b = low, high
        while a < b:
            middle = (a + b) // 2
            if pairs[middle] < code:
                a = middle + 1
            else:
                b = middle
        if a < high and pairs[a] == code:
            return True
    return False


def refused(mates, depth, low, high, set_first, set_item, set_exact):
    """Return 2 if a set is refused and more items are no help, 1 if exactly this is, else 0.

    The first ``depth`` mates are looked at; sets without the last are known to be fine.
    """
    answer = 0
    for each in range(low, high):
        a, b = set_first[each], set_first[each + 1]
        if b - a > depth or (set_exact[each] and b - a != depth):
            continue
        inside = True
        for at in range(a, b):
            there = False
            for other in range(depth):
                if mates[other] == set_item[at]:
                    there = True
                    break
            if not there:
                inside = False
                break
        if inside and set_exact[each]:
            answer = 1
        elif inside:
            return 2
    return answer


def search(
    homes,
    first,
    option,
    profit,
    item,
    weight,
    room,
    opening,
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
    floor,
    spread,
    most,
    nodes,
    width,
):
    """Return the best configurations of homes.

    Parameters
    ----------
    homes
        Positions of the homes to search.
    first, option, profit
        Options to choose from, as :func:`collect` returns them.
    item, weight, room, opening, family, families, adjacent_first, adjacent
        Of the instance.
    pair_first, pairs
        Pairs of items that a home refuses: where each home's begin, and the pairs.
    refused_first, set_first, set_item, set_exact
        Other sets of items that a home refuses: where each home's sets begin, where each set's
        items begin, the items, and whether only exactly this set is refused.
    floor
        For each of ``homes``, profit that a configuration must exceed.
    spread
        Configurations this much below the home's best are not looked for, unless there is
        none above; infinite to return all above ``floor``.
    most
        How many configurations a home returns at most: the best ones.
    nodes
        After so many steps of the search a home's search ends.
    width
        How many items fit into any home.

    Returns
    -------
    tuple
        For each home where its configurations begin; where each one's options begin; the
        options; the profits, opening costs deducted; for each home whether the search ended
        before everything was seen; for each home what it could be worth at most if nothing
        but room mattered.
    """
    count = len(homes)
    ended = np.zeros(count, dtype=np.bool_)
    relaxed = np.zeros(count, dtype=np.float64)
    home_first = np.zeros(count + 1, dtype=np.int64)
    column_first = np.zeros(1024, dtype=np.int64)
    column_profit = np.empty(1024, dtype=np.float64)
    found = np.empty(4096, dtype=np.int64)
    columns, filled = 0, 0

    used = np.zeros(families, dtype=np.bool_)
    kept = np.empty(16 * width, dtype=np.int64)
    kept_size = np.empty(16, dtype=np.int64)
    kept_profit = np.empty(16, dtype=np.float64)
    # What is kept of the home at hand; the branch: places, items, at every depth what is left.
    chosen = np.empty(width + 1, dtype=np.int64)
    mates = np.empty(width + 1, dtype=np.int64)
    following = np.empty(width + 2, dtype=np.int64)
    left = np.empty(width + 2, dtype=np.int64)
    value = np.empty(width + 2, dtype=np.float64)
    everything = np.isinf(spread)

    for place in range(count):
        home = homes[place]
        low = first[home]
        size = first[home + 1] - low
        home_first[place + 1] = columns
        relaxed[place] = -float(opening[home])
        if size == 0:
            continue
        density = np.empty(size, dtype=np.float64)
        for at in range(size):
            density[at] = -profit[low + at] / weight[option[low + at]]
        order = np.argsort(density, kind="mergesort")
        things = np.empty(size, dtype=np.int64)
        worth = np.empty(size, dtype=np.float64)
        needs = np.empty(size, dtype=np.int64)
        for at in range(size):
            things[at] = item[option[low + order[at]]]
            worth[at] = profit[low + order[at]]
            needs[at] = weight[option[low + order[at]]]
        table = table_of(worth, needs, room[home])
        top = table[0, room[home]]
        relaxed[place] = top - opening[home]
        lowest = floor[place] + opening[home]
        reach = spread
        number, steps = 0, 0
        while True:
            threshold = lowest if everything else max(lowest, top - reach)
            bar, worst, depth = threshold, 0, 0
            following[0], left[0], value[0] = 0, room[home], 0.0
            while True:
                at = following[depth]
                if at >= size or value[depth] + table[at, left[depth]] <= bar:
                    if depth == 0:
                        break
                    depth -= 1
                    used[family[mates[depth]]] = False
                    continue
                following[depth] = at + 1
                if needs[at] > left[depth]:
                    continue
                reached = value[depth] + worth[at]
                if reached + table[at + 1, left[depth] - needs[at]] <= bar:
                    continue
                steps += 1
                full = everything and number == most
                if steps > nodes or full:
                    ended[place] = True
                    for other in range(depth):
                        used[family[mates[other]]] = False
                    break
                thing = things[at]
                if (
                    used[family[thing]]
                    or conflicts(thing, mates, depth, adjacent_first, adjacent)
                    or refused_pair(
                        thing,
                        mates,
                        depth,
                        len(family),
                        pair_first[home],
                        pair_first[home + 1],
                        pairs,
                    )
                ):
                    continue
                chosen[depth], mates[depth] = at, thing
                answer = refused(
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
                used[family[thing]] = True
                left[depth + 1] = left[depth] - needs[at]
                value[depth + 1] = reached
                following[depth + 1] = at + 1
                depth += 1
                if reached <= bar or answer == 1:
                    continue
                where = worst
                if number < most:
                    where = number
                    number += 1
                    kept = longer(kept, number * width)
                    kept_size = longer(kept_size, number)
                    kept_profit = longer(kept_profit, number)
                for each in range(depth):
                    kept[where * width + each] = option[low + order[chosen[each]]]
                kept_size[where] = depth
                kept_profit[where] = reached
                if number == most and not everything:
                    worst = 0
                    for each in range(1, number):
                        if kept_profit[each] < kept_profit[worst]:
                            worst = each
                    bar = max(bar, kept_profit[worst])
            if number > 0 or ended[place] or threshold <= lowest:
                break
            # It may be 0 where prices are.
            reach = max(8.0 * reach, 1e-6 * (top - lowest))
        column_first = longer(column_first, columns + number + 1)
        column_profit = longer(column_profit, columns + number)
        for each in range(number):
            size = kept_size[each]
            found = longer(found, filled + size)
            for at in range(size):
                found[filled + at] = kept[each * width + at]
            filled += size
            column_profit[columns] = kept_profit[each] - opening[home]
            columns += 1
            column_first[columns] = filled
        home_first[place + 1] = columns
    return (
        home_first,
        column_first[: columns + 1],
        found[:filled],
        column_profit[:columns],
        ended,
        relaxed,
    )


ORDER = (
    "collect",
    "longer",
    "table_of",
    "conflicts",
    "refused_pair",
    "refused",
    "search",
)
"""To compile in this order: callees before callers."""
