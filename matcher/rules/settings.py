"""Which kinds of home are open to a child: by request, by age, by registration."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from matcher.domain.home import OFFERED_SETTINGS, Setting
from matcher.evidence.arrays import setting_codes
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

SECTION_22C = Source(
    "Children Act 1989, section 22C", "https://www.legislation.gov.uk/ukpga/1989/41/section/22C"
)
REGULATION_27A = Source(
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 27A "
    "(inserted by SI 2021/161, reg 4)",
    "https://www.legislation.gov.uk/uksi/2010/959/regulation/27A",
)
REGULATION_27C = Source(
    "Care Planning, Placement and Case Review (England) Regulations 2010, reg 27C "
    "(inserted by SI 2023/416, reg 36)",
    "https://www.legislation.gov.uk/uksi/2010/959/regulation/27C",
)
REGISTERED_SETTINGS = (Setting.CHILDRENS_HOME, Setting.SECURE, Setting.RESIDENTIAL_SCHOOL)


def _judge_offered(case: PairCase) -> Judgement:
    return MET if case.home.setting.offered else not_met(setting=case.home.setting)


def _mask_offered(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        return verdict_where(of_setting(homes, *OFFERED_SETTINGS), Verdict.MET, Verdict.NOT_MET)

    return kept_verdicts(homes, "SETTING_OFFERED", make)


SETTING_OFFERED = PairRule(
    code="SETTING_OFFERED",
    title="New placements are only offered in kinds of home that matching is for",
    family="settings",
    sources=(
        Source(
            "Practice: placements with parents, with prospective adopters, in hospital, on remand, "
            "in a family centre or for a short break are decided by procedures of their own"
        ),
        SECTION_22C,
    ),
    needs=("home.setting",),
    judge=new_placements(_judge_offered),
    mask=new_placements_mask(_mask_offered),
    of_home=True,
    sentence="{home} ({setting}) is not a kind of home that matching offers.",
    change="Such a placement is decided by the procedure of its own kind, not by matching.",
    changeable=False,
)


def _judge_sought(case: PairCase) -> Judgement:
    referral = case.referral
    if referral is None or not referral.settings_sought:
        return NOT_APPLICABLE
    if case.home.setting in referral.settings_sought:
        return MET
    sought = tuple(each for each in Setting if each in referral.settings_sought)
    return not_met(sought=sought, setting=case.home.setting)


def _mask_sought(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    referral = child.referral
    if referral is None or not referral.settings_sought:
        return homes.all(Verdict.NOT_APPLICABLE)
    return verdict_where(
        of_setting(homes, *referral.settings_sought), Verdict.MET, otherwise=Verdict.NOT_MET
    )


SETTING_SOUGHT = PairRule(
    code="SETTING_SOUGHT",
    title="The home is of a kind that the request seeks",
    family="settings",
    sources=(
        Source("Council procedure: the placement request says which kinds of home the plan allows"),
        SECTION_22C,
    ),
    needs=("referral.settings_sought", "home.setting"),
    judge=new_placements(_judge_sought),
    mask=new_placements_mask(_mask_sought),
    sentence="The request for {child} seeks {sought}; {home} is another kind ({setting}).",
    change="The request would have to be widened to include this kind of home ({setting}).",
)


def _judge_under_16(case: PairCase) -> Judgement:
    setting = case.home.setting
    if setting not in (Setting.SUPPORTED, Setting.OTHER):
        return MET
    if case.age is None:
        return unknown(missing=f"the date of birth of {case.child.child_id}")
    if case.age >= 16:
        return MET
    if setting is Setting.OTHER:
        return unknown(missing=f"what kind of setting {case.home.home_id} is")
    return not_met(age=case.age, setting=setting)


def _mask_under_16(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    if child.age is not None and child.age >= 16:
        return homes.all(Verdict.MET)

    def make() -> Verdicts:
        supported = Verdict.UNKNOWN if child.age is None else Verdict.NOT_MET
        verdicts = verdict_where(of_setting(homes, Setting.SUPPORTED), supported)
        verdicts[of_setting(homes, Setting.OTHER)] = Verdict.UNKNOWN
        return verdicts

    return kept_verdicts(homes, ("UNDER_16_REGULATED", child.age is None), make)


UNDER_16_REGULATED = PairRule(
    code="UNDER_16_REGULATED",
    title="Under-16s live only in settings that the law allows, never in supported accommodation",
    family="settings",
    sources=(REGULATION_27A, SECTION_22C),
    starts=date(2021, 9, 9),
    needs=("child.date_of_birth", "home.setting"),
    judge=_judge_under_16,
    mask=_mask_under_16,
    sentence="{child} is {age}; {home} is {setting}, which is not open to under-16s.",
    unknown="Not recorded: {missing}.",
    change="Nothing can: the law allows no exception before the 16th birthday.",
    changeable=False,
)


def _judge_supported_age(case: PairCase) -> Judgement:
    if case.home.setting is not Setting.SUPPORTED:
        return NOT_APPLICABLE
    if case.age is None:
        return unknown(missing=f"the date of birth of {case.child.child_id}")
    if case.age < 16:
        return NOT_APPLICABLE
    return MET if case.age < 18 else not_met(age=case.age)


def _mask_supported_age(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    age = child.age
    if age is None:
        here = Verdict.UNKNOWN
    elif age < 16:
        return homes.all(Verdict.NOT_APPLICABLE)
    else:
        here = Verdict.MET if age < 18 else Verdict.NOT_MET

    def make() -> Verdicts:
        return verdict_where(of_setting(homes, Setting.SUPPORTED), here, Verdict.NOT_APPLICABLE)

    return kept_verdicts(homes, ("SUPPORTED_AGE", here), make)


SUPPORTED_AGE = PairRule(
    code="SUPPORTED_AGE",
    title="New places in supported accommodation are for ages 16 and 17",
    family="settings",
    sources=(
        Source(
            "Ofsted, Introduction to supported accommodation (who should register)",
            "https://www.gov.uk/guidance/introduction-to-supported-accommodation",
        ),
        REGULATION_27C,
    ),
    needs=("child.date_of_birth", "home.setting"),
    judge=new_placements(_judge_supported_age),
    mask=new_placements_mask(_mask_supported_age),
    sentence=(
        "{child} is {age}; {home} is supported accommodation, where new places are for ages 16 "
        "and 17. Those who turn 18 there may remain."
    ),
    unknown="Not recorded: {missing}.",
    change="A young adult's move is arranged by the leaving-care team, not matched.",
    changeable=False,
)


def _judge_supported_registered(case: PairCase) -> Judgement:
    if case.home.setting is not Setting.SUPPORTED:
        return NOT_APPLICABLE
    if case.age is not None and not 16 <= case.age <= 17:
        return NOT_APPLICABLE
    if case.home.registered:
        return MET
    if case.age is None:
        return unknown(missing=f"the date of birth of {case.child.child_id}")
    if case.home.registered is None:
        return unknown(missing=f"whether {case.home.home_id} is registered with Ofsted")
    return not_met(age=case.age)


def _mask_supported_registered(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    age = child.age
    if age is not None and not 16 <= age <= 17:
        return homes.all(Verdict.NOT_APPLICABLE)

    def make() -> Verdicts:
        supported = of_setting(homes, Setting.SUPPORTED)
        refused = Verdict.UNKNOWN if age is None else Verdict.NOT_MET
        verdicts = verdict_where(supported, Verdict.MET, Verdict.NOT_APPLICABLE)
        verdicts[supported & (homes.registered == 0)] = refused
        verdicts[supported & (homes.registered < 0)] = Verdict.UNKNOWN
        return verdicts

    return kept_verdicts(homes, ("SUPPORTED_REGISTERED", age is None), make)


SUPPORTED_REGISTERED = PairRule(
    code="SUPPORTED_REGISTERED",
    title="Supported accommodation for 16- and 17-year-olds is registered with Ofsted",
    family="settings",
    sources=(
        REGULATION_27C,
        Source(
            "Supported Accommodation (England) Regulations 2023, regs 1(3), 36 and 44",
            "https://www.legislation.gov.uk/uksi/2023/416/contents/made",
        ),
    ),
    starts=date(2023, 10, 28),
    needs=("child.date_of_birth", "home.setting", "home.registered"),
    judge=_judge_supported_registered,
    mask=_mask_supported_registered,
    sentence="{home} is not registered with Ofsted as supported accommodation; {child} is {age}.",
    unknown="Not recorded: {missing}.",
    change="{home} would have to be registered with Ofsted.",
    exemption=(
        "Transitional or excepted accommodation (Care Planning Regulations 2010, reg "
        "27C(1)(a)(ii) and (b)), such as an application that Ofsted had accepted in time and "
        "not decided; recorded by the nominated officer."
    ),
)


def _judge_registered(case: PairCase) -> Judgement:
    setting, registered = case.home.setting, case.home.registered
    if setting not in REGISTERED_SETTINGS:
        return NOT_APPLICABLE
    if registered:
        return MET
    if registered is None:
        return unknown(missing=f"whether {case.home.home_id} is registered as a children's home")
    if setting is Setting.RESIDENTIAL_SCHOOL:
        return NOT_APPLICABLE
    return not_met(setting=setting)


def _mask_registered(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    def make() -> Verdicts:
        asked = of_setting(homes, *REGISTERED_SETTINGS)
        verdicts = verdict_where(asked, Verdict.MET, Verdict.NOT_APPLICABLE)
        school = homes.setting == setting_codes(Setting.RESIDENTIAL_SCHOOL)[0]
        refused = asked & (homes.registered == 0)
        verdicts[refused & school] = Verdict.NOT_APPLICABLE
        verdicts[refused & ~school] = Verdict.NOT_MET
        verdicts[asked & (homes.registered < 0)] = Verdict.UNKNOWN
        return verdicts

    return kept_verdicts(homes, "HOME_REGISTERED", make)


HOME_REGISTERED = PairRule(
    code="HOME_REGISTERED",
    title="A children's home is registered",
    family="settings",
    sources=(
        Source(
            "Care Standards Act 2000, section 11 (requirement to register)",
            "https://www.legislation.gov.uk/ukpga/2000/14/section/11",
        ),
    ),
    needs=("home.setting", "home.registered"),
    judge=_judge_registered,
    mask=_mask_registered,
    of_home=True,
    sentence="{home} ({setting}) is not registered as a children's home.",
    unknown="Not recorded: {missing}; ask the provider for the registration.",
    change="{home} would have to be registered as a children's home.",
)


def _judge_parent(case: PairCase) -> Judgement:
    kept_for_parents = case.home.setting is Setting.PARENT_AND_CHILD
    if not case.child.parent_in_placement:
        if not kept_for_parents:
            return NOT_APPLICABLE
        return not_met(
            reason="places there are for parents with their baby, which is not asked for",
            remedy="The request would have to ask for a parent-and-child placement",
        )
    if (
        kept_for_parents
        or case.home.takes_parent_and_child
        or case.home.setting is Setting.FAMILY_CENTRE
    ):
        return MET
    return not_met(
        reason="it is not approved for parent-and-child placements, which is asked for",
        remedy="Its approval would have to include parent-and-child placements",
    )


def _mask_parent(homes: HomeArrays, child: ChildFacts, policy: Policy) -> Verdicts:
    parent = child.child.parent_in_placement

    def make() -> Verdicts:
        if not parent:
            kept_for_parents = of_setting(homes, Setting.PARENT_AND_CHILD)
            return verdict_where(kept_for_parents, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)
        suits = homes.takes_parent_and_child | of_setting(
            homes, Setting.PARENT_AND_CHILD, Setting.FAMILY_CENTRE
        )
        return verdict_where(suits, Verdict.MET, Verdict.NOT_MET)

    return kept_verdicts(homes, ("PARENT_AND_CHILD", parent), make)


PARENT_AND_CHILD = PairRule(
    code="PARENT_AND_CHILD",
    title="Parents are placed with their baby in homes approved for it, and only they are",
    family="settings",
    sources=(
        Source(
            "Practice: parent-and-child placements need an approval of their own; the baby "
            "shares the parent's room, so they use one bed"
        ),
        Source(
            "Fostering Services (England) Regulations 2011, reg 27(5) (terms of approval)",
            "https://www.legislation.gov.uk/uksi/2011/581/regulation/27",
        ),
    ),
    needs=("child.parent_in_placement", "home.setting", "home.takes_parent_and_child"),
    judge=new_placements(_judge_parent),
    mask=new_placements_mask(_mask_parent),
    sentence="{home} does not suit {child}: {reason}.",
    change="{remedy}.",
    changeable=False,
)

RULES = (
    SETTING_OFFERED,
    SETTING_SOUGHT,
    UNDER_16_REGULATED,
    SUPPORTED_AGE,
    SUPPORTED_REGISTERED,
    HOME_REGISTERED,
    PARENT_AND_CHILD,
)
