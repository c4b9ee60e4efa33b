"""Journeys that the home makes: to the school the child keeps, and to family time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.criteria.parts import share_at, shares_at
from matcher.domain.phrases import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.domain.child import Child, Contact
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import MilesScale, Policy


def _no_school(child: Child) -> str:
    """Return why school does not apply to a child; empty when it does."""
    if child.school is None:
        return "The child is not on roll at a school."
    if not child.school.keep:
        return "The child need not stay at the present school."
    return ""


def _judge_school(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    reason = _no_school(case.child)
    if reason:
        return does_not_apply(reason)
    miles = case.school_miles
    if miles is None:
        return Score(None, "The distance to the child's school is not known.")
    scale = case.policy.school
    return Score(share_at(miles, scale), lambda: _school_sentence(miles, scale))


def _school_sentence(miles: float, scale: MilesScale) -> str:
    if miles <= scale.half_at_miles:
        return f"Same school stays within reach: {miles:.1f} miles."
    if miles < scale.none_from_miles:
        return f"Same school means a long journey: {miles:.1f} miles."
    return f"A change of school is likely: the present one is {miles:.1f} miles away."


def _shares_school(
    homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy
) -> Floats:
    if _no_school(child.child):
        return np.ones(homes.n)
    found: Floats = shares_at(child.school_miles, policy.school)
    return found


def _family_time(child: Child) -> tuple[Contact, ...]:
    """Return the contacts that mean a journey."""
    return tuple(each for each in child.contacts if each.times_a_month > 0)


def _judge_contact(case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    contacts = _family_time(case.child)
    if not contacts:
        return does_not_apply("No family time is planned.")
    monthly = 0.0
    for each in contacts:
        miles = case.miles_to(each.postcode)
        if miles is None:
            return Score(None, "How far it is to family time is not known.")
        monthly += 2 * each.times_a_month * miles
    return Score(
        1 / (1 + monthly / case.policy.family_time.half_at_miles_a_month),
        lambda: _contact_sentence(contacts, monthly),
    )


def _contact_sentence(contacts: Sequence[Contact], monthly: float) -> str:
    visits = round(sum(each.times_a_month for each in contacts))
    return (
        f"Family time means {monthly:,.0f} miles of travel a month, "
        f"{counted(visits, 'visit')} there and back."
    )


def _shares_contact(
    homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy
) -> Floats:
    contacts = _family_time(child.child)
    if not contacts:
        return np.ones(homes.n)
    monthly: Floats = np.zeros(homes.n)
    for each in contacts:
        at_home = each.postcode == child.child.home_postcode
        monthly += (
            2 * each.times_a_month * (child.miles if at_home else child.miles_to(each.postcode))
        )
    monthly /= policy.family_time.half_at_miles_a_month
    monthly += 1
    found: Floats = np.divide(1, monthly, out=monthly)
    return found


SCHOOL = Criterion(
    name="school",
    title="The child can stay at the same school, and the journey is short",
    measure=(
        "Straight-line miles between the home and the school, on the policy's scale `school`. "
        "Does not apply to a child who is not on roll, or need not stay at the present "
        "school. Unknown when either place is."
    ),
    sources=(
        (
            "Children Act 1989, section 22C(8)(b): the placement does not disrupt the child's "
            "education or training",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22C",
        ),
        (
            "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 10: "
            "moves that disrupt education in Key Stage 4",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/10",
        ),
    ),
    needs=("child.school", "home.postcode"),
    judge=_judge_school,
    shares=_shares_school,
)

CONTACT_TRAVEL = Criterion(
    name="contact_travel",
    title="Family time means little travel",
    measure=(
        "Miles a month to all family time in the contact plan, there and back; the share is 1 "
        "/ (1 + miles/half). Does not apply when none is planned. Unknown when any of the "
        "places is, or the home's."
    ),
    sources=(
        (
            "Children Act 1989, Schedule 2, paragraph 15: promotion and maintenance of contact "
            "between child and family",
            "https://www.legislation.gov.uk/ukpga/1989/41/schedule/2",
        ),
    ),
    needs=("child.contacts", "home.postcode"),
    judge=_judge_contact,
    shares=_shares_contact,
)
