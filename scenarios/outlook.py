"""What the future is taken to be: where things stand, what is assumed, and what will change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from matcher.errors import UsageError
from scenarios.changes import NumberChanges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from matcher.domain.world import World
    from matcher.lookahead.values import BedValues
    from matcher.policy import Policy
    from scenarios.assumptions import Assumptions
    from scenarios.changes import AnyChange


@dataclass(frozen=True)
class Outlook:
    """A future to be simulated. A lever is a pure function from an outlook to an outlook.

    Parameters
    ----------
    world
        Where children, homes and agreements stand at the beginning.
    policy
        What the council prefers.
    assumptions
        Every coefficient of the simulation, with its source and its doubt.
    changes
        What will be different, and from when; in the order in which it was added.
    bed_values
        What beds are worth to those who come next, for a policy that looks ahead; None for
        none.
    """

    world: World
    policy: Policy
    assumptions: Assumptions
    changes: tuple[AnyChange, ...] = ()
    bed_values: BedValues | None = None

    def with_changes(self, changes: Iterable[AnyChange]) -> Outlook:
        """Return a copy with more changes.

        Parameters
        ----------
        changes
            Added after those that are there.

        Raises
        ------
        UsageError
            If a change names an assumption that does not exist.
        """
        added = tuple(changes)
        for change in added:
            if isinstance(change, NumberChanges) and change.name not in self.assumptions:
                raise UsageError(
                    f"There is no assumption {change.name!r}. "
                    "'nearhome scenario levers' lists those that exist."
                )
        return replace(self, changes=(*self.changes, *added))
