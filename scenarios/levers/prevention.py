"""Prevention: edge of care, return home, repeat removals."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from scenarios.changes import NumberChanges
from scenarios.levers.ground import ALL, ground, place_words
from scenarios.levers.lever import Change, Lever, Percent, Where, YearlyPounds
from scenarios.levers.permanence import (
    AgeFrom,
    ages_words,
    cost_words,
    leaving_changes,
    more_or_fewer,
)
from scenarios.levers.spending import spent

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook


def outcodes_of(area: str, outlook: Outlook) -> tuple[str, ...]:
    """Return the outcodes of an area; none for all of the county.

    An outcode that the area shares with its surroundings counts as part of it.
    """
    return () if area.lower() == ALL else ground(area, outlook.world.authority).outcodes


class EdgeOfCare(Lever):
    """Families are supported in time, and fewer children come into care.

    Parameters
    ----------
    fewer_percent
        How many fewer come in a year, unaccompanied children apart.
    age_from, age_to
        Only children of these ages, both included.
    area
        Only families who live there; by whole outcodes.
    yearly_pounds
        What the service costs.
    """

    title: ClassVar[str] = "Edge of care"

    kind: Literal["edge_of_care"] = "edge_of_care"
    fewer_percent: Percent
    age_from: AgeFrom = 0
    age_to: AgeFrom = 17
    area: Where = ALL
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        where = "" if self.area.lower() == ALL else f" {place_words(self.area)}"
        return (
            f"{self.fewer_percent:g} per cent fewer children"
            f"{ages_words(self.age_from, self.age_to)}{where} come into care"
            f"{cost_words(self.yearly_pounds)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rate of entry, and what it costs."""
        return (
            NumberChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                name="entry.children_a_year",
                multiply=1 - self.fewer_percent / 100,
                ages=(
                    None
                    if (self.age_from, self.age_to) == (0, 17)
                    else (self.age_from, self.age_to)
                ),
                area=outcodes_of(self.area, outlook),
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )


class ReturnHome(Lever):
    """More children go home, with support that makes it last.

    Parameters
    ----------
    more_percent
        How many more go home in a year; fewer when negative.
    age_from, age_to
        Only children of these ages, both included.
    fewer_return_percent
        How many fewer of those who go home come back into care.
    yearly_pounds
        What the support costs.
    """

    title: ClassVar[str] = "Return home"

    kind: Literal["return_home"] = "return_home"
    more_percent: Change
    age_from: AgeFrom = 0
    age_to: AgeFrom = 17
    fewer_return_percent: Percent = 0.0
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        back = (
            f", and {self.fewer_return_percent:g} per cent fewer come back into care"
            if self.fewer_return_percent
            else ""
        )
        return (
            f"{more_or_fewer(self.more_percent)} children{ages_words(self.age_from, self.age_to)} "
            f"go home each year{back}{cost_words(self.yearly_pounds)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rates, and what it costs."""
        found: list[AnyChange] = [
            *leaving_changes(
                self,
                outlook,
                "return_home",
                multiply=1 + self.more_percent / 100,
                age_from=self.age_from,
                age_to=self.age_to,
            )
        ]
        if self.fewer_return_percent:
            found.append(
                NumberChanges(
                    starts=self.first_day(outlook),
                    ends=self.ends,
                    name="reentry.share",
                    multiply=1 - self.fewer_return_percent / 100,
                )
            )
        return (*found, *spent(self, outlook, yearly_pounds=self.yearly_pounds))


class PreventRepeatRemovals(Lever):
    """Parents whose children were removed are supported before there is a next time.

    Parameters
    ----------
    fewer_return_percent
        How many fewer children who went home come back into care.
    fewer_babies_percent
        How many fewer children under one come into care.
    yearly_pounds
        What the contract costs.
    """

    title: ClassVar[str] = "Prevent repeat removals"

    kind: Literal["prevent_repeat_removals"] = "prevent_repeat_removals"
    fewer_return_percent: Percent = 0.0
    fewer_babies_percent: Percent = 0.0
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        return (
            f"{self.fewer_return_percent:g} per cent fewer children who went home come back into "
            f"care, and {self.fewer_babies_percent:g} per cent fewer children under one come into "
            f"care{cost_words(self.yearly_pounds)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rates, and what it costs."""
        first = self.first_day(outlook)
        return (
            NumberChanges(
                starts=first,
                ends=self.ends,
                name="reentry.share",
                multiply=1 - self.fewer_return_percent / 100,
            ),
            NumberChanges(
                starts=first,
                ends=self.ends,
                name="entry.children_a_year",
                multiply=1 - self.fewer_babies_percent / 100,
                ages=(0, 0),
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )
