"""Runs side by side: any variants of any runs against the base of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.record import Record
from matcher.errors import UsageError
from scenarios.comparison import difference, unpaired_difference
from scenarios.results import Difference, MeasureShown, RunStamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from scenarios.results import RunResult, Values

_SHARED = {
    "seed": "seeds",
    "data_hash": "children and homes at the start",
    "assumptions": "assumptions",
    "start": "starts",
    "years": "numbers of years",
    "program": "versions of Near Home",
    "rule_set": "sets of rules",
}
"""What two runs must share for their futures to be the same, and what to call it."""


class Column(Record):
    """One variant of one run.

    Parameters
    ----------
    run
        Name of the scenario.
    variant, title
        Of the variant.
    paired
        Whether it met the same futures as the base of the first run.
    differences
        By measure, against that base; empty for that base itself.
    stamp
        Of its run.
    """

    run: str
    variant: str
    title: str
    paired: bool
    differences: dict[str, Difference]
    stamp: RunStamp


class SideBySide(Record):
    """Runs compared.

    Parameters
    ----------
    columns
        The base of the first run, then every other variant; a base that equals that of the
        first run is left out.
    measures
        Those that all of them have.
    warnings
        Where futures are not the same, what that means.
    """

    columns: tuple[Column, ...]
    measures: tuple[MeasureShown, ...]
    warnings: tuple[str, ...]


def side_by_side(runs: Sequence[RunResult]) -> SideBySide:
    """Compare every variant of some runs with the base of the first.

    Parameters
    ----------
    runs
        Finished runs, at least one.

    Raises
    ------
    UsageError
        If no measure is common to them.
    """
    first = runs[0]
    common = [
        measure
        for measure in first.summary.measures
        if all(measure.name in run.values.measures for run in runs)
    ]
    if not common:
        raise UsageError("These runs have no measure in common. Run the scenarios again.")
    columns, warnings = [], []
    for place, run in enumerate(runs):
        unequal = [
            words
            for field, words in _SHARED.items()
            if getattr(run.summary.stamp, field) != getattr(first.summary.stamp, field)
        ]
        if unequal == [_SHARED["program"]] and _same_base(first.values, run.values):
            unequal = []  # the program changed elsewhere: today is the same to the bit
        paired = not unequal
        if unequal:
            warnings.append(
                f"{run.summary.name!r} and {first.summary.name!r} have different "
                f"{_listed(unequal)}: their futures are not the same ones, so their differences "
                "are unpaired and much less certain."
            )
        for variant in run.summary.variants:
            is_first = place == 0 and variant.is_base
            if variant.is_base and not is_first and paired and _same_base(first.values, run.values):
                continue
            columns.append(
                Column(
                    run=run.summary.name,
                    variant=variant.name,
                    title=variant.title,
                    paired=paired,
                    differences={}
                    if is_first
                    else _differences(first.values, run.values, variant.name, common, paired),
                    stamp=run.summary.stamp,
                )
            )
    return SideBySide(columns=tuple(columns), measures=tuple(common), warnings=tuple(warnings))


def _differences(
    first: Values, other: Values, variant: str, measures: list[MeasureShown], paired: bool
) -> dict[str, Difference]:
    found = {}
    for measure in measures:
        base = first.of(first.variants[0], measure.name)
        values = other.of(variant, measure.name)
        if paired:
            here, there = _common(first, other)
            change = difference(base[here], values[there], measure.good)
        else:
            change = unpaired_difference(base, values, measure.good)
        if change is not None:
            found[measure.name] = change
    return found


def _common(first: Values, other: Values) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where the replications that both have stand in each."""
    _, here, there = np.intersect1d(first.replications, other.replications, return_indices=True)
    return here, there


def _same_base(first: Values, other: Values) -> bool:
    if first.measures != other.measures or first.years != other.years:
        return False
    here, there = _common(first, other)
    return np.array_equal(first.array[0][here], other.array[0][there], equal_nan=True)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
