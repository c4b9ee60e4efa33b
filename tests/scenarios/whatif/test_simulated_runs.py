"""Runs of the real simulation, small: the same in any process, paired, and calibrated."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.known_truth import KnownTruth
from benchmarks.whatif import coverage_of_known_truth, run_known_truth
from benchmarks.whatif_intervals import coverage_within, pairing
from scenarios.measures import MEASURES
from scenarios.processes import Processes, ThisProcess
from scenarios.results import RunResult, Verdict
from scenarios.runner import run_scenario
from scenarios.scenario import parse_scenario
from scenarios.simulation_work import work_of

pytestmark = pytest.mark.xdist_group("simulated runs")  # one run serves them all

SCENARIO = """\
name = "A small county"
size = 0.05
years = 1
seed = 11

[[variant]]
name = "Nothing changes"

[[variant.lever]]
kind = "change_fees"
percent = 0

[[variant]]
name = "A home in the south"

[[variant.lever]]
kind = "open_childrens_home"
near = "south"
beds = 3
starts = 2025-05-01
weekly_running_pounds = 16_000
capital_pounds = 500_000
"""
FUTURES = 3


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    work, description = work_of(parse_scenario(SCENARIO))
    out = tmp_path_factory.mktemp("simulated")
    alone = run_scenario(
        work, description, out=out / "alone", replications=FUTURES, crew=ThisProcess()
    )
    run_scenario(work, description, out=out / "two", replications=FUTURES, crew=Processes(2))
    for name in ("results.csv", "results.parquet", "summary.json"):
        assert (out / "alone" / name).read_bytes() == (out / "two" / name).read_bytes(), name
    return alone


def test_what_changes_nothing_changes_nothing_to_the_bit(result: RunResult) -> None:
    same = result.summary.variant("Nothing changes").differences
    assert {each.verdict for each in same.values()} == {Verdict.NO_DIFFERENCE}
    assert {each.p95 for each in same.values()} == {0.0}


def test_every_measure_can_be_worked_out_from_what_is_counted(result: RunResult) -> None:
    assert result.values.measures == tuple(each.name for each in MEASURES)
    assert result.summary.checked > 100


def test_the_run_says_what_it_stood_on(result: RunResult) -> None:
    summary = result.summary
    assert (summary.replications, summary.years) == (FUTURES, 1)
    assert summary.authority_name == "Buckinghamshire"
    variant = summary.variant("A home in the south")
    assert variant.levers[0].settings["beds"] == "3"
    (opened,) = variant.homes_added
    assert (opened.homes, opened.beds) == (1, 3)
    assert sum(each.homes for each in summary.homes) > 10
    assert variant.differences["cost_capital"].mean > 0
    doubtful = [each for each in summary.assumptions if each.p05 is not None]
    assert len(doubtful) > 10
    for each in doubtful:
        assert each.p95 is not None
        assert each.p05 < each.p95, each.name
    assert {each.origin for each in summary.assumptions} == {"shipped"}
    areas = variant.areas["children_in"]
    assert sum(areas.values()) == pytest.approx(52 * variant.levels["children"].mean, rel=0.2)


def test_shared_random_numbers_narrow_differences(result: RunResult) -> None:
    shared = run_known_truth(KnownTruth(), 60).values
    apart = run_known_truth(KnownTruth(paired=False), 60).values
    for near, far in zip(pairing(shared), pairing(apart), strict=True):
        assert near["ratio"] < 0.1 < 0.5 < far["ratio"]
    same = [row["ratio"] for row in pairing(result.values) if row["variant"] == "Nothing changes"]
    assert same == [0.0, 0.0]


def test_intervals_hold_a_known_truth_nine_times_in_ten() -> None:
    for row in coverage_of_known_truth(runs=60, replications=20):
        # 90 per cent, give or take two standard errors of 60 runs.
        assert 0.82 <= row["mean_held"] <= 0.98, row
        assert 0.82 <= row["future_held"] <= 0.98, row


def test_intervals_of_a_run_hold_its_other_futures() -> None:
    values = run_known_truth(KnownTruth(seed=5), 120).values
    for row in coverage_within(values, replications=20):
        assert 0.83 <= row["future_held"] <= 0.97, row


def test_the_known_truth_is_true() -> None:
    work = KnownTruth(seed=6, children=100, years=1)
    change = run_known_truth(work, 300).summary.variant("better").differences
    gain = change["near_home_rate"]
    assert gain.mean == pytest.approx(work.true_near_home_gain, abs=0.005)
    assert change["yearly_cost"].mean == pytest.approx(-work.true_yearly_saving_pence, rel=0.05)
    apart = run_known_truth(replace(work, paired=False), 50)
    assert pairing(apart.values)[0]["ratio"] > 0.6
