"""What a whole plan may spend: budgets, prepaid beds, shares of new placements.

A child who stays where they live is no new placement: they cost the budget nothing and
break no share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from matcher.domain.phrases import pounds_and_pence
from matcher.domain.purchase import block_beds_left
from matcher.evidence.verdict import not_met, unknown
from matcher.geography.areas import Area, area_of
from matcher.rules.plan import POLICY_FILE, ROUNDING, breaches_of, judged_by
from matcher.rules.rule import Breach, PlanRule, Source

if TYPE_CHECKING:
    from matcher.domain.world import World
    from matcher.evidence.cases import PlanCase
    from matcher.rules.plan import Findings


def allowed_number(share: float, of: int) -> int:
    """Return how many of a number a share allows, rounded down."""
    return int(share * of + ROUNDING)


# Money ----------------------------------------------------------------------------------------


def _find_over_total(case: PlanCase) -> Findings | None:
    limits = [each.weekly_pence for each in case.world.budgets if each.route is None]
    if not limits:
        return None
    everybody = tuple(child_id for child_id, _ in case.started)
    if case.weekly_cost_pence > min(limits):
        cost, limit = pounds_and_pence(case.weekly_cost_pence), pounds_and_pence(min(limits))
        return [Breach(everybody, not_met(cost=cost, limit=limit))]
    if case.unknown_cost:
        return [Breach(case.unknown_cost, unknown(missing=", ".join(case.unknown_cost)))]
    return []


BUDGET_TOTAL = PlanRule(
    code="BUDGET_TOTAL",
    title="New placements together stay within the weekly budget",
    family="spending",
    sources=(Source("The council's budget for new placements"),),
    needs=("budgets", "agreements", "home.weekly_fee_pence", "child.school"),
    judge=judged_by(_find_over_total),
    breaches=breaches_of(_find_over_total),
    sentence="New placements would cost {cost} a week; the budget is {limit}.",
    unknown="Fees are not known for {missing}: ask the providers for a price.",
    change="A budget of {cost} a week would be needed.",
)


def _find_over_route(case: PlanCase) -> Findings | None:
    limits = [each for each in case.world.budgets if each.route is not None]
    if not limits:
        return None
    routes = {child_id: bought.route for child_id, bought in case.bought}
    found = []
    for budget in limits:
        cost = case.weekly_cost_by_route_pence.get(str(budget.route), 0)
        of_route = tuple(child for child, route in routes.items() if route is budget.route)
        not_known = tuple(child for child in case.unknown_cost if child in of_route)
        label = budget.route.label if budget.route is not None else ""
        if cost > budget.weekly_pence:
            over = not_met(
                route=label,
                cost=pounds_and_pence(cost),
                limit=pounds_and_pence(budget.weekly_pence),
            )
            found.append(Breach(of_route, over))
        elif not_known:
            found.append(Breach(not_known, unknown(missing=", ".join(not_known))))
    return found


BUDGET_ROUTE = PlanRule(
    code="BUDGET_ROUTE",
    title="New placements by each route stay within that route's weekly budget",
    family="spending",
    sources=(Source("The council's budget for new placements, by route"),),
    needs=("budgets", "agreements", "home.weekly_fee_pence", "child.school"),
    judge=judged_by(_find_over_route),
    breaches=breaches_of(_find_over_route),
    sentence="New {route} placements would cost {cost} a week; their budget is {limit}.",
    unknown="Fees are not known for {missing}: ask the providers for a price.",
    change="A budget of {cost} a week for {route} placements would be needed.",
)

# Shares of new placements ------------------------------------------------------------------------


def _find_too_many(share: float, flags: dict[str, bool | None]) -> Findings:
    """Compare children flagged yes, no or unknown with the share that a policy allows."""
    most = allowed_number(share, len(flags))
    counted = tuple(child_id for child_id, flag in flags.items() if flag)
    unsure = tuple(child_id for child_id, flag in flags.items() if flag is None)
    if len(counted) > most:
        facts = {"count": len(counted), "of": len(flags), "most": most, "share": f"{share:.0%}"}
        return [Breach(counted, not_met(**facts))]
    if len(counted) + len(unsure) > most:
        return [Breach(unsure, unknown(missing=", ".join(unsure)))]
    return []


def outside_area(world: World, home_id: str) -> bool | None:
    """Whether a home lies outside the authority's own area; None when not known."""
    place = world.location(world.home(home_id).postcode)
    area = area_of(None if place is None else place.authority, world.authority)
    return None if area is Area.UNKNOWN else area is not Area.INSIDE


def _find_outside(case: PlanCase) -> Findings | None:
    share = case.policy.out_of_area_share
    if share is None:
        return None
    flags = {
        child_id: not case.world.child(child_id).away_for_safety
        and outside_area(case.world, home_id)
        for child_id, home_id in case.started
    }
    return _find_too_many(share, flags)


OUT_OF_AREA_CAP = PlanRule(
    code="OUT_OF_AREA_CAP",
    title="New placements outside the area stay within the policy's share",
    family="spending",
    sources=(
        POLICY_FILE,
        Source(
            "Children Act 1989, section 22C(9): within the authority's area, so far as is "
            "reasonably practicable",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
    ),
    needs=("policy.out_of_area_share", "home.postcode", "child.away_for_safety"),
    judge=judged_by(_find_outside),
    breaches=breaches_of(_find_outside),
    sentence=(
        "Of {of} new placements {count} would be outside the area; the policy allows {share}, "
        "that is {most}. Children placed away for safety are not among them."
    ),
    unknown="The area is not known of the homes for {missing}: record their postcodes.",
    change="The policy's share for placements outside the area would have to rise.",
)


def _find_spot(case: PlanCase) -> Findings | None:
    share = case.policy.spot_share
    if share is None:
        return None
    flags: dict[str, bool | None] = {
        child_id: bought.route is Route.SPOT for child_id, bought in case.bought
    }
    return _find_too_many(share, flags)


SPOT_CAP = PlanRule(
    code="SPOT_CAP",
    title="New spot purchases stay within the policy's share",
    family="spending",
    sources=(POLICY_FILE,),
    needs=("policy.spot_share", "home.agreement_ids", "agreements"),
    judge=judged_by(_find_spot),
    breaches=breaches_of(_find_spot),
    sentence=(
        "Of {of} new placements {count} would be spot; the policy allows {share}, that is {most}."
    ),
    change="The policy's share for spot purchases would have to rise.",
)


def _find_block_beds(case: PlanCase) -> Findings | None:
    used: dict[str, list[str]] = {}
    for child_id, bought in case.bought:
        if bought.prepaid and bought.agreement is not None:
            used.setdefault(bought.agreement.agreement_id, []).append(child_id)
    if not used:
        return None
    found = []
    for agreement_id, child_ids in sorted(used.items()):
        left = block_beds_left(case.world, case.world.agreements[agreement_id])
        if len(child_ids) > left:
            facts = not_met(agreement=agreement_id, count=len(child_ids), left=left)
            found.append(Breach(tuple(child_ids), facts))
    return found


BLOCK_BEDS = PlanRule(
    code="BLOCK_BEDS",
    title="No more children use a block than it has prepaid beds left",
    family="spending",
    sources=(Source("The block agreement between the council and the provider"),),
    needs=("agreement.block_beds", "placements", "home.agreement_ids"),
    judge=judged_by(_find_block_beds),
    breaches=breaches_of(_find_block_beds),
    sentence="The block {agreement} has {left} beds left; {count} children would use it.",
    change="More prepaid beds under {agreement} would be needed.",
)

RULES = (BUDGET_TOTAL, BUDGET_ROUTE, OUT_OF_AREA_CAP, SPOT_CAP, BLOCK_BEDS)
