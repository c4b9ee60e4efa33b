"""Families that come into care: as many as assumed, and the same ones whatever a lever does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from matcher.domain.codes import LegalStatus
from scenarios.assumptions import shipped_assumptions
from scenarios.changes import AnyChange, DemandShock, NumberChanges
from scenarios.demand import Demand
from scenarios.numbers import Numbers
from scenarios.randomness import Randomness

if TYPE_CHECKING:
    from scenarios.newcomers import Family
    from scenarios.outlook import Outlook

DAY = date(2025, 4, 7)
WEEKS = 400


def families(outlook: Outlook, *changes: AnyChange, weeks: int = WEEKS) -> dict[str, Family]:
    """Everybody who comes in some weeks, all on one day so that ages compare."""
    table = shipped_assumptions()
    numbers = Numbers(table, {name: each.value for name, each in table.items()}, changes)
    numbers.set_day(DAY)
    demand = Demand(outlook.world, numbers, Randomness(4, 0), changes)
    return {
        family.referral.referral_id: family
        for week in range(weeks)
        for family in demand.arrivals(DAY, 5000 + week)
    }


@pytest.fixture(scope="module")
def usual(outlook: Outlook) -> dict[str, Family]:
    return families(outlook)


def children(found: dict[str, Family], *, unaccompanied: bool = False) -> int:
    return sum(
        child.unaccompanied is unaccompanied for each in found.values() for child in each.children
    )


def test_as_many_come_as_assumed(outlook: Outlook, usual: dict[str, Family]) -> None:
    years = WEEKS * 7 / 365.25
    hundreds = len(outlook.world.placements) / 100
    table = outlook.assumptions
    expected = table.value("entry.children_a_year") * years * hundreds
    assert children(usual) == pytest.approx(expected, abs=4 * (2 * expected) ** 0.5)
    expected = table.value("entry.unaccompanied_a_year") * years * hundreds
    found = children(usual, unaccompanied=True)
    assert found == pytest.approx(expected, abs=4 * expected**0.5)


def test_a_higher_rate_only_adds_and_a_lower_one_only_takes_away(
    outlook: Outlook, usual: dict[str, Family]
) -> None:
    more = families(outlook, NumberChanges(name="entry.children_a_year", multiply=2.5, starts=DAY))
    fewer = families(outlook, NumberChanges(name="entry.children_a_year", multiply=0.4, starts=DAY))
    assert fewer.keys() < usual.keys() < more.keys()
    assert all(more[key] == usual[key] for key in usual)
    assert children(more) == pytest.approx(2.5 * children(usual), rel=0.25)


def test_a_change_for_some_families_leaves_the_others_alone(
    outlook: Outlook, usual: dict[str, Family]
) -> None:
    prevented = families(
        outlook,
        NumberChanges(name="entry.children_a_year", multiply=0.0, ages=(10, 17), starts=DAY),
    )
    gone = usual.keys() - prevented.keys()
    assert prevented.keys() < usual.keys()
    assert gone
    for key in gone:
        ages = [child.age_on(DAY) for child in usual[key].children]
        assert max(ages) >= 10
        assert not usual[key].children[0].unaccompanied


def test_those_who_come_are_like_those_who_are_there(
    outlook: Outlook, usual: dict[str, Family]
) -> None:
    postcodes = {each.home_postcode for each in outlook.world.children.values()}
    for family in usual.values():
        referral = family.referral
        assert referral.received_on == DAY
        assert referral.needed_by >= DAY
        assert {child.child_id for child in family.children} == set(referral.child_ids)
        for child in family.children:
            age = child.age_on(DAY)
            assert age is not None
            assert 0 <= age <= 17
            assert child.unaccompanied or child.home_postcode in postcodes
            assert child.unaccompanied is (child.home_postcode is None)
            assert child.needs
            assert child.legal_status in (LegalStatus.V2, LegalStatus.C1, LegalStatus.L1)
        groups = {child.sibling_group_id for child in family.children}
        assert len(groups) == 1
        assert (family.group is None) is (len(family.children) == 1)


def test_a_demand_shock_adds_its_own_children(outlook: Outlook, usual: dict[str, Family]) -> None:
    shock = DemandShock(children_a_year=52.0, unaccompanied=True, ages=(15, 17), starts=DAY)
    found = families(outlook, shock, weeks=100)
    added = [each for key, each in found.items() if key not in usual]
    assert len(added) == pytest.approx(100, abs=40)
    assert all(each.children[0].unaccompanied for each in added)
    assert {each.children[0].age_on(DAY) for each in added} == {15, 16, 17}


def test_rising_complexity_makes_nobody_easier(outlook: Outlook, usual: dict[str, Family]) -> None:
    harder = families(
        outlook,
        NumberChanges(name="entry.complexity.very_high", multiply=4.0, starts=DAY),
    )
    assert harder.keys() == usual.keys()

    def hard(found: dict[str, Family]) -> int:
        return sum(
            max(need.level for need in child.needs) == 4
            for each in found.values()
            for child in each.children
        )

    assert hard(harder) > hard(usual)
