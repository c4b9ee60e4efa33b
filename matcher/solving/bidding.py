"""Families bid for places in homes, as plain loops to be compiled.

Valid Python, and valid for numba: no objects, only arrays. What the arrays mean is said in
:mod:`matcher.solving.auction`. A home's places are held by *tenants*; a tenant pays for all of
its places at once, and whoever wants some of them pays for every tenant who has to leave.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call"
# The compiler infers the types.

from __future__ import annotations

import numpy as np

FAR = 1e15
EMPTY = -1
"""Of a place: nobody holds it. Below that: held for an item that left, ``EMPTY - 1 - item``."""


def cover(home, first_place, tenant, paid, least, which):
    """Find whom to put out of a home for so many places, at the least price.

    ``least[n]`` and ``which[n]`` become the price of the cheapest tenants who hold ``n`` places
    together at least, and these as bits in the order of their places. Returns how many places
    are empty.
    """
    low, high = first_place[home], first_place[home + 1]
    room = high - low
    for number in range(room + 1):
        least[number], which[number] = FAR, 0
    least[0] = 0.0
    empty, tenants, at = 0, 0, low
    while at < high:
        if tenant[at] == EMPTY:
            empty += 1
            at += 1
            continue
        end, price = at + 1, paid[at]
        while end < high and tenant[end] == tenant[at]:
            price += paid[end]
            end += 1
        bit = np.int64(1) << tenants
        tenants += 1
        for number in range(room, 0, -1):
            without = max(number - (end - at), 0)
            if least[without] + price < least[number]:
                least[number] = least[without] + price
                which[number] = which[without] | bit
        at = end
    return empty


def reckon(home, first_place, tenant, paid, price, least, which):
    """Write down what so many places of a home cost now."""
    empty = cover(home, first_place, tenant, paid, least, which)
    at = first_place[home] + home
    for number in range(first_place[home + 1] - first_place[home] + 1):
        price[at + number] = least[max(number - empty, 0)]


def best_of(item, first, home, cost, weight, first_place, price, found):
    """Find the best option of an item: value, option, next home's, its option, the next here."""
    best, where, other, next_at = FAR, -1, FAR, -1
    for at in range(first[item], first[item + 1]):
        there = home[at]
        value = cost[at] + price[first_place[there] + there + weight[at]]
        if value < best:
            other, next_at, best, where = best, where, value, at
        elif value < other:
            other, next_at = value, at
    again = FAR
    if where >= 0:
        there, needs = home[where], weight[where]
        at = first_place[there] + there
        if first_place[there] + 2 * needs <= first_place[there + 1]:
            again = best + max(price[at + 2 * needs] - 2 * price[at + needs], 0.0)
    found[0], found[1], found[2], found[3], found[4] = best, where, other, next_at, again


def leave(item, lives, first_place, tenant, paid, price, least, which, held):
    """Take an item out of its home; its places stay held at their price if ``held``."""
    home = lives[item]
    if home < 0:
        return
    for at in range(first_place[home], first_place[home + 1]):
        if tenant[at] == item:
            if held:
                tenant[at] = EMPTY - 1 - item
            else:
                tenant[at], paid[at] = EMPTY, 0.0
    lives[item] = -1
    reckon(home, first_place, tenant, paid, price, least, which)


def best_split(
    group,
    family_first,
    family_item,
    row,
    split_start,
    split_first,
    split_item,
    split_cost,
    first,
    home,
    cost,
    weight,
    first_place,
    price,
    table,
):
    """Return a family's best split, what it comes to, and what the next best does."""
    for at in range(family_first[group], family_first[group + 1]):
        item = family_item[at]
        best_of(item, first, home, cost, weight, first_place, price, table[row[item]])
    best, second, found = 2 * FAR, 2 * FAR, -1
    for split in range(split_start[group], split_start[group + 1]):
        low, high = split_first[split], split_first[split + 1]
        value, margin = split_cost[split], FAR
        for at in range(low, high):
            own = table[row[split_item[at]]]
            taken = False
            for before in range(low, at):
                theirs = table[row[split_item[before]]]
                if own[1] >= 0 and theirs[1] >= 0:
                    taken = taken or home[int(theirs[1])] == home[int(own[1])]
            if taken:
                value += own[2]
            else:
                value += own[0]
                margin = min(margin, min(own[2], own[4]) - own[0])
        if value < best:
            second = min(best, value + margin) if high > low else best
            best, found = value, split
        else:
            second = min(second, value)
    return found, best, second


def bid(
    first,
    home,
    cost,
    weight,
    first_place,
    tenant,
    paid,
    price,
    lives,
    family,
    family_first,
    family_item,
    row,
    split_start,
    split_first,
    split_item,
    split_cost,
    held,
    lost,
    queue,
    count,
    step,
    most_step,
    bids,
    patience,
    width,
):
    """Let the families in a queue bid until it is empty, or for so many bids.

    Parameters
    ----------
    first, home, cost, weight
        Options, item by item: where each item's begin; home, cost and places needed.
    first_place, tenant, paid, price
        Where each home's places begin; who holds each, for what; what so many places of a home
        cost, an entry more for each home than it has places.
    lives
        The home of each item; -1 nowhere.
    family, family_first, family_item, row
        The family of each item; each family's items; the place of each item among them.
    split_start, split_first, split_item, split_cost
        The splits of all families.
    held, lost
        The split that each family has now, -1 none; how often it was put out.
    queue, count
        Families without a split, first come first; written anew.
    step, most_step
        By how much at least, and at most, a first bid exceeds the price.
    bids
        So many at most.
    patience
        A family that was put out more often has its other places held for it.
    width
        The most items of a family, and the most places of a home.

    Returns
    -------
    tuple of int
        How many bids were made, and how many families are in the queue.
    """
    families = len(held)
    ring = np.empty(families + 1, dtype=np.int64)
    waits = np.zeros(families, dtype=np.bool_)
    for at in range(count):
        ring[at] = queue[at]
        waits[queue[at]] = True
    head, tail, size = 0, count % (families + 1), count
    least, which = np.empty(width + 1), np.empty(width + 1, dtype=np.int64)
    table = np.empty((width, 5))
    options = np.empty(width, dtype=np.int64)
    made = 0
    while size > 0 and made < bids:
        group = ring[head]
        head = (head + 1) % (families + 1)
        size -= 1
        waits[group] = False
        made += 1
        split, best, second = best_split(
            group,
            family_first,
            family_item,
            row,
            split_start,
            split_first,
            split_item,
            split_cost,
            first,
            home,
            cost,
            weight,
            first_place,
            price,
            table,
        )
        if split < 0 or best >= FAR:
            held[group] = -1
            continue
        held[group] = split
        low, high = split_first[split], split_first[split + 1]
        if low == high:
            continue
        # Who was put out again and again bids more: where there are too few places, prices would
        # creep up to that of being left out by the least step.
        least_step = step * (1.0 + lost[group] / patience)
        more = min(max(second - best, 0.0), most_step) / (high - low) + least_step
        for at in range(low, high):
            own = table[row[split_item[at]]]
            options[at - low] = int(own[1])
            for before in range(at - low):
                if home[options[before]] == home[options[at - low]]:
                    options[at - low] = int(own[3])
                    break
        for at in range(low, high):
            item, option = split_item[at], options[at - low]
            there, needs = home[option], weight[option]
            begin, end = first_place[there], first_place[there + 1]
            empty = cover(there, first_place, tenant, paid, least, which)
            total = least[max(needs - empty, 0)] + more
            out = which[max(needs - empty, 0)]
            tenants, place = 0, begin
            while place < end:
                who = tenant[place]
                if who == EMPTY:
                    place += 1
                    continue
                last = place + 1
                while last < end and tenant[last] == who:
                    last += 1
                if (out >> tenants) & 1:
                    for each in range(place, last):
                        tenant[each], paid[each] = EMPTY, 0.0
                    if who >= 0:
                        lives[who] = -1
                        other = family[who]
                        lost[other] += 1
                        held[other] = -1
                        for each in range(family_first[other], family_first[other + 1]):
                            leave(
                                family_item[each],
                                lives,
                                first_place,
                                tenant,
                                paid,
                                price,
                                least,
                                which,
                                lost[other] > patience,
                            )
                        if not waits[other]:
                            waits[other] = True
                            ring[tail] = other
                            tail = (tail + 1) % (families + 1)
                            size += 1
                tenants += 1
                place = last
            # Tenants first, then what is empty.
            kept = begin
            for each in range(begin, end):
                if tenant[each] != EMPTY:
                    who, money = tenant[each], paid[each]
                    tenant[each], paid[each] = EMPTY, 0.0
                    tenant[kept], paid[kept] = who, money
                    kept += 1
            for each in range(kept, kept + needs):
                tenant[each], paid[each] = item, total / needs
            lives[item] = there
            reckon(there, first_place, tenant, paid, price, least, which)
    for at in range(size):
        queue[at] = ring[(head + at) % (families + 1)]
    return made, size


def put_out(
    groups,
    lives,
    family_first,
    family_item,
    first_place,
    tenant,
    paid,
    price,
    held,
    width,
):
    """Take families out of all their homes."""
    least, which = np.empty(width + 1), np.empty(width + 1, dtype=np.int64)
    for group in groups:
        held[group] = -1
        for at in range(family_first[group], family_first[group + 1]):
            leave(family_item[at], lives, first_place, tenant, paid, price, least, which, False)


def item_prices(first, home, cost, weight, first_place, price, found):
    """Write down what each item costs at least, the places included."""
    for item in range(len(first) - 1):
        best = FAR
        for at in range(first[item], first[item + 1]):
            there = home[at]
            best = min(best, cost[at] + price[first_place[there] + there + weight[at]])
        found[item] = best


ORDER = ("cover", "reckon", "best_of", "leave", "best_split", "bid", "put_out", "item_prices")
"""To compile in this order: callees before callers."""
