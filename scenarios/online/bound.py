"""What no way to decide can do better than, in a given future.

Everything is known beforehand, those who came before the weeks that count have left their beds,
families may live in homes in fractions, and a home takes whom its beds allow, whoever else lives
there. What remains is one limit for each home and week, its beds. Rents, one for each bed and
week, replace these limits by a sum over families [1]_, each in its cheapest home from its cheapest
week on. Any rents give a valid bound; good ones are climbed to by subgradients [2]_. It is loose:
nobody knows the future, and household rules bind.

References
----------
.. [1] A. M. Geoffrion, "Lagrangean relaxation for integer programming", Mathematical
   Programming Study 2 (1974).
.. [2] B. T. Polyak, "Minimization of unsmooth functionals", USSR Computational Mathematics and
   Mathematical Physics 9 (1969).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import Child, WishTopic
from matcher.domain.history import Arrival, ArrivalHistory
from matcher.lookahead.meetings import meet, stays_of
from scenarios.online.future import (
    GIVE_UP_WEEKS,
    POINTS_A_WEEK_WITHOUT,
    POINTS_AN_EXTRA_HOUSEHOLD,
)
from scenarios.online.town import opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.online.town import Coming, Town

    Floats = NDArray[np.float64]
    Positions = NDArray[np.intp]

ROUNDS = 400
PATIENCE = 15
"""Rounds without a better bound before steps are cut."""
_COMPANY = frozenset({WishTopic.OTHER_CHILDREN, WishTopic.NO_OTHER_CHILDREN})
"""Wishes that depend on who else comes to live in a home."""


def bound(town: Town, coming: Sequence[Coming], *, counted_from: int, weeks: int) -> float:
    """Return a total loss that no way to decide goes below.

    Parameters
    ----------
    town
        Where.
    coming
        Who comes.
    counted_from, weeks
        The weeks in which those come who are counted.
    """
    counted = [each for each in coming if counted_from <= each.week < weeks]
    if not counted:
        return 0.0
    seekers = seekers_of(town, counted, first=counted_from, weeks=weeks)
    return _climbed(seekers, weeks - counted_from)


@dataclass(frozen=True, eq=False)
class Seekers:
    """Families, and after them the children of those of several, each by itself.

    What is split loses no less than its children by themselves and an extra household.

    Parameters
    ----------
    room
        Beds of each home that are not other authorities'; shape (homes,).
    family
        Position of the family of each child by itself; shape (children by themselves,).
    loss
        Points lost at least in each home; inf where there is no lawful way; shape (rows, homes).
    beds
        How many are taken there; shape (rows, homes).
    begins, ends
        For each week of deciding, the first week in the home and the one after the last, from
        the first week that counts; shape (rows, choices).
    waiting
        Points lost until then; inf where there is no such choice; shape (rows, choices).
    nowhere
        Points lost by who never finds a home; shape (rows,).
    """

    room: Floats
    family: Positions
    loss: Floats
    beds: Floats
    begins: Positions
    ends: Positions
    waiting: Floats
    nowhere: Floats


def seekers_of(town: Town, counted: Sequence[Coming], *, first: int, weeks: int) -> Seekers:
    """Return what families that count could do, each by itself and at its best.

    Parameters
    ----------
    town
        Where.
    counted
        Who comes in the weeks that count; at least one family.
    first, weeks
        The first of these weeks, and the one after the last.
    """
    by_themselves = [
        (at, child)
        for at, each in enumerate(counted)
        if len(each.children) > 1
        for child in each.children
    ]
    family_of = [*range(len(counted)), *(at for at, _ in by_themselves)]
    found = []
    # A birthday may open a home to a family that waits, or close it.
    for older in (timedelta(), timedelta(weeks=GIVE_UP_WEEKS)):
        arrivals = [
            _arrival(each, tuple(_at_best(child, older) for child in each.children))
            for each in counted
        ]
        arrivals += [
            _arrival(counted[at], (_at_best(child, older, alone=True),))
            for at, child in by_themselves
        ]
        history = ArrivalHistory(
            town.start, town.start + timedelta(weeks=weeks), tuple(arrivals), "the future itself"
        )
        found.append(meet(opened(town), town.policy, history, stays_of(history), others_stay=True))
    soon, late = found
    room = soon.room.astype(float)
    # A child who must be the only one leaves no bed to others.
    least = soon.beds[:, None].astype(float)
    beds = np.where(soon.solo[:, None], np.maximum(room, least), least)
    choices = [_choices(counted[at], town, weeks) for at in family_of]
    most = max(len(each) for each, _ in choices)
    shape = (len(family_of), most)
    begins, ends = np.zeros(shape, dtype=np.intp), np.zeros(shape, dtype=np.intp)
    waiting = np.full(shape, np.inf)
    for row, (each, _) in enumerate(choices):
        begins[row, : len(each)], ends[row, : len(each)], waiting[row, : len(each)] = zip(
            *each, strict=True
        )
    a_week = POINTS_A_WEEK_WITHOUT * soon.beds
    return Seekers(
        room=room,
        family=np.array([at for at, _ in by_themselves], dtype=np.intp),
        loss=np.minimum(soon.loss, late.loss).astype(float),
        beds=beds,
        begins=np.clip(begins - first, 0, weeks - first),
        ends=np.clip(ends - first, 0, weeks - first),
        waiting=waiting * a_week[:, None],
        nowhere=np.array([without for _, without in choices]) * a_week,
    )


def _arrival(each: Coming, children: tuple[Child, ...]) -> Arrival:
    return Arrival(
        children=children,
        group=each.group if len(children) > 1 else None,
        referral=each.referral,
        stay_weeks=each.stay_weeks,
        per_week=1.0,
    )


def _at_best(child: Child, older: timedelta, *, alone: bool = False) -> Child:
    """Return a child so much older, content with whatever company a home comes to have.

    A child who wishes nothing counts as one whose every wish is met.
    """
    unclear = _COMPANY | {WishTopic.WITH_SIBLINGS} if alone else _COMPANY
    content = any(wish.topic in unclear for wish in child.wishes)
    born: date | None = child.date_of_birth
    return child.model_copy(
        update={
            "date_of_birth": None if born is None else born - older,
            "wishes": () if content else child.wishes,
            "sibling_group_id": None if alone else child.sibling_group_id,
        }
    )


def _choices(each: Coming, town: Town, weeks: int) -> tuple[list[tuple[int, int, int]], int]:
    """Return what can be decided about a family, and how many weeks it is without a home if not.

    Each choice has the first week in a home, the week after the last, and the weeks without
    until then.
    """
    needed = (each.referral.needed_by - town.start).days / 7
    found = []
    without = 0
    for week in range(each.week, weeks):
        begins = max(week, needed)
        found.append((ceil(begins), ceil(begins + each.stay_weeks), without))
        if week >= needed:
            without += 1
            if week - needed >= GIVE_UP_WEEKS - 1:
                break
    return found, without


def _climbed(seekers: Seekers, weeks: int) -> float:
    """Return the best bound that rents were found for."""
    free = seekers.room[:, None]
    rent = np.zeros((len(free), weeks))
    best = -np.inf
    pace, since = 1.0, 0
    for _ in range(ROUNDS):
        least, used = _cheapest(seekers, rent)
        value = least - float((rent * free).sum())
        since = 0 if value > best * 1.0005 else since + 1
        best = max(best, value)
        if since > PATIENCE:
            pace, since = 0.7 * pace, 0
        over = used - free
        over[(rent <= 0) & (over < 0)] = 0
        size = float((over * over).sum())
        if size == 0:
            break
        # Polyak's step, towards a little more than was ever reached.
        rent = np.maximum(rent + pace * (1.05 * best + 1 - value) / size * over, 0.0)
    return best


def _cheapest(seekers: Seekers, rent: Floats) -> tuple[float, Floats]:
    """Return what all lose together at given rents, and the beds that they then use."""
    weeks = rent.shape[1]
    until = np.zeros((weeks + 1, len(rent)))
    np.cumsum(rent.T, axis=0, out=until[1:])
    cost = until[seekers.ends] - until[seekers.begins]
    cost *= seekers.beds[:, None, :]
    cost += seekers.loss[:, None, :]
    cost += seekers.waiting[:, :, None]
    rows = cost.reshape(len(cost), -1)
    at = rows.argmin(axis=1)
    found = np.take_along_axis(rows, at[:, None], axis=1)[:, 0]
    placed = found < seekers.nowhere
    least = np.minimum(found, seekers.nowhere)
    families = len(least) - len(seekers.family)
    alone, together = least[families:], least[:families]
    # Apart they need two homes at least, or one of them has none.
    extra = np.full(families, POINTS_AN_EXTRA_HOUSEHOLD)
    np.minimum.at(extra, seekers.family, seekers.nowhere[families:] - alone)
    apart = np.bincount(seekers.family, weights=alone, minlength=families) + extra
    apart[np.bincount(seekers.family, minlength=families) == 0] = np.inf
    placed[:families] &= together <= apart
    placed[families:] &= (apart < together)[seekers.family]
    row = np.flatnonzero(placed)
    choice, home = np.divmod(at[row], rent.shape[0])
    beds = seekers.beds[row, home]
    change = np.zeros((weeks + 1, len(rent)))
    np.add.at(change, (seekers.begins[row, choice], home), beds)
    np.add.at(change, (seekers.ends[row, choice], home), -beds)
    used: Floats = np.cumsum(change, axis=0)[:weeks].T
    return float(np.minimum(together, apart).sum()), used
