"""Rates learnt from a council's own returns take the place of those that are shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from matcher.errors import UsageError
from scenarios.assumptions import shipped_assumptions
from scenarios.assumptions.from_returns import is_learnt, with_returns
from scenarios.scenario import outlooks_of, parse_scenario
from tests.scenarios.history.returns import a_return, council, episode, header, write

if TYPE_CHECKING:
    from pathlib import Path

BANDS = ("under_1", "1_4", "5_9", "10_15", "16_17")


def test_the_rates_of_a_council_whose_truth_is_known(tmp_path: Path) -> None:
    counts = council(tmp_path, years=5, a_year=200, leaving=0.5)
    learnt = with_returns(shipped_assumptions(), tmp_path)
    in_care = list(counts.values())[-1]
    entering = learnt["entry.children_a_year"]
    assert entering.learnt
    assert entering.events is not None
    # The truth lies within what the doubt leaves open.
    doubt = 1.96 / entering.events**0.5
    assert 0.05 < doubt < 0.1
    assert entering.value * in_care / 100 == pytest.approx(200, rel=doubt)
    # Every child of this council leaves for "any other reason", at one rate whatever the age.
    for band in BANDS[1:4]:
        leaving = learnt[f"leave.other.{band}"]
        assert leaving.value == pytest.approx(0.5, rel=0.2)
        assert learnt[f"leave.adoption.{band}"].value < 0.05
    shares = [learnt[f"entry.age.{band}"].value for band in BANDS]
    assert sum(shares) == pytest.approx(1)
    assert shares[3] == pytest.approx(6 / 17.5, abs=0.05)


def test_what_returns_cannot_tell_stays_as_it_was(tmp_path: Path) -> None:
    council(tmp_path, years=2, a_year=100, leaving=0.5)
    shipped = shipped_assumptions()
    learnt = with_returns(shipped, tmp_path)
    assert all(learnt[name] == shipped[name] for name in shipped if not is_learnt(name))
    assert [name for name in shipped if learnt[name].learnt and not is_learnt(name)] == []
    assert learnt["breakdown.foster"] == shipped["breakdown.foster"]
    assert learnt["carers.in_house.leave_a_year"] == shipped["carers.in_house.leave_a_year"]
    assert "SSDA903 returns in" in learnt["leave.other.5_9"].source
    assert learnt["leave.other.5_9"].year == "2016 to 2017"


def test_unaccompanied_children_are_counted_apart(tmp_path: Path) -> None:
    children = [f"{at:03d}" for at in range(60)]
    a_return(
        tmp_path,
        [episode(child, "01/06/2022", cin="N8") for child in children],
        [header(child, "01/01/2006" if at < 20 else "01/01/2012")
         for at, child in enumerate(children)],
    )  # fmt: skip
    write(
        tmp_path / "uasc.csv",
        ["CHILD", "SEX", "DOB", "DUC"],
        [[child, "1", "01/01/2006", ""] for child in children[:20]],
    )
    learnt = with_returns(shipped_assumptions(), tmp_path)
    both = [learnt[f"entry.{each}_a_year"].value for each in ("children", "unaccompanied")]
    assert both[0] / both[1] == pytest.approx(2, rel=0.35)
    assert learnt["entry.unaccompanied_aged_16"].value > 0.98
    assert learnt["entry.age.16_17"].value < 0.02


def test_returns_that_say_too_little_are_refused(tmp_path: Path) -> None:
    a_return(tmp_path, [episode("1", "01/06/2022")])
    with pytest.raises(UsageError, match="1 children who came into care; at least 20 are needed"):
        with_returns(shipped_assumptions(), tmp_path)


def test_a_scenario_reads_returns_and_its_own_values_stand_above_them(tmp_path: Path) -> None:
    council(tmp_path / "ours", years=2, a_year=100, leaving=0.5)
    text = (
        'name = "x"\nsize = 0.1\nreturns = "ours"\n[assumptions]\nleave.other.5_9 = 0.25\n'
        '[[variant]]\nname = "a"\n[[variant.lever]]\nkind = "inflation"\npercent_a_year = 1\n'
    )
    values = outlooks_of(parse_scenario(text, folder=tmp_path))["today"].assumptions
    assert values.value("leave.other.5_9") == 0.25
    assert values["entry.children_a_year"].learnt
