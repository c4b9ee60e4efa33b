"""Support to carers and homes: training, therapy, adapted homes, fewer breakdowns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from matcher.domain.home import Home, Setting
from matcher.domain.need import LEVEL_LABELS, Adaptation, NeedDomain
from matcher.domain.phrases import counted, listed
from scenarios.changes import CapabilityRises, HomesChange, NumberChanges
from scenarios.levers.ground import ground, place_words
from scenarios.levers.homes_there import by_lot, council_id, enough, in_house, on_ground
from scenarios.levers.lever import (
    Homes,
    Lever,
    Percent,
    Pounds,
    Unit,
    Where,
    YearlyPounds,
)
from scenarios.levers.spending import spent

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

Domains = Annotated[tuple[NeedDomain, ...], Field(min_length=1), Unit("domains of need")]
Steps = Annotated[int, Field(ge=1, le=4), Unit("levels")]
TopLevel = Annotated[int, Field(ge=1, le=4), Unit("level of need")]

USUAL_LIMIT = 3
"""Children in a foster household unless all are siblings (Children Act 1989, Schedule 7)."""


class TrainCarers(Lever):
    """Specialist training and support let foster carers meet higher needs.

    Parameters
    ----------
    domains
        In which domains of need.
    by
        By how many levels.
    at_most
        Nobody rises above this level.
    households
        How many of the council's own foster households, drawn by lot; all of them, those who
        join later among them, when not given.
    area
        Where they live; only with ``households``.
    yearly_pounds
        What it costs.
    """

    title: ClassVar[str] = "Train foster carers"

    kind: Literal["train_carers"] = "train_carers"
    domains: Domains = (NeedDomain.EMOTIONAL, NeedDomain.BEHAVIOUR, NeedDomain.SELF_HARM)
    by: Steps = 1
    at_most: TopLevel = 3
    households: Homes | None = None
    area: Where = "county"
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        who = (
            "All of the council's own foster carers"
            if self.households is None
            else f"{counted(self.households, 'foster household')} of the council's own "
            f"{place_words(self.area)}"
        )
        cost = f", at £{self.yearly_pounds:,} a year" if self.yearly_pounds else ""
        return (
            f"{who} can meet {counted(self.by, 'level')} more of need in "
            f"{listed([each.label for each in self.domains])}, up to "
            f"{LEVEL_LABELS[self.at_most]}{cost}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rise in capability, and what it costs."""
        home_ids: tuple[str, ...] = ()
        everybody = self.households is None
        if self.households is not None:
            fits = on_ground(
                in_house(outlook, Setting.FOSTER),
                ground(self.area, outlook.world.authority),
                outlook,
            )
            enough(fits, self.households, "foster households of the council's own", "households")
            chosen = by_lot(fits, self.households, seed=seed, purpose=self.kind)
            home_ids = tuple(home.home_id for home in chosen)
        return (
            CapabilityRises(
                starts=self.first_day(outlook),
                ends=self.ends,
                home_ids=home_ids,
                provider_ids=(council_id(outlook),) if everybody else (),
                settings=(Setting.FOSTER,) if everybody else (),
                domains=self.domains,
                by=self.by,
                at_most=self.at_most,
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )


class InHouseTherapy(Lever):
    """The council's own therapists support its own carers and homes.

    Needs that a home now meets also make a placement there less likely to break down.

    Parameters
    ----------
    domains
        In which domains of need they help.
    by
        By how many levels a home can then do more.
    at_most
        No home rises above this level.
    yearly_pounds
        What the therapists cost.
    """

    title: ClassVar[str] = "Therapy in-house"

    kind: Literal["in_house_therapy"] = "in_house_therapy"
    domains: Domains = (NeedDomain.EMOTIONAL, NeedDomain.SELF_HARM)
    by: Steps = 1
    at_most: TopLevel = 4
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        cost = f", at £{self.yearly_pounds:,} a year" if self.yearly_pounds else ""
        return (
            "The council's own foster carers, connected carers and children's homes can meet "
            f"{counted(self.by, 'level')} more of need in "
            f"{listed([each.label for each in self.domains])}, up to "
            f"{LEVEL_LABELS[self.at_most]}, with therapists at hand{cost}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rise in capability, and what it costs."""
        return (
            CapabilityRises(
                starts=self.first_day(outlook),
                ends=self.ends,
                provider_ids=(council_id(outlook),),
                settings=(Setting.FOSTER, Setting.CONNECTED, Setting.CHILDRENS_HOME),
                domains=self.domains,
                by=self.by,
                at_most=self.at_most,
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )


class AdaptCarersHomes(Lever):
    """Capital adapts or extends the homes of the council's own foster carers.

    Which ones is drawn by lot, among those whom the beds leave within the usual limit of three
    fostered children.

    Parameters
    ----------
    households
        How many.
    beds_added
        In each; 0 when homes are only adapted.
    adaptations
        What each then has.
    capital_pounds
        For each, paid when it is done.
    area
        Where they live.
    """

    title: ClassVar[str] = "Adapt or extend carers' homes"

    kind: Literal["adapt_carers_homes"] = "adapt_carers_homes"
    households: Homes
    beds_added: Annotated[int, Field(ge=0, le=2), Unit("beds")] = 0
    adaptations: Annotated[tuple[Adaptation, ...], Unit("adaptations")] = ()
    capital_pounds: Pounds
    area: Where = "county"

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.beds_added and not self.adaptations:
            raise ValueError("nothing would change: give 'beds_added', 'adaptations' or both")
        return self

    def _does(self) -> str:
        done = []
        if self.beds_added:
            done.append(f"extended by {counted(self.beds_added, 'bed')}")
        if self.adaptations:
            done.append(f"adapted ({listed([each.label for each in self.adaptations])})")
        return (
            f"{counted(self.households, 'home')} of the council's own foster carers "
            f"{place_words(self.area)} {'is' if self.households == 1 else 'are'} "
            f"{' and '.join(done)} for £{self.capital_pounds:,} each"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the homes' beds and adaptations, and the capital."""
        done = {
            home_id
            for change in outlook.changes
            if isinstance(change, HomesChange)
            and {"beds_approved", "adaptations"} & change.fields.keys()
            for home_id in change.home_ids
        }
        fits = [
            home
            for home in on_ground(
                in_house(outlook, Setting.FOSTER),
                ground(self.area, outlook.world.authority),
                outlook,
            )
            if home.home_id not in done
            and home.beds_approved + self.beds_added <= USUAL_LIMIT
            and (self.beds_added or not set(self.adaptations) <= (home.adaptations or set()))
        ]
        enough(fits, self.households, "foster households that could be changed so", "households")
        return tuple(
            HomesChange(
                starts=self.first_day(outlook),
                ends=self.ends,
                home_ids=(home.home_id,),
                fields=self._fields(home),
                capital_pence=100 * self.capital_pounds,
            )
            for home in by_lot(fits, self.households, seed=seed, purpose=self.kind)
        )

    def _fields(self, home: Home) -> dict[str, object]:
        fields: dict[str, object] = {}
        if self.beds_added:
            fields["beds_approved"] = home.beds_approved + self.beds_added
            fields["beds_usable"] = home.beds_usable + self.beds_added
            if home.bedrooms is not None:
                fields["bedrooms"] = home.bedrooms + self.beds_added
            if home.terms is not None and home.terms.number is not None:
                fields["terms"] = home.terms.replace(number=home.terms.number + self.beds_added)
        if self.adaptations:
            fields["adaptations"] = (home.adaptations or frozenset()) | set(self.adaptations)
        return fields


class ReduceBreakdowns(Lever):
    """Placements break down less often than their match alone would say.

    Parameters
    ----------
    fewer_percent
        By how much fewer a year.
    settings
        In which kinds of home.
    age_from, age_to
        Only children of these ages, both included.
    yearly_pounds
        What the support behind it costs.
    """

    title: ClassVar[str] = "Fewer breakdowns"

    kind: Literal["reduce_breakdowns"] = "reduce_breakdowns"
    fewer_percent: Percent
    settings: Annotated[
        tuple[Literal["foster", "connected", "childrens_home", "supported"], ...],
        Field(min_length=1),
        Unit("kinds of home"),
    ] = ("foster", "connected")
    age_from: Annotated[int, Field(ge=0, le=17), Unit("years")] = 0
    age_to: Annotated[int, Field(ge=0, le=17), Unit("years")] = 17
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        where = listed([Setting(each).label for each in self.settings])
        ages = (
            f" of children of {self.age_from} to {self.age_to}"
            if (self.age_from, self.age_to) != (0, 17)
            else ""
        )
        cost = f", at £{self.yearly_pounds:,} a year" if self.yearly_pounds else ""
        return f"{self.fewer_percent:g} per cent fewer placements{ages} break down ({where}){cost}"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rates of breakdown, and what it costs."""
        everybody = (self.age_from, self.age_to) == (0, 17)
        return (
            *(
                NumberChanges(
                    starts=self.first_day(outlook),
                    ends=self.ends,
                    name=f"breakdown.{setting}",
                    multiply=1 - self.fewer_percent / 100,
                    ages=None if everybody else (self.age_from, self.age_to),
                )
                for setting in sorted(set(self.settings))
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )
