"""Which differences may be called a gain or a loss, and which is the largest.

A *gain* goes the good way in nine futures of ten, and so does the interval of its mean; a
*loss* likewise the other way. What is so on average only is called that, and what cannot be
told from chance is never either.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from scenarios.report.figures import is_money
from scenarios.results import Good, Unit, Verdict

if TYPE_CHECKING:
    from scenarios.results import Difference, MeasureShown, RunResult, RunSummary, VariantResult

FEWEST_FUTURES = 2
"""One future has no interval, so nothing in it can be called a gain."""


class Judgement(StrEnum):
    """What may be said of a difference."""

    GAIN = "gain"
    LOSS = "loss"
    BETTER_ON_AVERAGE = "better on average"
    WORSE_ON_AVERAGE = "worse on average"
    CHANGE = "change"
    CHANGE_ON_AVERAGE = "change on average"
    NOISE = "inside the noise"
    SAME = "no difference"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One difference with the measure and the variant it belongs to.

    Parameters
    ----------
    variant, measure, difference
        What was found.
    judgement
        What may be said of it.
    size
        How large it is beside what chance alone moves the measure between futures of today.
    """

    variant: VariantResult
    measure: MeasureShown
    difference: Difference
    judgement: Judgement
    size: float


def judge(measure: MeasureShown, difference: Difference) -> Judgement:
    """Return what may be said of a difference.

    Parameters
    ----------
    measure
        Says which way is good.
    difference
        Its verdict is believed only where both its intervals bear it out.
    """
    if difference.verdict is Verdict.NO_DIFFERENCE:
        return Judgement.SAME
    low, high = difference.mean_low, difference.mean_high
    if (
        difference.verdict is Verdict.INSIDE_THE_NOISE
        or difference.replications < FEWEST_FUTURES
        or low <= 0 <= high
    ):
        return Judgement.NOISE
    clear = difference.verdict is Verdict.CLEAR and not difference.p05 <= 0 <= difference.p95
    if measure.good is Good.NEITHER:
        return Judgement.CHANGE if clear else Judgement.CHANGE_ON_AVERAGE
    if (difference.mean > 0) is (measure.good is Good.MORE):
        return Judgement.GAIN if clear else Judgement.BETTER_ON_AVERAGE
    return Judgement.LOSS if clear else Judgement.WORSE_ON_AVERAGE


def found_in(summary: RunSummary, variant: VariantResult) -> tuple[Found, ...]:
    """Return every difference of a variant, in the order of the measures.

    Parameters
    ----------
    summary
        The run.
    variant
        One of its variants.
    """
    found = []
    for measure in summary.measures:
        difference = variant.differences.get(measure.name)
        if difference is None:
            continue
        level = summary.base.levels.get(measure.name)
        spread = level.p95 - level.p05 if level is not None else 0.0
        scale = spread or abs(difference.base) or 1.0
        found.append(
            Found(
                variant=variant,
                measure=measure,
                difference=difference,
                judgement=judge(measure, difference),
                size=abs(difference.mean) / scale,
            )
        )
    return tuple(found)


def price_measure(summary: RunSummary) -> MeasureShown | None:
    """Return the measure that says what a year costs; None when the run has none.

    Parameters
    ----------
    summary
        The run.
    """
    yearly = [each for each in summary.measures if each.unit is Unit.PENCE_A_YEAR]
    return next((each for each in yearly if each.headline), yearly[0] if yearly else None)


def largest(found: tuple[Found, ...], judgement: Judgement) -> Found | None:
    """Return the largest headline difference, money aside, of which this may be said.

    Parameters
    ----------
    found
        Differences, of one variant or of all.
    judgement
        What may be said of it.

    Returns
    -------
    Found or None
        The first of the largest; None when there is none.
    """
    fitting = [
        each
        for each in found
        if each.judgement is judgement and each.measure.headline and not is_money(each.measure.unit)
    ]
    return max(fitting, key=lambda each: each.size, default=None)


def futures_that_agree(run: RunResult, found: Found) -> tuple[int, int] | None:
    """Return in how many futures the difference went the way of its mean, and of how many.

    Parameters
    ----------
    run
        The run.
    found
        One of its differences.

    Returns
    -------
    tuple of int or None
        Futures that agree, and futures in which both variants have a value; None when there
        are none.
    """
    pairs = run.values.of(found.variant.name, found.measure.name) - run.values.of(
        run.summary.base.name, found.measure.name
    )
    known = pairs[np.isfinite(pairs)]
    if not known.size:
        return None
    return int((known * found.difference.mean > 0).sum()), int(known.size)
