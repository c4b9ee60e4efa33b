"""One possible future, week by week and child by child, in the same World and by the same rules.

A year has 52 weeks. Within a week things happen in this order: time passes (placements start,
children grow older, temporary approvals end, changes take effect), homes come and go, stays
end and placements break down, families ask for a home, homes are found, and everything is
counted. ``docs/explanation/simulation.md`` says why.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from matcher.errors import UsageError
from matcher.geography.distance import NEAR_HOME_MILES
from matcher.live import LiveWorld
from scenarios.assumptions.drawing import draw_values
from scenarios.beginning import as_simulated, settle_in
from scenarios.checking import check_everything, check_touched
from scenarios.costs import Costs
from scenarios.demand import Demand
from scenarios.interventions import Interventions
from scenarios.ledger import WEEKS_A_YEAR, Ledger
from scenarios.life import Life
from scenarios.numbers import Numbers
from scenarios.placing import Placing
from scenarios.randomness import Randomness
from scenarios.register import Register
from scenarios.roll import Roll, State
from scenarios.shared import Shared
from scenarios.stage import Stage
from scenarios.stays import Stays
from scenarios.supply import Supply

if TYPE_CHECKING:
    from scenarios.outlook import Outlook
    from scenarios.tallies import Course

WEEKS_A_QUARTER = 13
_TWO_YEARS, _TWO_AND_A_HALF = 730, 913


def simulate(
    outlook: Outlook,
    *,
    start: date,
    years: int,
    seed: int,
    replication: int,
    shared: Shared | None = None,
) -> Course:
    """Simulate one future.

    Parameters
    ----------
    outlook
        Where things stand, what is assumed, what will change.
    start
        First day. The World is taken to be as it stands on it.
    years
        How many years of 52 weeks, at least 1.
    seed, replication
        0 or more: what it is drawn from. The same give the same to the bit.
    shared
        What other variants of the same seed and replication, from the same World and start,
        have made and found already. It saves time and changes nothing.

    Returns
    -------
    Course
        Everything that was counted.

    Raises
    ------
    UsageError
        If the years or the numbers make no sense, or nobody is looked after in the World.
    CheckFailedError, AssertionError
        If the checker finds fault with what was done: a fault in Near Home.
    """
    if years < 1 or seed < 0 or replication < 0:
        raise UsageError("Simulate at least one year, with a seed and a replication from 0.")
    if not outlook.world.placements:
        raise UsageError("Nobody is looked after in this World, so nothing can be simulated.")
    return _Simulation(outlook, start, years, seed, replication, shared or Shared()).run()


class _Simulation:
    """One replication on its way through the weeks."""

    def __init__(
        self,
        outlook: Outlook,
        start: date,
        years: int,
        seed: int,
        replication: int,
        shared: Shared,
    ) -> None:
        randomness = Randomness(seed, replication)
        self.years, self.seed, self.replication = years, seed, replication
        numbers = Numbers(
            outlook.assumptions, draw_values(outlook.assumptions, randomness), outlook.changes
        )
        outlook = as_simulated(outlook, start, randomness, shared)
        self.stage = Stage(
            outlook=outlook,
            live=LiveWorld(
                outlook.world,
                outlook.policy,
                outlook.bed_values,
                memory_of=shared.memory_of,
            ),
            roll=Roll(2 * len(outlook.world.children)),
            ledger=Ledger(years * WEEKS_A_YEAR),
            numbers=numbers,
            randomness=randomness,
            day=start,
            start=start,
            shared=shared,
        )
        numbers.set_day(start)
        self.costs = Costs(self.stage)
        self.register = Register(self.stage, self.costs.price)
        self.placing = Placing(self.stage, self.register)
        self.supply = Supply(self.stage, self.register, self.placing)
        self.stays = Stays(self.stage.roll, numbers, randomness)
        self.life = Life(self.stage, self.register, self.placing, self.supply, self.stays)
        self.interventions = Interventions(
            self.stage, self.register, self.supply, self.stays, self.life, self.costs
        )
        self.demand = Demand(outlook.world, numbers, randomness, outlook.changes, shared=shared)

    def run(self) -> Course:
        """Run every week and return what was counted."""
        stage = self.stage
        settle_in(stage, self.register, self.placing)
        self.supply.begin()
        self.stays.begin(stage.today)
        for week in range(self.years * WEEKS_A_YEAR):
            self._week(stage.start + timedelta(weeks=week))
            if (week + 1) % WEEKS_A_QUARTER == 0:
                stage.ledger.checked += check_everything(stage, self.register)
            if (week + 1) % WEEKS_A_YEAR == 0:
                self._year_ends()
        return stage.ledger.course(
            start=stage.start, years=self.years, seed=self.seed, replication=self.replication
        )

    def _week(self, day: date) -> None:
        stage = self.stage
        stage.day = day
        stage.live.set_day(day)
        if stage.numbers.set_day(day):
            self.stays.forget()
            self.supply.forget()
            self._stand_everybody()
        self.interventions.begin_week()
        if self.costs.begin_week():
            self._stand_everybody()
        self.register.begin_week()
        self.life.birthdays()
        self.life.due()
        self.supply.begin_week()
        self.life.events()
        for family in self.demand.arrivals(day, stage.week):
            self.life.arrive(family)
        for home in self.placing.make_places():
            self.supply.open(home, ramp_up_weeks=0)
        left = self.placing.decide()
        self._who_has_no_home()
        self.life.after_placing()
        self.register.end_week()
        self.supply.end_week()
        self.costs.end_week()
        self.interventions.end_week(bool(left))
        stage.ledger.checked += check_touched(stage, self.register)
        self.register.touched.clear()
        stage.ledger.close_week()

    def _who_has_no_home(self) -> None:
        """Count those without a home from the week in which they need one."""
        end = self.stage.day + timedelta(days=6)
        for search in self.placing.searches.values():
            if search.needed_by <= end:
                for child_id in search.child_ids:
                    self.register.needs_home(child_id, search.needed_by)

    def _stand_everybody(self) -> None:
        for child_id in sorted(self.stage.roll.slot_of):
            self.register.stand(child_id)

    def _year_ends(self) -> None:
        """Count what is counted on the last day of a year."""
        stage, roll = self.stage, self.stage.roll
        today = stage.today + 6
        numbers = dict.fromkeys(
            (
                "ni62_three_or_more",
                "ni62_children",
                "ni63_same_carer",
                "ni63_same_placement",
                "ni63_children",
                "children_at_end",
                "near_at_end",
            ),
            0.0,
        )
        for child_id, slot in roll.slot_of.items():
            state = State(int(roll.state[slot]))
            if state is State.EXPECTED:
                continue
            numbers["children_at_end"] += 1
            numbers["ni62_children"] += 1
            numbers["ni62_three_or_more"] += stage.placements_this_year.get(child_id, 0) >= 3
            numbers["near_at_end"] += (
                state is State.PLACED and float(roll.miles[slot]) <= NEAR_HOME_MILES
            )
            if roll.age[slot] < 16 and today - roll.since[slot] >= _TWO_AND_A_HALF:
                numbers["ni63_children"] += 1
                if state is State.PLACED:
                    numbers["ni63_same_carer"] += today - roll.carer_since[slot] >= _TWO_YEARS
                    numbers["ni63_same_placement"] += today - roll.home_since[slot] >= _TWO_YEARS
        stage.ledger.close_year(**numbers)
        for child_id in list(stage.placements_this_year):
            placed = stage.home_of(child_id) is not None
            stage.placements_this_year[child_id] = int(placed)
