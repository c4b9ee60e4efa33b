"""A World as column arrays over its homes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.domain.child import HouseholdRisk
from matcher.domain.codes import Sex
from matcher.domain.home import TermsOfApproval
from matcher.domain.placement import HoldKind
from matcher.domain.purchase import agreement_order
from matcher.evidence.arrays import ADAPTATIONS, DOMAINS, GRADES, NO_DAY, SETTINGS, HomeArrays
from matcher.evidence.purchases import FAR_FUTURE, agreement_arrays
from matcher.geography.areas import Area, area_of
from matcher.geography.location import Precision

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from matcher.domain.home import Home
    from matcher.domain.world import Occupant, World

AREAS = {Area.INSIDE: 0, Area.ADJOINING: 1, Area.DISTANT: 2, Area.UNKNOWN: -1}
YES, NO, NOT_RECORDED = 1, 0, -1


def columns_of(world: World, *, without: frozenset[str] = frozenset()) -> HomeArrays:
    """Return the facts of all homes as arrays.

    Parameters
    ----------
    world
        The World.
    without
        Children of ours to leave out of the homes they live in now, because a plan decides
        anew where they live.

    Returns
    -------
    HomeArrays
        One entry a home, in the order of identifiers.
    """
    homes = list(world.homes.values())
    ids = tuple(world.homes)
    index = {home_id: at for at, home_id in enumerate(ids)}
    authorities = authorities_of(world, homes)
    connected_to: dict[str, list[int]] = {}
    for at, home in enumerate(homes):
        for child_id in home.connected_to:
            connected_to.setdefault(child_id, []).append(at)
    return HomeArrays(
        world=world,
        ids=ids,
        index=index,
        authorities=authorities,
        purchases=agreement_arrays(world),
        holds=holds_of(world, index),
        connected_to={child: tuple(at) for child, at in connected_to.items()},
        **facts_of_homes(world, homes, authorities),
        **_living_there(world, homes, index, without),
    )


def authorities_of(world: World, homes: Iterable[Home]) -> tuple[str, ...]:
    """Return the codes of the authorities in whose areas homes lie, in order."""
    places = (world.location(home.postcode) for home in homes)
    return tuple(sorted({each.authority for each in places if each is not None and each.authority}))


def facts_of_homes(
    world: World, homes: Sequence[Home], authorities: Sequence[str]
) -> dict[str, Any]:
    """Return the columns that homes have by themselves, whoever lives in them.

    Parameters
    ----------
    world
        The World, whose providers and agreements give positions.
    homes
        The homes, one entry each.
    authorities
        Codes of authorities, all of theirs among them.
    """
    n = len(homes)
    places = [world.location(home.postcode) for home in homes]
    authority_of = [None if place is None else place.authority for place in places]
    authority_at = {code: at for at, code in enumerate(authorities)}
    area_code = {code: AREAS[area_of(code, world.authority)] for code in {*authority_of} - {None}}

    def ints(dtype: Any, value: Callable[[Home], int]) -> Any:
        return np.fromiter((value(home) for home in homes), dtype=dtype, count=n)

    def flags(value: Callable[[Home], bool]) -> Any:
        return np.fromiter((value(home) for home in homes), dtype=np.bool_, count=n)

    def floats(values: Iterable[int | None]) -> Any:
        found = (np.nan if each is None else float(each) for each in values)
        return np.fromiter(found, dtype=np.float64, count=n)

    no_terms = TermsOfApproval()
    terms = [home.terms or no_terms for home in homes]
    own_low, own_high = _own_children(homes)
    agreement_at = {agreement_id: at for at, agreement_id in enumerate(world.agreements)}
    return {
        "setting": ints(np.int8, lambda home: _SETTING_AT[home.setting]),
        "provider": _positions([home.provider_id for home in homes], world.providers),
        "easting": floats(None if place is None else place.easting for place in places),
        "northing": floats(None if place is None else place.northing for place in places),
        "authority": np.array(
            [-1 if each is None else authority_at[each] for each in authority_of], dtype=np.int16
        ),
        "area": np.array(
            [-1 if each is None else area_code[each] for each in authority_of], dtype=np.int8
        ),
        "beds_usable": ints(np.int16, lambda home: home.beds_usable),
        "bedrooms": ints(
            np.int16,
            lambda home: home.beds_usable if home.bedrooms is None else home.bedrooms,
        ),
        "terms_known": flags(lambda home: home.terms is not None),
        "terms_age_from": _limits(np.int16, [each.age_from for each in terms], 0),
        "terms_age_to": _limits(np.int16, [each.age_to for each in terms], 99),
        "terms_number": _limits(np.int16, [each.number for each in terms], 999),
        "terms_sex": _limits(
            np.int8, [None if each.sex is None else int(each.sex) for each in terms], 0
        ),
        "registered": ints(np.int8, lambda home: _tri(home.registered)),
        "pets": ints(np.int8, lambda home: _tri(home.household.pets)),
        "smokers": ints(np.int8, lambda home: _tri(home.household.smokers)),
        "long_term": ints(np.int8, lambda home: _tri(home.long_term)),
        "post_18": ints(np.int8, lambda home: _tri(home.post_18)),
        "grade": ints(np.int8, lambda home: -1 if home.grade is None else _GRADE_AT[home.grade]),
        "capability": _capabilities(homes),
        "adaptations": ints(np.int16, _adaptation_bits),
        "adult_men": _limits(np.int16, [home.household.adult_men for home in homes], -1),
        "adult_women": _limits(np.int16, [home.household.adult_women for home in homes], -1),
        "own_child_age_low": own_low,
        "own_child_age_high": own_high,
        "available_from": ints(np.int32, lambda home: _ordinal(home.available_from)),
        "vacancy_confirmed_on": ints(np.int32, lambda home: _ordinal(home.vacancy_confirmed_on)),
        "temporary_until": ints(np.int32, lambda home: _ordinal(home.temporary_approval_until)),
        "quality_visit_due": ints(np.int32, lambda home: _ordinal(home.quality_visit_due)),
        "emergency_only": flags(lambda home: home.emergency_only),
        "takes_parent_and_child": flags(lambda home: home.takes_parent_and_child),
        "by_outcode": np.array(
            [place is not None and place.precision is Precision.OUTCODE for place in places],
            dtype=np.bool_,
        ),
        "quoted_fee": _limits(np.int64, [home.weekly_fee_pence for home in homes], -1),
        "agreements": agreements_of(world, homes, agreement_at),
    }


_SETTING_AT = {setting: at for at, setting in enumerate(SETTINGS)}
_GRADE_AT = {grade: at for at, grade in enumerate(GRADES)}
_DOMAIN_AT = {domain: at for at, domain in enumerate(DOMAINS)}
_ADAPTATION_BIT = {adaptation: 1 << at for at, adaptation in enumerate(ADAPTATIONS)}


def _tri(value: bool | None) -> int:
    return NOT_RECORDED if value is None else YES if value else NO


def _ordinal(day: date | None) -> int:
    return int(NO_DAY) if day is None else day.toordinal()


def _limits(dtype: Any, values: Sequence[int | None], absent: int) -> Any:
    return np.array([absent if each is None else each for each in values], dtype=dtype)


def _positions(ids: Sequence[str], records: Iterable[str]) -> Any:
    at = {record_id: position for position, record_id in enumerate(records)}
    return np.array([at[each] for each in ids], dtype=np.int32)


def _adaptation_bits(home: Home) -> int:
    if home.adaptations is None:
        return NOT_RECORDED
    return sum(_ADAPTATION_BIT[each] for each in home.adaptations)


def _capabilities(homes: Sequence[Home]) -> Any:
    found = np.full((len(DOMAINS), len(homes)), NOT_RECORDED, dtype=np.int8)
    for at, home in enumerate(homes):
        for capability in home.capabilities:
            found[_DOMAIN_AT[capability.domain], at] = capability.level
    return found


def _own_children(homes: Sequence[Home]) -> tuple[Any, Any]:
    low = np.full(len(homes), NOT_RECORDED, dtype=np.int16)
    high = np.full(len(homes), NOT_RECORDED, dtype=np.int16)
    for at, home in enumerate(homes):
        ages = home.household.own_children_ages
        if ages is not None:
            low[at] = min(ages, default=99)
            high[at] = max(ages, default=-1)
    return low, high


def agreements_of(world: World, homes: Sequence[Home], agreement_at: Mapping[str, int]) -> Any:
    """Return the column ``agreements``: int32, shape (k, homes)."""
    ordered = [
        sorted((world.agreements[each] for each in home.agreement_ids), key=agreement_order)
        for home in homes
    ]
    found = np.full((max(map(len, ordered), default=0), len(homes)), -1, dtype=np.int32)
    for at, agreements in enumerate(ordered):
        for row, agreement in enumerate(agreements):
            found[row, at] = agreement_at[agreement.agreement_id]
    return found


def holds_of(world: World, index: Mapping[str, int]) -> Any:
    """Return the rows of ``holds``."""
    kinds = list(HoldKind)
    rows = [
        (
            index[home_id],
            kinds.index(hold.kind),
            hold.starts.toordinal(),
            FAR_FUTURE if hold.until is None else hold.until.toordinal(),
            hold.beds or 0,
        )
        for home_id, holds in world.holds_by_home.items()
        for hold in holds
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 5)


LIVING: dict[str, tuple[Any, int]] = {
    "occupied": (np.int16, 0),
    "fostered": (np.int16, 0),
    "fostered_group": (np.int32, -1),
    "occupant_solo": (np.bool_, 0),
    "occupant_age_low": (np.int16, 99),
    "occupant_age_high": (np.int16, -1),
    "occupant_age_unknown": (np.bool_, 0),
    "occupant_sex_unknown": (np.bool_, 0),
    "occupant_boys": (np.int16, 0),
    "occupant_girls": (np.int16, 0),
    "occupant_other_authority": (np.bool_, 0),
    "arrival_age_low": (np.int16, 0),
    "arrival_age_high": (np.int16, 99),
    "arrival_no_boys": (np.bool_, 0),
    "arrival_no_girls": (np.bool_, 0),
}
"""Columns that depend on who lives in a home: their type, and what they say of nobody."""


def _living_there(
    world: World, homes: Sequence[Home], index: dict[str, int], without: frozenset[str]
) -> dict[str, Any]:
    """Return the arrays of HomeArrays that depend on who lives where."""
    group_at = {group_id: at for at, group_id in enumerate(world.sibling_groups)}
    arrays: dict[str, Any] = {
        name: np.full(len(homes), empty, dtype=dtype) for name, (dtype, empty) in LIVING.items()
    }
    home_of_occupant: dict[str, int] = {}
    avoided: dict[str, set[int]] = {}
    for home_id, occupants in world.occupants.items():
        at = index[home_id]
        there = [each for each in occupants if each.occupant_id not in without]
        for each in there:
            home_of_occupant[each.occupant_id] = at
            for child_id in each.incompatible_with:
                avoided.setdefault(child_id, set()).add(at)
        if there:
            describe_occupants(arrays, at, there, group_at, world.authority)
    arrays["home_of_occupant"] = home_of_occupant
    arrays["avoided_by_occupants"] = {
        child: tuple(sorted(positions)) for child, positions in avoided.items()
    }
    return arrays


def describe_occupants(
    arrays: Mapping[str, Any],
    at: int,
    there: Sequence[Occupant],
    group_at: Mapping[str, int],
    authority: str,
) -> None:
    """Write down who lives in one home, where nobody is written down yet.

    Parameters
    ----------
    arrays
        The columns of :data:`LIVING`.
    at
        The position of the home.
    there
        Who lives there, at least one.
    group_at
        Positions of sibling groups.
    authority
        Of the World.
    """
    fostered = [each for each in there if each.fostered]
    arrays["occupied"][at] = len(there)
    arrays["fostered"][at] = len(fostered)
    groups = {each.sibling_group_id for each in fostered}
    if fostered:
        only = next(iter(groups)) if len(groups) == 1 else None
        # Children without a recorded group are nobody's siblings: the group is mixed.
        arrays["fostered_group"][at] = -2 if only is None else group_at.get(only, -2)
    ages = [each.age for each in there if each.age is not None]
    arrays["occupant_age_low"][at] = min(ages, default=99)
    arrays["occupant_age_high"][at] = max(ages, default=-1)
    arrays["occupant_age_unknown"][at] = len(ages) < len(there)
    arrays["occupant_boys"][at] = sum(each.sex is Sex.MALE for each in there)
    arrays["occupant_girls"][at] = sum(each.sex is Sex.FEMALE for each in there)
    arrays["occupant_sex_unknown"][at] = any(each.sex is None for each in there)
    arrays["occupant_solo"][at] = any(each.solo for each in there)
    arrays["occupant_other_authority"][at] = any(
        each.fostered and each.responsible_authority != authority for each in there
    )
    for each in there:
        risks = each.child.household_risks if each.child is not None else frozenset()
        if HouseholdRisk.NO_BOYS in risks:
            arrays["arrival_no_boys"][at] = True
        if HouseholdRisk.NO_GIRLS in risks:
            arrays["arrival_no_girls"][at] = True
        if each.age is not None:
            if HouseholdRisk.NO_YOUNGER_CHILDREN in risks:
                arrays["arrival_age_low"][at] = max(arrays["arrival_age_low"][at], each.age)
            if HouseholdRisk.NO_OLDER_CHILDREN in risks:
                arrays["arrival_age_high"][at] = min(arrays["arrival_age_high"][at], each.age)
