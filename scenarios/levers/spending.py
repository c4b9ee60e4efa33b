"""What programmes cost, as changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.changes import MoneySpent

if TYPE_CHECKING:
    from scenarios.levers.lever import Lever
    from scenarios.outlook import Outlook

WEEKS_A_YEAR = 52
"""Of the simulation."""


def spent(
    lever: Lever, outlook: Outlook, *, yearly_pounds: int = 0, once_pounds: int = 0
) -> tuple[MoneySpent, ...]:
    """Return what a programme costs beside homes and fees; nothing when it costs nothing.

    Parameters
    ----------
    lever, outlook
        For its title and dates.
    yearly_pounds
        Spread over the weeks while it runs.
    once_pounds
        In the first week.
    """
    if not yearly_pounds and not once_pounds:
        return ()
    return (
        MoneySpent(
            starts=lever.first_day(outlook),
            ends=lever.ends,
            purpose=lever.title,
            once_pence=100 * once_pounds,
            weekly_pence=round(100 * yearly_pounds / WEEKS_A_YEAR),
        ),
    )
