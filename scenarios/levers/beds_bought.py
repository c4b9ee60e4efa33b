"""Beds bought or sold in advance: blocks, pools with other councils, spare beds for others."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from matcher.domain.agreement import Agreement, Fee, Provider, Route
from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Home, Setting
from matcher.domain.phrases import counted, day_words, listed
from matcher.domain.record import Identifier
from matcher.errors import UsageError
from scenarios.changes import BedsShared, BlockStarts, HoldPlaced, HomeOpens, ProviderFails
from scenarios.levers.ground import ground, place_words
from scenarios.levers.homes import ChildAge, NeedLevel
from scenarios.levers.homes_there import bought, in_house, lot, named_homes, new_id
from scenarios.levers.lever import (
    Beds,
    Homes,
    Lever,
    Unit,
    WeeklyPounds,
    Weeks,
    Where,
    YearlyPounds,
)
from scenarios.levers.new_homes import open_staffed_home
from scenarios.levers.spending import spent

if TYPE_CHECKING:
    from datetime import date

    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

HomeIds = Annotated[tuple[Identifier, ...], Unit("identifiers of homes")]

BEDS_IN_A_BLOCK_HOME = 3
"""Of homes that providers open for a block: the usual size of new children's homes."""

WEEKS_A_QUARTER = 13


class BlockBeds(Lever):
    """Beds in private children's homes are paid for in advance, used or not.

    Without ``home_ids`` a provider opens homes of up to three beds for the block, near the place
    given: the private provider with most children's homes in the data. With them, the beds
    are in homes that are there already, as they become free.

    Parameters
    ----------
    beds
        How many.
    weekly_pounds_a_bed
        What each costs a week, used or not.
    near
        Where the homes open; not used with ``home_ids``.
    home_ids
        Homes that are there already, all of one provider.
    shut_percent
        Share of weeks in which a home can take nobody new: staff, repairs, who lives there.
        Beds then stay empty though paid for; how many weeks they do in all is counted.
    ramp_up_weeks
        From the first bed to the last in a home that opens.
    age_from, age_to
        Ages that the homes that open take, both included.
    level
        Of need that the homes that open can meet.
    """

    title: ClassVar[str] = "Buy beds in a block"
    source: ClassVar[str] = (
        "The council's own assumption; a block of beds for complex needs in Nottingham came to "
        "at most £10,000 a bed and week"
    )
    opens_homes: ClassVar[bool] = True

    kind: Literal["block_beds"] = "block_beds"
    beds: Beds
    weekly_pounds_a_bed: WeeklyPounds
    near: Where = "county"
    home_ids: HomeIds = ()
    shut_percent: Annotated[float, Field(ge=0, le=90), Unit("per cent of weeks")] = 0.0
    ramp_up_weeks: Weeks = 6
    age_from: ChildAge = 8
    age_to: ChildAge = 17
    level: NeedLevel = 3

    def _does(self) -> str:
        where = (
            f"in {listed(self.home_ids)}"
            if self.home_ids
            else f"in private homes that open for it {place_words(self.near)}, for ages "
            f"{self.age_from} to {self.age_to},"
        )
        shut = (
            f"; the homes can take nobody new in {self.shut_percent:g} per cent of weeks"
            if self.shut_percent
            else ""
        )
        return (
            f"{counted(self.beds, 'bed')} {where} are bought in a block at "
            f"£{self.weekly_pounds_a_bed:,} a week each, used or not{shut}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the block, and the homes that open for it."""
        opened = () if self.home_ids else self._opened(outlook, seed)
        homes = named_homes(self.home_ids, outlook) or [each.home for each in opened]
        providers = sorted({home.provider_id for home in homes})
        self._refuse_failed(providers[0], outlook)
        if len(providers) > 1:
            raise UsageError(
                f"A block is bought from one provider, and these homes have {len(providers)}: "
                f"{listed(providers)}. Write one 'block_beds' for each."
            )
        there = sum(home.beds_approved for home in homes)
        if there < self.beds:
            raise UsageError(
                f"{self.beds} block beds are asked for, and the homes named have {there}. Lower "
                "'beds' or name more homes."
            )
        first = self.first_day(outlook)
        home_ids = tuple(home.home_id for home in homes)
        block = BlockStarts(
            starts=first,
            ends=self.ends,
            agreement=Agreement(
                agreement_id=new_id("A", self.identity + "|".join(self.home_ids)),
                provider_id=providers[0],
                route=Route.BLOCK,
                starts=first,
                ends=self.ends,
                block_beds=self.beds,
                block_weekly_pence=self.beds * 100 * self.weekly_pounds_a_bed,
            ),
            home_ids=home_ids,
        )
        return (*opened, block, *self._shut(home_ids, first, outlook, seed))

    def _refuse_failed(self, provider_id: str, outlook: Outlook) -> None:
        failed = [
            change
            for change in outlook.changes
            if isinstance(change, ProviderFails) and change.provider_id == provider_id
        ]
        if failed and (self.ends is None or failed[0].starts <= self.ends):
            raise UsageError(
                f"The block is bought from provider {provider_id}, which fails on "
                f"{day_words(failed[0].starts)}. End the block before, or name homes of another."
            )

    def _opened(self, outlook: Outlook, seed: int) -> tuple[HomeOpens, ...]:
        counts = Counter(home.provider_id for home in bought(outlook, Setting.CHILDRENS_HOME))
        if not counts:
            raise UsageError(
                "The data has no private or voluntary provider of children's homes to buy from. "
                "Name homes in 'home_ids'."
            )
        provider_id = min(counts, key=lambda each: (-counts[each], each))
        where = ground(self.near, outlook.world.authority)
        sizes = _shared_out(self.beds, BEDS_IN_A_BLOCK_HOME)
        return tuple(
            open_staffed_home(
                outlook,
                where,
                identity=self.identity,
                at=at,
                seed=seed,
                opens=self.first_day(outlook),
                ends=self.ends,
                setting=Setting.CHILDRENS_HOME,
                provider_id=provider_id,
                agreement_ids=(),
                agreements=(),
                beds=beds,
                ages=(self.age_from, self.age_to),
                level=self.level,
                ramp_up_weeks=self.ramp_up_weeks,
            )
            for at, beds in enumerate(sizes)
        )

    def _shut(
        self, home_ids: tuple[str, ...], first: date, outlook: Outlook, seed: int
    ) -> tuple[HoldPlaced, ...]:
        """Return weeks in which homes take nobody: once a quarter each, at a week by lot."""
        weeks = round(WEEKS_A_QUARTER * self.shut_percent / 100)
        if not weeks:
            return ()
        last = self.ends or first + timedelta(weeks=52 * 10)
        holds = []
        for home_id in home_ids:
            day = first + timedelta(weeks=lot(f"{seed}|shut|{home_id}") % WEEKS_A_QUARTER)
            while day <= last:
                until = min(day + timedelta(weeks=weeks) - timedelta(days=1), last)
                holds.append(HoldPlaced(starts=day, ends=until, home_ids=(home_id,)))
                day += timedelta(weeks=WEEKS_A_QUARTER)
        return tuple(holds)


class ShareSpareBeds(Lever):
    """Spare beds in the council's own children's homes are offered to other councils.

    Parameters
    ----------
    weekly_income_pounds
        For each bed while another council uses it.
    beds
        At most so many in each home at a time.
    recall_weeks
        From when a bed is asked back for one of our own children to when it is free.
    home_ids
        Which homes; all children's homes of the council's own when empty.
    """

    title: ClassVar[str] = "Share spare beds with other councils"
    alone: ClassVar[tuple[str, ...] | None] = ("home_ids",)

    kind: Literal["share_spare_beds"] = "share_spare_beds"
    weekly_income_pounds: WeeklyPounds
    beds: Annotated[int, Field(ge=1, le=12), Unit("beds")] = 1
    recall_weeks: Weeks = 4
    home_ids: HomeIds = ()

    def _does(self) -> str:
        where = (
            listed(self.home_ids) if self.home_ids else "each of the council's own children's homes"
        )
        return (
            f"Up to {counted(self.beds, 'spare bed')} in {where} are offered to other councils at "
            f"£{self.weekly_income_pounds:,} a week, to be recalled within "
            f"{counted(self.recall_weeks, 'week')}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the offer."""
        homes = (
            named_homes(self.home_ids, outlook)
            if self.home_ids
            else [
                *in_house(outlook, Setting.CHILDRENS_HOME),
                *_own_that_open(outlook),
            ]
        )
        if not homes:
            raise UsageError(
                "The council has no children's home of its own to share beds of. Open one, or name "
                "homes in 'home_ids'."
            )
        return (
            BedsShared(
                starts=self.first_day(outlook),
                ends=self.ends,
                home_ids=tuple(home.home_id for home in homes),
                beds=self.beds,
                weekly_income_pence=100 * self.weekly_income_pounds,
                recall_weeks=self.recall_weeks,
            ),
        )


class JoinConsortium(Lever):
    """Councils pool beds: homes open of which a share is this council's.

    Parameters
    ----------
    homes
        How many homes the pool has.
    beds
        In each, all councils' together.
    share_percent
        Of the beds that is this council's, rounded down over the pool, at least one.
    weekly_fee_pounds
        For each of our children who lives there.
    yearly_pounds
        What membership costs.
    near
        Where the homes are.
    age_from, age_to
        Ages that they take, both included.
    level
        Of need that they can meet: very high, since pools are for what no council has alone.
    """

    title: ClassVar[str] = "Join a consortium's pool of homes"
    opens_homes: ClassVar[bool] = True

    kind: Literal["join_consortium"] = "join_consortium"
    homes: Homes
    beds: Annotated[int, Field(ge=1, le=12), Unit("beds")] = 4
    share_percent: Annotated[float, Field(gt=0, le=100), Unit("per cent")]
    weekly_fee_pounds: WeeklyPounds
    yearly_pounds: YearlyPounds = 0
    near: Where = "county"
    age_from: ChildAge = 8
    age_to: ChildAge = 17
    level: NeedLevel = 4

    def our_beds(self) -> tuple[int, ...]:
        """Return this council's beds in each home of the pool."""
        ours = max(1, int(self.homes * self.beds * self.share_percent / 100 + 1e-9))
        return tuple(ours // self.homes + (at < ours % self.homes) for at in range(self.homes))

    def _does(self) -> str:
        cost = f", and £{self.yearly_pounds:,} a year" if self.yearly_pounds else ""
        return (
            f"The council joins a pool of {counted(self.homes, 'home')} {place_words(self.near)} "
            f"with {counted(self.beds, 'bed')} each, "
            f"{counted(sum(self.our_beds()), 'bed')} of them its own, at "
            f"£{self.weekly_fee_pounds:,} a week for each child{cost}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the pool's homes with this council's beds."""
        provider = Provider(provider_id=new_id("P", self.identity), sector=PlaceProvider.PR2)
        agreement = Agreement(
            agreement_id=new_id("A", self.identity),
            provider_id=provider.provider_id,
            route=Route.CONSORTIUM,
            fees=(Fee(weekly_fee_pence=100 * self.weekly_fee_pounds),),
            share_percent=round(self.share_percent),
        )
        where = ground(self.near, outlook.world.authority)
        opened = tuple(
            open_staffed_home(
                outlook,
                where,
                identity=self.identity,
                at=at,
                seed=seed,
                opens=self.first_day(outlook),
                ends=self.ends,
                setting=Setting.CHILDRENS_HOME,
                provider_id=provider.provider_id,
                agreement_ids=(agreement.agreement_id,),
                agreements=(agreement,),
                beds=beds,
                ages=(self.age_from, self.age_to),
                level=self.level,
            ).replace(provider=provider)
            for at, beds in enumerate(self.our_beds())
            if beds
        )
        return (*opened, *spent(self, outlook, yearly_pounds=self.yearly_pounds))


def _own_that_open(outlook: Outlook) -> list[Home]:
    """Return children's homes of the council's own that changes open."""
    own = {
        provider.provider_id
        for provider in outlook.world.providers.values()
        if provider.sector is PlaceProvider.PR1
    }
    opened = (change.home for change in outlook.changes if isinstance(change, HomeOpens))
    return sorted(
        (h for h in opened if h.provider_id in own and h.setting is Setting.CHILDRENS_HOME),
        key=lambda home: home.home_id,
    )


def _shared_out(total: int, at_most: int) -> tuple[int, ...]:
    """Return a total in parts of at most a size, as even as can be."""
    parts = -(-total // at_most)
    return tuple(total // parts + (at < total % parts) for at in range(parts))
