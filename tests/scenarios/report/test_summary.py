"""What is said of a run: never more than it has found, and losses as loudly as gains."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.report.judging import Judgement, found_in
from scenarios.report.summary import Kind, Summary, summarise
from scenarios.results import Good, RunResult, Unit, Values
from tests.scenarios.report.runs import a_run, run_of, shown

LABELS = {measure.label: measure for measure in shown("near_home_rate", "siblings_together")}
GAINING = {"Carers": {"near_home_rate": (0.05, 0.004), "yearly_cost": (20_000_000.0, 1e6)}}
LOSING = {"Cuts": {"near_home_rate": (-0.05, 0.004), "yearly_cost": (-20_000_000.0, 1e6)}}


def said(summary: Summary, kind: Kind) -> list[str]:
    return [
        each.sentence for variant in summary.variants for each in variant.said if each.kind is kind
    ]


def test_the_largest_gain_its_price_and_the_doubt() -> None:
    summary = summarise(a_run(effects=GAINING))
    assert summary.lead == "variant-1"
    assert summary.headline.startswith(
        "“Carers” gains most: the share of children living within 20 miles of home is "
    )
    assert "points higher (between " in summary.headline
    assert summary.price.startswith("It costs £")
    assert " a year more, between £" in summary.price
    assert "in all 60 futures" in summary.doubt
    assert summary.losses == ()


def test_a_loss_is_said_as_loudly_as_a_gain() -> None:
    summary = summarise(a_run(effects=GAINING | LOSING))
    assert len(summary.losses) == 1
    assert summary.losses[0].startswith(
        "“Cuts” loses: the share of children living within 20 miles of home is "
    )
    assert "points lower" in summary.losses[0]
    assert any(
        each.startswith("A loss. Within 20 miles of home: ") for each in said(summary, Kind.LOSS)
    )


def test_saving_money_alone_is_not_a_gain_for_children() -> None:
    summary = summarise(a_run(effects=LOSING))
    assert summary.headline.startswith("No variant clearly gains for children. “Cuts” costs £")
    assert summary.headline.endswith(" a year less.")
    assert summary.losses


def test_noise_is_called_noise() -> None:
    summary = summarise(a_run(effects={"Nothing": {"near_home_rate": (0.0, 0.02)}}, seed=3))
    assert "No variant is better than today" in summary.headline
    assert summary.lead is None
    assert summary.price == ""
    assert said(summary, Kind.GAIN) == []
    assert any("Within 20 miles of home" in each for each in said(summary, Kind.NOISE))


def test_what_is_so_on_average_only_is_never_a_gain() -> None:
    run = a_run(effects={"Wobbly": {"near_home_rate": (0.01, 0.02)}}, replications=120)
    summary = summarise(run)
    assert "The nearest is “Wobbly”, better on average though not in every future" in (
        summary.headline
    )
    assert said(summary, Kind.GAIN) == []
    assert "anything from" in said(summary, Kind.ON_AVERAGE)[0]


def test_the_leader_is_held_against_the_next_future_by_future() -> None:
    close = {
        "First": {"near_home_rate": (0.050, 0.01)},
        "Second": {"near_home_rate": (0.0499, 0.01)},
    }
    assert "cannot be told from chance" in summarise(a_run(effects=close)).doubt
    apart = {
        "First": {"near_home_rate": (0.09, 0.002)},
        "Second": {"near_home_rate": (0.02, 0.002)},
    }
    doubt = summarise(a_run(effects=apart)).doubt
    assert "Beside “Second”, future by future, it is" in doubt
    assert "points higher" in doubt


def test_one_future_says_nothing_of_any_difference() -> None:
    summary = summarise(a_run(replications=1))
    assert (
        summary.headline == "One future has no interval, so nothing can be said of any difference."
    )
    assert said(summary, Kind.GAIN) == said(summary, Kind.LOSS) == []
    assert any("rough" in caveat for caveat in summary.caveats)


def test_today_alone_has_nothing_beside_it() -> None:
    summary = summarise(a_run(effects={}))
    assert summary.headline.startswith("Only today was simulated")
    assert summary.variants == ()


def test_a_run_without_cost_says_so() -> None:
    summary = summarise(a_run(effects=GAINING, measures=shown("near_home_rate")))
    assert summary.price == "What it costs was not counted in this run."


def test_stopping_early_and_made_up_people_are_said() -> None:
    caveats = " ".join(
        summarise(a_run(asked=200, stopped_early="every interval is narrow enough")).caveats
    )
    assert "it stopped early: every interval is narrow enough." in caveats
    assert "invented" in caveats


VALUES = st.lists(st.tuples(*(st.floats(0.2, 0.8) for _ in range(4))), min_size=1, max_size=8)
SHIFT = st.sampled_from((0.0, 0.0, 0.3, -0.3, 0.02))


def small_run(rows: list[tuple[float, ...]], shift: float) -> RunResult:
    """Return a run of two measures whose variants are noise about a shift."""
    measures = tuple(LABELS.values())
    array = np.array(rows).reshape(len(rows), 2, 2).transpose(1, 0, 2)[:, :, None, :]
    array = np.repeat(array, 2, axis=2)
    array[1] = array[0] + shift + (array[1] - 0.5) * 0.1
    values = Values(
        variants=("today", "variant-1"),
        replications=tuple(range(len(rows))),
        measures=tuple(measure.name for measure in measures),
        array=array,
    )
    return run_of(values, measures, titles=("Today", "Change"))


@settings(max_examples=80)
@given(VALUES, SHIFT)
def test_no_gain_is_named_whose_interval_holds_zero(
    rows: list[tuple[float, ...]], shift: float
) -> None:
    run = small_run(rows, shift)
    summary = summarise(run)
    differences = run.summary.variants[1].differences
    for each in said(summary, Kind.GAIN):
        measure = LABELS[each.removeprefix("A gain. ").split(":")[0]]
        found = differences[measure.name]
        assert measure.good is Good.MORE
        assert measure.unit is Unit.SHARE
        assert found.p05 > 0
        assert found.mean_low > 0
    sure = [each for each in differences.values() if each.p05 > 0 and each.mean_low > 0]
    assert ("gains most" in summary.headline) == bool(sure)
    assert (summary.lead is not None) >= bool(sure)


@settings(max_examples=80)
@given(VALUES, SHIFT)
def test_every_clear_loss_is_said(rows: list[tuple[float, ...]], shift: float) -> None:
    run = small_run(rows, shift)
    summary = summarise(run)
    variant = run.summary.variants[1]
    lost = [each for each in found_in(run.summary, variant) if each.judgement is Judgement.LOSS]
    assert len(said(summary, Kind.LOSS)) == len(lost)
    assert bool(summary.losses) == bool(lost)
    for each in lost:
        assert each.difference.p95 < 0
        assert any(each.measure.label in sentence for sentence in said(summary, Kind.LOSS))


@pytest.mark.parametrize("seed", range(5))
def test_every_sentence_is_one(seed: int) -> None:
    for sentence in summarise(a_run(seed=seed)).sentences:
        assert sentence.endswith(".")
        assert "nan" not in sentence.lower().split()
        assert "  " not in sentence
