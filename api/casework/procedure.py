"""The council's own procedure: the one shipped, the one stored, and what it asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.records.approval import ApprovalRow, Procedure
from api.records.search import Tier
from api.records.task import Standing
from matcher.domain.agreement import Route
from matcher.domain.home import Setting
from matcher.domain.referral import Timescale

if TYPE_CHECKING:
    from api.storage.reading import Reader

BOUGHT = frozenset({Route.FRAMEWORK, Route.SPOT, Route.CONSORTIUM, Route.NATIONAL, Route.BLOCK})
"""Routes by which the council pays another provider."""

RESIDENTIAL = frozenset({Setting.CHILDRENS_HOME, Setting.RESIDENTIAL_SCHOOL, Setting.SECURE})

SHIPPED = Procedure(
    matrix=(
        ApprovalRow(standing=Standing.TEAM_MANAGER),
        ApprovalRow(routes=BOUGHT, standing=Standing.HEAD_OF_SERVICE),
        ApprovalRow(routes=BOUGHT, settings=RESIDENTIAL, standing=Standing.DIRECTOR),
        ApprovalRow(from_pence=150_000, standing=Standing.HEAD_OF_SERVICE),
        ApprovalRow(from_pence=500_000, standing=Standing.DIRECTOR),
    ),
    tiers=tuple(Tier),
    tiers_for_managers=frozenset({Tier.FRAMEWORK, Tier.CONSORTIUM, Tier.NATIONAL, Tier.SPOT}),
)
"""What holds until a council stores its own: the published practice of several councils.

References
----------
.. [1] Derby City Council, "Out of area placements": a fostering agency's placement is approved
   by the head of service, a private residential one by the director of children's services.
.. [2] London Borough of Hillingdon, "Financial agreement for a child's placement".
"""


def procedure_of(reader: Reader) -> Procedure:
    """Return the council's procedure: its own, or the one shipped."""
    held = reader.maybe(Procedure, SHIPPED.procedure_id)
    return SHIPPED if held is None else held.record


def standing_asked(
    procedure: Procedure, *, setting: Setting, route: Route, weekly_fee_pence: int | None
) -> Standing:
    """Return whose approval a purchase needs: the highest of the rows that cover it.

    Parameters
    ----------
    procedure
        With the matrix.
    setting, route, weekly_fee_pence
        What is bought. A fee that is not known counts as the highest.
    """
    asked = [
        row.standing for row in procedure.matrix if row.covers(setting, route, weekly_fee_pence)
    ]
    return max(asked, key=lambda each: each.height, default=Standing.OFFICER)


def hours_to_answer(procedure: Procedure, timescale: Timescale) -> int:
    """Return how long providers have to answer."""
    emergency, same_day, planned = procedure.answer_hours
    return {
        Timescale.EMERGENCY: emergency,
        Timescale.SAME_DAY: same_day,
        Timescale.PLANNED: planned,
    }[timescale]
