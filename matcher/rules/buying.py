"""The agreement and the fee under which a place is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.phrases import day_words
from matcher.domain.purchase import agreement_order
from matcher.evidence.purchases import full_fees, purchases_on
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.masks import (
    BOUGHT_SETTINGS,
    bought,
    kept_verdicts,
    new_placements,
    new_placements_mask,
    verdict_where,
)
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.agreement import Agreement
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy


def _lapse(agreement: Agreement, day: date) -> str:
    name = f"{agreement.route.label} agreement {agreement.agreement_id}"
    if agreement.ends is not None and agreement.ends < day:
        return f"{name} ended on {day_words(agreement.ends)}"
    if agreement.starts is not None and agreement.starts > day:
        return f"{name} starts on {day_words(agreement.starts)}"
    return f"{name} has no bed left"


def _judge_agreement(case: PairCase) -> Judgement:
    if case.home.setting not in BOUGHT_SETTINGS:
        return NOT_APPLICABLE
    if case.purchase.lapsed:
        agreements = sorted(
            (case.world.agreements[each] for each in case.home.agreement_ids), key=agreement_order
        )
        return not_met(agreements=tuple(_lapse(each, case.day) for each in agreements))
    return MET if case.purchase.agreement is not None else NOT_APPLICABLE


def _mask_agreement(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    purchases = purchases_on(homes, child.day_ordinal)

    def make() -> Verdicts:
        found = verdict_where(purchases.agreement >= 0, Verdict.MET, Verdict.NOT_APPLICABLE)
        found[purchases.lapsed] = Verdict.NOT_MET
        found[~bought(homes)] = Verdict.NOT_APPLICABLE
        return found

    return kept_verdicts(homes, ("AGREEMENT_IN_FORCE", purchases.usable), make)


AGREEMENT_IN_FORCE = PairRule(
    code="AGREEMENT_IN_FORCE",
    title="Where agreements cover the home, one is in force",
    family="buying",
    sources=(
        Source(
            "Council procedure: standing orders on contracts; beds are not bought under a "
            "framework or block that has lapsed"
        ),
    ),
    needs=("home.agreement_ids", "agreement.starts", "agreement.ends"),
    judge=new_placements(_judge_agreement),
    mask=new_placements_mask(_mask_agreement),
    of_home=True,
    sentence="No agreement with {home} is in force: {agreements}.",
    change="An agreement with {home} would have to be renewed, or a waiver recorded.",
    exemption="A recorded waiver of the council's standing orders.",
)


def _judge_fee(case: PairCase) -> Judgement:
    if case.home.setting not in BOUGHT_SETTINGS:
        return NOT_APPLICABLE
    return unknown() if case.fee_pence is None else MET


def _mask_fee(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        verdicts = verdict_where(full_fees(homes, child) < 0, Verdict.UNKNOWN)
        verdicts[~bought(homes)] = Verdict.NOT_APPLICABLE
        return verdicts

    # Extras change the fee, and not whether it is known.
    usable = purchases_on(homes, child.day_ordinal).usable
    return kept_verdicts(homes, ("FEE_KNOWN", usable, child.age, child.highest_need), make)


FEE_KNOWN = PairRule(
    code="FEE_KNOWN",
    title="The weekly fee is known from a quote or a fee table",
    family="buying",
    sources=(
        Source(
            "Council procedure: the fee is stated in the individual placement agreement, which a "
            "budget holder approves"
        ),
    ),
    needs=("home.weekly_fee_pence", "agreement.fees", "child.date_of_birth", "child.needs"),
    judge=new_placements(_judge_fee),
    mask=new_placements_mask(_mask_fee),
    sentence="The weekly fee of {home} is not known.",
    unknown="No quote and no fee row tells what {home} costs for {child}; ask the provider.",
    change="The provider would have to quote a weekly fee.",
)

RULES = (AGREEMENT_IN_FORCE, FEE_KNOWN)
