"""Changes of what happens to children: rates, shocks, the search for a family home."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from matcher.domain.home import Setting
from matcher.domain.need import Level
from matcher.domain.record import Age, AuthorityCode
from scenarios.changes.change import Change, Prefix, low_to_high


class NumberChanges(Change):
    """An assumption is multiplied, then added to: for everybody, or for some children.

    Parameters
    ----------
    name
        The assumption; see :mod:`scenarios.assumptions`.
    multiply, add
        New value = value as drawn x ``multiply`` + ``add``. Of several changes of one
        name all multipliers come first. A share is kept within 0 and 1, a rate at 0 or more.
    ages
        Only for children of these completed years, both included; None for all. Only for
        assumptions that stand for a child or a family (``Assumption.per``).
    needs
        Only for children whose highest assessed level of need lies here, both included.
    unaccompanied
        Only for unaccompanied children (True), only for others (False), or all (None).
    area
        Only for children whose home before care has a postcode that begins so; empty for all.
    settings
        Only for homes of these settings (assumptions that stand for a home), and for
        children who live in them; empty for all.
    """

    name: str
    multiply: Annotated[float, Field(ge=0, le=100)] = 1.0
    add: Annotated[float, Field(ge=-1e9, le=1e9)] = 0.0
    ages: Annotated[tuple[Age, Age] | None, AfterValidator(low_to_high)] = None
    needs: Annotated[tuple[Level, Level] | None, AfterValidator(low_to_high)] = None
    unaccompanied: bool | None = None
    area: tuple[Prefix, ...] = ()
    settings: tuple[Setting, ...] = ()

    @property
    def for_everybody(self) -> bool:
        """Whether the change is not limited to some children or homes."""
        return not (
            self.ages is not None
            or self.needs is not None
            or self.unaccompanied is not None
            or self.area
            or self.settings
        )


class StepDown(Change):
    """Children in residential care who do not need it are offered a family home.

    Parameters
    ----------
    a_year
        How often a year each of them is looked for.
    highest_need
        Only children whose highest assessed need is at most this level.
    ages
        Only children of these completed years, both included; None for all.
    to_settings
        Where they may go.
    """

    a_year: Annotated[float, Field(ge=0, le=52)]
    highest_need: Level = 2
    ages: Annotated[tuple[Age, Age] | None, AfterValidator(low_to_high)] = None
    to_settings: tuple[Setting, ...] = (Setting.FOSTER,)


class DemandShock(Change):
    """Children come into care beside those of the assumed rates, spread evenly over time.

    Parameters
    ----------
    children_a_year
        How many a year while the change holds.
    unaccompanied
        Whether they are unaccompanied children.
    ages
        Completed years, both included.
    transferred_from
        The authority that they come from, where they do; None otherwise.
    """

    children_a_year: Annotated[float, Field(ge=0, le=5000)]
    unaccompanied: bool = False
    ages: Annotated[tuple[Age, Age], AfterValidator(low_to_high)] = (0, 17)
    transferred_from: AuthorityCode | None = None
