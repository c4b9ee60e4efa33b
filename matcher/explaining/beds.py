"""What one more bed is worth, by kind of home and area, confirmed by solving again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.home import Home, Setting
from matcher.domain.record import Record
from matcher.explaining.alternatives import Change, Solved, changes_between, solve_and_check
from matcher.geography.areas import Area, area_of
from matcher.policy import AimName
from matcher.solving.options import MILLI
from matcher.solving.problem import problem_of

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.policy import Policy


class BedWorth(Record):
    """What one more bed in a home of some kind would change for those who wait.

    Parameters
    ----------
    setting, area
        The kind of home, and where.
    homes
        How many such homes there are.
    home_id
        The one of them in which a bed is worth most, of those tried.
    tried
        How many of them were tried by solving again.
    gain_points
        Points gained by everybody together.
    placed
        More children with a home.
    near_home
        More children within 20.0 miles of home, negative when fewer.
    weekly_cost_pence
        More money a week for the plan's placements, negative when less.
    status
        ``optimal`` when both plans are proved, so that the figures are exact.
    changes
        Children whose home differs.
    sentence
        In words.
    """

    setting: Setting
    area: Area
    homes: int
    home_id: str
    tried: int
    gain_points: float
    placed: int
    near_home: int
    weekly_cost_pence: int
    status: str
    changes: tuple[Change, ...]
    sentence: str


def worth_of_beds(
    world: World,
    policy: Policy,
    *,
    tried: int = 2,
    seconds: float | None = None,
    seed: int = 1,
) -> tuple[BedWorth, ...]:
    """Return what one more bed is worth by kind of home and area, the worthiest first.

    Homes are shortlisted by the most that any one arrival there could gain if every home had
    one more bed; what is reported comes from solving again with that one bed. Prices of
    single beds from a relaxation would mislead by far.

    Parameters
    ----------
    world, policy
        What plans are made for.
    tried
        How many homes of each kind are tried, from 1.
    seconds, seed
        For each plan.
    """
    best = solve_and_check(world, policy, seconds=seconds, seed=seed)
    promise = _promise(world, policy, best)
    kinds: dict[tuple[Setting, Area], list[str]] = {}
    for home in world.homes.values():
        if home.setting.offered:
            place = world.location(home.postcode)
            area = area_of(place.authority if place else None, world.authority)
            kinds.setdefault((home.setting, area), []).append(home.home_id)
    found = []
    for (setting, area), home_ids in sorted(kinds.items()):
        ordered = sorted(home_ids, key=lambda home_id: (-promise.get(home_id, 0.0), home_id))
        candidates = [
            _with_bed(best, home_id, seconds=seconds, seed=seed)
            for home_id in ordered[:tried]
            if promise.get(home_id, 0.0) > 0
        ]
        if candidates:
            home_id, other = min(candidates, key=lambda pair: (pair[1].solution.objective, pair[0]))
            found.append(
                _worth(best, other, setting, area, home_id, len(home_ids), len(candidates))
            )
    return tuple(sorted(found, key=lambda each: (-each.gain_points, each.setting, each.area)))


def one_more_bed(home: Home) -> Home:
    """Return a home with one more usable bed, approved for one more child."""
    terms = home.terms
    if terms is not None and terms.number is not None:
        terms = terms.replace(number=terms.number + 1)
    usable = home.beds_usable + 1
    return home.replace(
        beds_usable=usable,
        beds_approved=max(home.beds_approved, usable),
        bedrooms=None if home.bedrooms is None else home.bedrooms + 1,
        terms=terms,
    )


def _with_bed(
    best: Solved, home_id: str, *, seconds: float | None, seed: int
) -> tuple[str, Solved]:
    homes = {**best.world.homes, home_id: one_more_bed(best.world.homes[home_id])}
    world = best.world.replace(homes=homes)
    return home_id, solve_and_check(world, best.policy, seconds=seconds, seed=seed)


def _promise(world: World, policy: Policy, best: Solved) -> dict[str, float]:
    """Return the most that one arrival in each home could gain if there were a bed."""
    roomy = world.replace(
        homes={
            home_id: one_more_bed(home) if home.setting.offered else home
            for home_id, home in world.homes.items()
        }
    )
    problem = problem_of(roomy, policy)
    options = problem.options
    now = np.array(
        [
            sum(best.own_loss(problem.items.child_ids[child]) for child in item.children)
            for item in problem.items.items
        ]
    )
    then = policy.price(AimName.MATCH) * options.match_loss / MILLI
    gain = now[options.item] - then if len(options) else np.zeros(0)
    most = np.zeros(problem.homes.n)
    np.maximum.at(most, options.home, gain)
    return {home_id: float(most[at]) for at, home_id in enumerate(problem.homes.ids)}


def _worth(
    best: Solved,
    other: Solved,
    setting: Setting,
    area: Area,
    home_id: str,
    homes: int,
    tried: int,
) -> BedWorth:
    before, after = best.indicators, other.indicators
    gain = best.solution.objective - other.solution.objective
    near = _near(other) - _near(best)
    cost = after.weekly_cost_pence - before.weekly_cost_pence
    placed = after.placed - before.placed
    proved = {best.solution.status.value, other.solution.status.value} == {"optimal"}
    changes = changes_between(best, other)
    return BedWorth(
        setting=setting,
        area=area,
        homes=homes,
        home_id=home_id,
        tried=tried,
        gain_points=round(gain, 3),
        placed=placed,
        near_home=near,
        weekly_cost_pence=cost,
        status="optimal" if proved else "feasible",
        changes=changes,
        sentence=(
            f"One more bed in {home_id} ({setting.label}, {area.value}): {gain:.1f} points, "
            f"{placed:+d} placed, {near:+d} near home, "
            f"{'-' if cost < 0 else '+'}£{abs(cost) / 100:,.0f} a week."
        ),
    )


def _near(solved: Solved) -> int:
    found = solved.indicators
    share = found.near_home_of_all_rate
    return 0 if share is None else round(share * found.placed)
