"""What a run says, in sentences that a commissioner could read to a lead member.

The largest gain, its price and the doubt come first; losses are said as loudly as gains; and
what cannot be told from chance is called that.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scenarios.report.figures import moved
from scenarios.report.judging import (
    FEWEST_FUTURES,
    Found,
    Judgement,
    found_in,
    largest,
    price_measure,
)
from scenarios.report.sentences import (
    doubt_sentence,
    figure_sentence,
    price_sentence,
    quoted,
    rough_sentence,
)
from scenarios.report.words import counted

if TYPE_CHECKING:
    from scenarios.results import RunResult, RunSummary, VariantResult


class Kind(StrEnum):
    """What a sentence is about."""

    GAIN = "gain"
    LOSS = "loss"
    PRICE = "price"
    ON_AVERAGE = "on average"
    CHANGE = "change"
    NOISE = "noise"


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
        doubt=doubt_sentence(run, lead) if lead is not None else "",
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
    if rough := rough_sentence(futures):
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


def _name(found: Found) -> str:
    return found.measure.label
