"""What a run says, in sentences that a commissioner could read to a lead member.

The largest gain, its price and the doubt come first; losses are said as loudly as gains; and
what cannot be told from chance is called that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scenarios.comparison import difference as paired
from scenarios.report.figures import from_to, moved, moved_between
from scenarios.report.judging import (
    FEWEST_FUTURES,
    Found,
    Judgement,
    found_in,
    futures_that_agree,
    judge,
    largest,
    price_measure,
)
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


class Kind(StrEnum):
    """What a sentence is about."""

    GAIN = "gain"
    LOSS = "loss"
    PRICE = "price"
    DOUBT = "doubt"
    ON_AVERAGE = "on average"
    CHANGE = "change"
    NOISE = "noise"
    LEVERS = "levers"


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence and what it is about.

    Parameters
    ----------
    kind
        What it is about.
    sentence
        In plain English, with its intervals.
    """

    kind: Kind
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantSummary:
    """What is said of one variant.

    Parameters
    ----------
    name, title
        The variant.
    said
        Gains, losses, price, what is so on average only, what cannot be told, the doubt.
    """

    name: str
    title: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run says.

    Parameters
    ----------
    headline
        The largest gain, or that there is none.
    price
        What it costs; empty when there is no gain.
    doubt
        How sure that is.
    losses
        The largest loss of each variant that has one.
    variants
        In the order of the run, the base left out.
    caveats
        What no interval holds.
    lead
        Name of the variant that the headline is about; None when there is none.
    """

    headline: str
    price: str
    doubt: str
    losses: tuple[str, ...]
    variants: tuple[VariantSummary, ...]
    caveats: tuple[str, ...]
    lead: str | None

    @property
    def sentences(self) -> tuple[str, ...]:
        """Everything in reading order."""
        first = (self.headline, self.price, self.doubt)
        each = (said.sentence for variant in self.variants for said in variant.said)
        return tuple(
            sentence for sentence in (*first, *self.losses, *each, *self.caveats) if sentence
        )


def summarise(run: RunResult) -> Summary:
    """Return what a run says.

    Parameters
    ----------
    run
        A finished run.
    """
    summary = run.summary
    others = [variant for variant in summary.variants if not variant.is_base]
    found = {variant.name: found_in(summary, variant) for variant in others}
    everything = tuple(each for name in found for each in found[name])
    headline, lead = _headline(summary, everything, bool(others))
    losses = (largest(found[variant.name], Judgement.LOSS) for variant in others)
    return Summary(
        headline=headline,
        price=price_sentence(summary, lead.variant) if lead is not None else "",
        doubt=_doubt(run, lead) if lead is not None else "",
        losses=tuple(_loss_sentence(each) for each in losses if each is not None),
        variants=tuple(
            VariantSummary(
                name=variant.name,
                title=variant.title,
                said=_said(run, variant, found[variant.name]),
            )
            for variant in others
        ),
        caveats=_caveats(summary, everything),
        lead=None if lead is None else lead.variant.name,
    )


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


def _headline(
    summary: RunSummary, found: tuple[Found, ...], compared: bool
) -> tuple[str, Found | None]:
    if not compared:
        return "Only today was simulated, so there is nothing to compare it with.", None
    if summary.replications < FEWEST_FUTURES:
        return "One future has no interval, so nothing can be said of any difference.", None
    lead = largest(found, Judgement.GAIN)
    if lead is not None:
        return f"{quoted(lead.variant)} gains most: {figure_sentence(lead)}.", lead
    saving = _largest_saving(summary, found)
    if saving is not None:
        return (
            f"No variant clearly gains for children. {quoted(saving.variant)} costs "
            f"{moved(saving.difference, saving.measure.unit)}.",
            saving,
        )
    nearest = largest(found, Judgement.BETTER_ON_AVERAGE)
    if nearest is not None:
        return (
            f"No variant is clearly better than today. The nearest is {quoted(nearest.variant)}, "
            f"better on average though not in every future: {figure_sentence(nearest)}.",
            nearest,
        )
    return (
        "No variant is better than today in a way that can be told from chance in "
        f"{counted(summary.replications, 'future', 'futures')}.",
        None,
    )


def _largest_saving(summary: RunSummary, found: tuple[Found, ...]) -> Found | None:
    price = price_measure(summary)
    savings = [
        each
        for each in found
        if price is not None
        and each.measure.name == price.name
        and each.judgement is Judgement.GAIN
    ]
    return max(savings, key=lambda each: each.size, default=None)


def _doubt(run: RunResult, found: Found) -> str:
    agree = futures_that_agree(run, found)
    if agree is None:
        return ""
    share = f"all {agree[1]:,}" if agree[0] == agree[1] else f"{agree[0]:,} of the {agree[1]:,}"
    said = (
        f"It went this way in {share} futures simulated, each with the same children, "
        "carers and chances for today and for the change."
    )
    parts = [said, _beside_next(run, found), _rough(run.summary.replications)]
    return " ".join(part for part in parts if part)


def _rough(futures: int) -> str:
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


def _loss_sentence(found: Found) -> str:
    return f"{quoted(found.variant)} loses: {figure_sentence(found)}."


def _said(run: RunResult, variant: VariantResult, found: tuple[Found, ...]) -> tuple[Said, ...]:
    price = price_measure(run.summary)
    shown = [each for each in found if price is None or each.measure.name != price.name]
    head = [each for each in shown if each.measure.headline]
    said = [
        *(Said(Kind.GAIN, f"A gain. {_brief(each)}.") for each in _of(head, "GAIN")),
        *(Said(Kind.LOSS, f"A loss. {_brief(each)}.") for each in _of(head, "LOSS")),
        Said(Kind.PRICE, price_sentence(run.summary, variant)),
    ]
    for name, word in (("BETTER_ON_AVERAGE", "better"), ("WORSE_ON_AVERAGE", "worse")):
        said += [
            Said(
                Kind.ON_AVERAGE,
                f"On average {word}, though not in every future. {_brief(each)}.",
            )
            for each in _of(head, name)
        ]
    said += [
        Said(Kind.CHANGE, f"A change, neither good nor bad by itself. {_brief(each)}.")
        for each in _of(head, "CHANGE")
    ]
    beyond = [each for each in shown if not each.measure.headline]
    for name, kind, word in (
        ("GAIN", Kind.GAIN, "better"),
        ("LOSS", Kind.LOSS, "worse"),
    ):
        labels = [_name(each) for each in _of(beyond, name)]
        if labels:
            said.append(Said(kind, f"Among the other measures, clearly {word}: {_labels(labels)}."))
    noise = [_name(each) for each in _of(head, "NOISE")]
    if noise:
        said.append(
            Said(Kind.NOISE, f"Inside the noise, so not to be relied on: {_labels(noise)}.")
        )
    same = [_name(each) for each in _of(head, "SAME")]
    if same:
        said.append(Said(Kind.NOISE, f"The same as today in every future: {_labels(same)}."))
    return tuple(said)


def _brief(found: Found) -> str:
    return figure_sentence(found, explained=False)


def _labels(labels: list[str]) -> str:
    return "; ".join(labels)  # many have commas in them


def _of(found: list[Found], name: str) -> list[Found]:
    return [each for each in found if each.judgement is Judgement[name]]


def _caveats(summary: RunSummary, found: tuple[Found, ...]) -> tuple[str, ...]:
    futures, years = summary.replications, summary.years
    caveats = [
        f"{counted(futures, 'future', 'futures')} of {counted(years, 'year', 'years')} "
        f"{'was' if futures == 1 else 'were'} simulated"
        + (f"; it stopped early: {summary.stopped_early}" if summary.stopped_early else ".")
    ]
    if summary.stopped_early and not caveats[0].endswith("."):
        caveats[0] += "."
    if rough := _rough(futures):
        caveats.append(rough)
    if found:
        caveats.append(
            "Which gain is the largest is measured against how far the figure differs from one "
            "future of today to another, so that shares, weeks and moves can be compared."
        )
        caveats.append(
            "Where a change truly makes no difference to a measure on average, about one time in "
            "ten it will still be called better or worse on average."
        )
    doubted = any(each.p05 is not None for each in summary.assumptions)
    caveats.append(
        "The intervals hold the luck of who needs care, who leaves, and which homes they find"
        + (", and the doubt about every assumption shown with an interval. " if doubted else ". ")
        + "They do not hold the doubt about the other assumptions, nor whether the plan can be "
        "carried out as written."
    )
    if summary.stamp.synthetic:
        caveats.append("The children, carers and homes are invented. No decision can rest on them.")
    return tuple(caveats)


def quoted(variant: VariantResult) -> str:
    """Return the variant's title in quotation marks."""
    return f"“{variant.title}”"


def _name(found: Found) -> str:
    return found.measure.label
