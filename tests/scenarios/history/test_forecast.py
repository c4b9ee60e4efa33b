"""Forecasts: repeatable, consistent, right where the truth is known, and honest about doubt."""

from __future__ import annotations

import shutil
from datetime import date

import numpy as np
import pandas as pd
import pytest

from matcher.errors import DataError, UsageError
from scenarios.history.drift import follow
from scenarios.history.exposure import as_known_on, care_until, month_ends
from scenarios.history.forecast import forecast
from scenarios.history.gamma_rates import shrink
from scenarios.history.groups import AgeBand
from scenarios.history.history import read_history
from scenarios.history.projection import project
from scenarios.history.rate_report import rate_report
from scenarios.history.rates import learn
from tests.scenarios.history.returns import a_return, council, episode, header, write


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """Four years of a council with 60 arrivals a year and a leaving rate of 0.5."""
    folder = tmp_path_factory.mktemp("steady")
    council(folder, years=4, a_year=60, leaving=0.5, seed=2)
    return read_history(folder)


def test_the_same_seed_gives_the_same_answer_and_another_does_not(steady):
    one, two, other = (forecast(steady, months=3, draws=200, seed=seed) for seed in (1, 1, 2))
    assert one == two
    assert one.in_care != other.in_care


def test_parts_add_up_to_the_whole_and_percentiles_are_in_order(steady):
    found = forecast(steady, months=6, draws=300)
    for kinds in (found.by_category, found.by_age_band):
        total = np.sum([each.mean for each in kinds.values()], axis=0)
        assert total == pytest.approx(found.in_care.mean, abs=0.1)
    for low, middle, high in zip(
        found.in_care.p05, found.in_care.p50, found.in_care.p95, strict=True
    ):
        assert low <= middle <= high


def test_months_end_where_months_end():
    days = month_ends(pd.Timestamp(2024, 1, 31), 3)
    assert [str(day.date()) for day in days] == ["2024-02-29", "2024-03-31", "2024-04-30"]
    days = month_ends(pd.Timestamp(2024, 1, 15), 2)
    assert [str(day.date()) for day in days] == ["2024-02-15", "2024-03-15"]


def test_nothing_after_the_last_day_is_known(tmp_path):
    council(tmp_path / "a", years=3, a_year=30, leaving=0.5, seed=3)
    history = read_history(tmp_path / "a")
    before = forecast(history, months=3, draws=200, train_to=date(2017, 3, 31))
    # Another future: everybody leaves the day after, and nobody comes.
    episodes = history.episodes.copy()
    later = episodes["dec"].isna() | (episodes["dec"] > pd.Timestamp(2017, 3, 31))
    episodes.loc[later, "dec"] = pd.Timestamp(2017, 4, 1)
    episodes = episodes[episodes["decom"] <= pd.Timestamp(2017, 3, 31)]
    changed = type(history)(**{**vars(history), "episodes": episodes})
    after = forecast(changed, months=3, draws=200, train_to=date(2017, 3, 31))
    assert after.in_care == before.in_care
    assert after.by_category == before.by_category


def test_leaving_rates_are_events_over_exposure(tmp_path):
    # A is in care all year, B from 1 October to 1 January and leaves, C turns 18 and is no event.
    rows = [
        episode("A", "01/04/2019"),
        episode("B", "01/10/2020", "01/01/2021"),
        episode("C", "01/04/2019", "01/01/2021", rec="E7"),
    ]
    headers = [header("A"), header("B"), header("C", "01/01/2003")]
    history = read_history(a_return(tmp_path, rows, headers))
    day = pd.Timestamp(2021, 3, 31)
    care = care_until(as_known_on(history, day), pd.Timestamp(2020, 3, 31), day)
    events, exposure = care.leaving()
    assert events.sum() == 1
    assert exposure.sum() == pytest.approx((365 + 92 + 276) / 365.25, abs=0.02)
    assert events[9, 3, 0] == 1  # ten months on: aged 10 to 15, under half a year in care
    assert len(care.entries()) == 1


def test_children_turn_18_and_leave(tmp_path):
    rows = [episode(f"C{i}", "01/04/2019") for i in range(40)]
    rows += [episode("Z", "05/04/2020", "01/07/2020")]
    headers = [header(row[0], "15/06/2003") for row in rows]
    history = read_history(a_return(tmp_path, rows, headers))
    found = forecast(history, months=4, draws=200)
    assert found.in_care.p50[1] > 20  # 31 May
    assert found.in_care.p95[3] <= 5  # 31 July: only who arrived since


def test_where_the_truth_is_known_the_forecast_is_near_it_and_the_interval_holds_it(tmp_path):
    covered, wrong, still = [], [], []
    for seed in range(4):
        truth = council(tmp_path / str(seed), years=5, a_year=60, leaving=0.45, seed=seed)
        history = read_history(tmp_path / str(seed))
        found = forecast(history, months=12, draws=200, train_to=date(2019, 3, 31))
        actual, now = truth[date(2020, 3, 31)], truth[date(2019, 3, 31)]
        assert found.in_care_then == now
        covered.append(found.in_care.p05[-1] <= actual <= found.in_care.p95[-1])
        wrong.append(abs(found.in_care.mean[-1] - actual))
        still.append(now)
    assert sum(covered) >= 3
    assert np.mean(wrong) < 0.15 * np.mean(still)


def test_arrivals_that_stop_are_followed(tmp_path):
    rows = [episode(f"A{i}", f"{1 + i % 28:02d}/{4 + i % 8:02d}/2018") for i in range(120)]
    first = [*rows, episode("Y", "05/04/2018", "01/06/2018")]
    a_return(tmp_path / "1", first)
    a_return(tmp_path / "2", [*rows, episode("W", "05/04/2019", "01/06/2019")])
    learnt = learn(read_history(tmp_path))
    a_year = learnt.entries.events.sum() / learnt.years
    assert a_year > 55
    assert a_year * learnt.arrival.mean < 12


def test_a_larger_population_brings_more_children(steady, tmp_path):
    def figures(growth):
        rows = [
            [year, band.value, 1000 * growth ** (year - 2018)]
            for year in (2018, 2030)
            for band in AgeBand
        ]
        return write(tmp_path / f"{growth}.csv", ["year", "age_band", "children"], rows)

    same, more = (
        forecast(steady, months=24, draws=300, population=figures(growth)) for growth in (1.0, 1.3)
    )
    assert same.in_care == forecast(steady, months=24, draws=300).in_care
    assert more.in_care.mean[-1] > 1.08 * same.in_care.mean[-1]


def test_what_cannot_be_forecast_is_said(steady, tmp_path):
    with pytest.raises(UsageError, match="Choose a day in them"):
        forecast(steady, months=3, train_to=date(2030, 1, 1))
    with pytest.raises(UsageError, match="1 to 240"):
        forecast(steady, months=0)
    with pytest.raises(UsageError, match="100 or more"):
        forecast(steady, months=3, draws=5)
    bad = write(tmp_path / "p.csv", ["year", "age_band", "children"], [[2020, "under 1", "many"]])
    with pytest.raises(DataError, match="row 2"):
        forecast(steady, months=3, population=bad)
    bad = write(tmp_path / "p.csv", ["year", "age_band", "children"], [[2020, "under 1", "9"]])
    with pytest.raises(DataError, match="1 to 4"):
        forecast(steady, months=3, population=bad)


def test_no_returns_of_arrivals_still_make_a_forecast(tmp_path):
    rows = [episode("A", "01/04/2019"), episode("B", "01/04/2019", "01/12/2020")]
    found = forecast(read_history(a_return(tmp_path, rows)), months=3, draws=200)
    assert 0 <= found.in_care.p05[0] <= found.in_care.p95[0] <= 4


def test_few_events_borrow_and_many_speak_for_themselves():
    rates = shrink([0, 400, 5, 380], [1.0, 1000.0, 1.0, 200.0])
    raw = np.array([0, 0.4, 5.0, 1.9])
    assert rates.mean[1] == pytest.approx(raw[1], rel=0.1)
    assert rates.mean[3] == pytest.approx(raw[3], rel=0.1)
    assert rates.mean[0] > 0.05
    assert rates.mean[2] < 4.5
    low, high = rates.interval()
    width = (high - low) / rates.mean
    assert width[0] > width[1]


def test_alike_cells_are_drawn_together_and_unlike_ones_kept_apart():
    rng = np.random.default_rng(1)
    exposure = np.full(20, 20.0)
    alike = shrink(rng.poisson(exposure * 0.5), exposure)
    unlike = shrink(rng.poisson(exposure * np.linspace(0.05, 3, 20)), exposure)
    assert np.std(alike.mean) < 0.5 * np.std(alike.events / exposure)
    assert np.std(unlike.mean) > 0.85 * np.std(unlike.events / exposure)


def test_a_steady_level_is_1_and_its_future_keeps_its_mean():
    rng = np.random.default_rng(4)
    level = follow(rng.poisson(10, 60).tolist(), [10.0] * 60, yearly_sd=0.17)
    assert level.mean == pytest.approx(1, abs=0.12)
    paths = level.draw(rng, 4000, 24)
    assert paths[:, -1].mean() == pytest.approx(level.mean, abs=0.06)
    assert paths[:, -1].std() > paths[:, 0].std()


def test_futures_count_every_child_once(steady):
    futures = project(learn(steady), months=5, draws=150, seed=1)
    assert (futures.by_category.sum(axis=2) == futures.by_band.sum(axis=2)).all()


def test_every_rate_has_events_exposure_and_an_interval(steady):
    report = rate_report(steady)
    kinds = {each.kind for each in report.rates}
    assert len(kinds) == 5
    for each in report.rates:
        assert each.p05 <= each.mean <= each.p95 or each.mean < 1e-6, each
    entered = sum(e.events for e in report.rates if e.kind == "enters care, by age band")
    assert entered == sum(e.events for e in report.rates if e.kind == "enters care, by need")
    middle = next(stay for stay in report.stays if stay.age_band == "5 to 9")
    assert middle.half == pytest.approx(np.log(2) / 0.5, rel=0.35)


def test_a_year_without_a_return_teaches_nothing(tmp_path):
    council(tmp_path, years=4, a_year=60, leaving=0.5, seed=2)
    shutil.rmtree(tmp_path / "return 2017")
    learnt = learn(read_history(tmp_path))
    assert learnt.years == pytest.approx(3, abs=0.01)
    assert learnt.entries.events.sum() / learnt.years == pytest.approx(60, rel=0.2)
    assert learnt.arrival.mean == pytest.approx(1, abs=0.4)
