"""What each aim of a policy costs the others: the plan with it beside the best without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.record import Record
from matcher.explaining.assignment import PlanIndicators
from matcher.policy import AimName

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.policy import Policy
from matcher.explaining.alternatives import Solved, solve_and_check


class TierPrice(Record):
    """What one aim costs the others: the plan with it beside the best plan without it.

    Parameters
    ----------
    aim
        The aim that is left out.
    sentence
        What pursuing it costs.
    with_aim, without_aim
        Measures of both plans.
    miles_mean
        Mean miles from home with and without the aim, where known.
    """

    aim: AimName
    sentence: str
    with_aim: PlanIndicators
    without_aim: PlanIndicators
    miles_mean: tuple[float | None, float | None]


def tier_prices(
    world: World, policy: Policy, *, seconds: float | None = None, seed: int = 1
) -> tuple[TierPrice, ...]:
    """Return what each aim of a policy but the match costs the others.

    Parameters
    ----------
    world, policy
        What plans are made for.
    seconds, seed
        For each plan.
    """
    whole = solve_and_check(world, policy, seconds=seconds, seed=seed)
    found = []
    for aim in policy.aims:
        if aim.name in (AimName.MATCH, AimName.UNPLACED):
            continue
        others = tuple(each for each in policy.aims if each.name is not aim.name)
        without = solve_and_check(world, policy.replace(aims=others), seconds=seconds, seed=seed)
        miles = (_miles_mean(whole), _miles_mean(without))
        found.append(
            TierPrice(
                aim=aim.name,
                sentence=_price_sentence(aim.name, whole.indicators, without.indicators, miles),
                with_aim=whole.indicators,
                without_aim=without.indicators,
                miles_mean=miles,
            )
        )
    return tuple(found)


def _miles_mean(solved: Solved) -> float | None:
    from matcher.indicators import miles_from_home

    known = [
        miles
        for child_id, home_id in solved.home_of.items()
        if home_id is not None and not solved.world.children[child_id].unaccompanied
        for miles in [miles_from_home(solved.world, solved.world.children[child_id], home_id)]
        if miles is not None
    ]
    return round(sum(known) / len(known), 2) if known else None


def _price_sentence(
    aim: AimName,
    whole: PlanIndicators,
    without: PlanIndicators,
    miles: tuple[float | None, float | None],
) -> str:
    if whole == without:
        return f"{_with(aim)}: costs nothing, the plan is the same without it."
    pounds = (whole.weekly_cost_pence - without.weekly_cost_pence) / 100
    parts = [
        f"£{abs(pounds):,.0f} a week {'more' if pounds >= 0 else 'less'}",
        f"{abs(whole.moves - without.moves)} {'more' if whole.moves >= without.moves else 'fewer'} "
        "moves",
    ]
    if miles[0] is not None and miles[1] is not None:
        difference = miles[0] - miles[1]
        parts.append(
            f"{abs(difference):.1f} miles {'farther' if difference >= 0 else 'nearer'} on average"
        )
    return (
        f"{_with(aim)}: {whole.extra_households} extra households instead of "
        f"{without.extra_households}, at {', '.join(parts)}."
    )


def _with(aim: AimName) -> str:
    return {
        AimName.EXTRA_HOUSEHOLDS: "Keeping siblings together",
        AimName.MOVES: "Avoiding moves",
        AimName.COST: "Saving money",
    }.get(aim, aim.label.capitalize())
