"""Looking ahead in the county's own simulation: every rule, and homes that may decline.

The judge of ``scenarios/online`` decides lean futures, in which all homes answer and nothing
breaks down. Here the same ways decide the whole what-if simulation: children are placed already,
carers come and go, placements break down, children move, and most homes decline.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self
from unittest.mock import patch

import numpy as np

from benchmarks.watched_world import Relearning, Watched
from matcher.lookahead.learning import learn
from matcher.policy import Policy
from scenarios.assumptions import shipped_assumptions
from scenarios.beginning import as_simulated
from scenarios.county import make_county
from scenarios.intervals import of_mean
from scenarios.online.future import POINTS_A_WEEK_WITHOUT, POINTS_AN_EXTRA_HOUSEHOLD
from scenarios.outlook import Outlook
from scenarios.program import program_digest
from scenarios.randomness import Randomness
from scenarios.replication import Counted
from scenarios.shared import Shared
from scenarios.simulation import simulate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues
    from matcher.policy import LookAhead
    from scenarios.tallies import Course

Row = dict[str, Any]

WEEKLY, PRACTICE = "weekly_batch", "practice"
RELEARNT = "look_ahead_relearnt_yearly.1"
MARGINS = (1.0, 2.0, 5.0, 100.0)
AS_ASSUMED, ALL_HOMES = "as assumed", "all homes"
SEED, PAST_SEED = 4_211, 7_919
"""Whatever futures are judged, the past that values are learnt from is another one. How values
are learnt was tried out on the futures of other seeds."""
_OFFERS = ("in_house", "market", "residential", "supported", "siblings")
_MARKET = ("foster", "childrens_home", "residential_school", "supported")


@dataclass(frozen=True)
class Kind:
    """A kind of future.

    Parameters
    ----------
    answering
        Which homes with a free bed say yes.
    other_homes
        Which share of the homes there is in which no child of the council lives on the first
        day; those that are a home to one always are.
    relearning
        Whether looking ahead is judged also with values that are learnt anew after each year.
    """

    answering: str
    other_homes: float
    relearning: bool = False

    @property
    def name(self) -> str:
        """What its futures are kept under."""
        return f"{self.answering.replace(' ', '-')}-{self.other_homes:g}"


KINDS = (
    Kind(AS_ASSUMED, 1.0),
    Kind(AS_ASSUMED, 0.3, relearning=True),
    Kind(AS_ASSUMED, 0.0),
    Kind(ALL_HOMES, 1.0),
    Kind(ALL_HOMES, 0.3, relearning=True),
    Kind(ALL_HOMES, 0.0),
)


@dataclass(frozen=True)
class Asked:
    """How much is judged.

    Parameters
    ----------
    size
        Of the county; 1.0 is the authority as published.
    futures
        Of each kind, at least 2.
    years, past_years
        How long each is, and how long a past is learnt from.
    kinds
        Of futures.
    margins
        Of looking ahead, points.
    """

    size: float = 0.5
    futures: int = 40
    years: int = 2
    past_years: int = 3
    kinds: tuple[Kind, ...] = KINDS
    margins: tuple[float, ...] = MARGINS


def council(other_homes: float, size: float) -> World:
    """Return the county with some of the homes in which none of its children lives.

    Parameters
    ----------
    other_homes
        Which share of them.
    size
        Of the county.
    """
    world = make_county(size=size)
    ours = {each.home_id for each in world.placements.values()}
    chance = Randomness(SEED, 0)
    homes = {
        home_id: home
        for home_id, home in world.homes.items()
        if home_id in ours or chance.uniform("home", home_id) < other_homes
    }
    if len(homes) == len(world.homes):
        return world
    lodgers = {key: each for key, each in world.residents.items() if each.home_id in homes}
    return replace(world, homes=homes, residents=lodgers, holds={}, exemptions={})


def outlook_of(world: World, answering: str) -> Outlook:
    """Return the county's future under the usual policy."""
    table = shipped_assumptions()
    if answering == ALL_HOMES:
        table = table.replace({f"offers.{kind}": 1.0 for kind in _OFFERS})
    return Outlook(world, Policy.named("balanced"), table)


@dataclass(frozen=True)
class Judged:
    """What one way did in one future.

    Parameters
    ----------
    course
        What the simulation counted.
    live
        The World at its end.
    """

    course: Course
    live: Watched

    @classmethod
    def of(
        cls,
        outlook: Outlook,
        *,
        watch: type[Watched] = Watched,
        values: BedValues | None = None,
        look_ahead: LookAhead | None = None,
        **more: Any,
    ) -> Self:
        """Simulate one future and watch it."""
        watched: list[Watched] = []

        def begin(*arguments: Any, **named: Any) -> Watched:
            live = watch(*arguments, **named)
            live.look_ahead = look_ahead
            if values is not None:
                live.bed_values = values
            watched.append(live)
            return live

        with patch("scenarios.simulation.LiveWorld", begin):
            course = simulate(outlook, start=outlook.world.as_of, **more)
        return cls(course, watched[0])

    def figures(self) -> dict[str, float]:
        """Return what is compared, by name."""
        told = Counted.of(self.course).sums(0).tallies
        points = np.sort([each for household in self.live.placed for each in household])
        without = told["unplaced"]
        placed = sum(told[f"placed.setting.{each}"] for each in _MARKET)
        usable = sum(told[f"beds_usable.{each}"] for each in _MARKET)
        taken = sum(told[f"beds_occupied.{each}"] for each in _MARKET)
        loss = float((100 - points).sum())
        loss += POINTS_A_WEEK_WITHOUT * without
        loss += POINTS_AN_EXTRA_HOUSEHOLD * self.live.extra_households
        return {
            "total_loss": loss,
            "match_points": float(points.mean()),
            "worst_tenth_points": float(points[: max(len(points) // 10, 1)].mean()),
            "near_home_rate": told["near"] / (told["near"] + told["far"]),
            "siblings_together": told["groups_together"] / told["groups"],
            "extra_households": float(self.live.extra_households),
            "unplaced_child_weeks": told["unplaced"],
            "days_waited": told["days_to_match_sum"] / told["referrals_placed"],
            "breakdowns": told["breakdowns"],
            "moves": sum(value for name, value in told.items() if name.startswith("moves.")),
            "weekly_cost_pounds": told["cost.gross_pence"] / told["children"] / 100,
            "placements": told["new_placements"],
            "beds_a_child": (usable - taken + placed) / (placed + without),
        }


MEASURES = (
    "total_loss",
    "match_points",
    "worst_tenth_points",
    "near_home_rate",
    "siblings_together",
    "extra_households",
    "unplaced_child_weeks",
    "days_waited",
    "breakdowns",
    "moves",
    "weekly_cost_pounds",
)


def run(asked: Asked, *, kept: Path | None = None) -> Iterator[Row]:
    """Yield a row for each way to decide, in each kind of future.

    Parameters
    ----------
    asked
        How much.
    kept
        A folder for futures: what was interrupted goes on from there. None keeps nothing.
    """
    for kind in asked.kinds:
        for row in _rows(_futures(asked, kind, None if kept is None else kept / kind.name)):
            yield {
                "answering": kind.answering,
                "other_homes": kind.other_homes,
                "size": asked.size,
                "years": asked.years,
                **row,
            }


def _futures(asked: Asked, kind: Kind, kept: Path | None) -> list[dict[str, Any]]:
    """Return what every way did in every future, from the folder where it is there."""
    told = {"asked": repr(replace(asked, kinds=(), futures=0)), "kind": repr(kind)}
    identity = {"program": program_digest(), **told}
    outlook = outlook_of(council(kind.other_homes, asked.size), kind.answering)
    values: BedValues | None = None
    found = []
    for replication in range(1, asked.futures + 1):
        file = None if kept is None else kept / f"{replication}.json"
        known = None if file is None or not file.exists() else json.loads(file.read_text())
        if known is not None and {key: known[key] for key in identity} == identity:
            found.append(known)
            continue
        values = values or learnt(asked, outlook)
        ways = _future(asked, outlook, values, replication, relearning=kind.relearning)
        found.append({**identity, "families_learnt_from": values.families, "ways": ways})
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(".part")
            part.write_text(json.dumps(found[-1]), encoding="utf-8")
            part.replace(file)
    return found


def learnt(asked: Asked, outlook: Outlook) -> BedValues:
    """Return bed values of a past of other chances, in which the weekly batch decided."""
    past = Judged.of(outlook, years=asked.past_years, seed=PAST_SEED, replication=1)
    ready = as_simulated(outlook, outlook.world.as_of, Randomness(PAST_SEED, 1), Shared())
    ahead = Policy.named("look_ahead").replace(vacancy_fresh_days=3650)
    return learn(ready.world, ahead, past.live.past(outlook.world.as_of))


def _future(
    asked: Asked, outlook: Outlook, values: BedValues, replication: int, *, relearning: bool
) -> dict[str, dict[str, float]]:
    """Return what each way does in one future."""
    ahead = Policy.named("look_ahead").look_ahead
    shared = Shared()

    def judged(outlook: Outlook, **how: Any) -> dict[str, float]:
        return Judged.of(
            outlook, years=asked.years, seed=SEED, replication=replication, shared=shared, **how
        ).figures()

    found = {
        WEEKLY: judged(outlook),
        PRACTICE: judged(replace(outlook, policy=Policy.named("practice"))),
    }
    for margin in asked.margins:
        how = ahead.replace(margin_points=margin)
        found[f"look_ahead.{margin:g}"] = judged(outlook, values=values, look_ahead=how)
    if relearning:
        found[RELEARNT] = judged(outlook, watch=Relearning, values=values, look_ahead=ahead)
    return found


def _rows(futures: Sequence[Row]) -> Iterator[Row]:
    base = [each["ways"][WEEKLY] for each in futures]
    for way in futures[0]["ways"]:
        figures = [each["ways"][way] for each in futures]
        yield {
            "way": way,
            "futures": len(futures),
            "families_learnt_from": futures[0]["families_learnt_from"],
            "means": {
                name: round(float(np.mean([each[name] for each in figures])), 4)
                for name in figures[0]
            },
            "against_weekly_batch": None if way == WEEKLY else _compared(figures, base),
        }


def _compared(
    figures: Sequence[dict[str, float]], base: Sequence[dict[str, float]]
) -> dict[str, dict[str, float]]:
    """Return the mean of paired differences with its interval, by measure."""
    found = {}
    for name in MEASURES:
        values = np.array([a[name] - b[name] for a, b in zip(figures, base, strict=True)])
        low, high = of_mean(values)
        found[name] = {
            "difference": round(float(values.mean()), 4),
            "low": round(low, 4),
            "high": round(high, 4),
            "lower_in": int((values < 0).sum()),
        }
    return found
