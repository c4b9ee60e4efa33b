"""Foster carers: recruiting, losing, keeping, bringing in-house, extending their homes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from matcher.domain.home import Setting
from matcher.domain.need import NeedDomain
from matcher.domain.phrases import counted, listed
from scenarios.changes import HomeCloses, HomesChange, NumberChanges
from scenarios.levers.ground import ground, place_words
from scenarios.levers.homes_there import (
    bought,
    by_lot,
    council_id,
    enough,
    in_house,
    in_house_terms,
    moved_in_house,
    on_ground,
)
from scenarios.levers.lever import (
    Homes,
    Lever,
    Percent,
    Pounds,
    Unit,
    WeeklyPounds,
    Weeks,
    Where,
    YearlyPounds,
)
from scenarios.levers.new_homes import open_household, spread_over
from scenarios.levers.spending import spent

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook


class Profile(StrEnum):
    """For whom carers are recruited."""

    ANY = "any"
    UNDER_FIVES = "under_fives"
    OVER_TENS = "over_tens"
    SIBLING_GROUPS = "sibling_groups"
    COMPLEX_NEEDS = "complex_needs"
    DISABLED_CHILDREN = "disabled_children"
    PARENT_AND_CHILD = "parent_and_child"

    @property
    def label(self) -> str:
        """The profile as people write it."""
        return {
            "any": "children of any age",
            "under_fives": "under-fives",
            "over_tens": "over-tens",
            "sibling_groups": "sibling groups",
            "complex_needs": "children with complex needs",
            "disabled_children": "disabled children",
            "parent_and_child": "parents with a baby",
        }[self.value]

    @property
    def ages(self) -> tuple[int, int]:
        """Ages in the terms of approval."""
        return {"under_fives": (0, 4), "over_tens": (10, 17)}.get(self.value, (0, 17))

    @property
    def beds(self) -> int:
        """Beds, where the lever does not say."""
        return {"sibling_groups": 3, "complex_needs": 1, "disabled_children": 1}.get(self.value, 2)

    @property
    def can(self) -> dict[NeedDomain, int]:
        """Levels of need that such carers can meet, whoever they are."""
        if self is Profile.COMPLEX_NEEDS:
            return dict.fromkeys(
                (
                    NeedDomain.EMOTIONAL,
                    NeedDomain.SELF_HARM,
                    NeedDomain.BEHAVIOUR,
                    NeedDomain.RISK_TO_OTHERS,
                    NeedDomain.EXPLOITATION,
                    NeedDomain.MISSING,
                ),
                3,
            )
        if self is Profile.DISABLED_CHILDREN:
            return {NeedDomain.DISABILITY: 3, NeedDomain.HEALTH: 3, NeedDomain.LEARNING: 3}
        return {}


Profiles = Annotated[tuple[Profile, ...], Unit("kinds of children")]


class RecruitCarers(Lever):
    """The council recruits foster carers of its own, for the children it lacks carers for.

    They are approved one after the other, evenly over the weeks given. Who they are is drawn
    from the council's own carers of today. From then on they may stop like any others.

    Parameters
    ----------
    households
        How many.
    profiles
        For whom; the households are shared out evenly over several profiles, in this order.
    area
        Where they live.
    beds
        Beds in each; three for sibling groups, one for complex needs and for disabled
        children, two for the others when not given.
    over_weeks
        From the first approval to the last.
    weekly_fee_pounds
        For each child; as the council's own foster carers are paid when not given.
    weekly_retainer_pounds
        For each household, children or none.
    recruitment_pounds
        Finding, assessing and training each household, paid when it is approved.
    """

    title: ClassVar[str] = "Recruit foster carers"
    opens_homes: ClassVar[bool] = True

    kind: Literal["recruit_carers"] = "recruit_carers"
    households: Homes
    profiles: Profiles = (Profile.ANY,)
    area: Where = "county"
    beds: Annotated[int, Field(ge=1, le=6), Unit("beds")] | None = None
    over_weeks: Weeks = 52
    weekly_fee_pounds: WeeklyPounds | None = None
    weekly_retainer_pounds: WeeklyPounds = 0
    recruitment_pounds: Pounds = 0

    @field_validator("profiles")
    @classmethod
    def _some(cls, value: tuple[Profile, ...]) -> tuple[Profile, ...]:
        if not value or len(set(value)) != len(value):
            raise ValueError("give at least one profile, each once")
        return value

    def _does(self) -> str:
        for_whom = listed([each.label for each in self.profiles])
        shared = ", shared out evenly," if len(self.profiles) > 1 else ""
        fee = (
            ""
            if self.weekly_fee_pounds is None
            else f" at £{self.weekly_fee_pounds:,} a week for each child"
        )
        retainer = f", with a retainer of £{self.weekly_retainer_pounds:,} a week" * bool(
            self.weekly_retainer_pounds
        )
        cost = f", each after £{self.recruitment_pounds:,} of recruitment" * bool(
            self.recruitment_pounds
        )
        beds = f" with {counted(self.beds, 'bed')} each" if self.beds is not None else ""
        return (
            f"{counted(self.households, 'foster household')}{beds} {place_words(self.area)} for "
            f"{for_whom}{shared} {'is' if self.households == 1 else 'are'} approved over "
            f"{counted(self.over_weeks, 'week')}{fee}{retainer}{cost}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the households' opening."""
        where = ground(self.area, outlook.world.authority)
        fee = None if self.weekly_fee_pounds is None else 100 * self.weekly_fee_pounds
        terms = in_house_terms(
            outlook, Setting.FOSTER, identity=self.identity, weekly_fee_pence=fee
        )
        days = spread_over(self.first_day(outlook), self.households, self.over_weeks)
        opened = []
        for at, day in enumerate(days):
            if self.ends is not None and day > self.ends:
                break
            profile = self.profiles[at % len(self.profiles)]
            opened.append(
                open_household(
                    outlook,
                    where,
                    identity=self.identity,
                    at=at,
                    seed=seed,
                    opens=day,
                    ends=self.ends,
                    provider_id=council_id(outlook),
                    agreement_ids=terms[0],
                    agreements=terms[1],
                    beds=self.beds or profile.beds,
                    ages=profile.ages,
                    at_least=profile.can,
                    setting=(
                        Setting.PARENT_AND_CHILD
                        if profile is Profile.PARENT_AND_CHILD
                        else Setting.FOSTER
                    ),
                    adapted=profile is Profile.DISABLED_CHILDREN,
                    running_weekly_pence=100 * self.weekly_retainer_pounds,
                    capital_pence=100 * self.recruitment_pounds,
                )
            )
        return tuple(opened)


class LoseCarers(Lever):
    """Some of the council's own foster carers stop, beside those who stop anyway.

    Which ones is drawn by lot; they stop one after the other, evenly over the weeks given.

    Parameters
    ----------
    households
        How many.
    area
        Where they live.
    age_from, age_to
        Only carers approved for any of these ages.
    beds_at_least
        Only carers approved for so many children: 3 for those who take sibling groups.
    over_weeks
        From the first who stops to the last.
    notice_weeks
        From when carers say so to when they do.
    """

    title: ClassVar[str] = "Lose foster carers"
    can_end: ClassVar[bool] = False

    kind: Literal["lose_carers"] = "lose_carers"
    households: Homes
    area: Where = "county"
    age_from: Annotated[int, Field(ge=0, le=17), Unit("years")] = 0
    age_to: Annotated[int, Field(ge=0, le=17), Unit("years")] = 17
    beds_at_least: Annotated[int, Field(ge=1, le=6), Unit("beds")] = 1
    over_weeks: Weeks = 52
    notice_weeks: Weeks = 8

    def _does(self) -> str:
        ages = (
            f" who take children of {self.age_from} to {self.age_to}"
            if (self.age_from, self.age_to) != (0, 17)
            else ""
        )
        beds = f" with {self.beds_at_least} or more beds" if self.beds_at_least > 1 else ""
        return (
            f"{counted(self.households, 'foster household')} of the council's own "
            f"{place_words(self.area)}{ages}{beds} "
            f"{'stops' if self.households == 1 else 'stop'} over "
            f"{counted(self.over_weeks, 'week')}, beside those who stop anyway"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the closures."""
        fits = [
            home
            for home in on_ground(
                in_house(outlook, Setting.FOSTER),
                ground(self.area, outlook.world.authority),
                outlook,
            )
            if home.beds_approved >= self.beds_at_least
            and (home.terms is None or (home.terms.age_from or 0) <= self.age_to)
            and (home.terms is None or (home.terms.age_to or 25) >= self.age_from)
        ]
        enough(fits, self.households, "foster households of the council's own", "households")
        chosen = by_lot(fits, self.households, seed=seed, purpose=self.kind)
        days = spread_over(self.first_day(outlook), self.households, self.over_weeks)
        return tuple(
            HomeCloses(starts=day, home_id=home.home_id, notice_weeks=self.notice_weeks)
            for home, day in zip(chosen, days, strict=True)
        )


class ConvertAgencyCarers(Lever):
    """Agency foster carers come over to the council, with the children who live there.

    Which ones is drawn by lot; they come one after the other, evenly over the weeks given. The
    law leaves the choice to the carers.

    Parameters
    ----------
    households
        How many.
    area
        Where they live.
    over_weeks
        From the first to the last.
    weekly_fee_pounds
        For each child from then on; as the council's own foster carers are paid when not given.
    fee_to_agency_pounds
        Paid once for each household: what contracts ask when carers transfer.
    """

    title: ClassVar[str] = "Convert agency carers to in-house"

    kind: Literal["convert_agency_carers"] = "convert_agency_carers"
    households: Homes
    area: Where = "county"
    over_weeks: Weeks = 52
    weekly_fee_pounds: WeeklyPounds | None = None
    fee_to_agency_pounds: Pounds = 0

    def _does(self) -> str:
        fee = (
            "at what the council's own carers are paid"
            if self.weekly_fee_pounds is None
            else f"at £{self.weekly_fee_pounds:,} a week for each child"
        )
        once = f", for £{self.fee_to_agency_pounds:,} each" if self.fee_to_agency_pounds else ""
        return (
            f"{counted(self.households, 'agency foster household')} {place_words(self.area)} "
            f"{'comes' if self.households == 1 else 'come'} over to the council over "
            f"{counted(self.over_weeks, 'week')} {fee}{once}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the households' new provider and agreement."""
        moved = moved_in_house(outlook)
        fits = [
            home
            for home in on_ground(
                bought(outlook, Setting.FOSTER),
                ground(self.area, outlook.world.authority),
                outlook,
            )
            if home.home_id not in moved
        ]
        enough(fits, self.households, "agency foster households", "households")
        fee = None if self.weekly_fee_pounds is None else 100 * self.weekly_fee_pounds
        agreement_ids, agreements = in_house_terms(
            outlook, Setting.FOSTER, identity=self.identity, weekly_fee_pence=fee
        )
        chosen = by_lot(fits, self.households, seed=seed, purpose=self.kind)
        days = spread_over(self.first_day(outlook), self.households, self.over_weeks)
        return tuple(
            HomesChange(
                starts=day,
                ends=self.ends,
                home_ids=(home.home_id,),
                fields={
                    "provider_id": council_id(outlook),
                    "agreement_ids": agreement_ids,
                    "weekly_fee_pence": None,
                    "grade": None,
                    "quality_visit_due": None,
                },
                agreements=agreements,
                capital_pence=100 * self.fee_to_agency_pounds,
            )
            for home, day in zip(chosen, days, strict=True)
            if self.ends is None or day <= self.ends
        )


class RetainCarers(Lever):
    """Fewer of the council's own foster carers stop.

    Parameters
    ----------
    fewer_leave_percent
        By how much fewer of them stop in a year.
    yearly_pounds
        What the support, the fees or the events behind it cost.
    """

    title: ClassVar[str] = "Keep foster carers"

    kind: Literal["retain_carers"] = "retain_carers"
    fewer_leave_percent: Percent
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        cost = f", at £{self.yearly_pounds:,} a year" if self.yearly_pounds else ""
        return (
            f"{self.fewer_leave_percent:g} per cent fewer of the council's own foster carers stop "
            f"in a year{cost}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rate at which carers leave, and what it costs."""
        return (
            NumberChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                name="carers.in_house.leave_a_year",
                multiply=1 - self.fewer_leave_percent / 100,
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )
