"""The quality gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.home import FOSTERING_SETTINGS, Setting
from matcher.evidence.arrays import GRADES
from matcher.evidence.lookup import among
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.masks import (
    kept_verdicts,
    new_placements,
    new_placements_mask,
    of_setting,
    verdict_where,
)
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

GRADED_SETTINGS = (
    Setting.CHILDRENS_HOME,
    Setting.SECURE,
    Setting.SUPPORTED,
    Setting.RESIDENTIAL_SCHOOL,
)
"""Kinds of home that are inspected one by one."""


def _judge_quality(case: PairCase) -> Judgement:
    grade = case.home.grade
    if grade is not None and grade.failing:
        return not_met(grade=grade)
    if grade is None and case.home.setting in GRADED_SETTINGS:
        return unknown()
    if grade is None or case.home.setting in FOSTERING_SETTINGS:
        return NOT_APPLICABLE
    return MET


def _mask_quality(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        recorded = homes.grade >= 0
        fostering = of_setting(homes, *FOSTERING_SETTINGS)
        verdicts = verdict_where(recorded & ~fostering, Verdict.MET, Verdict.NOT_APPLICABLE)
        verdicts[~recorded & of_setting(homes, *GRADED_SETTINGS)] = Verdict.UNKNOWN
        failing = [at for at, grade in enumerate(GRADES) if grade.failing]
        verdicts[among(homes.grade, failing)] = Verdict.NOT_MET
        return verdicts

    return kept_verdicts(homes, "QUALITY_GATEWAY", make)


QUALITY_GATEWAY = PairRule(
    code="QUALITY_GATEWAY",
    title="Ofsted's judgement lets the home through the quality gateway",
    family="quality",
    sources=(
        Source(
            "Council procedure: quality gateway; a home judged inadequate, or supported "
            "accommodation with serious concerns, is not used without a manager's reasoned decision"
        ),
        Source(
            "Ofsted, Social care common inspection framework",
            "https://www.gov.uk/government/collections/social-care-common-inspection-framework-sccif",
        ),
    ),
    needs=("home.setting", "home.grade"),
    judge=new_placements(_judge_quality),
    mask=new_placements_mask(_mask_quality),
    of_home=True,
    sentence="Ofsted's judgement of {home} is: {grade}.",
    unknown="Ofsted's judgement of {home} is not recorded; look it up or ask the provider.",
    change="A better inspection of {home}, or a manager's reasoned decision, would be needed.",
    exemption="A reasoned decision by a manager, for the child or for the home.",
)

RULES = (QUALITY_GATEWAY,)
