"""Hazards: how often things happen is how often they are said to."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from matcher.domain.child import Child
from matcher.domain.home import Setting
from scenarios.assumptions import shipped_assumptions
from scenarios.changes import NumberChanges
from scenarios.numbers import Numbers
from scenarios.randomness import Randomness
from scenarios.roll import SETTING_AT, Roll, State
from scenarios.stays import CAUSES, WEEK_IN_YEARS, Stays

DAY = date(2025, 4, 7)


def a_roll(count: int, *, age: int = 7, days_in_home: int = 200) -> Roll:
    roll = Roll(count)
    for at in range(count):
        child = Child(
            child_id=f"C-{at:04d}",
            responsible_authority="E06000060",
            date_of_birth=DAY.replace(year=DAY.year - age, month=1),
            home_postcode="HP13 7PR" if at % 2 else "MK18 1AA",
        )
        slot = roll.enter(child, DAY, DAY - timedelta(days=days_in_home))
        roll.state[slot] = State.PLACED
        roll.setting[slot] = SETTING_AT[Setting.FOSTER]
        roll.miles[slot] = 10.0
    return roll


def numbers(*changes: NumberChanges) -> Numbers:
    table = shipped_assumptions()
    found = Numbers(table, {name: each.value for name, each in table.items()}, changes)
    found.set_day(DAY)
    return found


def rate_of(roll: Roll, cause: str, *changes: NumberChanges) -> np.ndarray:
    stays = Stays(roll, numbers(*changes), Randomness(1, 0))
    slots = np.arange(len(roll.slot_of))
    rates, _ = stays.rates(slots, DAY.toordinal())
    at_slot = [roll.slot_of[f"C-{each:04d}"] for each in range(len(slots))]
    return rates[CAUSES.index(cause)][at_slot]


def test_the_rate_of_a_breakdown_is_the_product_of_its_parts() -> None:
    roll = a_roll(2)
    one = roll.slot_of["C-0001"]
    roll.short[one] = 3
    roll.miles[one] = 30.0
    roll.split[one] = True
    roll.need[one] = 4
    table = shipped_assumptions()
    value = table.value
    plain, hard = rate_of(roll, "breakdown")
    assert plain == pytest.approx(value("breakdown.foster") * value("breakdown.ten_miles"))
    assert hard == pytest.approx(
        value("breakdown.foster")
        * value("breakdown.ten_miles") ** 3
        * value("breakdown.level_short") ** 3
        * value("breakdown.split_siblings")
        * value("breakdown.high_need")
    )


def test_every_coefficient_of_breakdowns_can_be_switched_off() -> None:
    table = shipped_assumptions()
    ratios = [n for n, each in table.items() if n.startswith("breakdown.") and each.neutral == 1]
    assert len(ratios) >= 7
    off = table.without(*ratios)
    roll = a_roll(2, age=12)
    hard = roll.slot_of["C-0001"]
    roll.short[hard], roll.miles[hard], roll.split[hard], roll.need[hard] = 5, 90.0, True, 4
    values = Numbers(off, {name: each.value for name, each in off.items()}, ())
    stays = Stays(roll, values, Randomness(1, 0))
    rates, _ = stays.rates(np.arange(2), DAY.toordinal())
    assert rates[CAUSES.index("breakdown")] == pytest.approx(off.value("breakdown.foster"))


def test_a_change_limited_to_some_children_changes_only_theirs() -> None:
    roll = a_roll(2)
    base = rate_of(roll, "breakdown")
    for change, expected in (
        (NumberChanges(name="breakdown.foster", multiply=2, area=("HP",), starts=DAY), (1, 2)),
        (NumberChanges(name="breakdown.foster", multiply=3, ages=(8, 17), starts=DAY), (1, 1)),
        (NumberChanges(name="breakdown.foster", multiply=3, ages=(0, 7), starts=DAY), (3, 3)),
        (
            NumberChanges(
                name="breakdown.foster", multiply=3, settings=(Setting.SUPPORTED,), starts=DAY
            ),
            (1, 1),
        ),
    ):
        assert rate_of(roll, "breakdown", change) == pytest.approx(base * expected)


def test_multipliers_come_before_additions_whatever_their_order() -> None:
    plus = NumberChanges(name="move.other", add=0.1, starts=DAY)
    times = NumberChanges(name="move.other", multiply=3, starts=DAY)
    value = shipped_assumptions().value("move.other") * 3 + 0.1
    assert numbers(plus, times).value("move.other") == pytest.approx(value)
    assert numbers(times, plus).value("move.other") == pytest.approx(value)


def test_events_are_as_frequent_as_their_rates_say() -> None:
    """A plain count over many child-weeks, against the rates as stated."""
    children, weeks = 400, 260
    roll = a_roll(children)
    stays = Stays(roll, numbers(), Randomness(3, 0))
    slots = np.arange(children)
    rates, _ = stays.rates(slots, DAY.toordinal())
    seen = dict.fromkeys(CAUSES, 0)
    for week in range(weeks):  # the same day again and again: the rates stay as they are
        for _, cause in stays.events(DAY.toordinal(), 5000 + week):
            seen[cause] += 1
    for at, cause in enumerate(CAUSES):
        expected = (1 - np.exp(-rates[at] * WEEK_IN_YEARS)).sum() * weeks
        # Earlier causes hide later ones in the same week: rarely.
        assert abs(seen[cause] - expected) <= 4 * np.sqrt(expected) + 0.02 * expected, cause


def test_a_vector_of_chances_agrees_with_one_by_one() -> None:
    roll = a_roll(30)
    roll.miles[:] = np.linspace(0, 60, len(roll.miles))
    stays = Stays(roll, numbers(), Randomness(9, 4))
    randomness = Randomness(9, 4)
    slots = np.arange(30)
    rates, _ = stays.rates(slots, DAY.toordinal())
    for week in range(6000, 6100):
        expected = {}
        for slot in slots:
            for at, cause in enumerate(CAUSES):
                chance = 1 - np.exp(-rates[at][slot] * WEEK_IN_YEARS)
                child_id = str(roll.id_at[slot])
                if randomness.uniform(cause, child_id, week) < chance:
                    expected.setdefault(int(slot), cause)
        assert dict(stays.events(DAY.toordinal(), week)) == expected
