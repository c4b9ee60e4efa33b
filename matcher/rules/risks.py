"""Evidenced risks: whom a child must not live with."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.child import HouseholdRisk
from matcher.domain.codes import Sex
from matcher.evidence.verdict import MET, Judgement, Verdict, not_met, unknown
from matcher.rules.household import fostering
from matcher.rules.rule import HouseholdRule
from matcher.rules.sharing import ADULT_AGE, MATCHING, PROTECTION, meetings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from matcher.domain.world import Occupant
    from matcher.evidence.arrays import Arrivals, ChildFacts, Flags, HomeArrays, Verdicts
    from matcher.evidence.cases import HouseholdCase
    from matcher.policy import Policy

UNSURE = None


def _risk_met(risk: HouseholdRisk, me: int | None, age: int | None, sex: Sex | None) -> bool | None:
    """Return whether another person is one whom a risk excludes; None when not known."""
    if risk is HouseholdRisk.NO_BOYS:
        return UNSURE if sex is None else sex is Sex.MALE
    if risk is HouseholdRisk.NO_GIRLS:
        return UNSURE if sex is None else sex is Sex.FEMALE
    if risk is HouseholdRisk.NO_YOUNGER_CHILDREN:
        if me == 0:
            return False
        return UNSURE if me is None or age is None else age < me
    if risk is HouseholdRisk.NO_OLDER_CHILDREN:
        return UNSURE if me is None or age is None else age > me
    if risk is HouseholdRisk.NO_PETS:
        return False
    man = Sex.MALE if risk is HouseholdRisk.NO_ADULT_MEN else Sex.FEMALE
    if (age is not None and age < ADULT_AGE) or (sex is not None and sex is not man):
        return False
    return UNSURE if age is None or sex is None else True


def _household_answers(
    case: HouseholdCase, risk: HouseholdRisk, me: int | None
) -> Iterator[tuple[bool | None, str]]:
    """Say whether the carers' household is excluded, part by part, and what is missing."""
    home = case.home
    household = home.household
    if risk is HouseholdRisk.NO_PETS:
        yield household.pets, "the pets"
    elif risk is HouseholdRisk.NO_ADULT_MEN:
        men = household.adult_men
        yield (UNSURE if men is None else men > 0), "the men of the household"
    elif risk is HouseholdRisk.NO_ADULT_WOMEN:
        women = household.adult_women
        yield (UNSURE if women is None else women > 0), "the women of the household"
    elif home.setting.fostering:
        ages = household.own_children_ages
        if ages is None:
            nobody_younger = risk is HouseholdRisk.NO_YOUNGER_CHILDREN and me == 0
            yield (False if nobody_younger else UNSURE), "the carers' own children"
        for age in ages or ():
            yield _risk_met(risk, me, age, None), "the carers' own children"


def _judge_risk(case: HouseholdCase) -> Judgement:
    missing = ""
    for child, me in zip(case.arrivals, case.incoming, strict=True):
        for risk in sorted(child.household_risks):
            for answer, whom in _household_answers(case, risk, me.age):
                if answer:
                    return not_met(one=me.occupant_id, risk=risk.label, whom=whom)
                if answer is UNSURE:
                    missing = missing or f"{whom} ({me.occupant_id}: {risk.label})"
    for a, b in meetings(case):
        for me, other in ((a, b), (b, a)):
            if me.child is None or not me.child.household_risks:
                continue
            for risk in sorted(me.child.household_risks):
                answer = _risk_met(risk, me.age, other.age, other.sex)
                if answer:
                    return not_met(one=me.occupant_id, risk=risk.label, whom=other.occupant_id)
                if answer is UNSURE:
                    about = f"{other.occupant_id} ({me.occupant_id}: {risk.label})"
                    missing = missing or f"age or sex of {about}"
    return unknown(missing=missing) if missing else MET


def _mask_risk(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    among = _risk_among(arrivals)
    if among is Verdict.NOT_MET:
        return homes.all(Verdict.NOT_MET)
    wary = any(each.child.household_risks for each in arrivals.members)
    if not wary and not len(_homes_with_risks(homes)):
        return homes.all(Verdict.MET)
    found = homes.fresh(Verdict.MET)
    bad = np.zeros(homes.n, dtype=np.bool_)
    unsure = np.zeros(homes.n, dtype=np.bool_)
    for each in arrivals.members:
        for risk in each.child.household_risks:
            _risk_of_arrival(risk, each, homes, bad, unsure)
    for at in _homes_with_risks(homes):
        _risk_of_occupants(at, arrivals, homes, bad, unsure)
    found[unsure] = Verdict.UNKNOWN
    if among is Verdict.UNKNOWN:
        found[:] = Verdict.UNKNOWN
    found[bad] = Verdict.NOT_MET
    return found


def _risk_among(arrivals: Arrivals) -> Verdict:
    """Return the verdict on those who arrive, each against each other."""
    worst = Verdict.MET
    for me, other in permutations(arrivals.members, 2):
        for risk in me.child.household_risks:
            answer = _risk_met(risk, me.age, other.age, other.child.sex)
            if answer:
                return Verdict.NOT_MET
            if answer is UNSURE:
                worst = Verdict.UNKNOWN
    return worst


def _risk_of_arrival(
    risk: HouseholdRisk, me: ChildFacts, homes: HomeArrays, bad: Flags, unsure: Flags
) -> None:
    """Mark the homes whose household or occupants an arrival's risk excludes."""
    if risk is HouseholdRisk.NO_PETS:
        bad |= homes.pets == 1
        unsure |= homes.pets == -1
        return
    if risk in (HouseholdRisk.NO_ADULT_MEN, HouseholdRisk.NO_ADULT_WOMEN):
        men = risk is HouseholdRisk.NO_ADULT_MEN
        adults = homes.adult_men if men else homes.adult_women
        there, perhaps = _adult_occupants(homes, Sex.MALE if men else Sex.FEMALE)
        bad |= (adults > 0) | there
        unsure |= (adults < 0) | perhaps
        return
    family = fostering(homes)
    own = family & (homes.own_child_age_high >= 0)
    own_unknown = family & (homes.own_child_age_high < 0) & (homes.own_child_age_low < 0)
    if risk in (HouseholdRisk.NO_BOYS, HouseholdRisk.NO_GIRLS):
        boys = risk is HouseholdRisk.NO_BOYS
        bad |= (homes.occupant_boys if boys else homes.occupant_girls) > 0
        # The sexes of the carers' own children are not held.
        unsure |= homes.occupant_sex_unknown | own | own_unknown
        return
    younger = risk is HouseholdRisk.NO_YOUNGER_CHILDREN
    if me.age is None:
        unsure |= (homes.occupied > 0) | own | own_unknown
        return
    if younger and me.age == 0:
        return
    if younger:
        bad |= (homes.occupant_age_low < me.age) | (own & (homes.own_child_age_low < me.age))
    else:
        bad |= (homes.occupant_age_high > me.age) | (own & (homes.own_child_age_high > me.age))
    unsure |= homes.occupant_age_unknown | own_unknown


def _occupants_left(homes: HomeArrays, home_id: str) -> list[Occupant]:
    """Return those who live in a home and were not left out of the arrays."""
    return [
        each
        for each in homes.world.occupants_of(home_id)
        if each.occupant_id in homes.home_of_occupant
    ]


def _adult_occupants(homes: HomeArrays, sex: Sex) -> tuple[Flags, Flags]:
    """Return the homes where an adult of a sex uses a bed, and those where one may."""

    def make() -> tuple[Flags, Flags]:
        risk = HouseholdRisk.NO_ADULT_MEN if sex is Sex.MALE else HouseholdRisk.NO_ADULT_WOMEN
        there: set[int] = set()
        perhaps: set[int] = set()
        for at in np.flatnonzero(homes.occupied).tolist():
            for each in _occupants_left(homes, homes.ids[at]):
                answer = _risk_met(risk, None, each.age, each.sex)
                if answer is not False:
                    (there if answer else perhaps).add(at)
        return homes.at(tuple(there)), homes.at(tuple(perhaps))

    return homes.kept_for_now(("adult_occupants", sex), make)


def _homes_with_risks(homes: HomeArrays) -> NDArray[np.intp]:
    """Return the positions of homes where a child with evidenced risks lives."""

    def make() -> NDArray[np.intp]:
        at = {
            homes.home_of_occupant[child_id]
            for child_id in homes.world.placements
            if child_id in homes.home_of_occupant and homes.world.children[child_id].household_risks
        }
        return np.array(sorted(at), dtype=np.intp)

    return homes.kept_for_now("homes_with_risks", make)


def _risk_of_occupants(
    at: int, arrivals: Arrivals, homes: HomeArrays, bad: Flags, unsure: Flags
) -> None:
    """Mark a home where the risks of one who lives there exclude an arrival."""
    for me in _occupants_left(homes, homes.ids[at]):
        risks = me.child.household_risks if me.child is not None else frozenset()
        for risk in risks:
            for each in arrivals.members:
                answer = _risk_met(risk, me.age, each.age, each.child.sex)
                if answer:
                    bad[at] = True
                elif answer is UNSURE:
                    unsure[at] = True


HOUSEHOLD_RISK = HouseholdRule(
    code="HOUSEHOLD_RISK",
    title="Nobody lives with those whom an evidenced risk excludes",
    family="risks",
    sources=(MATCHING, PROTECTION),
    needs=(
        "child.household_risks",
        "child.date_of_birth",
        "child.sex",
        "home.household",
        "placements",
        "residents",
    ),
    judge=_judge_risk,
    mask=_mask_risk,
    sentence="In {home} there would be {whom}; {one} must live with {risk}.",
    unknown="Not recorded of {home}: {missing}.",
    change="The risk assessment of {one} ({risk}) would have to change.",
    changeable=False,
)

RULES = (HOUSEHOLD_RISK,)
