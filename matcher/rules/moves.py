"""Tasks before a child who has a home is moved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.referral import Timescale
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.masks import lives_there, new_placements_mask, verdict_where
from matcher.rules.rule import Effect, PairRule, Source

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.referral import Referral
    from matcher.domain.world import World
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

DISRUPTING_MILES = 3.0
"""Walking distance from the eighth birthday (Education Act 1996, section 444(5)): beyond it
the way to school becomes the council's to arrange, and the move is taken to disrupt it."""


def _judge_review(case: PairCase) -> Judgement:
    placement = case.world.placements.get(case.child.child_id)
    if placement is None or lives_there(case):
        return NOT_APPLICABLE
    return MET if placement.may_move else not_met(present=placement.home_id)


def _mask_review(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    placement = homes.world.placements.get(child.child.child_id)
    if placement is None:
        return homes.all(Verdict.NOT_APPLICABLE)
    return homes.all(Verdict.MET if placement.may_move else Verdict.NOT_MET)


REVIEW_BEFORE_MOVE = PairRule(
    code="REVIEW_BEFORE_MOVE",
    title="A placement ends only after a review of the child's case",
    family="moves",
    effect=Effect.GATE,
    sources=(
        Source(
            "Care Planning, Placement and Case Review (England) Regulations 2010, reg 14",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/14",
        ),
    ),
    needs=("placement.home_id", "placement.may_move"),
    judge=_judge_review,
    mask=new_placements_mask(_mask_review),
    sentence="{child} lives at {present}, and no review has agreed to a move.",
    change=(
        "Hold a review before {child} moves from {present}, unless there is an immediate risk of "
        "significant harm."
    ),
)


def school_year(born: date, day: date) -> int:
    """Return the English school year of a child on a day: 1 to 13 at school, 0 reception.

    Parameters
    ----------
    born, day
        Date of birth, and the day asked about; school years begin on 1 September.

    Examples
    --------
    >>> from datetime import date
    >>> school_year(date(2009, 9, 1), date(2025, 3, 31))
    10
    >>> school_year(date(2009, 8, 31), date(2025, 3, 31))
    11
    """
    begins = day.year if day.month >= 9 else day.year - 1
    turned = begins - born.year - (born.month >= 9)
    return turned - 4


def _applies(child: Child, world: World, referral: Referral | None) -> bool:
    emergency = referral is not None and referral.timescale is Timescale.EMERGENCY
    return child.school is not None and child.child_id in world.placements and not emergency


def _in_key_stage_4(child: Child, day: date) -> bool | None:
    born = child.date_of_birth
    return None if born is None else school_year(born, day) in (10, 11)


def _judge_key_stage(case: PairCase) -> Judgement:
    if not _applies(case.child, case.world, case.referral) or lives_there(case):
        return NOT_APPLICABLE
    years = _in_key_stage_4(case.child, case.day)
    if years is False:
        return NOT_APPLICABLE
    miles = case.school_miles
    if miles is not None and miles <= DISRUPTING_MILES:
        return MET
    if years is None:
        return unknown(missing=f"the date of birth of {case.child.child_id}")
    if miles is None:
        return unknown(missing=f"how far {case.home.home_id} is from the school")
    return not_met(miles=miles)


def _mask_key_stage(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    years = _in_key_stage_4(child.child, child.day)
    if years is False or not _applies(child.child, homes.world, child.referral):
        return homes.all(Verdict.NOT_APPLICABLE)
    miles = child.school_miles
    far = Verdict.UNKNOWN if years is None else Verdict.NOT_MET
    verdicts = verdict_where(miles > DISRUPTING_MILES, far)
    verdicts[np.isnan(miles)] = Verdict.UNKNOWN
    return verdicts


KEY_STAGE_4_MOVE = PairRule(
    code="KEY_STAGE_4_MOVE",
    title="A move that disrupts schooling in Years 10 and 11 is approved by a nominated officer",
    family="moves",
    effect=Effect.GATE,
    sources=(
        Source(
            "Care Planning, Placement and Case Review (England) Regulations 2010, reg 10",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/10",
        ),
    ),
    needs=(
        "child.date_of_birth",
        "child.school",
        "home.postcode",
        "placement.home_id",
        "referral.timescale",
    ),
    judge=_judge_key_stage,
    mask=new_placements_mask(_mask_key_stage),
    sentence=(
        "{child} is in Key Stage 4, and {home} is {miles} miles from the school: more than "
        "walking distance (3 miles), which is taken to disrupt schooling."
    ),
    unknown="Not known: {missing}; in Key Stage 4 a move that disrupts schooling needs approval.",
    change=(
        "Consult the designated teacher and the reviewing officer, and obtain the nominated "
        "officer's approval before {child} moves."
    ),
)

RULES = (REVIEW_BEFORE_MOVE, KEY_STAGE_4_MOVE)
