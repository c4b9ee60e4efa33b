"""Single sentences of a summary: a difference, its price, its doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.comparison import difference as paired
from scenarios.report.figures import from_to, moved, moved_between
from scenarios.report.judging import Found, Judgement, futures_that_agree, judge, price_measure
from scenarios.report.words import counted
from scenarios.results import Good

if TYPE_CHECKING:
    from scenarios.results import RunResult, RunSummary, VariantResult

NINE_IN_TEN = "in nine futures of ten"
_ROUGH_BELOW = 40
"""With fewer futures than this the ends of a 90 per cent interval rest on a handful."""


_PHRASES = {
    "near_home_rate": "the share of children living within 20 miles of home is",
    "in_area_rate": "the share of children living inside the authority is",
    "siblings_together": "the share of sibling groups kept together is",
    "unplaced_child_weeks": "weeks in which a child has no home are",
    "spot_share": "the share of placements bought by spot purchase is",
    "moves_per_child_year": "moves per child a year are",
    "breakdowns": "placements that break down are",
    "residential_not_needed": "the share of residential beds used without need is",
}
"""How people speak of the headline measures; others go by their labels."""


def price_sentence(summary: RunSummary, variant: VariantResult) -> str:
    """Return what a variant costs beside today, with its interval.

    Parameters
    ----------
    summary
        The run.
    variant
        Not the base.
    """
    measure = price_measure(summary)
    difference = None if measure is None else variant.differences.get(measure.name)
    if measure is None:
        return "What it costs was not counted in this run."
    if difference is None:
        return "What it costs beside today cannot be told: one future has no interval."
    between = moved_between(difference.p05, difference.p95, measure.unit)
    match judge(measure, difference):
        case Judgement.SAME:
            return "It costs the same as today in every future."
        case Judgement.NOISE:
            return (
                f"What it costs beside today cannot be told from chance: {between} {NINE_IN_TEN}."
            )
        case Judgement.GAIN | Judgement.LOSS | Judgement.CHANGE:
            return f"It costs {moved(difference, measure.unit)}, {between} {NINE_IN_TEN}."
        case _:
            return (
                f"On average it costs {moved(difference, measure.unit)}, though not in every "
                f"future: {between} {NINE_IN_TEN}."
            )


def figure_sentence(found: Found, *, explained: bool = True) -> str:
    """Return one difference with its measure, its interval and where it leads.

    Parameters
    ----------
    found
        The difference.
    explained
        Whether to speak of the measure in words, and to say what the interval holds.
    """
    difference, unit = found.difference, found.measure.unit
    between = moved_between(difference.p05, difference.p95, unit)
    explanation = f" {NINE_IN_TEN}" if explained else ""
    name = _PHRASES.get(found.measure.name) if explained else None
    return (
        f"{name or found.measure.label + ':'} {moved(difference, unit)} "
        f"({between}{explanation}), {from_to(difference, unit)}"
    )


def doubt_sentence(run: RunResult, found: Found) -> str:
    """Return in how many futures a difference went its way, and how it stands beside the next.

    Parameters
    ----------
    run
        The run.
    found
        The difference that the headline is about.
    """
    agree = futures_that_agree(run, found)
    if agree is None:
        return ""
    share = f"all {agree[1]:,}" if agree[0] == agree[1] else f"{agree[0]:,} of the {agree[1]:,}"
    said = (
        f"It went this way in {share} futures simulated, each with the same children, "
        "carers and chances for today and for the change."
    )
    parts = [said, _beside_next(run, found), rough_sentence(run.summary.replications)]
    return " ".join(part for part in parts if part)


def rough_sentence(futures: int) -> str:
    """Return that intervals are rough, where so few futures were simulated; else nothing.

    Parameters
    ----------
    futures
        How many.
    """
    if futures >= _ROUGH_BELOW:
        return ""
    return (
        f"With {counted(futures, 'future', 'futures')} the ends of an interval are rough: run more "
        "before money rests on them."
    )


def _beside_next(run: RunResult, found: Found) -> str:
    """Return how the leading variant stands beside the next, in the measure in which it leads."""
    rivals = [
        (variant.differences[found.measure.name].mean, variant)
        for variant in run.summary.variants
        if variant.name != found.variant.name and found.measure.name in variant.differences
    ]
    if not rivals:
        return ""
    sign = -1 if found.measure.good is Good.LESS else 1
    rival = max(rivals, key=lambda each: sign * each[0])[1]
    between = paired(
        run.values.of(rival.name, found.measure.name),
        run.values.of(found.variant.name, found.measure.name),
        found.measure.good,
    )
    if between is None or judge(found.measure, between) in (Judgement.NOISE, Judgement.SAME):
        return f"Whether it does better than {quoted(rival)} cannot be told from chance."
    unit = found.measure.unit
    return (
        f"Beside {quoted(rival)}, future by future, it is {moved(between, unit)}, "
        f"{moved_between(between.p05, between.p95, unit)} {NINE_IN_TEN}."
    )


def quoted(variant: VariantResult) -> str:
    """Return the variant's title in quotation marks."""
    return f"“{variant.title}”"
