"""Who may live with whom: solo, named conflicts, siblings who must live apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from matcher.domain.sibling_group import Together
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.household import fostering
from matcher.rules.masks import kept_verdicts, verdict_where
from matcher.rules.rule import HouseholdRule, Source
from matcher.rules.sentences import people

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import Occupant, World
    from matcher.evidence.arrays import Arrivals, HomeArrays, Verdicts
    from matcher.evidence.cases import HouseholdCase
    from matcher.policy import Policy

ADULT_AGE = 18

MATCHING = Source(
    "Fostering Services: National Minimum Standards 2011, standard 15 (matching)",
    "https://www.gov.uk/government/publications/fostering-services-national-minimum-standards",
)
PROTECTION = Source(
    "Children's Homes (England) Regulations 2015, reg 12 (protection of children)",
    "https://www.legislation.gov.uk/uksi/2015/541/regulation/12",
)

# Solo ------------------------------------------------------------------------------------


def _judge_solo(case: HouseholdCase) -> Judgement:
    home = case.home
    for each in case.occupants:
        if each.solo:
            return not_met(solo=each.occupant_id, others=_ids(case.incoming))
    alone = next((child.child_id for child in case.arrivals if child.solo), None)
    if alone is None:
        return NOT_APPLICABLE
    others = [each for each in case.together if each.fostered and each.occupant_id != alone]
    if others:
        return not_met(solo=alone, others=_ids(others))
    if home.setting.fostering:
        ages = home.household.own_children_ages
        if ages is None:
            return unknown(missing=f"whether the carers in {home.home_id} have children at home")
        if any(age < ADULT_AGE for age in ages):
            return not_met(solo=alone, others="the carers' own children")
    return MET


def _mask_solo(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    if not any(each.child.solo for each in arrivals.members):

        def make() -> Verdicts:
            return verdict_where(
                homes.occupant_solo, Verdict.NOT_MET, otherwise=Verdict.NOT_APPLICABLE
            )

        return kept_verdicts(homes, "SOLO", make, for_now=True)
    if arrivals.size > 1:
        return homes.all(Verdict.NOT_MET)
    family = fostering(homes)
    found = homes.fresh(Verdict.MET)
    found[family & (homes.own_child_age_high < 0) & (homes.own_child_age_low < 0)] = Verdict.UNKNOWN
    found[family & (homes.own_child_age_low >= 0) & (homes.own_child_age_low < ADULT_AGE)] = (
        Verdict.NOT_MET
    )
    found[(homes.fostered > 0) | homes.occupant_solo] = Verdict.NOT_MET
    return found


SOLO = HouseholdRule(
    code="SOLO",
    title="A child who must be the only one is the only one",
    family="sharing",
    sources=(MATCHING, PROTECTION),
    needs=("child.solo", "home.household.own_children_ages", "placements", "residents"),
    judge=_judge_solo,
    mask=_mask_solo,
    sentence="{solo} must be the only child; in {home} there would be {others}.",
    unknown="Not recorded: {missing}.",
    change="The assessment that {solo} must be the only child would have to change.",
    changeable=False,
)

# Named incompatibility --------------------------------------------------------------------


def _judge_named(case: HouseholdCase) -> Judgement:
    for a, b in meetings(case):
        if b.occupant_id in a.incompatible_with or a.occupant_id in b.incompatible_with:
            return not_met(one=a.occupant_id, other=b.occupant_id)
    return MET


def _mask_named(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    ids = {each.child.child_id for each in arrivals.members}
    at: set[int] = set()
    for each in arrivals.members:
        names = each.child.incompatible_with
        if names & ids:
            return homes.all(Verdict.NOT_MET)
        at.update(homes.home_of_occupant[name] for name in names if name in homes.home_of_occupant)
        at.update(homes.avoided_by_occupants.get(each.child.child_id, ()))
    if not at:
        return homes.all(Verdict.MET)
    found = homes.fresh(Verdict.MET)
    found[list(at)] = Verdict.NOT_MET
    return found


NAMED_INCOMPATIBILITY = HouseholdRule(
    code="NAMED_INCOMPATIBILITY",
    title="Nobody lives with a child they must not live with",
    family="sharing",
    sources=(MATCHING, PROTECTION),
    needs=("child.incompatible_with", "residents.incompatible_with", "placements"),
    judge=_judge_named,
    mask=_mask_named,
    sentence="In {home} would live both {one} and {other}, who must not live together.",
    change="The assessment that {one} and {other} must not live together would have to change.",
    changeable=False,
)

# Siblings who must live apart --------------------------------------------------------------


def _has_apart(group: SiblingGroup) -> bool:
    return group.together is Together.APART or any(
        link.together is Together.APART for link in group.links
    )


def _apart_groups(world: World, group_ids: set[str | None]) -> list[SiblingGroup]:
    return [
        world.sibling_groups[each]
        for each in sorted(each for each in group_ids if each is not None)
        if _has_apart(world.sibling_groups[each])
    ]


def _judge_apart(case: HouseholdCase) -> Judgement:
    groups = _apart_groups(case.world, {child.sibling_group_id for child in case.arrivals})
    if not groups:
        return NOT_APPLICABLE
    by_id = {group.sibling_group_id: group for group in groups}
    for a, b in meetings(case):
        group = by_id.get(a.sibling_group_id or "")
        if group is None or a.sibling_group_id != b.sibling_group_id:
            continue
        if group.between(a.occupant_id, b.occupant_id) is Together.APART:
            return not_met(one=a.occupant_id, other=b.occupant_id)
    return MET


def _mask_apart(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    world = homes.world
    groups = _apart_groups(world, {each.child.sibling_group_id for each in arrivals.members})
    if not groups:
        return homes.all(Verdict.NOT_APPLICABLE)
    found = homes.fresh(Verdict.MET)
    for group in groups:
        group_id = group.sibling_group_id
        ids = [m.child.child_id for m in arrivals.members if m.child.sibling_group_id == group_id]
        for a, b in combinations(ids, 2):
            if group.between(a, b) is Together.APART:
                return homes.all(Verdict.NOT_MET)
        for other in world.siblings_in_care.get(group_id, ()):
            at = homes.home_of_occupant.get(other)
            if at is not None and any(group.between(a, other) is Together.APART for a in ids):
                found[at] = Verdict.NOT_MET
    return found


BE_APART = HouseholdRule(
    code="BE_APART",
    title="Siblings assessed as having to live apart do not share a home",
    family="sharing",
    sources=(
        Source(
            "Children Act 1989, section 22C(8)(c): together so far as consistent with each "
            "child's welfare (section 22C(7) and (9))",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
        Source("Councils' together-or-apart assessments of siblings"),
    ),
    needs=("sibling_group.together", "sibling_group.links", "child.sibling_group_id"),
    judge=_judge_apart,
    mask=_mask_apart,
    sentence="In {home} would live both {one} and {other}, who are assessed to live apart.",
    change="The together-or-apart assessment of {one} and {other} would have to change.",
    changeable=False,
)


def meetings(case: HouseholdCase) -> Iterator[tuple[Occupant, Occupant]]:
    """Yield every pair of people who would newly live together."""
    yield from combinations(case.incoming, 2)
    for arriving in case.incoming:
        for living in case.occupants:
            yield arriving, living


def _ids(occupants: list[Occupant] | tuple[Occupant, ...]) -> str:
    return people(sorted(each.occupant_id for each in occupants))


RULES = (SOLO, NAMED_INCOMPATIBILITY, BE_APART)
