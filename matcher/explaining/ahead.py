"""Looking ahead in words: what a bed is worth to others, and what a child gives up for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from matcher.checking import Claim, check
from matcher.criteria.catalogue import BY_NAME
from matcher.domain.history import WEEKS_A_YEAR
from matcher.domain.phrases import counted
from matcher.domain.plan import Plan
from matcher.explaining.bed import BedShown
from matcher.lookahead.today import price_today, stay_weeks
from matcher.policy import AimName, Method
from matcher.ranking import OptionStatus, RankedOption, RankedPart
from matcher.solving.solution import Solution, Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from matcher.candidates import Appraisal, Appraiser
    from matcher.domain.world import World
    from matcher.evidence.arrays import Floats
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy
    from matcher.ranking import Ranking

    Positions = NDArray[np.intp]

_ROUNDING = 1e-9
_FEW = 0.5
"""Below this a bed is worth nothing much to others: it is not told in points."""


def looks_ahead(policy: Policy, values: BedValues | None) -> bool:
    """Whether a policy looks ahead, and there is something to look ahead with."""
    return (
        values is not None
        and policy.look_ahead.margin_points > 0
        and policy.method is not Method.SEARCH_ORDER
    )


def order_ahead(
    appraiser: Appraiser, values: BedValues | None, ranking: Ranking, *, top: int
) -> list[tuple[RankedOption, BedShown | None]]:
    """Return options as looking ahead orders them, each with what its bed is worth to others.

    Homes for all together that are within the margin come first, those whose points less what
    the bed is worth to others are most before the rest; all others follow as they were.

    Parameters
    ----------
    appraiser
        Homes and policy.
    values
        What beds are worth; None changes nothing.
    ranking
        As the policy itself orders.
    top
        At most so many.
    """
    world, whole = appraiser.homes.world, ranking.whole
    if values is None or not looks_ahead(appraiser.policy, values):
        return [(option, None) for option in ranking.options]
    open_ = np.flatnonzero(whole.eligible) if ranking.together_allowed else np.zeros(0, np.intp)
    if not len(open_):
        return [(option, None) for option in ranking.options]
    short = _given_up(appraiser, whole, open_)
    within = short <= appraiser.policy.look_ahead.margin_points + _ROUNDING
    size = len(ranking.children)
    weeks = stay_weeks(values, world, ranking.children, ranking.day)
    listed = {
        option.parts[0].home_at
        for option in ranking.options
        if len(option.parts) == 1 and option.status is OptionStatus.ELIGIBLE
    }
    price = {
        at: price_today(
            values, world, appraiser.homes.ids[at], beds=size, weeks=weeks, day=ranking.day
        )
        for at, near in zip(open_.tolist(), within.tolist(), strict=True)
        if near or at in listed
    }
    # Not of all that are priced: that would depend on how many are asked for.
    least = min(price[at] for at in open_[within].tolist())
    score = np.round(whole.score, 6)
    # The same tie-break as without looking ahead: the smaller identifier.
    first = sorted(open_[within].tolist(), key=lambda at: (price[at] / size - score[at], at))
    found = [
        RankedOption(
            (RankedPart(at, ranking.children),), OptionStatus.ELIGIBLE, float(whole.score[at])
        )
        for at in first[:top]
    ]
    taken = set(first)
    found += [
        option
        for option in ranking.options
        if len(option.parts) > 1 or option.parts[0].home_at not in taken
    ]
    in_order = np.sort(score[open_])
    given_up = dict(zip(open_.tolist(), short.tolist(), strict=True))
    shown: list[tuple[RankedOption, BedShown | None]] = []
    for option in found[:top]:
        at = option.parts[0].home_at
        if len(option.parts) > 1 or option.status is not OptionStatus.ELIGIBLE:
            shown.append((option, None))
            continue
        better = len(in_order) - int(in_order.searchsorted(score[at], side="right"))
        bed = BedShown(
            points_to_others=round(price[at] - least, 2),
            welfare_given_up=round(max(given_up[at], 0.0), 2),
            within_margin=at in taken,
            rank_without=better + 1,
            sentence=_sentence(values, appraiser, at, price[at] - least, size),
        )
        shown.append((option, bed))
    return shown


def _given_up(appraiser: Appraiser, whole: Appraisal, open_: Positions) -> Floats:
    """Return by how much each open home is worse for a child's own welfare than the best."""
    policy = appraiser.policy
    own = []
    for facts in whole.arrivals.members:
        points = appraiser.points(appraiser.child(facts.child, facts.day), whole.arrivals)[open_]
        for name in policy.look_ahead.yielding:
            weight = policy.weights.get(name, 0.0)
            if weight:
                shares = BY_NAME[name].shares(appraiser.homes, facts, whole.arrivals, policy)
                shares = shares[open_]
                unknown = policy.unknown_score(name)
                points = points - weight * np.where(np.isnan(shares), unknown, shares)
        own.append(points)
    welfare = np.stack(own)
    enough = whole.lowest_score[open_] >= policy.minimum_match_points
    among = np.flatnonzero(enough) if enough.any() else np.arange(len(open_))
    best = int(among[int(welfare[:, among].mean(axis=0).argmax())])
    short: Floats = (welfare[:, best : best + 1] - welfare).max(axis=0)
    # Below the minimum match a person chooses; nothing is put before the rest there.
    return np.where(enough | ~enough.any(), short, np.inf)


def _sentence(values: BedValues, appraiser: Appraiser, at: int, price: float, size: int) -> str:
    """Say why a bed is worth so much to others: who could live there, and how many such beds."""
    homes = appraiser.homes
    yearly = values.yearly_families(homes.ids[at])
    if yearly is None:
        told = "the home was not there when values were learnt, and is taken to be like its kind"
    elif yearly < 1:
        told = "hardly any family that comes could live there"
    else:
        told = f"about {counted(round(yearly), 'family', 'families')} a year could live there"
    free = homes.beds_free(homes.world.as_of.toordinal())
    beds = int(free[at])
    group = ""
    if beds > max(size, 1) or size > 1:
        wanted = max(min(beds, 4), 2)
        alike = int(((homes.setting == homes.setting[at]) & (free >= wanted)).sum())
        coming = float(values.groups_a_year[wanted:].sum())
        often = "no such group came in the time learnt from"
        if coming > 0:
            weeks = max(round(WEEKS_A_YEAR / coming), 1)
            often = f"such a group comes about every {counted(weeks, 'week')}"
            often = often.replace("every 1 week", "every week")
        one = "the only one" if alike <= 1 else f"one of {alike}"
        group = f"; it is {one} of its kind with room for {wanted}, and {often}"
    if price < _FEW:
        return f"Of the beds that suit as well, one that others will need least: {told}{group}."
    return (
        f"Taking it costs those who come next {price:.1f} points more than the bed they will "
        f"need least of those that suit as well: {told}{group}."
    )


def plan_ahead(
    world: World, policy: Policy, values: BedValues | None, solution: Solution
) -> tuple[Solution, tuple[str, ...]]:
    """Return a plan whose homes were exchanged, with what is known of it, and a sentence.

    Parameters
    ----------
    world, policy
        What it was made for.
    values
        What beds are worth; None changes nothing.
    solution
        The policy's own plan.
    """
    if values is None or not looks_ahead(policy, values):
        return solution, ()
    # Where nobody looks ahead nothing of a changing World is needed.
    from matcher.live.plan_ahead import exchange_homes

    home_of = exchange_homes(world, policy, values, dict(solution.plan.home_of))
    before = solution.plan.home_of
    changed = [child_id for child_id, home in home_of.items() if home != before[child_id]]
    if not changed:
        return solution, (
            "Looking ahead changed nothing: no home within the margin is needed less.",
        )
    plan = Plan.of(home_of)
    checked = check(world, policy, plan, claimed=Claim())
    derived: dict[AimName, float] = {
        AimName.EXTRA_HOUSEHOLDS: float(checked.extra_households),
        AimName.MATCH: sum((100.0 - points for points in checked.points.values()), 0.0),
        AimName.MOVES: float(checked.moves),
        AimName.COST: float(checked.weekly_cost_pence),
    }
    tiers = tuple(
        replace(tier, value=derived.get(tier.name, tier.value), bound=None)
        for tier in solution.tiers
    )
    objective = solution.objective
    for old, new in zip(solution.tiers, tiers, strict=True):
        price = policy.price(old.name)
        if policy.method is Method.LEXICOGRAPHIC:
            price = 1.0 if old.name is AimName.MATCH else 0.0
        elif old.name is AimName.COST:
            price /= 100
        objective += price * (new.value - old.value)
    found = replace(solution, plan=plan, tiers=tiers, objective=objective, status=Status.FEASIBLE)
    return found, (
        f"Looking ahead gave {counted(len(changed), 'child', 'children')} another home that "
        f"others will need less, at most {policy.look_ahead.margin_points:g} points worse for "
        "the child than the best that was open.",
    )
