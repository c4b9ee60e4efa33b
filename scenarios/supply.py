"""Homes by themselves: carers join and leave, homes open and shut, beds come and go.

What happens to a home in a week has random numbers that belong to the home and the week.
Beds of agencies and of private and voluntary homes are shared with other authorities, whose
children come and go; how eagerly they take free beds is set so that they stay as many as
they are at the start.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.agreement import Provider, Route
from matcher.domain.codes import PlaceProvider, ReasonPlaceChange
from matcher.domain.home import Home, Setting
from matcher.domain.placement import Hold, HoldKind, ResidentKind
from scenarios.closures import Closures
from scenarios.offers import MADE_FOR_A_SEARCH
from scenarios.randomness import key_of, threshold
from scenarios.stays import WEEK_IN_YEARS
from scenarios.tallies import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scenarios.changes import NumberChanges
    from scenarios.placing import Placing
    from scenarios.register import Register
    from scenarios.stage import Stage

CAUSES = ("closes", "hold", "bed_lost", "bed_back", "taken", "left", "young_adult_leaves")
"""What happens to a home by itself."""

FOSTERING = frozenset({Setting.FOSTER, Setting.PARENT_AND_CHILD})
STAFFED = frozenset({Setting.CHILDRENS_HOME, Setting.SUPPORTED, Setting.RESIDENTIAL_SCHOOL})
_MARKET_SECTORS = frozenset({PlaceProvider.PR4, PlaceProvider.PR5, PlaceProvider.PR3})
_USUAL_LIMIT = 3
CLASSES = ("in_house", "agency", "staffed")
"""Homes that come and go by themselves."""


class Supply(Closures):
    """The homes, and what happens to them.

    Parameters
    ----------
    stage, register, placing
        The other parts.
    """

    def __init__(self, stage: Stage, register: Register, placing: Placing) -> None:
        super().__init__(stage, register, placing)
        self._grows: dict[date, list[str]] = defaultdict(list)
        self._ids: list[str] = []
        self._slot: dict[str, int] = {}
        self._keys = np.zeros(0, dtype=np.uint64)
        self._below = np.zeros((len(CAUSES), 0), dtype=np.uint64)
        self._all_stale = True
        self._models: Mapping[str, list[Home]] = {}
        self._take_a_year = 0.0
        self._lost_a_year = 0.0
        self._between = {"in_house": 1.0, "agency": 1.0}
        self._of_all: dict[str, float] = {}
        """Values that are the same for all homes, as long as no rate changes."""

    def begin(self) -> None:
        """Take stock of the homes and the people in them at the start."""
        world = self._stage.outlook.world
        for resident in world.residents.values():
            self.lodgers[resident.home_id].add(resident.resident_id)
        models: dict[str, list[Home]] = {each: [] for each in CLASSES}
        vacant = others = idle = unused = 0
        for home in world.homes.values():
            name = self._class(home)
            if name is not None and home.beds_approved > 0:
                models[name].append(home)
            if home.setting in FOSTERING:
                idle += max(world.beds_free(home.home_id, world.as_of), 0)
                unused += home.beds_approved - home.beds_usable
            if self._in_market(home):
                vacant += max(world.beds_free(home.home_id, world.as_of), 0)
                others += sum(
                    world.residents[each].kind is ResidentKind.FOSTERED
                    for each in self.lodgers[home.home_id]
                )
            self._register.changed_homes.add(home.home_id)
        self._models = models
        ratio = self._stage.numbers.drawn["carers.leave_while_caring"]
        for name in ("in_house", "agency"):
            caring = sum(self.occupied(each.home_id) > 0 for each in models[name])
            share = caring / max(len(models[name]), 1)
            # Over all households the rate at the start is the one that is stated.
            self._between[name] = 1 / (1 - share + share * ratio)
        leave = self._stage.numbers.drawn["others.leave_a_year"]
        self._take_a_year = leave * others / vacant if vacant else 0.0
        back = self._stage.numbers.drawn["beds.back_a_year"]
        self._lost_a_year = back * unused / idle if idle else 0.0

    def forget(self) -> None:
        """Work out every chance anew: a rate has changed."""
        self._all_stale = True
        self._of_all.clear()

    # A week -------------------------------------------------------------------------------

    def begin_week(self) -> None:
        """Let happen what is due, then what happens by chance, then what opens."""
        self._due()
        self._refresh()
        stage = self._stage
        bits = stage.randomness.all_bits(
            tuple(f"home.{cause}" for cause in CAUSES), self._keys, stage.week
        )
        causes, where = np.nonzero(bits < self._below)
        events = sorted(
            (self._ids[slot], CAUSES[cause])
            for cause, slot in zip(causes.tolist(), where.tolist(), strict=True)
        )
        for home_id, cause in events:
            if home_id in stage.live.view.homes:
                getattr(self, f"_{cause}")(home_id)
        self._joins()

    def end_week(self) -> None:
        """Bring up to date what changed homes add to the tallies and what may happen to them."""
        self._refresh()

    def _due(self) -> None:
        stage = self._stage
        for day in sorted(each for each in self._lifts if each <= stage.day):
            for home_id, hold_id in self._lifts.pop(day):
                if hold_id in stage.live.view.holds:
                    stage.live.drop(Hold, hold_id)
                self._register.changed_homes.add(home_id)
        for day in sorted(each for each in self._grows if each <= stage.day):
            for home_id in self._grows.pop(day):
                home = stage.live.view.homes.get(home_id)
                if home is not None and home.beds_usable < home.beds_approved:
                    self.change(home_id, beds_usable=home.beds_usable + 1)
        for home_id in sorted(each for each, day in self.shuts.items() if day <= stage.day):
            self.shut(home_id)

    def _refresh(self) -> None:
        """Work out anew the chances of homes that have changed."""
        stage = self._stage
        homes = stage.live.view.homes
        changed = set(homes) | set(self._slot) if self._all_stale else self._register.changed_homes
        self._all_stale = False
        slots: list[int] = []
        rates: list[list[float]] = []
        for home_id in sorted(changed):
            home = homes.get(home_id)
            slot = self._slot.get(home_id)
            if home is None:
                if slot is not None:
                    self._below[:, slot] = 0
                stage.ledger.stand(f"home {home_id}", ())
                continue
            if slot is None:
                slot = self._slot[home_id] = len(self._ids)
                self._ids.append(home_id)
                if slot >= len(self._keys):
                    room = max(2 * slot, 64)
                    self._keys = np.concatenate([self._keys, np.zeros(room, dtype=np.uint64)])
                    self._below = np.concatenate(
                        [self._below, np.zeros((len(CAUSES), room), dtype=np.uint64)], axis=1
                    )
                self._keys[slot] = key_of(home_id)
            slots.append(slot)
            used = self.occupied(home_id)
            young, others = self._lodging(home_id)
            rates.append(self._rates(home, used, young, others))
            self._tally(home, used, young)
        if slots:
            chances = -np.expm1(-np.array(rates).T * WEEK_IN_YEARS)
            self._below[:, slots] = threshold(chances)
        self._register.changed_homes.clear()

    def _tally(self, home: Home, used: int, young: int) -> None:
        if home.setting in SETTINGS:
            name = home.setting.value
            weekly = self._stage.numbers.value("staying_put.weekly_pence")
            self._stage.ledger.stand(
                f"home {home.home_id}",
                [
                    (f"beds_usable.{name}", float(home.beds_usable)),
                    (f"beds_occupied.{name}", float(used)),
                    ("staying_put", float(young)),
                    ("cost.staying_put_pence", young * weekly),
                ],
            )

    def _rates(self, home: Home, used: int, young: int, others: int) -> list[float]:
        """Return the yearly rate of each cause for a home.

        Parameters
        ----------
        home
            As it is now.
        used
            How many of its beds are in use.
        young, others
            Of these, by young adults who stay put and by other authorities' children.
        """
        name = self._class(home)
        value = self._value
        free = home.beds_usable - used
        leaving = home.home_id in self.shuts
        closes = hold = 0.0
        if name is not None and not leaving:
            hold = value("holds.a_year", home)
            if name == "staffed":
                closes = value("homes.close_a_year", home)
            else:
                closes = value(f"carers.{name}.leave_a_year", home) * self._between[name]
                if used:
                    closes *= value("carers.leave_while_caring", home)
        lost = back = 0.0
        if home.setting in FOSTERING and not leaving:
            lost = self._lost_a_year * value("beds.lost", home) * max(free, 0)
            back = value("beds.back_a_year", home) * (home.beds_approved - home.beds_usable)
        taken = 0.0
        if free > 0 and not leaving and self._in_market(home) and self._open(home):
            taken = self._take_a_year * value("others.take", home) * free
        stay = max(value("staying_put.weeks", home), 1.0)
        return [
            closes,
            hold,
            lost,
            back,
            taken,
            value("others.leave_a_year", home) * others,
            young * 365.25 / 7 / stay,
        ]

    def _value(self, name: str, home: Home) -> float:
        found = self._of_all.get(name)
        if found is not None:
            return found
        numbers = self._stage.numbers
        if not numbers.limited(name):
            found = self._of_all[name] = numbers.value(name)
            return found

        def fits(change: NumberChanges) -> bool:
            if change.settings and home.setting not in change.settings:
                return False
            return not change.area or (home.postcode or "").startswith(change.area)

        return numbers.value_where(name, fits)

    def _open(self, home: Home) -> bool:
        holds = self._stage.live.view.holds_by_home.get(home.home_id, ())
        return not any(each.in_force(self._stage.day) and each.beds is None for each in holds)

    def _class(self, home: Home) -> str | None:
        if home.setting in FOSTERING:
            return "in_house" if self._stage.in_house(home) else "agency"
        return "staffed" if home.setting in STAFFED else None

    def _in_market(self, home: Home) -> bool:
        if home.home_id.startswith(MADE_FOR_A_SEARCH):
            return False
        if home.setting not in FOSTERING and home.setting not in STAFFED:
            return False
        view = self._stage.live.view
        agreements = [view.agreements[each] for each in home.agreement_ids]
        if agreements and all(each.route is Route.BLOCK for each in agreements):
            return False  # opened for our block: every bed is ours
        return view.providers[home.provider_id].sector in _MARKET_SECTORS

    # What happens -------------------------------------------------------------------------

    def _closes(self, home_id: str) -> None:
        home = self._stage.home(home_id)
        staffed = home.setting in STAFFED
        weeks = self._stage.numbers.value(
            "homes.notice_weeks" if staffed else "carers.notice_weeks"
        )
        self._stage.ledger.count("carers_left", not staffed)
        self.give_notice(home_id, weeks)

    def _hold(self, home_id: str) -> None:
        stage = self._stage
        draw = stage.randomness.uniform("hold", home_id, stage.week)
        weeks = -np.log1p(-draw) * stage.numbers.value("holds.weeks")
        grave = stage.randomness.uniform("hold.grave", home_id, stage.week)
        if grave < stage.numbers.value("holds.moves"):
            self.hold(home_id, HoldKind.SAFEGUARDING, weeks=max(weeks, 12))
            reason = ReasonPlaceChange.ALLEG if draw < 0.5 else ReasonPlaceChange.STAND
            self.empty(home_id, reason)
        else:
            self.hold(home_id, HoldKind.CARER_REQUEST, weeks=weeks)

    def _bed_lost(self, home_id: str) -> None:
        home = self._stage.home(home_id)
        # A reserved bed is kept for whom it is reserved.
        if self._stage.live.beds_free(home_id) > 0:
            self.change(home_id, beds_usable=home.beds_usable - 1)

    def _bed_back(self, home_id: str) -> None:
        home = self._stage.home(home_id)
        if home.beds_usable < home.beds_approved:
            self.change(home_id, beds_usable=home.beds_usable + 1)

    def _taken(self, home_id: str) -> None:
        stage = self._stage
        home = stage.home(home_id)
        fostered = len(self._register.children_in[home_id]) + self._lodging(home_id)[1]
        solo = any(stage.child(each).solo for each in self._register.children_in[home_id])
        if stage.live.beds_free(home_id) <= 0 or solo:
            return
        if home.setting in FOSTERING and fostered >= _USUAL_LIMIT:
            return
        self.lodge(home, prefix="Y")

    def _left(self, home_id: str) -> None:
        others = self._others(home_id)
        if others:
            self.lodger_leaves(others[0])

    def _young_adult_leaves(self, home_id: str) -> None:
        residents = self._stage.live.view.residents
        young = sorted(
            each
            for each in self.lodgers[home_id]
            if residents[each].kind is ResidentKind.STAYING_PUT
        )
        if young:
            self.lodger_leaves(young[0])

    # What opens ---------------------------------------------------------------------------

    def _joins(self) -> None:
        stage = self._stage
        for name, models in self._models.items():
            rate = stage.numbers.value(
                "homes.open_a_year" if name == "staffed" else f"carers.{name}.join_a_year"
            )
            mean = rate * len(models) * WEEK_IN_YEARS
            for at in range(stage.randomness.count("joins", name, stage.week, mean)):
                identity = f"{name}.{stage.week}.{at}"
                model = models[int(stage.randomness.uniform("joins.model", identity) * len(models))]
                self._join(model, identity, staffed=name == "staffed")

    def _join(self, model: Home, identity: str, *, staffed: bool) -> None:
        """Open a home like one of those that were there at the start."""
        stage = self._stage
        home = model.model_copy(
            update={
                "home_id": f"J{identity}",
                "urn": None,
                "agreement_ids": tuple(
                    each for each in model.agreement_ids if each in stage.live.view.agreements
                ),
                "available_from": None,
                "vacancy_confirmed_on": stage.day,
                "connected_to": frozenset(),
            }
        )
        stage.ledger.count("carers_joined", not staffed)
        self.open(home, ramp_up_weeks=stage.numbers.value("homes.ramp_up_weeks") if staffed else 0)

    def provider(self, provider_id: str, sector: PlaceProvider) -> None:
        """Let a provider be there that the World may not have yet."""
        live = self._stage.live
        if provider_id not in live.view.providers:
            own = live.view.authority if sector is PlaceProvider.PR1 else None
            live.put(Provider(provider_id=provider_id, sector=sector, authority=own))

    def open(self, home: Home, *, ramp_up_weeks: float) -> None:
        """Open a home, its beds one after the other, evenly over the ramp-up."""
        stage = self._stage
        beds = home.beds_usable
        if ramp_up_weeks > 0 and beds > 1:
            for at in range(1, beds):
                day = stage.day + timedelta(days=7 * round(ramp_up_weeks * at / (beds - 1)))
                self._grows[day].append(home.home_id)
            home = home.model_copy(update={"beds_usable": 1})
        stage.put_home(home)
        stage.homes_version += 1
        stage.ledger.count("homes_opened")
        self._register.changed_homes.add(home.home_id)
        self._register.touched.add(home.home_id)
