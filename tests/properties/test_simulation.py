"""Common random numbers: two futures differ only where they differ."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.policy import Policy
from scenarios.assumptions import Per, shipped_assumptions
from scenarios.changes import AnyChange, FeesChange, NumberChanges
from scenarios.county import make_county
from scenarios.outlook import Outlook
from scenarios.shared import Shared
from scenarios.simulation import simulate
from scenarios.tallies import WEEKLY, Course

START = date(2025, 4, 1)
NAMES = sorted(shipped_assumptions())
SHARED = Shared()
"""All these futures have the same chances, so what one has found is not sought again."""
FEW = settings(derandomize=True, max_examples=6, deadline=None)


@cache
def outlook() -> Outlook:
    return Outlook(make_county(size=0.05), Policy.named("balanced"), shipped_assumptions())


def run(*changes: AnyChange) -> Course:
    return simulate(
        outlook().with_changes(changes), start=START, years=1, seed=5, replication=2, shared=SHARED
    )


@cache
def base() -> Course:
    return run()


@FEW
@given(
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=30, unique=True),
    st.integers(0, 40),
    st.sampled_from([(), ("HP",), ("ZZ9",)]),
)
def test_changes_that_change_nothing_change_nothing_to_the_bit(
    names: list[str], week: int, area: tuple[str, ...]
) -> None:
    day = START + timedelta(weeks=week)
    table = outlook().assumptions
    found = run(
        *(
            NumberChanges(
                name=name,
                # Nobody's home before care lies there: any change would be a change of nothing.
                multiply=7.0 if area == ("ZZ9",) and table[name].per is Per.FAMILY else 1.0,
                area=area if table[name].per in (Per.FAMILY, Per.CHILD) else (),
                starts=day,
            )
            for name in names
        ),
        FeesChange(multiply=1.0, starts=day),
    )
    assert all(np.array_equal(found.weekly[name], base().weekly[name]) for name in WEEKLY)
    assert found.by_area == base().by_area


@FEW
@given(
    st.integers(1, 51),
    st.lists(st.tuples(st.sampled_from(NAMES), st.floats(0.0, 3.0)), min_size=1, max_size=30),
)
def test_the_weeks_before_a_change_are_as_without_it(
    week: int, changes: list[tuple[str, float]]
) -> None:
    day = START + timedelta(weeks=week)
    found = run(*(NumberChanges(name=name, multiply=times, starts=day) for name, times in changes))
    for name in WEEKLY:
        assert np.array_equal(found.weekly[name][:week], base().weekly[name][:week]), name
