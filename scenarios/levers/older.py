"""Sixteen and over: supported lodgings, semi-independence, Staying Put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from matcher.domain.home import Setting
from matcher.domain.need import LEVEL_LABELS, NeedDomain
from matcher.domain.phrases import counted
from scenarios.changes import NumberChanges
from scenarios.levers.ground import ground, place_words
from scenarios.levers.homes import NeedLevel
from scenarios.levers.homes_there import council_id, in_house_terms
from scenarios.levers.lever import (
    Homes,
    Lever,
    Pounds,
    Unit,
    WeeklyPounds,
    Weeks,
    Where,
    YearlyPounds,
)
from scenarios.levers.new_homes import open_household, open_staffed_home, spread_over
from scenarios.levers.spending import spent

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

SUPPORTED_AGES = (16, 17)
"""Supported accommodation is for 16 and 17 (Care Planning Regulations 2010, regulation 27C);
who turns 18 there may stay until the council ends it."""


class SupportedLodgings(Lever):
    """Families take a young person of 16 or over into their home as a lodger, with support.

    They are registered as supported accommodation and open one after the other.

    Parameters
    ----------
    households
        How many.
    beds
        In each.
    area
        Where they live.
    weekly_fee_pounds
        For each young person.
    over_weeks
        From the first to the last.
    yearly_pounds
        What recruiting and supporting them costs.
    """

    title: ClassVar[str] = "Supported lodgings"
    opens_homes: ClassVar[bool] = True

    kind: Literal["supported_lodgings"] = "supported_lodgings"
    households: Homes
    beds: Annotated[int, Field(ge=1, le=3), Unit("beds")] = 1
    area: Where = "county"
    weekly_fee_pounds: WeeklyPounds
    over_weeks: Weeks = 52
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        cost = f", and £{self.yearly_pounds:,} a year" if self.yearly_pounds else ""
        return (
            f"{counted(self.households, 'household')} {place_words(self.area)} "
            f"{'offers' if self.households == 1 else 'offer'} supported lodgings with "
            f"{counted(self.beds, 'bed')} each for ages 16 and 17, opening over "
            f"{counted(self.over_weeks, 'week')}, at £{self.weekly_fee_pounds:,} a week{cost}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the lodgings' opening."""
        agreement_ids, agreements = in_house_terms(
            outlook,
            Setting.SUPPORTED,
            identity=self.identity,
            weekly_fee_pence=100 * self.weekly_fee_pounds,
        )
        days = spread_over(self.first_day(outlook), self.households, self.over_weeks)
        opened = tuple(
            open_household(
                outlook,
                ground(self.area, outlook.world.authority),
                identity=self.identity,
                at=at,
                seed=seed,
                opens=day,
                ends=self.ends,
                provider_id=council_id(outlook),
                agreement_ids=agreement_ids,
                agreements=agreements,
                beds=self.beds,
                ages=SUPPORTED_AGES,
                at_least={NeedDomain.INDEPENDENCE: 2},
                setting=Setting.SUPPORTED,
            )
            for at, day in enumerate(days)
            if self.ends is None or day <= self.ends
        )
        return (*opened, *spent(self, outlook, yearly_pounds=self.yearly_pounds))


class OpenSemiIndependence(Lever):
    """The council opens supported accommodation of its own for ages 16 and 17.

    Parameters
    ----------
    near
        Where: it is drawn at a real postcode there, by the scenario's seed.
    beds
        Registered places.
    weekly_running_pounds
        What all of it costs a week, filled or not.
    capital_pounds
        Paid in the week in which it opens.
    ramp_up_weeks
        From the first bed in use to the last.
    level
        Of need that it can meet.
    """

    title: ClassVar[str] = "Open semi-independent accommodation"
    source: ClassVar[str] = (
        "The council's own assumption; a block of supported accommodation in Nottingham came to "
        "£750 a bed and week in 2022"
    )
    opens_homes: ClassVar[bool] = True

    kind: Literal["open_semi_independence"] = "open_semi_independence"
    near: Where
    beds: Annotated[int, Field(ge=1, le=30), Unit("beds")]
    weekly_running_pounds: Annotated[int, Field(ge=0, le=500_000), Unit("pounds a week")]
    capital_pounds: Pounds = 0
    ramp_up_weeks: Weeks = 8
    level: NeedLevel = 2

    def _does(self) -> str:
        capital = f" after £{self.capital_pounds:,} of capital" if self.capital_pounds else ""
        return (
            f"Supported accommodation of the council's own with {counted(self.beds, 'bed')} opens "
            f"{place_words(self.near)} for ages 16 and 17, needs up to "
            f"{LEVEL_LABELS[self.level]}, filling over {counted(self.ramp_up_weeks, 'week')}, "
            f"at £{self.weekly_running_pounds:,} a week{capital}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the opening."""
        agreement_ids, agreements = in_house_terms(
            outlook, Setting.SUPPORTED, identity=self.identity, weekly_fee_pence=0
        )
        return (
            open_staffed_home(
                outlook,
                ground(self.near, outlook.world.authority),
                identity=self.identity,
                seed=seed,
                opens=self.first_day(outlook),
                ends=self.ends,
                setting=Setting.SUPPORTED,
                provider_id=council_id(outlook),
                agreement_ids=agreement_ids,
                agreements=agreements,
                beds=self.beds,
                ages=SUPPORTED_AGES,
                level=self.level,
                ramp_up_weeks=self.ramp_up_weeks,
                running_weekly_pence=100 * self.weekly_running_pounds,
                capital_pence=100 * self.capital_pounds,
            ),
        )


class StayingPut(Lever):
    """More, or fewer, young people stay with their foster carers after 18, and use the bed.

    Parameters
    ----------
    more_points
        Percentage points of those who turn 18 in a foster household; fewer when negative.
    """

    title: ClassVar[str] = "Staying Put"
    source: ClassVar[str] = "Children and Families Act 2014, section 98; the council's own target"

    kind: Literal["staying_put"] = "staying_put"
    more_points: Annotated[float, Field(ge=-100, le=100), Unit("percentage points")]

    def _does(self) -> str:
        return (
            f"{abs(self.more_points):g} in 100 {'more' if self.more_points >= 0 else 'fewer'} of "
            "those who turn 18 in a foster household stay with their carers"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the share who stay."""
        return (
            NumberChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                name="staying_put.share",
                add=self.more_points / 100,
            ),
        )
