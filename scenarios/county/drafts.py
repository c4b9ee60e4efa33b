"""A home while the county is being made: where it lies, its beds and who lives there."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matcher.domain.codes import PlaceProvider, Sex
    from matcher.domain.home import Grade, Setting
    from matcher.domain.placement import ResidentKind
    from scenarios.county.land import Spot


class Part(StrEnum):
    """The part of the county that makes a home; identifiers run in this order."""

    FOSTER = "foster"
    CONNECTED = "connected"
    REGISTERED = "registered"
    FARTHER = "farther"
    SUPPORTED = "supported"
    FAMILY = "family"
    OTHER = "other"
    SHOWN = "shown"
    RESTING = "resting"


@dataclass(frozen=True, slots=True)
class Lodger:
    """Somebody who is not one of the authority's own children.

    Parameters
    ----------
    kind, age, sex
        As on the resident's record; ``age`` in completed years.
    authority
        ONS code of the authority that looks after them; None for parents and young adults.
    """

    kind: ResidentKind
    age: int
    sex: Sex
    authority: str | None


@dataclass
class Draft:
    """A home in the making.

    Parameters
    ----------
    part
        Which part of the county makes it.
    setting, sector, spot
        What it is, who runs it (None when not reported) and where it lies.
    approved, usable
        Beds.
    children
        Indices of the authority's own children living there.
    lodgers
        The others living there.
    grade
        Ofsted's judgement; None when there is none.
    closed
        Not open to this authority: another council's own carers.
    mark
        A name for homes that later steps treat apart, such as "solo".
    """

    part: Part
    setting: Setting
    sector: PlaceProvider | None
    spot: Spot
    approved: int
    usable: int
    children: list[int] = field(default_factory=list)
    lodgers: list[Lodger] = field(default_factory=list)
    grade: Grade | None = None
    closed: bool = False
    mark: str = ""

    @property
    def occupied(self) -> int:
        """Beds in use."""
        return len(self.children) + len(self.lodgers)

    @property
    def free(self) -> int:
        """Usable beds not in use."""
        return self.usable - self.occupied
