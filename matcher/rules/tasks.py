"""Tasks before a placement: contract, visit, views, review, consents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.agreement import Route
from matcher.domain.home import FOSTERING_SETTINGS, Grade, Setting
from matcher.evidence.arrays import GRADES
from matcher.evidence.purchases import ROUTES, purchases_on
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met
from matcher.rules.masks import (
    BOUGHT_SETTINGS,
    bought,
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
    from matcher.domain.child import Child
    from matcher.domain.referral import Referral
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

CARE_PLANNING = "Care Planning, Placement and Case Review (England) Regulations 2010"


def _judge_contract(case: PairCase) -> Judgement:
    if case.home.setting not in BOUGHT_SETTINGS or own_provision(case):
        return NOT_APPLICABLE
    return not_met() if case.purchase.route is Route.SPOT else MET


def _mask_contract(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    purchases = purchases_on(homes, child.day_ordinal)

    def make() -> Verdicts:
        spot = purchases.route == ROUTES.index(Route.SPOT)
        verdicts = verdict_where(spot, Verdict.NOT_MET)
        verdicts[~bought(homes) | own_homes(homes)] = Verdict.NOT_APPLICABLE
        return verdicts

    return kept_verdicts(homes, ("CONTRACT_TO_BE_MADE", purchases.usable), make)


CONTRACT_TO_BE_MADE = PairRule(
    code="CONTRACT_TO_BE_MADE",
    title="A place that is bought spot has a contract before it is used",
    family="tasks",
    effect=Effect.GATE,
    sources=(
        Source("Council procedure: an individual placement agreement is made for each spot place"),
    ),
    needs=("home.agreement_ids", "home.setting", "home.provider_id"),
    judge=new_placements(_judge_contract),
    mask=new_placements_mask(_mask_contract),
    sentence="{home} would be bought spot, without an agreement that covers it.",
    change="Make a contract with the provider of {home} for {child}, with the fee in it.",
)


def _judge_visit(case: PairCase) -> Judgement:
    home = case.home
    if not home.setting.offered:
        return NOT_APPLICABLE
    if home.grade is Grade.NOT_YET_INSPECTED:
        return not_met(reason="has not been inspected yet")
    if home.setting not in BOUGHT_SETTINGS or own_provision(case):
        return NOT_APPLICABLE
    if home.quality_visit_due is None:
        return not_met(reason="has had no quality visit by the council")
    if home.quality_visit_due < case.day:
        return not_met(reason="is overdue for the council's quality visit")
    return MET


def _mask_visit(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    day = child.day_ordinal

    def make() -> Verdicts:
        # No visit at all has ordinal 0, which is before any day.
        verdicts = verdict_where(homes.quality_visit_due < day, Verdict.NOT_MET)
        verdicts[~bought(homes) | own_homes(homes)] = Verdict.NOT_APPLICABLE
        uninspected = homes.grade == GRADES.index(Grade.NOT_YET_INSPECTED)
        verdicts[uninspected & (bought(homes) | of_setting(homes, Setting.CONNECTED))] = (
            Verdict.NOT_MET
        )
        return verdicts

    return kept_verdicts(homes, ("QUALITY_VISIT", day), make)


QUALITY_VISIT = PairRule(
    code="QUALITY_VISIT",
    title="Homes of other providers, and homes not yet inspected, have been visited",
    family="tasks",
    effect=Effect.GATE,
    sources=(
        Source(
            "Council procedure: quality assurance visits to external providers, with an expiry, "
            "and to homes that Ofsted has not inspected yet"
        ),
    ),
    needs=("home.grade", "home.quality_visit_due", "home.provider_id"),
    judge=new_placements(_judge_visit),
    mask=new_placements_mask(_mask_visit),
    sentence="{home} {reason}.",
    change="Visit {home} before {child} is placed.",
)


def _views_lacking(child: Child, referral: Referral) -> tuple[str, ...]:
    lacking = []
    if referral.child_views_on is None:
        lacking.append("the child's wishes and feelings")
    # The parents of an unaccompanied child can usually not be reached.
    if referral.family_views_on is None and not child.unaccompanied:
        lacking.append("the family's views")
    return tuple(lacking)


def _judge_views(case: PairCase) -> Judgement:
    if case.referral is None:
        return NOT_APPLICABLE
    lacking = _views_lacking(case.child, case.referral)
    return not_met(lacking=lacking) if lacking else MET


def _mask_views(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    if child.referral is None:
        return homes.all(Verdict.NOT_APPLICABLE)
    lacking = _views_lacking(child.child, child.referral)
    return homes.all(Verdict.NOT_MET if lacking else Verdict.MET)


VIEWS_OBTAINED = PairRule(
    code="VIEWS_OBTAINED",
    title="The child's wishes and the family's views have been obtained",
    family="tasks",
    effect=Effect.GATE,
    sources=(
        Source(
            "Children Act 1989, section 22(4) and (5)",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22",
        ),
        Source(
            f"{CARE_PLANNING}, reg 9(1)(b)(i)",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/9",
        ),
    ),
    needs=("referral.child_views_on", "referral.family_views_on", "child.unaccompanied"),
    judge=new_placements(_judge_views),
    mask=new_placements_mask(_mask_views),
    sentence="Not yet obtained for {child}: {lacking}.",
    change="Obtain and record {lacking}, so far as is reasonably practicable.",
)


def _judge_stale(case: PairCase) -> Judgement:
    if not case.child.needs:
        return not_met(domains="needs in any domain")
    latest = case.world.as_of.toordinal() - case.policy.assessment_fresh_days
    stale = tuple(
        need.domain.label
        for need in case.child.needs
        if need.assessed_on is None or need.assessed_on.toordinal() < latest
    )
    return not_met(domains=stale) if stale else MET


def _mask_stale(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    latest = homes.world.as_of.toordinal() - policy.assessment_fresh_days
    needs = child.child.needs
    fresh = needs and all(
        need.assessed_on is not None and need.assessed_on.toordinal() >= latest for need in needs
    )
    return homes.all(Verdict.MET if fresh else Verdict.NOT_MET)


ASSESSMENT_STALE = PairRule(
    code="ASSESSMENT_STALE",
    title="The assessment of the child's needs is recent",
    family="tasks",
    effect=Effect.GATE,
    sources=(
        Source(
            f"{CARE_PLANNING}, reg 5 (content of the care plan)",
            "https://www.legislation.gov.uk/uksi/2010/959/regulation/5",
        ),
        Source("Practice: an old assessment asks for a new look; the policy says how old"),
    ),
    needs=("child.needs", "policy.assessment_fresh_days"),
    judge=new_placements(_judge_stale),
    mask=new_placements_mask(_mask_stale),
    sentence="Not assessed, or not lately, for {child}: {domains}.",
    change="Ask for a new assessment of {child}: {domains}.",
)


def _judge_provider(case: PairCase) -> Judgement:
    setting = case.home.setting
    external = setting in FOSTERING_SETTINGS and setting is not Setting.CONNECTED
    return not_met() if external and not own_provision(case) else NOT_APPLICABLE


def _mask_provider(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        fostering = of_setting(homes, *(FOSTERING_SETTINGS - {Setting.CONNECTED}))
        return verdict_where(fostering & ~own_homes(homes), Verdict.NOT_MET, Verdict.NOT_APPLICABLE)

    return kept_verdicts(homes, "PROVIDER_CONSENT", make)


PROVIDER_CONSENT = PairRule(
    code="PROVIDER_CONSENT",
    title="Another fostering provider consents to a placement with its carers",
    family="tasks",
    effect=Effect.GATE,
    sources=(
        Source(
            f"{CARE_PLANNING}, reg 22", "https://www.legislation.gov.uk/uksi/2010/959/regulation/22"
        ),
    ),
    needs=("home.setting", "home.provider_id"),
    judge=new_placements(_judge_provider),
    mask=new_placements_mask(_mask_provider),
    sentence="The carers of {home} are approved by another fostering provider.",
    change="Obtain the fostering provider's consent to place {child} at {home}.",
)

RULES = (
    CONTRACT_TO_BE_MADE,
    QUALITY_VISIT,
    VIEWS_OBTAINED,
    ASSESSMENT_STALE,
    PROVIDER_CONSENT,
)
