"""Children's homes: opening, closing, beds for emergencies, stepping down from residential care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from matcher.domain.home import Setting
from matcher.domain.need import LEVEL_LABELS
from matcher.domain.phrases import counted
from matcher.domain.record import Identifier
from scenarios.changes import HomeCloses, StepDown
from scenarios.levers.ground import ground, place_words
from scenarios.levers.homes_there import council_id, in_house_terms, named_homes
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
from scenarios.levers.new_homes import open_household, open_staffed_home
from scenarios.levers.spending import spent

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

ChildAge = Annotated[int, Field(ge=0, le=17), Unit("years")]
NeedLevel = Annotated[int, Field(ge=0, le=4), Unit("level of need")]


class OpenChildrensHome(Lever):
    """The council opens a children's home of its own.

    ``starts`` is the day from which it is registered and staffed; its beds then become usable
    one by one over the ramp-up, and the running cost is paid in full from the first day, beds
    filled or not. Children who live there cost nothing more.

    Parameters
    ----------
    near
        Where: it is drawn at a real postcode there, by the scenario's seed.
    beds
        Places on the certificate.
    weekly_running_pounds
        What the whole home costs a week, filled or not.
    capital_pounds
        Buying, building and fitting it out, paid in the week in which it opens.
    ramp_up_weeks
        From the first bed in use to the last.
    age_from, age_to
        Ages in its statement of purpose, both included.
    level
        Of need that it can meet: 0 none to 4 very high.
    accessible
        Whether it is step-free with a bedroom and bathroom on the ground floor.
    """

    title: ClassVar[str] = "Open a children's home"
    source: ClassVar[str] = (
        "The council's own assumption; the average cost of a place in a children's home was "
        "£318,400 a year in 2023-24 (National Audit Office), which is £6,123 a week"
    )
    opens_homes: ClassVar[bool] = True

    kind: Literal["open_childrens_home"] = "open_childrens_home"
    near: Where
    beds: Annotated[int, Field(ge=1, le=12), Unit("beds")]
    weekly_running_pounds: Annotated[int, Field(ge=0, le=500_000), Unit("pounds a week")]
    capital_pounds: Pounds = 0
    ramp_up_weeks: Weeks = 12
    age_from: ChildAge = 10
    age_to: ChildAge = 17
    level: NeedLevel = 3
    accessible: bool = False

    def _does(self) -> str:
        capital = f" after £{self.capital_pounds:,} of capital" if self.capital_pounds else ""
        return (
            f"A children's home of the council's own with {counted(self.beds, 'bed')} opens "
            f"{place_words(self.near)} for ages {self.age_from} to {self.age_to}, needs up to "
            f"{LEVEL_LABELS[self.level]}, filling over {counted(self.ramp_up_weeks, 'week')}, at "
            f"£{self.weekly_running_pounds:,} a week{capital}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the opening."""
        agreement_ids, agreements = in_house_terms(
            outlook, Setting.CHILDRENS_HOME, identity=self.identity, weekly_fee_pence=0
        )
        return (
            open_staffed_home(
                outlook,
                ground(self.near, outlook.world.authority),
                identity=self.identity,
                seed=seed,
                opens=self.first_day(outlook),
                ends=self.ends,
                setting=Setting.CHILDRENS_HOME,
                provider_id=council_id(outlook),
                agreement_ids=agreement_ids,
                agreements=agreements,
                beds=self.beds,
                ages=(self.age_from, self.age_to),
                level=self.level,
                accessible=self.accessible,
                ramp_up_weeks=self.ramp_up_weeks,
                running_weekly_pence=100 * self.weekly_running_pounds,
                capital_pence=100 * self.capital_pounds,
            ),
        )


class CloseHome(Lever):
    """A home closes: nobody new from ``starts``, empty at the end of the notice.

    Parameters
    ----------
    home_id
        The home, as the data has it.
    notice_weeks
        From the last day on which a child may be placed to the day it shuts.
    saved_weekly_pounds
        Running cost of the whole home that falls away when it shuts and is not in fees.
    """

    title: ClassVar[str] = "Close a home"
    can_end: ClassVar[bool] = False
    alone: ClassVar[tuple[str, ...] | None] = ("home_id",)

    kind: Literal["close_home"] = "close_home"
    home_id: Identifier
    notice_weeks: Weeks = 12
    saved_weekly_pounds: WeeklyPounds = 0

    def _does(self) -> str:
        saved = f", which saves £{self.saved_weekly_pounds:,} a week" * bool(
            self.saved_weekly_pounds
        )
        return (
            f"Home {self.home_id} takes nobody more and shuts {counted(self.notice_weeks, 'week')} "
            f"later{saved}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the closure."""
        (home,) = named_homes([self.home_id], outlook)
        return (
            HomeCloses(
                starts=self.first_day(outlook),
                home_id=home.home_id,
                notice_weeks=self.notice_weeks,
                saved_weekly_pence=100 * self.saved_weekly_pounds,
            ),
        )


class EmergencyBeds(Lever):
    """Foster households keep beds for children who need a home the same day.

    Parameters
    ----------
    households
        How many.
    beds
        In each.
    area
        Where they live.
    weekly_retainer_pounds
        For each household, children or none.
    weekly_fee_pounds
        For each child, beside the retainer; as the council's own foster carers are paid when
        not given.
    """

    title: ClassVar[str] = "Keep beds for emergencies"
    opens_homes: ClassVar[bool] = True

    kind: Literal["emergency_beds"] = "emergency_beds"
    households: Homes
    beds: Annotated[int, Field(ge=1, le=3), Unit("beds")] = 1
    area: Where = "county"
    weekly_retainer_pounds: WeeklyPounds = 0
    weekly_fee_pounds: WeeklyPounds | None = None

    def _does(self) -> str:
        retainer = (
            f", on a retainer of £{self.weekly_retainer_pounds:,} a week each"
            if self.weekly_retainer_pounds
            else ""
        )
        return (
            f"{counted(self.households, 'foster household')} {place_words(self.area)} "
            f"{'keeps' if self.households == 1 else 'keep'} {counted(self.beds, 'bed')} each for "
            f"children who need a home the same day{retainer}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the households' opening."""
        agreement_ids, agreements = in_house_terms(
            outlook,
            Setting.FOSTER,
            identity=self.identity,
            weekly_fee_pence=(
                None if self.weekly_fee_pounds is None else 100 * self.weekly_fee_pounds
            ),
        )
        return tuple(
            open_household(
                outlook,
                ground(self.area, outlook.world.authority),
                identity=self.identity,
                at=at,
                seed=seed,
                opens=self.first_day(outlook),
                ends=self.ends,
                provider_id=council_id(outlook),
                agreement_ids=agreement_ids,
                agreements=agreements,
                beds=self.beds,
                ages=(0, 17),
                at_least={},
                emergency_only=True,
                running_weekly_pence=100 * self.weekly_retainer_pounds,
            )
            for at in range(self.households)
        )


class StepDownFromResidential(Lever):
    """Children in residential care whose needs do not ask for it are offered a family home.

    Parameters
    ----------
    reviews_a_year
        How often each of them is looked for.
    highest_need
        Only children whose highest assessed need is at most this level.
    age_from, age_to
        Only children of these ages, both included.
    yearly_pounds
        What the work costs: reviews, matching, support to carers.
    """

    title: ClassVar[str] = "Step down from residential care"

    kind: Literal["step_down"] = "step_down"
    reviews_a_year: Annotated[float, Field(gt=0, le=26), Unit("times a year")] = 2.0
    highest_need: NeedLevel = 2
    age_from: ChildAge = 0
    age_to: ChildAge = 15
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        cost = f", at £{self.yearly_pounds:,} a year" if self.yearly_pounds else ""
        return (
            f"Children of {self.age_from} to {self.age_to} in children's homes with needs that are "
            f"at most {LEVEL_LABELS[self.highest_need]} are looked for in a foster home "
            f"{self.reviews_a_year:g} times a year{cost}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the search, and what it costs."""
        first = self.first_day(outlook)
        step = StepDown(
            starts=first,
            ends=self.ends,
            a_year=self.reviews_a_year,
            highest_need=self.highest_need,
            ages=(self.age_from, self.age_to),
        )
        return (step, *spent(self, outlook, yearly_pounds=self.yearly_pounds))
