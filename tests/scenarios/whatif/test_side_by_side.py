"""Runs side by side: paired where futures are the same, and warned of where they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.known_truth import KnownTruth
from benchmarks.whatif import run_known_truth
from matcher.errors import UsageError
from scenarios.results import RunResult, Verdict
from scenarios.side_by_side import side_by_side

ONE = run_known_truth(KnownTruth(), 30)
MORE = run_known_truth(KnownTruth(near_gain=0.06), 40)
"""The same futures as ONE, ten more of them, and another variant."""


def test_runs_of_the_same_futures_are_paired_over_those_that_both_have() -> None:
    found = side_by_side([ONE, MORE])
    assert found.warnings == ()
    assert [column.variant for column in found.columns] == ["today", "better", "better"]
    assert all(column.paired for column in found.columns)
    first, second = (column.differences["near_home_rate"] for column in found.columns[1:])
    assert first == ONE.summary.variant("better").differences["near_home_rate"]
    assert second.replications == 30
    assert second.base == first.base
    assert second.mean == pytest.approx(0.06, abs=0.01)
    assert second.verdict is Verdict.CLEAR


def test_runs_of_other_futures_are_unpaired_wider_and_warned_of() -> None:
    other = run_known_truth(KnownTruth(seed=2), 30)
    found = side_by_side([ONE, other])
    assert [column.variant for column in found.columns] == ["today", "better", "today", "better"]
    assert [column.paired for column in found.columns] == [True, True, False, False]
    assert "different seeds" in found.warnings[0]
    assert "unpaired" in found.warnings[0]
    paired, unpaired = (found.columns[i].differences["yearly_cost"] for i in (1, 3))
    assert paired.verdict is Verdict.CLEAR
    assert unpaired.verdict is not Verdict.CLEAR
    assert unpaired.p95 - unpaired.p05 > 5 * (paired.p95 - paired.p05)
    assert found.columns[2].differences["yearly_cost"].verdict is not Verdict.CLEAR


def by_another_program(run: RunResult) -> RunResult:
    stamp = run.summary.stamp.replace(program="f" * 64)
    return RunResult(summary=run.summary.replace(stamp=stamp), values=run.values)


def test_another_program_is_no_matter_where_today_is_the_same_to_the_bit() -> None:
    found = side_by_side([ONE, by_another_program(MORE)])
    assert found.warnings == ()
    changed = run_known_truth(KnownTruth(near=0.5), 30)
    apart = side_by_side([ONE, by_another_program(changed)])
    assert "different versions of Near Home" in apart.warnings[0]
    assert not apart.columns[-1].paired


def test_runs_without_a_common_measure_are_not_compared() -> None:
    none = replace(ONE.values, measures=tuple(f"old_{name}" for name in ONE.values.measures))
    with pytest.raises(UsageError, match="no measure in common"):
        side_by_side([ONE, RunResult(summary=ONE.summary, values=none)])
