"""The council and its stream of families, for judging decisions and nothing else.

All hard rules, homes, residents of other authorities, sibling groups and needs are the
county's. What is left out, so that the same families come and stay whatever is decided: homes
that decline, placements that break down, carers who come and go. Beds are filled from empty.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.history import Arrival, ArrivalHistory, age_band
from matcher.domain.home import Setting
from matcher.domain.referral import Timescale
from matcher.lookahead.meetings import meet, stays_of
from scenarios.assumptions import shipped_assumptions
from scenarios.assumptions.drawing import draw_values
from scenarios.beginning import as_simulated
from scenarios.changes import NumberChanges
from scenarios.demand import Demand
from scenarios.numbers import Numbers
from scenarios.outlook import Outlook
from scenarios.randomness import Randomness
from scenarios.shared import Shared

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.referral import Referral
    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import World
    from matcher.policy import Policy

MEAN_STAY_WEEKS = (60.0, 70.0, 90.0, 70.0, 40.0)
"""By age band; invented, of the order of published durations of placements."""
LONGEST_STAY_WEEKS = 520.0
PAST_SEED = 7_919
"""Whatever seeds futures are judged with, the past is drawn from another."""
_ENTRY = ("entry.children_a_year", "entry.unaccompanied_a_year")
_NOT_MARKET = frozenset({Setting.CONNECTED, Setting.SECURE, Setting.PARENT_AND_CHILD})


@dataclass(frozen=True)
class Coming:
    """A family that comes.

    Parameters
    ----------
    week
        In which it asks, from 0.
    children, group, referral
        Their records.
    same_day
        Whether it must be placed at once.
    stay_weeks
        How long it stays in care.
    """

    week: int
    children: tuple[Child, ...]
    group: SiblingGroup | None
    referral: Referral
    same_day: bool
    stay_weeks: float

    @property
    def ids(self) -> tuple[str, ...]:
        """Who, in the order of identifiers."""
        return tuple(sorted(child.child_id for child in self.children))


@dataclass(frozen=True)
class Drift:
    """How the future differs from the past that was learnt from.

    Parameters
    ----------
    teenagers
        How many times as many children of 10 to 15 come.
    """

    teenagers: float = 1.0


@dataclass(frozen=True)
class Town:
    """Homes without children of the council, and how many families come.

    Parameters
    ----------
    world
        Homes; its day is the first.
    start
        The first day.
    rate
        How many times as many families come as the county's figures say.
    policy
        In whose points placements are judged.
    """

    world: World
    start: date
    rate: float
    policy: Policy

    def stream(self, *, seed: int, weeks: int, drift: Drift | None = None) -> tuple[Coming, ...]:
        """Return the families of a period: the same for every way to decide.

        Parameters
        ----------
        seed
            Of every chance.
        weeks
            How many.
        drift
            How it differs from the past; None for not at all.
        """
        randomness = Randomness(seed, 1)
        table = shipped_assumptions()
        table = table.replace({name: table.value(name) * self.rate for name in _ENTRY})
        changes: tuple[NumberChanges, ...] = ()
        if drift is not None:
            changes = (
                NumberChanges(name="entry.age.10_15", multiply=drift.teenagers, starts=self.start),
            )
        numbers = Numbers(table, draw_values(table, Randomness(0, 0)), changes)
        numbers.set_day(self.start)
        demand = Demand(self.world, numbers, randomness, changes)
        found = []
        for week in range(weeks):
            day = self.start + timedelta(weeks=week)
            for family in demand.arrivals(day, week):
                name = family.referral.referral_id
                band = age_band(family.children[0].age_on(day))
                draw = randomness.uniform("stay", name)
                stay = min(-np.log1p(-draw) * MEAN_STAY_WEEKS[band], LONGEST_STAY_WEEKS)
                found.append(
                    Coming(
                        week=week,
                        children=family.children,
                        group=family.group,
                        referral=family.referral,
                        same_day=family.referral.timescale is not Timescale.PLANNED,
                        stay_weeks=max(float(stay), 1.0),
                    )
                )
        return tuple(found)

    def past(
        self, *, weeks: int, stay: float = 1.0, rate: float = 1.0, seed: int = PAST_SEED
    ) -> ArrivalHistory:
        """Return the past that values are learnt from: other families than any that are judged.

        Parameters
        ----------
        weeks
            How long a past.
        stay, rate
            By how much the council misjudges stays and how many come.
        seed
            Of the past.
        """
        coming = self.stream(seed=seed, weeks=weeks)
        return ArrivalHistory(
            starts=self.start,
            ends=self.start + timedelta(weeks=weeks),
            arrivals=tuple(
                Arrival(
                    each.children, each.group, each.referral, each.stay_weeks * stay, rate / weeks
                )
                for each in coming
            ),
            source="an earlier period of the same council",
        )


def make_town(world: World, policy: Policy, *, beds_a_child: float) -> Town:
    """Return a town with so many beds for each child who needs one.

    Beds count that some child who comes could lawfully have; how many families come is set so
    that beds divided by the mean number of children in care is as asked.

    Parameters
    ----------
    world
        A council's.
    policy
        In whose points.
    beds_a_child
        0.95 is too few, 1.2 is ample.
    """
    start = world.as_of
    outlook = as_simulated(
        Outlook(world, policy, shipped_assumptions()), start, Randomness(0, 0), Shared()
    )
    homes = {
        key: home.model_copy(update={"available_from": None})
        for key, home in outlook.world.homes.items()
        if home.setting.offered and home.setting not in _NOT_MARKET
    }
    full = outlook.world
    kept = replace(
        full,
        homes=homes,
        residents={k: each for k, each in full.residents.items() if each.home_id in homes},
        holds={},
        exemptions={},
        budgets=(),
    )
    # Demand resembles the council's own children, so they stay until families are drawn.
    town = Town(kept, start, 1.0, outlook.policy)
    history = town.past(weeks=104)
    stays = stays_of(history)
    meetings = meet(opened(town), outlook.policy, history, stays, others_stay=True)
    able = np.isfinite(meetings.loss)
    weeks = np.array([each.stay_weeks for each in history.arrivals])
    children = meetings.per_week * meetings.beds * weeks * able.any(axis=1)
    beds = float(meetings.room[able.any(axis=0)].sum())
    return replace(town, rate=beds / (beds_a_child * float(children.sum())))


def opened(town: Town) -> World:
    """Return the World of a town on its first day: nobody of the council's in any home."""
    return replace(town.world, children={}, sibling_groups={}, placements={}, referrals={})
