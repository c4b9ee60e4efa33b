"""Tasks before a child is placed outside the area of the council."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import LegalStatus
from matcher.domain.home import FOSTERING_SETTINGS, Setting
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.geography.areas import Area, area_of
from matcher.rules.masks import (
    in_short_breaks,
    kept_verdicts,
    new_placements,
    new_placements_mask,
    of_setting,
    own_homes,
    own_provision,
    verdict_where,
)
from matcher.rules.rule import Effect, PairRule, Source

if TYPE_CHECKING:
    from matcher.evidence.arrays import ChildFacts, Flags, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

REGULATION_11 = Source(
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 11 "
    "(as amended by SI 2013/3239, reg 18)",
    "https://www.legislation.gov.uk/uksi/2010/959/regulation/11",
)
REGULATION_13 = Source(
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 13(4) "
    "(inserted by SI 2013/3239, reg 19)",
    "https://www.legislation.gov.uk/uksi/2010/959/regulation/13",
)
REGULATION_48 = Source(
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 48 (short breaks)",
    "https://www.legislation.gov.uk/uksi/2010/959/regulation/48",
)
AT_A_DISTANCE_SINCE = date(2014, 1, 27)
"""When SI 2013/3239, regs 18 and 19, came into force."""
INSIDE, ADJOINING, DISTANT = 0, 1, 2
IN_CARE = (LegalStatus.C1, LegalStatus.C2)


def _authority(case: PairCase) -> str | None:
    place = case.world.location(case.home.postcode)
    return None if place is None else place.authority


def _area(case: PairCase) -> Area:
    return area_of(_authority(case), case.world.authority)


def _short_break(case: PairCase) -> bool:
    return case.home.setting is Setting.SHORT_BREAK or in_short_breaks(case.child)


def _own_carers(case: PairCase) -> bool:
    """Whether regulation 11(4) exempts from approval: connected persons and own carers."""
    setting = case.home.setting
    return setting is Setting.CONNECTED or (setting in FOSTERING_SETTINGS and own_provision(case))


def _own_carers_flags(homes: HomeArrays) -> Flags:
    own = own_homes(homes) & of_setting(homes, *FOSTERING_SETTINGS)
    return own | of_setting(homes, Setting.CONNECTED)


def _judge_notify(case: PairCase) -> Judgement:
    if _short_break(case):
        return NOT_APPLICABLE
    area = _area(case)
    if area is Area.UNKNOWN:
        return unknown()
    return MET if area is Area.INSIDE else not_met(authority=_authority(case))


def _mask_notify(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    if in_short_breaks(child.child):
        return homes.all(Verdict.NOT_APPLICABLE)

    def make() -> Verdicts:
        verdicts = verdict_where(homes.area > INSIDE, Verdict.NOT_MET)
        verdicts[homes.area < INSIDE] = Verdict.UNKNOWN
        verdicts[of_setting(homes, Setting.SHORT_BREAK)] = Verdict.NOT_APPLICABLE
        return verdicts

    return kept_verdicts(homes, "OUT_OF_AREA_NOTIFY", make)


AREA_UNKNOWN = (
    "It is not known in which authority's area {home} lies; find out its postcode before placing."
)

OUT_OF_AREA_NOTIFY = PairRule(
    code="OUT_OF_AREA_NOTIFY",
    title="The area's authority is notified of a placement outside the council's area",
    family="out of area",
    effect=Effect.GATE,
    sources=(REGULATION_13, REGULATION_48),
    starts=AT_A_DISTANCE_SINCE,
    needs=("home.postcode", "home.setting", "child.legal_status"),
    judge=new_placements(_judge_notify),
    mask=new_placements_mask(_mask_notify),
    sentence="{home} lies outside the council's area, in that of {authority}.",
    unknown=AREA_UNKNOWN,
    change=(
        "Notify {authority} in writing before the placement, in an emergency within five working "
        "days of its start; notify health, education and the GP too."
    ),
)


def _judge_approval(case: PairCase) -> Judgement:
    if _short_break(case) or _own_carers(case):
        return NOT_APPLICABLE
    area = _area(case)
    if area is Area.UNKNOWN:
        return unknown()
    if area is Area.ADJOINING:
        return not_met(authority=_authority(case))
    return MET if area is Area.INSIDE else NOT_APPLICABLE


def _judge_distant(case: PairCase) -> Judgement:
    if _short_break(case) or _own_carers(case):
        return NOT_APPLICABLE
    area = _area(case)
    if area is Area.UNKNOWN:
        return unknown()
    if area is Area.DISTANT:
        return not_met(authority=_authority(case))
    return MET if area is Area.INSIDE else NOT_APPLICABLE


def _approval_mask(homes: HomeArrays, child: ChildFacts, code: str, asked: int) -> Verdicts:
    if in_short_breaks(child.child):
        return homes.all(Verdict.NOT_APPLICABLE)

    def make() -> Verdicts:
        verdicts = verdict_where(homes.area == INSIDE, Verdict.MET, Verdict.NOT_APPLICABLE)
        verdicts[homes.area == asked] = Verdict.NOT_MET
        verdicts[homes.area < INSIDE] = Verdict.UNKNOWN
        exempt = _own_carers_flags(homes) | of_setting(homes, Setting.SHORT_BREAK)
        verdicts[exempt] = Verdict.NOT_APPLICABLE
        return verdicts

    return kept_verdicts(homes, code, make)


def _mask_approval(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    return _approval_mask(homes, child, "OUT_OF_AREA_APPROVAL", ADJOINING)


def _mask_distant(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    return _approval_mask(homes, child, "DISTANT_APPROVAL", DISTANT)


OUT_OF_AREA_APPROVAL = PairRule(
    code="OUT_OF_AREA_APPROVAL",
    title="A nominated officer approves a placement in an adjoining authority's area",
    family="out of area",
    effect=Effect.GATE,
    sources=(REGULATION_11, REGULATION_48),
    needs=("home.postcode", "home.setting", "home.provider_id", "child.legal_status"),
    judge=new_placements(_judge_approval),
    mask=new_placements_mask(_mask_approval),
    sentence="{home} lies in the area of {authority}, which adjoins the council's.",
    unknown=AREA_UNKNOWN,
    change="Obtain the nominated officer's approval before {child} is placed at {home}.",
)

DISTANT_APPROVAL = PairRule(
    code="DISTANT_APPROVAL",
    title="The director approves a distant placement, after the area's authority was consulted",
    family="out of area",
    effect=Effect.GATE,
    sources=(REGULATION_11, REGULATION_48),
    starts=AT_A_DISTANCE_SINCE,
    needs=("home.postcode", "home.setting", "home.provider_id", "child.legal_status"),
    judge=new_placements(_judge_distant),
    mask=new_placements_mask(_mask_distant),
    sentence=(
        "{home} is a distant placement: {authority} is neither the council's own area nor one "
        "that adjoins it."
    ),
    unknown=AREA_UNKNOWN,
    change=(
        "Consult {authority} with the care plan of {child}, and obtain the approval of the "
        "director of children's services, before the placement."
    ),
)


def _outside(authority: str) -> bool:
    return authority[0] not in "EW"


def _judge_outside(case: PairCase) -> Judgement:
    authority = _authority(case)
    if authority is None:
        return unknown()
    if not _outside(authority):
        return MET
    if case.child.legal_status is None:
        approver = "the court if there is a care order, else everybody with parental responsibility"
    elif case.child.legal_status in IN_CARE:
        approver = "the court"
    else:
        approver = "everybody with parental responsibility"
    return not_met(authority=authority, approver=approver)


def _mask_outside(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        outside: Flags = np.array([_outside(code) for code in homes.authorities] + [False])
        verdicts = verdict_where(outside[homes.authority], Verdict.NOT_MET)
        verdicts[homes.authority < 0] = Verdict.UNKNOWN
        return verdicts

    return kept_verdicts(homes, "OUTSIDE_ENGLAND_WALES", make)


OUTSIDE_ENGLAND_WALES = PairRule(
    code="OUTSIDE_ENGLAND_WALES",
    title="Living outside England and Wales is approved by the court, or by the parents",
    family="out of area",
    effect=Effect.GATE,
    sources=(
        Source(
            "Children Act 1989, Schedule 2, paragraph 19",
            "https://www.legislation.gov.uk/ukpga/1989/41/schedule/2/paragraph/19",
        ),
        Source(
            "Care Planning, Placement and Case Review (England) Regulations 2010, reg 12",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/12",
        ),
    ),
    needs=("home.postcode", "child.legal_status"),
    judge=new_placements(_judge_outside),
    mask=new_placements_mask(_mask_outside),
    sentence="{home} lies outside England and Wales, in the area of {authority}.",
    unknown=AREA_UNKNOWN,
    change="Obtain the approval of {approver} before {child} goes to live there.",
)

RULES = (OUT_OF_AREA_NOTIFY, OUT_OF_AREA_APPROVAL, DISTANT_APPROVAL, OUTSIDE_ENGLAND_WALES)
