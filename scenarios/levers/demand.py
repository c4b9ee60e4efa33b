"""Demand that nobody chooses: more children, unaccompanied children, rising complexity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from scenarios.changes import DemandShock, NumberChanges
from scenarios.levers.ground import ALL, place_words
from scenarios.levers.lever import Change, Lever, Unit, Where
from scenarios.levers.permanence import AgeFrom, ages_words, more_or_fewer
from scenarios.levers.prevention import outcodes_of

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook


class MoreChildren(Lever):
    """More children, or fewer, come into care than the rates say.

    Parameters
    ----------
    more_percent
        How many more a year, unaccompanied children apart; fewer when negative.
    age_from, age_to
        Only children of these ages, both included.
    area
        Only families who live there; by whole outcodes.
    """

    title: ClassVar[str] = "More children come into care"

    kind: Literal["more_children"] = "more_children"
    more_percent: Change
    age_from: AgeFrom = 0
    age_to: AgeFrom = 17
    area: Where = ALL

    def _does(self) -> str:
        where = "" if self.area.lower() == ALL else f" {place_words(self.area)}"
        return (
            f"{more_or_fewer(self.more_percent)} children"
            f"{ages_words(self.age_from, self.age_to)}{where} come into care"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rate of entry."""
        whole = (self.age_from, self.age_to) == (0, 17)
        return (
            NumberChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                name="entry.children_a_year",
                multiply=1 + self.more_percent / 100,
                ages=None if whole else (self.age_from, self.age_to),
                area=outcodes_of(self.area, outlook),
            ),
        )


class UnaccompaniedChildren(Lever):
    """More unaccompanied children, or fewer, come into care than the rates say.

    Parameters
    ----------
    more_percent
        How many more a year; fewer when negative.
    """

    title: ClassVar[str] = "More unaccompanied children"
    source: ClassVar[str] = (
        "The council's own assumption; the National Transfer Scheme asks a council to take "
        "unaccompanied children up to 0.1 per cent of its children"
    )

    kind: Literal["unaccompanied_children"] = "unaccompanied_children"
    more_percent: Change

    def _does(self) -> str:
        return f"{more_or_fewer(self.more_percent)} unaccompanied children come into care"

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rate of entry."""
        return (
            NumberChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                name="entry.unaccompanied_a_year",
                multiply=1 + self.more_percent / 100,
            ),
        )


class DemandShocks(Lever):
    """A number of children come into care beside those whom the rates bring.

    Parameters
    ----------
    children_a_year
        How many a year while it lasts.
    unaccompanied
        Whether they are unaccompanied children.
    age_from, age_to
        Their ages, both included.
    """

    title: ClassVar[str] = "A demand shock"

    kind: Literal["demand_shock"] = "demand_shock"
    children_a_year: Annotated[float, Field(gt=0, le=5000), Unit("children a year")]
    unaccompanied: bool = False
    age_from: AgeFrom = 0
    age_to: AgeFrom = 17

    def _does(self) -> str:
        who = "unaccompanied children" if self.unaccompanied else "children"
        return (
            f"{self.children_a_year:g} more {who} a year"
            f"{ages_words(self.age_from, self.age_to)} come into care"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the shock."""
        return (
            DemandShock(
                starts=self.first_day(outlook),
                ends=self.ends,
                children_a_year=self.children_a_year,
                unaccompanied=self.unaccompanied,
                ages=(self.age_from, self.age_to),
            ),
        )


class RisingComplexity(Lever):
    """Children who come into care have higher needs than those before them.

    Parameters
    ----------
    more_high_percent
        How many more of them have high or very high needs; fewer when negative. The others
        share what is left as before.
    """

    title: ClassVar[str] = "Rising complexity"

    kind: Literal["rising_complexity"] = "rising_complexity"
    more_high_percent: Change

    def _does(self) -> str:
        return (
            f"{more_or_fewer(self.more_high_percent)} of the children who come into care have high "
            "or very high needs"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the shares of need, which still add up to one."""
        values = outlook.assumptions
        high = [f"entry.complexity.{each}" for each in ("high", "very_high")]
        rest = [f"entry.complexity.{each}" for each in ("low", "usual")]
        now = sum(values.value(name) for name in high)
        then = min(now * (1 + self.more_high_percent / 100), 1.0)
        ratio = {
            **dict.fromkeys(high, then / now if now else 1.0),
            **dict.fromkeys(rest, (1 - then) / (1 - now) if now < 1 else 1.0),
        }
        return tuple(
            NumberChanges(
                starts=self.first_day(outlook), ends=self.ends, name=name, multiply=multiply
            )
            for name, multiply in ratio.items()
        )
