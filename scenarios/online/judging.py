"""The judge: the same futures decided in different ways, compared future by future."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.errors import UsageError
from matcher.lookahead.learning import learn
from matcher.lookahead.values import LearningMethod
from matcher.policy import Policy
from scenarios.county import make_county
from scenarios.intervals import of_mean
from scenarios.online.bound import bound
from scenarios.online.future import Future, Way
from scenarios.online.town import Drift, make_town, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matcher.lookahead.values import BedValues
    from scenarios.online.town import Town

LEVELS = (0.95, 1.05, 1.2)
MARGINS = (0.5, 1.0, 2.0, 5.0, 10.0)
UNLIMITED = 100.0
WEEKS, COUNTED_FROM, PAST_WEEKS = 156, 52, 156
FIRST_SEED = 100
"""Seeds below were used for trying things out."""
FRESH_DAYS = 3650
WEEKLY, PRACTICE = "weekly_batch", "practice"
LEAST_SEEDS = 2
MEASURES = {
    "total_loss": "total loss, points",
    "match_points": "match of those placed, points",
    "near_home_rate": "near home, share",
    "siblings_split": "sibling groups split",
    "moves": "moves forced",
    "weekly_cost_pounds": "weekly cost a child, £",
    "unplaced_child_weeks": "child-weeks without a home",
    "never_placed": "children for whom a place was bought elsewhere",
    "waited_days": "days waited",
    "worst_tenth_points": "match of the worst-off tenth, points",
}
"""What is compared, in words."""


@dataclass(frozen=True)
class Condition:
    """In what the future, or what is believed of it, differs.

    Parameters
    ----------
    name
        Of its own.
    stay, rate
        By how much stays and arrivals are misjudged when values are learnt.
    past_weeks
        How long a past is learnt from.
    drift
        How those who come differ from those of the past.
    failing
        Week in which a provider fails.
    """

    name: str
    stay: float = 1.0
    rate: float = 1.0
    past_weeks: int = PAST_WEEKS
    drift: Drift | None = None
    failing: int | None = None


AS_LEARNT = Condition("as learnt")
CONDITIONS = (
    Condition("stays taken for 0.6 of what they are", stay=0.6),
    Condition("stays taken for 1.6 times what they are", stay=1.6),
    Condition("arrivals taken for 0.75 of what they are", rate=0.75),
    Condition("arrivals taken for 1.25 times what they are", rate=1.25),
    Condition("a past of five months", past_weeks=22),
    Condition("half as many teenagers again as in the past", drift=Drift(1.5)),
    Condition("the largest provider fails", failing=104),
)


@dataclass(frozen=True)
class Asked:
    """How much is judged.

    Parameters
    ----------
    size
        Of the county; 1.0 is the authority as published.
    seeds
        Futures at each level, at least :data:`LEAST_SEEDS`.
    levels
        Beds for each child who needs one.
    margins
        Of looking ahead, points; the unlimited one is always there.
    conditions
        Judged at the middle level beside what was learnt.
    weeks, counted_from
        How long a future is, and from which week those who come are counted.
    """

    size: float = 0.35
    seeds: int = 20
    levels: tuple[float, ...] = LEVELS
    margins: tuple[float, ...] = MARGINS
    conditions: tuple[Condition, ...] = CONDITIONS
    weeks: int = WEEKS
    counted_from: int = COUNTED_FROM

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises
        ------
        UsageError
            With what to give instead.
        """
        if self.seeds < LEAST_SEEDS:
            raise UsageError(f"seeds is {self.seeds}; a difference needs at least {LEAST_SEEDS}.")
        if not 0.05 <= self.size <= 2:
            raise UsageError(f"size is {self.size:g}; it must lie between 0.05 and 2.")
        if not self.levels or any(not 0.5 <= each <= 3 for each in self.levels):
            raise UsageError("Each level must lie between 0.5 and 3 beds for a child.")
        if not 0 < self.counted_from < self.weeks <= 1040:
            raise UsageError("Count from a week after the first and before the last, of 1,040.")


def judge(asked: Asked) -> Iterator[dict[str, Any]]:
    """Yield a row for each way to decide, at each level and in each condition.

    Parameters
    ----------
    asked
        How much.

    Raises
    ------
    UsageError
        If it makes no sense.
    """
    asked.check()
    world = make_county(size=asked.size)
    middle = asked.levels[len(asked.levels) // 2]
    for level in asked.levels:
        town = make_town(world, _policy("balanced"), beds_a_child=level)
        conditions = (AS_LEARNT, *(asked.conditions if level == middle else ()))
        for condition in conditions:
            yield from _rows(asked, town, level, condition)


def _rows(asked: Asked, town: Town, level: float, condition: Condition) -> Iterator[dict[str, Any]]:
    ways = _ways(asked, town, condition)
    figures: dict[str, list[dict[str, float]]] = {way.name: [] for way in ways}
    bounds = []
    for seed in range(FIRST_SEED, FIRST_SEED + asked.seeds):
        coming = town.stream(seed=seed, weeks=asked.weeks, drift=condition.drift)
        for way in ways:
            future = Future(
                town,
                coming,
                way,
                counted_from=asked.counted_from,
                failing=condition.failing,
            )
            figures[way.name].append(future.run(asked.weeks).figures())
        if condition is AS_LEARNT:
            bounds.append(bound(town, coming, counted_from=asked.counted_from, weeks=asked.weeks))
    unlimited = _differences(figures, f"look_ahead.{UNLIMITED:g}", "total_loss")
    for way in ways:
        row: dict[str, Any] = {
            "level": level,
            "condition": condition.name,
            "way": way.name,
            "margin": way.policy.look_ahead.margin_points if way.values is not None else None,
            "method": None if way.values is None else way.values.method.value,
            "futures": asked.seeds,
            "families_learnt_from": None if way.values is None else way.values.families,
            "means": {
                name: round(float(np.mean([each[name] for each in figures[way.name]])), 4)
                for name in (*MEASURES, "children")
            },
            "against_weekly_batch": _compared(figures, way.name, WEEKLY),
            "against_practice": _compared(figures, way.name, PRACTICE),
        }
        own = _differences(figures, way.name, "total_loss")
        if way.values is not None and unlimited.mean() < 0:
            row["share_of_unlimited_gain_kept"] = round(float(own.mean() / unlimited.mean()), 3)
        if bounds:
            totals = [each["total_loss"] for each in figures[way.name]]
            worst = [each["total_loss"] for each in figures[PRACTICE]]
            gap = float(np.mean(worst) - np.mean(bounds))
            row["bound"] = round(float(np.mean(bounds)), 1)
            row["gap_to_bound_closed"] = round(float(np.mean(worst) - np.mean(totals)) / gap, 3)
        yield row


def _ways(asked: Asked, town: Town, condition: Condition) -> list[Way]:
    balanced, ahead = _policy("balanced"), _policy("look_ahead")
    past = town.past(weeks=condition.past_weeks, stay=condition.stay, rate=condition.rate)
    empty = opened(town)
    replayed = learn(empty, ahead, past, steady=True)
    usual = ahead.look_ahead.margin_points
    ways = [Way(WEEKLY, balanced)]
    if condition is not AS_LEARNT:
        return [*ways, *(_ahead(ahead, replayed, each) for each in (usual, UNLIMITED))]
    ways.insert(0, Way(PRACTICE, _policy("practice")))
    rent = learn(empty, ahead, past, method=LearningMethod.RENT, steady=True)
    ways.append(Way("first_come", balanced, together=False))
    ways += [
        replace(_ahead(ahead, rent, each), name=f"fluid_rent.{each:g}")
        for each in (usual, UNLIMITED)
    ]
    ways.append(replace(_ahead(ahead, replayed.scaled(0.0), usual), name=f"money_yields.{usual:g}"))
    margins: Sequence[float] = sorted({*asked.margins, usual, UNLIMITED})
    ways += [_ahead(ahead, replayed, each) for each in margins]
    kept_open = _ahead(ahead, replayed, usual)
    return [*ways, replace(kept_open, name=f"look_ahead_kept_open.{usual:g}", kept_open=True)]


def _ahead(policy: Policy, values: BedValues, margin: float) -> Way:
    settings = policy.look_ahead.replace(margin_points=margin)
    return Way(f"look_ahead.{margin:g}", policy.replace(look_ahead=settings), values)


def _policy(name: str) -> Policy:
    return Policy.named(name).replace(vacancy_fresh_days=FRESH_DAYS)


def _differences(
    figures: dict[str, list[dict[str, float]]], name: str, measure: str, base: str = WEEKLY
) -> np.ndarray[Any, np.dtype[np.float64]]:
    pairs = zip(figures[name], figures[base], strict=True)
    return np.array([one[measure] - other[measure] for one, other in pairs])


def _compared(
    figures: dict[str, list[dict[str, float]]], name: str, base: str
) -> dict[str, dict[str, float]] | None:
    """Return the mean of paired differences with its interval, by measure."""
    if name == base or base not in figures:
        return None
    found = {}
    for measure in MEASURES:
        values = _differences(figures, name, measure, base)
        low, high = of_mean(values)
        mean = float(np.mean([each[measure] for each in figures[base]]))
        found[measure] = {
            "difference": round(float(values.mean()), 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "lower_in": int((values < 0).sum()),
            "percent": round(100 * float(values.mean()) / mean, 2) if mean else 0.0,
        }
    return found
