"""Changes of what is paid: programmes, blocks, fees, shared beds."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from matcher.domain.agreement import Agreement, Route
from matcher.domain.home import Setting
from matcher.domain.record import Identifier
from scenarios.changes.change import Amount, Change, Weeks


class MoneySpent(Change):
    """What a programme costs that is neither a home nor a fee.

    Parameters
    ----------
    purpose
        What it is spent on, in a few words.
    once_pence
        Paid once, in the week of ``starts``; counts as capital.
    weekly_pence
        Paid every week while the change holds; counts as running cost.
    """

    purpose: str
    once_pence: Amount = 0
    weekly_pence: Amount = 0


class BlockStarts(Change):
    """Beds are bought in a block, paid for whether they are used or not.

    The agreement is dated by the change. When it ends, children who live there stay at the
    fee of the home's next agreement.

    Parameters
    ----------
    agreement
        Of route block, with ``block_beds`` and ``block_weekly_pence``.
    home_ids
        The homes whose beds it covers.
    """

    agreement: Agreement
    home_ids: tuple[Identifier, ...]

    @model_validator(mode="after")
    def _is_a_block(self) -> Self:
        if self.agreement.route is not Route.BLOCK or self.agreement.block_beds == 0:
            raise ValueError("a block agreement has the route block and at least one bed")
        return self


class FeesChange(Change):
    """Fees are multiplied: of new placements and of those that run.

    Parameters
    ----------
    multiply
        Times the fee.
    routes, provider_ids, settings
        Only these; empty for all.
    new_only
        Only placements that begin while the change holds; they keep the fee afterwards.
    """

    multiply: Annotated[float, Field(ge=0, le=100)]
    routes: tuple[Route, ...] = ()
    provider_ids: tuple[Identifier, ...] = ()
    settings: tuple[Setting, ...] = ()
    new_only: bool = False


class BedsShared(Change):
    """Spare beds are offered to other authorities against an income, and can be recalled.

    A spare bed is taken at the rate ``shared.taken_a_year``; it is recalled when one of our
    own children waits for whom the home would be lawful, and is free after the notice.

    Parameters
    ----------
    home_ids
        Homes that share.
    beds
        At most so many beds in each at a time.
    weekly_income_pence
        For each bed while it is taken.
    recall_weeks
        Notice until a recalled bed is free.
    """

    home_ids: tuple[Identifier, ...]
    beds: Annotated[int, Field(ge=1, le=100)] = 1
    weekly_income_pence: Amount
    recall_weeks: Weeks = 4
