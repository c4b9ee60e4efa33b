"""How children are grouped: by age band, kind of placement and placement category."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.domain.codes import PlaceCode

if TYPE_CHECKING:
    from numpy.typing import NDArray


class AgeBand(StrEnum):
    """Age bands of the published statistics."""

    UNDER_1 = "under 1"
    FROM_1 = "1 to 4"
    FROM_5 = "5 to 9"
    FROM_10 = "10 to 15"
    FROM_16 = "16 and over"


BAND_STARTS = (0, 1, 5, 10, 16)
"""The age in years at which each band begins."""

AGE_UNKNOWN = "not known"


class Category(StrEnum):
    """Placement categories of headcount forecasts.

    The same codes as cs-demand-model 0.5.1 has in each, so that the two can be held beside
    each other, and K3 under Supported, which took the place of H5 and P2.
    """

    FOSTERING = "Fostering"
    RESIDENTIAL = "Residential"
    SUPPORTED = "Supported"
    OTHER = "Other"


_CATEGORIES = {
    **{code.value: Category.FOSTERING for code in PlaceCode if code.value.startswith("U")},
    "K2": Category.RESIDENTIAL,
    "R1": Category.RESIDENTIAL,
    "H5": Category.SUPPORTED,
    "P2": Category.SUPPORTED,
    "K3": Category.SUPPORTED,
}


class PlacementGroup(StrEnum):
    """Kinds of placement as the published statistics have them."""

    FOSTER = "Foster placements"
    HOMES = "Secure homes and children's homes"
    SUPPORTED = "Independent and semi-independent living arrangements/supported accommodation"
    PARENTS = "Placed with parents or other person with parental responsibility"
    ADOPTION = "Placed for adoption"
    SCHOOLS = "Residential schools"
    RESIDENTIAL = "Other residential settings"
    OTHER = "Other placements"
    UNKNOWN = "not known"


_GROUPS = {
    "U": PlacementGroup.FOSTER,
    "A": PlacementGroup.ADOPTION,
    "R": PlacementGroup.RESIDENTIAL,
    "S": PlacementGroup.SCHOOLS,
    "T": PlacementGroup.OTHER,
    "Z": PlacementGroup.OTHER,
    "K1": PlacementGroup.HOMES,
    "K2": PlacementGroup.HOMES,
    "K3": PlacementGroup.SUPPORTED,
    "H5": PlacementGroup.SUPPORTED,
    "P1": PlacementGroup.PARENTS,
    "P2": PlacementGroup.SUPPORTED,
    "P3": PlacementGroup.OTHER,
}


def category_of(place: str) -> Category:
    """Return the placement category of a code; Other for any that has none."""
    return _CATEGORIES.get(place, Category.OTHER)


def group_of(place: str) -> PlacementGroup:
    """Return the published kind of placement of a code."""
    return _GROUPS.get(place) or _GROUPS.get(place[:1]) or PlacementGroup.UNKNOWN


def births_of(children: pd.Series, births: pd.Series) -> pd.Series:
    """Return the date of birth of each of some children; missing where no header has them."""
    found = births.reindex(children.to_numpy()).to_numpy(dtype="datetime64[ns]")
    return pd.Series(found, index=children.index)


def ages_on(births: pd.Series, day: pd.Timestamp) -> NDArray[np.float64]:
    """Return ages in completed years on a day; nan where the birth is not known."""
    had = (births.dt.month < day.month) | (
        births.dt.month.eq(day.month) & (births.dt.day <= day.day)
    )
    years = day.year - births.dt.year - (~had).astype(float)
    return np.asarray(years.where(births.notna()), dtype=np.float64)


def bands_of(ages: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the place of each age's band; -1 where the age is not known."""
    bands = np.searchsorted(np.asarray(BAND_STARTS), np.nan_to_num(ages, nan=0.0), side="right") - 1
    return np.where(np.isnan(ages), -1, np.clip(bands, 0, len(BAND_STARTS) - 1)).astype(np.int64)


def count_bands(ages: NDArray[np.float64]) -> dict[str, int]:
    """Return children by age band, and those of unknown age where there are any."""
    bands = bands_of(ages)
    counts = {band.value: int((bands == i).sum()) for i, band in enumerate(AgeBand)}
    unknown = int((bands == -1).sum())
    return {**counts, AGE_UNKNOWN: unknown} if unknown else counts
