"""Permanence: special guardianship, connected carers, adoption, early permanence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from scenarios.changes import NumberChanges
from scenarios.levers.lever import Change, Lever, Percent, Unit, YearlyPounds
from scenarios.levers.spending import spent

if TYPE_CHECKING:
    from scenarios.changes import AnyChange
    from scenarios.outlook import Outlook

BANDS = {
    "under_1": (0, 0),
    "1_4": (1, 4),
    "5_9": (5, 9),
    "10_15": (10, 15),
    "16_17": (16, 17),
}
"""Age bands of the rates at which children leave care, by their name in the assumptions."""


def leaving_changes(
    lever: Lever, outlook: Outlook, way: str, *, multiply: float, age_from: int, age_to: int
) -> tuple[NumberChanges, ...]:
    """Return changes of the rate at which children leave care one way.

    Parameters
    ----------
    lever, outlook
        For dates.
    way
        "return_home", "adoption", "special_guardianship" or "other".
    multiply
        Times today's rate.
    age_from, age_to
        Completed years, both included.
    """
    return tuple(
        NumberChanges(
            starts=lever.first_day(outlook),
            ends=lever.ends,
            name=f"leave.{way}.{band}",
            multiply=multiply,
            ages=None if age_from <= low and high <= age_to else (age_from, age_to),
        )
        for band, (low, high) in BANDS.items()
        if age_from <= high and low <= age_to
    )


def ages_words(age_from: int, age_to: int) -> str:
    """Return a range of ages in a sentence; nothing for all."""
    return "" if (age_from, age_to) == (0, 17) else f" of {age_from} to {age_to}"


def cost_words(yearly_pounds: int) -> str:
    """Return what a programme costs, in a sentence; nothing when it costs nothing."""
    return f", at £{yearly_pounds:,} a year" if yearly_pounds else ""


def more_or_fewer(percent: float) -> str:
    """Return a change of a number in words."""
    return f"{abs(percent):g} per cent {'more' if percent >= 0 else 'fewer'}"


AgeFrom = Annotated[int, Field(ge=0, le=17), Unit("years")]


class SpecialGuardianship(Lever):
    """More children leave care to special guardians each year.

    Parameters
    ----------
    more_percent
        Of today's rate; fewer when negative.
    age_from, age_to
        Only children of these ages, both included.
    yearly_pounds
        Assessments and support. Allowances to guardians are not part of the cost of care.
    """

    title: ClassVar[str] = "More special guardianship"

    kind: Literal["special_guardianship"] = "special_guardianship"
    more_percent: Change
    age_from: AgeFrom = 0
    age_to: AgeFrom = 17
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        return (
            f"{more_or_fewer(self.more_percent)} children{ages_words(self.age_from, self.age_to)} "
            f"leave care to special guardians each year{cost_words(self.yearly_pounds)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rates of leaving, and what it costs."""
        return (
            *leaving_changes(
                self,
                outlook,
                "special_guardianship",
                multiply=1 + self.more_percent / 100,
                age_from=self.age_from,
                age_to=self.age_to,
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )


class ReviewConnectedCarers(Lever):
    """Connected carers are reviewed at six months: an order may serve the child better.

    Parameters
    ----------
    more_orders_percent
        How many more of the children who live with connected carers leave to special
        guardians each year.
    fewer_fail_percent
        How many fewer temporary approvals end without full approval, since carers are helped
        in time.
    yearly_pounds
        What the reviews cost.
    """

    title: ClassVar[str] = "Review connected carers at six months"

    kind: Literal["review_connected_carers"] = "review_connected_carers"
    more_orders_percent: Change
    fewer_fail_percent: Percent = 0.0
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        fails = (
            f", and {self.fewer_fail_percent:g} per cent fewer temporary approvals fail"
            if self.fewer_fail_percent
            else ""
        )
        return (
            "Connected carers are reviewed at six months: "
            f"{more_or_fewer(self.more_orders_percent)} of the children who live with them leave "
            f"care to special guardians each year{fails}{cost_words(self.yearly_pounds)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rates, and what it costs."""
        first = self.first_day(outlook)
        found: list[AnyChange] = [
            NumberChanges(
                starts=first,
                ends=self.ends,
                name="leave.connected_guardianship",
                multiply=1 + self.more_orders_percent / 100,
            )
        ]
        if self.fewer_fail_percent:
            found.append(
                NumberChanges(
                    starts=first,
                    ends=self.ends,
                    name="connected.fails",
                    multiply=1 - self.fewer_fail_percent / 100,
                )
            )
        return (*found, *spent(self, outlook, yearly_pounds=self.yearly_pounds))


class Adoption(Lever):
    """More children are placed for adoption each year, for whom adopters were hard to find.

    Parameters
    ----------
    more_percent
        Of today's rate; fewer when negative.
    age_from, age_to
        Only children of these ages, both included.
    yearly_pounds
        What recruiting and matching adopters costs.
    """

    title: ClassVar[str] = "More adoption"

    kind: Literal["adoption"] = "adoption"
    more_percent: Change
    age_from: AgeFrom = 0
    age_to: AgeFrom = 9
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        return (
            f"{more_or_fewer(self.more_percent)} children{ages_words(self.age_from, self.age_to)} "
            f"are placed for adoption each year{cost_words(self.yearly_pounds)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rates, and what it costs."""
        return (
            *leaving_changes(
                self,
                outlook,
                "adoption",
                multiply=1 + self.more_percent / 100,
                age_from=self.age_from,
                age_to=self.age_to,
            ),
            *spent(self, outlook, yearly_pounds=self.yearly_pounds),
        )


class EarlyPermanence(Lever):
    """Young children live from early on with foster carers who may adopt them.

    Parameters
    ----------
    more_adopted_percent
        How many more are placed for adoption each year.
    fewer_moves_percent
        How many fewer planned moves they have between foster homes.
    age_to
        Up to this age.
    yearly_pounds
        What it costs.
    """

    title: ClassVar[str] = "Early permanence"

    kind: Literal["early_permanence"] = "early_permanence"
    more_adopted_percent: Change = 0.0
    fewer_moves_percent: Percent
    age_to: Annotated[int, Field(ge=0, le=9), Unit("years")] = 4
    yearly_pounds: YearlyPounds = 0

    def _does(self) -> str:
        adopted = (
            f", and {more_or_fewer(self.more_adopted_percent)} are placed for adoption each year"
            if self.more_adopted_percent
            else ""
        )
        return (
            f"Children up to {self.age_to} have {self.fewer_moves_percent:g} per cent fewer "
            f"planned moves between foster homes, since they live with carers who may adopt them"
            f"{adopted}{cost_words(self.yearly_pounds)}"
        )

    def changes(self, outlook: Outlook, *, seed: int = 0) -> tuple[AnyChange, ...]:
        """Return the rates, and what it costs."""
        found: list[AnyChange] = [
            NumberChanges(
                starts=self.first_day(outlook),
                ends=self.ends,
                name="move.planned.foster",
                multiply=1 - self.fewer_moves_percent / 100,
                ages=(0, self.age_to),
            )
        ]
        if self.more_adopted_percent:
            found += leaving_changes(
                self,
                outlook,
                "adoption",
                multiply=1 + self.more_adopted_percent / 100,
                age_from=0,
                age_to=self.age_to,
            )
        return (*found, *spent(self, outlook, yearly_pounds=self.yearly_pounds))
