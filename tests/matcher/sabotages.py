"""Worlds in which a plan breaks one rule and no other, one for each rule that bars."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from matcher.domain.agreement import Agreement, Budget, Route
from matcher.domain.child import HouseholdRisk
from matcher.domain.home import Grade, Setting, TermsOfApproval
from matcher.domain.placement import (
    Hold,
    HoldKind,
    HoldScope,
    Placement,
    Resident,
)
from matcher.domain.sibling_group import SiblingGroup, SiblingLink, Together
from matcher.policy import Policy
from tests.builders import AS_OF, a_child, a_home, a_referral, a_world, miles_east, siblings

if TYPE_CHECKING:
    from matcher.domain.world import World

# Every lawful option is good enough here, so that a test breaks one rule at a time.
POLICY = Policy.named("balanced").replace(minimum_match_points=0)


MOVING = POLICY.replace(may_move=True)


def lives(child_id: str, home_id: str, **changes: Any) -> Placement:
    return Placement(
        child_id=child_id, home_id=home_id, started_on=AS_OF - timedelta(days=400), **changes
    )


@dataclass
class Sabotage:
    """A world in which a plan breaks one rule and no other."""

    code: str
    world: World
    home_of: dict[str, str | None]
    policy: Policy = field(default=POLICY)


def two(**first: Any) -> list:
    return [a_child("C-1", **first), a_child("C-2", 11)]


def group(together: Together, *links: SiblingLink) -> list[SiblingGroup]:
    return [SiblingGroup(sibling_group_id="S-1", together=together, links=links)]


FRAMEWORK = {"agreement_ids": ("A-2",), "provider_id": "P-2"}
SPOT = {"agreement_ids": (), "weekly_fee_pence": 90_000}
FAR = miles_east(30).postcode
BOTH_IN_H1: dict[str, str | None] = {"C-1": "H-1", "C-2": "H-1"}
EACH_ALONE: dict[str, str | None] = {"C-1": "H-1", "C-2": "H-2"}


def sabotages() -> list[Sabotage]:
    one_home = [a_home("H-1", 3)]
    two_homes = [a_home("H-1", 2), a_home("H-2", 2)]
    alone: dict[str, str | None] = {"C-1": "H-1"}
    hold = Hold(
        hold_id="Z-1",
        scope=HoldScope.HOME,
        target_id="H-1",
        kind=HoldKind.RESERVED,
        starts=AS_OF,
        beds=2,
    )
    safeguarding = hold.replace(kind=HoldKind.SAFEGUARDING, beds=None)
    elsewhere = replace(miles_east(30), authority="E10000025")
    block = Agreement(
        agreement_id="A-9",
        provider_id="P-1",
        route=Route.BLOCK,
        block_beds=1,
        block_weekly_pence=60_000,
    )
    blocks = [a_home("H-1", 2, agreement_ids=("A-9",)), a_home("H-2", agreement_ids=("A-9",))]
    a_resident = Resident(
        resident_id="X-1", home_id="H-1", age=9, responsible_authority="E09000017"
    )
    placed = [lives("C-1", "H-1", may_move=True)]
    four = [*siblings(7, 9, 11), a_child("C-4", 8)]
    return [
        Sabotage(
            "APPROVAL_AGE",
            a_world([a_child()], [a_home(terms=TermsOfApproval(age_from=11, age_to=17))]),
            alone,
        ),
        Sabotage("HOLD", a_world([a_child()], [a_home()], holds=[safeguarding]), alone),
        Sabotage(
            "QUALITY_GATEWAY",
            a_world(
                [a_child()],
                [a_home(setting=Setting.CHILDRENS_HOME, grade=Grade.INADEQUATE, urn=1)],
            ),
            alone,
        ),
        Sabotage("BEDS_FREE", a_world(two(), [a_home("H-1", 1)]), BOTH_IN_H1),
        Sabotage("BEDS_FREE", a_world(two(), one_home, holds=[hold]), BOTH_IN_H1),
        Sabotage(
            "APPROVAL_NUMBER",
            a_world(two(), [a_home("H-1", 3, terms=TermsOfApproval(number=1))]),
            BOTH_IN_H1,
        ),
        Sabotage(
            "FOSTERING_LIMIT",
            a_world(four, [a_home("H-1", 4)]),
            dict.fromkeys(["C-1", "C-2", "C-3", "C-4"], "H-1"),
        ),
        Sabotage("BEDROOM_SHARING", a_world(two(), [a_home("H-1", 2, bedrooms=1)]), BOTH_IN_H1),
        Sabotage("SOLO", a_world(two(solo=True), one_home), BOTH_IN_H1),
        Sabotage(
            "SOLO",
            a_world([a_child()], one_home, residents=[a_resident.replace(solo=True)]),
            alone,
        ),
        Sabotage(
            "NAMED_INCOMPATIBILITY",
            a_world(two(incompatible_with=frozenset({"C-2"})), one_home),
            BOTH_IN_H1,
        ),
        Sabotage(
            "HOUSEHOLD_RISK",
            a_world(
                two(household_risks=frozenset({HouseholdRisk.NO_OLDER_CHILDREN})),
                one_home,
            ),
            BOTH_IN_H1,
        ),
        Sabotage(
            "BE_APART",
            a_world(siblings(9, 11), one_home, sibling_groups=group(Together.APART)),
            BOTH_IN_H1,
        ),
        Sabotage(
            "STAY_TOGETHER",
            a_world(siblings(9, 11), two_homes, sibling_groups=group(Together.REQUIRED)),
            EACH_ALONE,
        ),
        Sabotage(
            "STAY_TOGETHER",
            a_world(siblings(9, 11), two_homes, sibling_groups=group(Together.REQUIRED)),
            {"C-1": "H-1", "C-2": None},
        ),
        Sabotage(
            "BUDGET_TOTAL",
            a_world(two(), two_homes, budgets=[Budget(weekly_pence=99_999)]),
            EACH_ALONE,
        ),
        Sabotage(
            "BUDGET_ROUTE",
            a_world(
                two(),
                [a_home("H-1"), a_home("H-2", **FRAMEWORK)],
                budgets=[Budget(route=Route.FRAMEWORK, weekly_pence=89_999)],
            ),
            EACH_ALONE,
        ),
        Sabotage(
            "OUT_OF_AREA_CAP",
            a_world(
                two(),
                [a_home("H-1"), a_home("H-2", postcode=FAR)],
                locations={FAR: elsewhere},
            ),
            EACH_ALONE,
            POLICY.replace(out_of_area_share=0.4),
        ),
        Sabotage(
            "SPOT_CAP",
            a_world(two(), [a_home("H-1"), a_home("H-2", **SPOT)]),
            EACH_ALONE,
            POLICY.replace(spot_share=0.4),
        ),
        Sabotage(
            "BLOCK_BEDS",
            a_world(two(), blocks, agreements=[block]),
            EACH_ALONE,
        ),
        Sabotage(
            "MOVES_ALLOWED",
            a_world(two(), two_homes, referrals=[a_referral("R-1", "C-2")], placements=placed),
            {"C-1": None, "C-2": "H-2"},
            MOVING,
        ),
        Sabotage(
            "MINIMUM_MATCH",
            a_world([a_child()], [a_home()]),
            alone,
            POLICY.replace(minimum_match_points=100),
        ),
    ]
