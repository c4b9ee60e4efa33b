"""Secure accommodation, and deprivation of liberty elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.codes import LegalStatus
from matcher.domain.home import Setting
from matcher.evidence.verdict import MET, NOT_APPLICABLE, Judgement, Verdict, not_met, unknown
from matcher.rules.masks import kept_verdicts, of_setting, verdict_where
from matcher.rules.rule import PairRule, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.domain.child import Child
    from matcher.evidence.arrays import ChildFacts, HomeArrays, Verdicts
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

    Answer = Callable[[Child, int | None], Judgement]

SECTION_25 = Source(
    "Children Act 1989, section 25", "https://www.legislation.gov.uk/ukpga/1989/41/section/25"
)
SECURE_REGULATIONS = "https://www.legislation.gov.uk/uksi/1991/1505/contents/made"


def _in_secure_homes(answer: Answer) -> Callable[[PairCase], Judgement]:
    """Return a test that asks about the child, in secure homes only."""

    def judged(case: PairCase) -> Judgement:
        if case.home.setting is not Setting.SECURE:
            return NOT_APPLICABLE
        return answer(case.child, case.age)

    return judged


def _in_secure_homes_mask(
    answer: Answer,
) -> Callable[[HomeArrays, ChildFacts, Policy], Verdicts]:
    def masked(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
        here = answer(child.child, child.age).verdict

        def make() -> Verdicts:
            return verdict_where(of_setting(homes, Setting.SECURE), here, Verdict.NOT_APPLICABLE)

        return kept_verdicts(homes, ("secure homes", here), make)

    return masked


def _order(child: Child, age: int | None) -> Judgement:
    return MET if child.secure_order else not_met()


def _under_13(child: Child, age: int | None) -> Judgement:
    if child.secure_minister_approval:
        return MET
    if age is None:
        return unknown(missing=f"the date of birth of {child.child_id}")
    return MET if age >= 13 else not_met(age=age)


def _accommodated(child: Child, age: int | None) -> Judgement:
    if age is not None and age < 16:
        return MET
    if child.legal_status is None:
        return unknown(missing=f"the legal status of {child.child_id}")
    if child.legal_status is not LegalStatus.V2:
        return MET
    if age is None:
        return unknown(missing=f"the date of birth of {child.child_id}")
    return not_met(age=age)


SECURE_AUTHORITY = PairRule(
    code="SECURE_AUTHORITY",
    title="A court has authorised secure accommodation",
    family="liberty",
    sources=(
        SECTION_25,
        Source("Children (Secure Accommodation) Regulations 1991, reg 10", SECURE_REGULATIONS),
    ),
    needs=("child.secure_order", "home.setting"),
    judge=_in_secure_homes(_order),
    mask=_in_secure_homes_mask(_order),
    sentence="No court has authorised secure accommodation for {child}; {home} is secure.",
    change="A court would have to authorise it under section 25 of the Children Act 1989.",
    exemption=(
        "Up to 72 hours in any 28 consecutive days before a court decides, when the criteria of "
        "section 25 are met (1991 Regulations, reg 10); recorded by the director."
    ),
    changeable=False,
)

SECURE_UNDER_13 = PairRule(
    code="SECURE_UNDER_13",
    title="The Secretary of State has approved secure accommodation of a child under 13",
    family="liberty",
    sources=(
        SECTION_25,
        Source("Children (Secure Accommodation) Regulations 1991, reg 4", SECURE_REGULATIONS),
    ),
    needs=("child.date_of_birth", "child.secure_minister_approval", "home.setting"),
    judge=_in_secure_homes(_under_13),
    mask=_in_secure_homes_mask(_under_13),
    sentence=(
        "{child} is {age}, and the Secretary of State has not approved secure accommodation; "
        "{home} is secure."
    ),
    unknown="Not recorded: {missing}.",
    change="The Secretary of State would have to approve the placement first.",
    changeable=False,
)

SECURE_ACCOMMODATED = PairRule(
    code="SECURE_ACCOMMODATED",
    title="Nobody of 16 or over who is accommodated under section 20(5) is kept secure",
    family="liberty",
    sources=(
        Source("Children (Secure Accommodation) Regulations 1991, reg 5(2)", SECURE_REGULATIONS),
        Source(
            "Children Act 1989, section 20(5)",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/20",
        ),
    ),
    needs=("child.date_of_birth", "child.legal_status", "home.setting"),
    judge=_in_secure_homes(_accommodated),
    mask=_in_secure_homes_mask(_accommodated),
    sentence=(
        "{child} is {age} and accommodated under section 20 (legal status V2), which does not "
        "go with section 25; {home} is secure."
    ),
    unknown="Not recorded: {missing}.",
    change="Another legal basis than section 20(5) would be needed; ask legal services.",
    exemption=(
        "A record that the child is accommodated under section 20(3), to which the bar does not "
        "apply: V2 does not tell the two apart; made by the nominated officer."
    ),
    changeable=False,
)


def _judge_liberty(case: PairCase) -> Judgement:
    if not case.child.deprivation_of_liberty or case.home.setting is Setting.SECURE:
        return NOT_APPLICABLE
    if case.home.setting is Setting.SUPPORTED:
        return not_met(
            reason="supported accommodation is never a place for that",
            remedy="Another kind of home is needed",
        )
    if case.child.deprivation_of_liberty_order:
        return MET
    return not_met(
        reason="no court has authorised it outside a secure home",
        remedy="The High Court would have to authorise it",
    )


def _mask_liberty(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    if not child.child.deprivation_of_liberty:
        return homes.all(Verdict.NOT_APPLICABLE)
    ordered = child.child.deprivation_of_liberty_order
    verdicts = homes.fresh(Verdict.MET if ordered else Verdict.NOT_MET)
    verdicts[of_setting(homes, Setting.SUPPORTED)] = Verdict.NOT_MET
    verdicts[of_setting(homes, Setting.SECURE)] = Verdict.NOT_APPLICABLE
    return verdicts


DEPRIVATION_OF_LIBERTY = PairRule(
    code="DEPRIVATION_OF_LIBERTY",
    title="A child is deprived of liberty only by a court's authority, never in "
    "supported accommodation",
    family="liberty",
    sources=(
        Source(
            "Ofsted, Placing children: deprivation of liberty orders (guidance); the High Court's "
            "inherent jurisdiction"
        ),
        Source(
            "Practice: supported accommodation gives support and not care, so liberty is not "
            "restricted there"
        ),
    ),
    needs=(
        "child.deprivation_of_liberty",
        "child.deprivation_of_liberty_order",
        "home.setting",
    ),
    judge=_judge_liberty,
    mask=_mask_liberty,
    sentence="The care plan deprives {child} of liberty; at {home}, {reason}.",
    change="{remedy}.",
    changeable=False,
)

RULES = (SECURE_AUTHORITY, SECURE_UNDER_13, SECURE_ACCOMMODATED, DEPRIVATION_OF_LIBERTY)
