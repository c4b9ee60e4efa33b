"""Tasks because somebody lives in the home already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.home import FOSTERING_SETTINGS
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met
from matcher.rules.masks import of_setting, verdict_where
from matcher.rules.rule import Effect, HouseholdRule, Source

if TYPE_CHECKING:
    from matcher.evidence.arrays import Arrivals, HomeArrays, Verdicts
    from matcher.evidence.cases import HouseholdCase
    from matcher.policy import Policy


def _nobody_new(case: HouseholdCase) -> bool:
    """Whether everybody who would arrive lives in the home already."""
    placements = case.world.placements
    return all(
        child.child_id in placements and placements[child.child_id].home_id == case.home.home_id
        for child in case.arrivals
    )


def _not_where_all_live(verdicts: Verdicts, homes: HomeArrays, arrivals: Arrivals) -> Verdicts:
    """Take out the home where everybody who would arrive lives already."""
    placements = homes.world.placements
    lives = {
        placements[each.child.child_id].home_id if each.child.child_id in placements else None
        for each in arrivals.members
    }
    if len(lives) == 1:
        (home_id,) = lives
        if home_id is not None:
            verdicts[homes.index[home_id]] = Verdict.NOT_APPLICABLE
    return verdicts


def _judge_impact(case: HouseholdCase) -> Judgement:
    if _nobody_new(case):
        return NOT_APPLICABLE
    living = len(case.occupants)
    return not_met(living=_people(living)) if living else MET


def _people(number: int) -> str:
    return "somebody lives" if number == 1 else f"{number} people live"


def _mask_impact(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    verdicts = verdict_where(homes.occupied > 0, Verdict.NOT_MET)
    return _not_where_all_live(verdicts, homes, arrivals)


RESIDENTS_IMPACT = HouseholdRule(
    code="RESIDENTS_IMPACT",
    title="The home has assessed the impact on those who live there",
    family="residents",
    effect=Effect.GATE,
    sources=(
        Source(
            "Children's Homes (England) Regulations 2015, reg 14 (the care planning standard)",
            "https://www.legislation.gov.uk/uksi/2015/541/regulation/14",
        ),
        Source("Practice: homes and carers assess the impact on residents before an admission"),
    ),
    needs=("placements", "residents"),
    judge=_judge_impact,
    mask=_mask_impact,
    sentence="At {home}, {living} already.",
    change="Ask {home} for its assessment of the impact on those who live there.",
)


def _judge_consent(case: HouseholdCase) -> Judgement:
    if _nobody_new(case) or case.home.setting not in FOSTERING_SETTINGS:
        return NOT_APPLICABLE
    others = sorted(
        {
            each.responsible_authority or "an authority that is not recorded"
            for each in case.occupants
            if each.fostered and each.responsible_authority != case.world.authority
        }
    )
    return not_met(authorities=tuple(others)) if others else MET


def _mask_consent(homes: HomeArrays, arrivals: Arrivals, policy: Policy) -> Verdicts:
    verdicts = verdict_where(homes.occupant_other_authority, Verdict.NOT_MET)
    verdicts[~of_setting(homes, *FOSTERING_SETTINGS)] = Verdict.NOT_APPLICABLE
    return _not_where_all_live(verdicts, homes, arrivals)


RESIDENT_AUTHORITY_CONSENT = HouseholdRule(
    code="RESIDENT_AUTHORITY_CONSENT",
    title="Other authorities with a child in the foster household consent",
    family="residents",
    effect=Effect.GATE,
    sources=(
        Source(
            "Care Planning, Placement and Case Review (England) Regulations 2010, reg 22",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/22",
        ),
    ),
    needs=("home.setting", "placements", "residents.responsible_authority"),
    judge=_judge_consent,
    mask=_mask_consent,
    sentence="A child of {authorities} lives at {home}.",
    change="Obtain the consent of {authorities} to a further placement at {home}.",
)

RULES = (RESIDENTS_IMPACT, RESIDENT_AUTHORITY_CONSENT)
