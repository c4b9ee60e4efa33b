"""What beds are worth to those who come next, as it was last learnt."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from matcher.domain.record import Record
from matcher.lookahead.values import BedValues, bed_values_from
from matcher.version import VERSION

if TYPE_CHECKING:
    from matcher.policy import Policy

COUNCIL = "council"
"""The identifier of every authority's one set of values; its earlier versions are kept."""

LONGEST = 20_000_000
"""Characters."""


class LearntBedValues(Record):
    """Bed values of a council, with what they were learnt from.

    Parameters
    ----------
    values_id
        Always ``council``.
    learnt_on
        The date of the World in which they were learnt.
    starts, ends
        The training window: its first day, and the first day after it.
    families
        How many families were learnt from.
    share_kept
        From 0 to 1: how much of what was learnt counts. With few families little does.
    source
        Where those families were taken from.
    policy, policy_version
        Whose points they are.
    data_hash
        Of the World.
    version
        Of the software.
    text
        The values, as ``nearhome lookahead learn`` writes them.
    """

    values_id: Literal["council"] = "council"
    learnt_on: date
    starts: date
    ends: date
    families: Annotated[int, Field(ge=1)]
    share_kept: Annotated[float, Field(ge=0, le=1)]
    source: str
    policy: str
    policy_version: str
    data_hash: str
    version: str
    text: Annotated[str, Field(min_length=1, max_length=LONGEST)]

    @classmethod
    def of(cls, values: BedValues, learnt_on: date) -> LearntBedValues:
        """Return values as they are stored.

        Parameters
        ----------
        values
            As learnt.
        learnt_on
            When.
        """
        starts, ends = values.window
        return cls(
            learnt_on=learnt_on,
            starts=starts,
            ends=ends,
            families=values.families,
            share_kept=values.share_kept,
            source=values.source,
            policy=values.policy,
            policy_version=values.policy_version,
            data_hash=values.data_hash,
            version=values.version,
            text=values.to_bytes(indented=False).decode(),
        )

    def due(self, policy: Policy, today: date, days: int) -> bool:
        """Whether it is time to learn anew.

        Parameters
        ----------
        policy
            In whose points values are wanted.
        today
            The present day.
        days
            For so many days values are good.
        """
        return (
            (today - self.learnt_on).days >= days
            or (self.policy, self.policy_version) != (policy.name, policy.version)
            or self.version != VERSION
            or self.values is None
        )

    @property
    def sentence(self) -> str:
        """What they were learnt from, and how much of it counts, in words."""
        return (
            f"Learnt on {self.learnt_on} from {self.families} families who came from {self.starts} "
            f"to {self.ends} ({self.source}), in the points of {self.policy} "
            f"{self.policy_version}. With so many, {self.share_kept:.0%} of what was learnt "
            "counts; the rest is taken to be nothing until more have come."
        )

    @property
    def values(self) -> BedValues | None:
        """The values; None where another version of Near Home wrote them, which learns anew."""
        return _parsed(self.text)


@lru_cache(maxsize=16)
def _parsed(text: str) -> BedValues | None:
    return bed_values_from(text.encode())
