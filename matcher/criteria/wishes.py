"""The child's wishes and the family's views, each checked against the home."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from matcher.criteria.criterion import Criterion, Score, does_not_apply
from matcher.criteria.identity import (
    ethnicity_share,
    ethnicity_shares,
    language_share,
    language_shares,
    religion_share,
    religion_shares,
    spoken,
)
from matcher.criteria.parts import TRI, blended, blended_shares, part_of
from matcher.criteria.siblings import sibling_shares, siblings_there, siblings_to_live_with
from matcher.domain.child import Voice, Wish, WishTopic
from matcher.domain.home import FOSTERING_SETTINGS, Setting
from matcher.domain.phrases import counted, listed
from matcher.evidence.arrays import setting_codes
from matcher.evidence.lookup import among
from matcher.evidence.rows import HomeRows
from matcher.geography.distance import NEAR_HOME_MILES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.world import Occupant
    from matcher.evidence.arrays import Arrivals, ChildFacts, Floats, HomeArrays
    from matcher.evidence.cases import PairCase
    from matcher.policy import Policy

ADULT_FROM = 18


def _wishes(child: Child, voice: Voice) -> tuple[Wish, ...]:
    wishes = [each for each in child.wishes if each.voice is voice]
    return tuple(wishes) if len(wishes) < 2 else tuple(dict.fromkeys(wishes))


def _other_children(home: Home, occupants: Iterable[Occupant]) -> float | None:
    """Return 1 when somebody under 18 lives in a home, 0 when nobody does, None when unknown."""
    own = home.household.own_children_ages
    if own is None and not home.setting.fostering:
        own = ()
    ages = [*(own or ()), *(each.age for each in occupants)]
    if any(age is not None and age < ADULT_FROM for age in ages):
        return 1.0
    return None if own is None or None in ages else 0.0


def _opposite(share: float | None) -> float | None:
    return None if share is None else 1.0 - share


def _with_others(case: PairCase, arrivals: tuple[Child, ...]) -> float | None:
    """Return whether children other than siblings would live with the child."""
    group = case.child.sibling_group_id
    if any(
        each.child_id != case.child.child_id and (group is None or each.sibling_group_id != group)
        for each in arrivals
    ):
        return 1.0
    arriving = {each.child_id for each in arrivals}
    return _other_children(
        case.home,
        (
            each
            for each in case.occupants
            if each.occupant_id not in arriving
            and (group is None or each.sibling_group_id != group)
        ),
    )


def _met(wish: Wish, case: PairCase, arrivals: tuple[Child, ...]) -> float | None:
    """Return how far a wish is met, 0 to 1; None when it cannot be checked."""
    child, home = case.child, case.home
    topic = wish.topic
    if topic is WishTopic.NEAR_HOME:
        return None if case.miles is None else float(case.miles <= NEAR_HOME_MILES)
    if topic is WishTopic.SAME_SCHOOL:
        miles = case.school_miles
        return None if miles is None else float(miles <= case.policy.school.half_at_miles)
    if topic is WishTopic.WITH_SIBLINGS:
        siblings = siblings_to_live_with(child, case.world)
        return siblings_there(case, arrivals, siblings) / len(siblings) if siblings else None
    if topic is WishTopic.FAMILY_HOME:
        return float(home.setting.fostering)
    if topic is WishTopic.CHILDRENS_HOME:
        return float(home.setting is Setting.CHILDRENS_HOME)
    if topic is WishTopic.PETS or topic is WishTopic.NO_PETS:
        pets = home.household.pets
        return None if pets is None else float(pets is (topic is WishTopic.PETS))
    if topic is WishTopic.OTHER_CHILDREN:
        return _with_others(case, arrivals)
    if topic is WishTopic.NO_OTHER_CHILDREN:
        return _opposite(_with_others(case, arrivals))
    if topic is WishTopic.SAME_RELIGION:
        return (
            None
            if child.religion is None
            else religion_share(child.religion, home.household.religions)
        )
    if topic is WishTopic.SAME_LANGUAGE:
        languages = spoken(child.languages)
        return language_share(languages, home.household.languages) if languages else None
    if topic is WishTopic.SAME_ETHNICITY:
        if child.ethnicity is None or child.ethnicity.group is None:
            return None
        return ethnicity_share(child.ethnicity, home.household.ethnicities)
    there = wish.home_id == home.home_id
    return float(there is (topic is WishTopic.THIS_HOME))


def _met_shares(
    wish: Wish, homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy
) -> Floats:
    """Return :func:`_met` in every home; nan when it cannot be checked."""
    who, topic = child.child, wish.topic
    if topic is WishTopic.NEAR_HOME:
        return _within(child.miles, NEAR_HOME_MILES)
    if topic is WishTopic.SAME_SCHOOL:
        return _within(child.school_miles, policy.school.half_at_miles)
    if topic is WishTopic.WITH_SIBLINGS:
        siblings = siblings_to_live_with(who, homes.world)
        return sibling_shares(homes, arrivals, siblings) if siblings else _unclear(homes)
    if topic is WishTopic.FAMILY_HOME:
        return _in_settings(homes, *FOSTERING_SETTINGS)
    if topic is WishTopic.CHILDRENS_HOME:
        return _in_settings(homes, Setting.CHILDRENS_HOME)
    if topic is WishTopic.PETS:
        return _pets(homes)
    if topic is WishTopic.NO_PETS:
        return 1.0 - _pets(homes)
    if topic is WishTopic.OTHER_CHILDREN:
        return _with_others_shares(homes, child, arrivals)
    if topic is WishTopic.NO_OTHER_CHILDREN:
        return 1.0 - _with_others_shares(homes, child, arrivals)
    if topic is WishTopic.SAME_RELIGION:
        return _unclear(homes) if who.religion is None else religion_shares(who.religion, homes)
    if topic is WishTopic.SAME_LANGUAGE:
        languages = spoken(who.languages)
        return language_shares(languages, homes) if languages else _unclear(homes)
    if topic is WishTopic.SAME_ETHNICITY:
        if who.ethnicity is None or who.ethnicity.group is None:
            return _unclear(homes)
        return ethnicity_shares(who.ethnicity, homes)
    at = homes.index.get(wish.home_id or "")
    there: Floats = homes.at(() if at is None else (at,)).astype(np.float64)
    return there if topic is WishTopic.THIS_HOME else 1.0 - there


def _within(miles: Floats, limit: float) -> Floats:
    return np.where(np.isnan(miles), np.nan, miles <= limit)


def _unclear(homes: HomeArrays) -> Floats:
    return np.full(homes.n, np.nan)


def _pets(homes: HomeArrays) -> Floats:
    whole = homes.whole
    return homes.cut(whole.kept("pets", lambda: TRI[whole.pets]))


def _in_settings(homes: HomeArrays, *settings: Setting) -> Floats:
    codes = setting_codes(*settings)
    whole = homes.whole
    return homes.cut(
        whole.kept(
            ("in settings", *sorted(codes)),
            lambda: among(whole.setting, codes).astype(np.float64),
        )
    )


def _with_others_shares(homes: HomeArrays, child: ChildFacts, arrivals: Arrivals) -> Floats:
    """Return whether others than siblings would live with the child; nan when unknown."""
    who = child.child
    group = who.sibling_group_id
    arriving = {each.child.child_id for each in arrivals.members}
    if any(
        each.child.child_id != who.child_id
        and (group is None or each.child.sibling_group_id != group)
        for each in arrivals.members
    ):
        return np.ones(homes.n)
    whole = homes.whole
    places = whole.records

    def share(at: int, left_out: frozenset[str]) -> float:
        there = (
            each
            for each in homes.world.occupants_of(homes.ids[at])
            if each.occupant_id in homes.home_of_occupant and each.occupant_id not in left_out
        )
        found = _other_children(places[at], there)
        return np.nan if found is None else found

    def make() -> Floats:
        everywhere = (share(at, frozenset()) for at in range(whole.n))
        return np.fromiter(everywhere, np.float64, whole.n)

    if isinstance(homes, HomeRows):
        own = _theirs(who, arriving, homes)
        few = (share(at, own) for at in homes.positions.tolist())
        return np.fromiter(few, np.float64, homes.n)
    base: Floats = homes.kept_for_now("other children", make)
    # Only where the child, a sibling or somebody arriving lives already is it different.
    own = _theirs(who, arriving, homes)
    positions = {homes.home_of_occupant[each] for each in own if each in homes.home_of_occupant}
    if not positions:
        return base
    changed = base.copy()
    for at in positions:
        changed[at] = share(at, own)
    return changed


def _theirs(who: Child, arriving: set[str], homes: HomeArrays) -> frozenset[str]:
    """Return the child, their siblings, and who arrives with them."""
    siblings = homes.world.siblings_in_care.get(who.sibling_group_id or "", ())
    return frozenset({who.child_id, *arriving, *siblings})


def _judge(voice: Voice, case: PairCase, arrivals: tuple[Child, ...]) -> Score:
    wishes = _wishes(case.child, voice)
    if not wishes:
        return does_not_apply(_NONE[voice])
    met = [_met(wish, case, arrivals) for wish in wishes]
    share = blended([(each, 1.0) for each in met], case.policy.unknown_score(_NAMES[voice]))
    return Score(share, lambda: _sentence(wishes, met))


def _sentence(wishes: tuple[Wish, ...], met: list[float | None]) -> str:
    def names(which: list[bool]) -> str:
        return listed([wish.topic.label for wish, yes in zip(wishes, which, strict=True) if yes])

    said = []
    full = [each == 1 for each in met]
    partly = [each is not None and 0 < each < 1 for each in met]
    failed = [each == 0 for each in met]
    unclear = [each is None for each in met]
    if any(full):
        said.append(f"Meets {sum(full)} of {counted(len(met), 'wish', 'wishes')}: {names(full)}.")
    if any(partly):
        said.append(f"Met in part: {names(partly)}.")
    if any(failed):
        said.append(f"Not met: {names(failed)}.")
    if any(unclear):
        said.append(f"Cannot be checked: {names(unclear)}.")
    return " ".join(said)


def _shares(
    voice: Voice, homes: HomeArrays, child: ChildFacts, arrivals: Arrivals, policy: Policy
) -> Floats:
    wishes = _wishes(child.child, voice)
    if not wishes:
        return np.ones(homes.n)
    unknown = policy.unknown_score(_NAMES[voice])
    met = (_met_shares(wish, homes, child, arrivals, policy) for wish in wishes)
    return blended_shares([(part_of(each, unknown), 1.0) for each in met])


_NAMES = {Voice.CHILD: "child_wishes", Voice.FAMILY: "family_views"}
_NONE = {
    Voice.CHILD: "No wishes of the child are recorded.",
    Voice.FAMILY: "No views of the family are recorded.",
}
_NEEDS = (
    "child.wishes",
    "child.home_postcode",
    "child.school",
    "child.sibling_group_id",
    "child.ethnicity",
    "child.religion",
    "child.languages",
    "home.postcode",
    "home.setting",
    "home.household",
    "placements",
    "residents",
)

CHILD_WISHES = Criterion(
    name=_NAMES[Voice.CHILD],
    title="The home is what the child has asked for",
    measure=(
        "Each wish that the child has voiced counts the same and is checked against the home: "
        "near home is 20.0 miles or less, same school is within the distance that scores "
        "half, *with siblings* and the wishes about language and ethnicity can be met in "
        "part, siblings are not *other children*. A wish that cannot be checked scores what "
        "the policy says of unknowns; unknown when none can be. Does not apply when there are "
        "none."
    ),
    sources=(
        (
            "Children Act 1989, section 22(4)(a) and (5)(a): the child's wishes and feelings, "
            "with regard to age and understanding",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22",
        ),
    ),
    needs=_NEEDS,
    judge=partial(_judge, Voice.CHILD),
    shares=partial(_shares, Voice.CHILD),
    depends_on_arrivals=True,
)

FAMILY_VIEWS = Criterion(
    name=_NAMES[Voice.FAMILY],
    title="The home is what the family has asked for",
    measure=("As for the child's wishes, with what the family has voiced."),
    sources=(
        (
            "Children Act 1989, section 22(4)(b)-(d) and (5)(b): wishes and feelings of parents "
            "and others",
            "https://www.legislation.gov.uk/ukpga/1989/41/section/22",
        ),
    ),
    needs=_NEEDS,
    judge=partial(_judge, Voice.FAMILY),
    shares=partial(_shares, Voice.FAMILY),
    depends_on_arrivals=True,
)
