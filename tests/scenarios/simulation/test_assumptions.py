"""The table of assumptions: sourced, bounded, replaceable, and with its doubt."""

from __future__ import annotations

import numpy as np
import pytest

from matcher.errors import UsageError
from scenarios.assumptions import Drawn, shipped_assumptions
from scenarios.assumptions.drawing import draw_values
from scenarios.randomness import Randomness


def test_every_assumption_says_what_it_is_and_where_it_comes_from() -> None:
    table = shipped_assumptions()
    assert len(table) > 100
    for name, each in table.items():
        assert each.name == name
        assert each.low <= each.value <= each.high
        assert each.sentence.endswith(".")
        assert each.unit
        assert each.source
        assert each.year


def test_shares_of_one_whole_add_up_to_one() -> None:
    table = shipped_assumptions()
    groups: dict[str, float] = {}
    for each in table.values():
        if each.group is not None:
            groups[each.group] = groups.get(each.group, 0) + each.value
    assert len(groups) == 3
    for total in groups.values():
        assert total == pytest.approx(1.0, abs=0.001)


def test_a_value_is_replaced_and_a_senseless_one_refused() -> None:
    table = shipped_assumptions()
    other = table.replace({"entry.same_day": 0.5})
    assert other.value("entry.same_day") == 0.5
    assert other["entry.same_day"].source == "set by the user"
    assert table.value("entry.same_day") == 0.35
    with pytest.raises(UsageError, match="from 0 to 1"):
        table.replace({"entry.same_day": 1.5})
    with pytest.raises(UsageError, match=r"begin alike: entry\.children_a_year"):
        table.replace({"entry.sameday": 0.5})
    with pytest.raises(UsageError, match="no value at which it has no effect"):
        table.without("entry.same_day")


def test_draws_have_the_mean_and_the_spread_that_are_stated() -> None:
    table = shipped_assumptions()
    draws = [draw_values(table, Randomness(7, each)) for each in range(200)]
    for name in ("entry.children_a_year", "entry.same_day", "entry.age.10_15", "connected.fails"):
        found = np.array([each[name] for each in draws])
        record = table[name]
        events = float(record.events or 1)
        sd = {
            Drawn.GAMMA: record.value / events**0.5,
            Drawn.BETA: (record.value * (1 - record.value) / (events + 1)) ** 0.5,
            Drawn.DIRICHLET: (record.value * (1 - record.value) / (events + 1)) ** 0.5,
        }[record.drawn]
        assert found.mean() == pytest.approx(record.value, abs=4 * sd / 200**0.5)
        assert found.std() == pytest.approx(sd, rel=0.2)
    ratio = table["breakdown.ten_miles"]
    found = np.array([each[ratio.name] for each in draws])
    low, high = ratio.interval or (0, 0)
    assert ((found >= low) & (found <= high)).mean() == pytest.approx(0.9, abs=0.06)
    for each in draws[:20]:
        assert sum(v for n, v in each.items() if n.startswith("entry.age.")) == pytest.approx(
            1, abs=0.001
        )


def test_what_is_certain_is_not_drawn() -> None:
    table = shipped_assumptions()
    draw = draw_values(table, Randomness(1, 1))
    certain = [name for name, each in table.items() if each.drawn is Drawn.FIXED]
    assert "cost.unplaced_weekly_pence" in certain
    for name in certain:
        assert draw[name] == table.value(name)
