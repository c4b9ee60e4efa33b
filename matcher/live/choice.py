"""What is decided for a family: who lives where, how well, at what cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.domain.placement import Placement

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.agreement import Route


@dataclass(frozen=True, slots=True)
class Part:
    """Some children of a family in one home.

    Parameters
    ----------
    home_id
        Where.
    child_ids
        Who, in the order of identifiers.
    day
        The first day.
    points
        Of each child, 0 to 100.
    miles
        From each child's own home; None when unknown. For unaccompanied children too.
    fees_pence
        A week, of each child, after the sibling discount; 0 for prepaid beds, None when
        unknown. Their sum is what the engine says for the household.
    transport_pence
        School transport a week, of each child.
    route, agreement_id
        How the beds are bought; None without an agreement.
    prepaid
        Whether they are prepaid beds of a block.
    """

    home_id: str
    child_ids: tuple[str, ...]
    day: date
    points: tuple[float, ...]
    miles: tuple[float | None, ...]
    fees_pence: tuple[int | None, ...]
    transport_pence: tuple[int, ...]
    route: Route
    agreement_id: str | None
    prepaid: bool

    def placements(self) -> tuple[Placement, ...]:
        """Return the placements of the children, for :meth:`LiveWorld.put`."""
        return tuple(
            Placement(
                child_id=child_id,
                home_id=self.home_id,
                started_on=self.day,
                agreement_id=self.agreement_id,
                weekly_fee_pence=fee,
            )
            for child_id, fee in zip(self.child_ids, self.fees_pence, strict=True)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """The best lawful way to place a family.

    Parameters
    ----------
    parts
        In the order of their first children; more than one when siblings are split.
    unplaced
        Children for whom there is no lawful home, in the order of identifiers.
    proved
        Whether no lawful way is better by the policy. False for the search order, which
        seeks no best, and where the solver ran out of work.
    """

    parts: tuple[Part, ...]
    unplaced: tuple[str, ...]
    proved: bool

    @property
    def together(self) -> bool:
        """Whether all have a home and it is one."""
        return len(self.parts) == 1 and not self.unplaced

    @property
    def home_of(self) -> dict[str, str | None]:
        """The home of each child; None when left without one."""
        found: dict[str, str | None] = {
            child_id: part.home_id for part in self.parts for child_id in part.child_ids
        }
        found.update(dict.fromkeys(self.unplaced))
        return dict(sorted(found.items()))
