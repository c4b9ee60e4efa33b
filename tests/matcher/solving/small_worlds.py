"""Small worlds that cover what a plan must keep to, and the best plan of each by brute force."""

from __future__ import annotations

import random
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from matcher.candidates import Appraiser
from matcher.columns import columns_of
from matcher.domain.agreement import Agreement, Budget, Fee, Route
from matcher.domain.child import HouseholdRisk
from matcher.domain.codes import Sex
from matcher.domain.home import Setting, TermsOfApproval
from matcher.domain.placement import (
    Exemption,
    Hold,
    HoldKind,
    HoldScope,
    Placement,
    Resident,
    ResidentKind,
)
from matcher.domain.plan import decided_children, extra_households, first_days, stays
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, SiblingLink, Together
from matcher.evidence.cases import HouseholdCase, PairCase, PlanCase
from matcher.evidence.verdict import Verdict
from matcher.policy import AimName, Policy
from matcher.rules.catalogue import HOUSEHOLD_RULES, PAIR_RULES, PLAN_RULES
from matcher.rules.rule import Effect
from tests.builders import AS_OF, BUCKS, a_child, a_home, a_referral, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.domain.world import World


def policy(**changes: Any) -> Policy:
    """Return the default policy with the weight on what differs between small homes."""
    return Policy.named("balanced").replace(**{"minimum_match_points": 30, **changes})


def a_small_world(seed: int) -> tuple[World, Policy]:
    """Draw a world of three to five children and two to four homes, and a policy."""
    rng = random.Random(seed)
    homes = []
    agreements = [
        Agreement(
            agreement_id="A-1",
            provider_id="P-1",
            route=Route.IN_HOUSE,
            fees=(Fee(weekly_fee_pence=50_000),),
            sibling_discount_percent=10,
            solo_extra_pence=7_001,
        ),
        Agreement(
            agreement_id="A-2",
            provider_id="P-2",
            route=Route.FRAMEWORK,
            tier=1,
            fees=(Fee(weekly_fee_pence=91_337),),
        ),
        Agreement(
            agreement_id="A-3",
            provider_id="P-2",
            route=Route.BLOCK,
            block_beds=rng.choice((1, 2, 5)),
            block_weekly_pence=100_000,
        ),
    ]
    for at in range(1, rng.randint(3, 5)):
        family = rng.random() < 0.75
        beds = rng.randint(1, 3 if rng.random() < 0.7 else 5)
        homes.append(
            a_home(
                f"H-{at}",
                beds,
                setting=Setting.FOSTER if family else Setting.CHILDRENS_HOME,
                grade=None if family else "good",
                postcode=f"HP{rng.randint(1, 5)} {rng.randint(0, 9)}AA",
                agreement_ids=rng.choice((("A-1",), ("A-1",), ("A-2",), ("A-3", "A-2"), ())),
                bedrooms=rng.choice((None, None, beds, max(1, beds - 1))),
                terms=TermsOfApproval(
                    number=rng.choice((None, None, beds, max(1, beds - 1))),
                    age_from=rng.choice((None, None, 5)),
                ),
            )
        )
    count = rng.randint(2, 4)
    groups: list[SiblingGroup] = []
    children = []
    for at in range(1, count + 1):
        in_group = "S-1" if rng.random() < 0.6 else None
        children.append(
            a_child(
                f"C-{at}",
                rng.randint(1, 15),
                sex=rng.choice((Sex.MALE, Sex.FEMALE)),
                sibling_group_id=in_group,
                solo=rng.random() < 0.12,
                may_share_bedroom=rng.choice((None, True, True)),
                away_for_safety=rng.random() < 0.1,
                incompatible_with=frozenset(
                    {f"C-{rng.choice([x for x in range(1, count + 1) if x != at])}"}
                    if rng.random() < 0.15
                    else ()
                ),
                household_risks=frozenset(
                    {rng.choice((HouseholdRisk.NO_BOYS, HouseholdRisk.NO_YOUNGER_CHILDREN))}
                    if rng.random() < 0.15
                    else ()
                ),
            )
        )
    members = [child.child_id for child in children if child.sibling_group_id]
    if members:
        links = []
        if len(members) > 1:
            for a, b in pairwise(members):
                if rng.random() < 0.4:
                    links.append(
                        SiblingLink(child_a=a, child_b=b, together=rng.choice(list(Together)))
                    )
        groups.append(
            SiblingGroup(
                sibling_group_id="S-1",
                together=rng.choice((Together.PREFERRED, Together.PREFERRED, Together.REQUIRED)),
                links=tuple(links),
            )
        )
    placements, referrals = [], []
    for child in children:
        if rng.random() < 0.3:
            home = rng.choice(homes)
            placements.append(
                Placement(
                    child_id=child.child_id,
                    home_id=home.home_id,
                    started_on=AS_OF,
                    may_move=rng.random() < 0.7,
                )
            )
        else:
            referrals.append(
                a_referral(
                    f"R-{child.child_id}",
                    child.child_id,
                    needed_by=AS_OF.replace(month=4, day=rng.choice((2, 9))),
                )
            )
    residents = []
    if rng.random() < 0.4:
        residents.append(
            Resident(
                resident_id="X-1",
                home_id=homes[0].home_id,
                age=7,
                sex=Sex.MALE,
                kind=rng.choice(list(ResidentKind)),
                responsible_authority=BUCKS,
            )
        )
    holds = []
    if rng.random() < 0.3:
        holds.append(
            Hold(
                hold_id="Q-1",
                scope=HoldScope.HOME,
                target_id=homes[-1].home_id,
                kind=HoldKind.RESERVED,
                starts=AS_OF.replace(month=4, day=5),
                beds=1,
            )
        )
    exemptions = []
    for at, code in enumerate(
        ("FOSTERING_LIMIT", "APPROVAL_NUMBER", "STAY_TOGETHER", "BEDROOM_SHARING")
    ):
        if rng.random() < 0.2:
            named = frozenset(child.child_id for child in children if rng.random() < 0.7)
            anywhere = named and (code == "STAY_TOGETHER" or rng.random() < 0.5)
            exemptions.append(
                Exemption(
                    exemption_id=f"E-{at}",
                    rule=code,
                    child_ids=named,
                    home_id=None if anywhere else rng.choice(homes).home_id,
                    granted_by=AssessorRole.TEAM_MANAGER,
                    granted_on=AS_OF,
                )
            )
    budgets = []
    if rng.random() < 0.5:
        budgets.append(Budget(weekly_pence=rng.choice((60_000, 110_000, 200_000))))
    if rng.random() < 0.2:
        budgets.append(Budget(route=Route.FRAMEWORK, weekly_pence=100_000))
    world = a_world(
        children,
        homes,
        referrals=referrals,
        agreements=agreements,
        sibling_groups=groups,
        placements=placements,
        residents=residents,
        holds=holds,
        exemptions=exemptions,
        budgets=budgets,
    )
    return world, policy(
        may_move=rng.random() < 0.7,
        move_price_points=rng.choice((1, 10, 30)),
        minimum_match_points=rng.choice((30, 50, 60)),
        out_of_area_share=rng.choice((None, None, 0.5)),
        spot_share=rng.choice((None, None, 0.5)),
        method="weighted",
    )


class BruteForce:
    """Every plan of a small world that the rules' own judges allow."""

    def __init__(self, world: World, policy: Policy) -> None:
        self.world = world
        self.policy = policy
        self.decided = decided_children(world, may_move=policy.may_move)
        self.leaving = frozenset(self.decided) & world.placements.keys()
        self.days = first_days(world, self.decided)
        homes = columns_of(world, without=self.leaving)
        self.index = homes.index
        self.appraiser = Appraiser(homes, policy)
        self._homes: dict[tuple[str, tuple[str, ...]], Any] = {}

    def plans(self) -> Iterator[tuple[dict[str, str | None], tuple[int, ...]]]:
        """Yield every lawful plan with unplaced, extra households, match, moves and cost."""
        choices = [
            [*self.world.homes] if child in self.leaving else [None, *self.world.homes]
            for child in self.decided
        ]
        for homes in product(*choices):
            home_of = dict(zip(self.decided, homes, strict=True))
            found = self.values(home_of)
            if found is not None:
                yield home_of, found

    def values(self, home_of: dict[str, str | None]) -> tuple[int, ...] | None:
        """Return the aims of a plan, None when it is not lawful."""
        world = self.world
        points: dict[str, float] = {}
        cost = new_cost = 0
        by_route: dict[str, int] = {}
        unknown: list[str] = []
        for home_id in world.homes:
            there = tuple(child for child, home in home_of.items() if home == home_id)
            if not there:
                continue
            found = self._home(home_id, there)
            if found is None:
                return None
            theirs, home_cost, home_new, routes, not_known = found
            points.update(theirs)
            cost += home_cost
            new_cost += home_new
            unknown.extend(not_known)
            for route, pence in routes.items():
                by_route[route] = by_route.get(route, 0) + pence
        case = PlanCase(
            world=world,
            policy=self.policy,
            home_of=home_of,
            weekly_cost_pence=new_cost,
            weekly_cost_by_route_pence=by_route,
            unknown_cost=tuple(unknown),
            points=points,
        )
        if any(rule.judge(case).verdict >= Verdict.UNKNOWN for rule in PLAN_RULES):
            return None
        moves = sum(
            child in self.leaving and not stays(world, child, home or "")
            for child, home in home_of.items()
        )
        return (
            sum(home is None for home in home_of.values()),
            extra_households(world, home_of),
            sum(round((100 - each) * 1000) for each in points.values()),
            moves,
            cost,
        )

    def _home(self, home_id: str, there: tuple[str, ...]) -> Any:
        key = (home_id, there)
        if key not in self._homes:
            self._homes[key] = self._judge(home_id, there)
        return self._homes[key]

    def _judge(self, home_id: str, there: tuple[str, ...]) -> Any:
        world, policy, home = self.world, self.policy, self.world.homes[home_id]
        arriving = [child for child in there if not stays(world, child, home_id)]
        for child in arriving:
            pair = PairCase(
                world.children[child], home, world, policy, self.days[child], self.leaving
            )
            if any(
                rule.verdict(pair).verdict >= Verdict.UNKNOWN
                for rule in PAIR_RULES
                if rule.effect is Effect.BAR
            ):
                return None
        arrivals = tuple(world.children[child] for child in there)
        for day in {self.days[child] for child in arriving}:
            case = HouseholdCase(home, arrivals, world, policy, day, self.leaving)
            if any(
                rule.verdict(case).verdict >= Verdict.UNKNOWN
                for rule in HOUSEHOLD_RULES
                if rule.effect is Effect.BAR
            ):
                return None
        points: dict[str, float] = {}
        cost = new_cost = 0
        routes: dict[str, int] = {}
        unknown: list[str] = []
        parties: dict[str, list[str]] = {}
        for child in there:
            group = world.children[child].sibling_group_id
            parties.setdefault(group or f"/{child}", []).append(child)
        at = self.index[home_id]
        for party in parties.values():
            members = [world.children[child] for child in party]
            day = self.days[party[0]]
            found = self.appraiser.appraise(members, day)
            for child in members:
                of_child = self.appraiser.child(child, day)
                points[child.child_id] = float(self.appraiser.points(of_child, found.arrivals)[at])
            cost += max(int(found.weekly_cost[at]), 0)
            new = [child for child in members if child.child_id in arriving]
            if not new:
                continue
            theirs = int(self.appraiser.appraise(new, day).weekly_cost[at])
            if theirs < 0:
                unknown.extend(child.child_id for child in new)
            route = list(Route)[self.appraiser.purchases(day).route[at]].value
            new_cost += max(theirs, 0)
            routes[route] = routes.get(route, 0) + max(theirs, 0)
        return points, cost, new_cost, routes, unknown

    def weighted(self, values: tuple[int, ...]) -> float:
        """Return the weighted sum of a plan's aims, in points."""
        unplaced, extra, match, moves, _ = values
        return (
            unplaced * self.policy.price(AimName.UNPLACED)
            + extra * self.policy.price(AimName.EXTRA_HOUSEHOLDS)
            + match / 1000 * self.policy.price(AimName.MATCH)
            + moves * self.policy.move_price_points
        )
