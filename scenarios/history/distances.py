"""Distances from home worked out anew from the postcodes, beside those that were returned.

Only a postcode that is in the directory in full counts, as in the Department's own
derivation; one that is not leaves the distance unknown, and is told of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.geography.distance import KILOMETRES_PER_MILE
from matcher.geography.location import Precision
from scenarios.history.findings import Rule

if TYPE_CHECKING:
    from matcher.geography.location import Location
    from matcher.geography.postcodes import Postcodes
    from scenarios.history.findings import Ledger

TOLERANCE_MILES = 0.15
"""Distances to one decimal that differ by more are not the same distance."""

UNUSABLE_MILES = 999.0
"""999.9 is returned where a postcode could not be used."""


def locate(episodes: pd.DataFrame, postcodes: Postcodes, ledger: Ledger) -> pd.DataFrame:
    """Return the episodes with distance and authorities worked out from their postcodes.

    Parameters
    ----------
    episodes
        As :func:`scenarios.history.periods.derive_periods` returns them.
    postcodes
        The directory to look in.
    ledger
        Where findings are noted.

    Returns
    -------
    DataFrame
        With ``miles`` (to one decimal; nan when unknown), ``home_authority`` and
        ``placement_authority`` (None when unknown).
    """
    episodes = episodes.copy()
    texts = pd.unique(pd.concat([episodes["home_post"], episodes["pl_post"]]))
    found = {text: _exact(postcodes, text) for text in texts}
    ends = {}
    for column in ("home_post", "pl_post"):
        where = [found[text] for text in episodes[column]]
        ends[column] = np.array(
            [(np.nan, np.nan) if each is None else (each.easting, each.northing) for each in where],
            dtype=np.float64,
        ).reshape(-1, 2)
        name = "home_authority" if column == "home_post" else "placement_authority"
        episodes[name] = [None if each is None else each.authority for each in where]
        unknown = [text != "" and found[text] is None for text in episodes[column]]
        for file, row in zip(
            episodes.loc[unknown, "file"], episodes.loc[unknown, "row"], strict=True
        ):
            ledger.note(Rule.POSTCODE_UNKNOWN, file, int(row), column=column.upper())
    apart = ends["home_post"] - ends["pl_post"]
    miles = np.sqrt((apart * apart).sum(axis=1)) * 10 / (1000 * KILOMETRES_PER_MILE)
    episodes["miles"] = np.rint(miles) / 10
    returned = pd.to_numeric(episodes["returned_miles"], errors="coerce")
    episodes["returned_miles"] = returned.where(returned < UNUSABLE_MILES)
    differ = (episodes["returned_miles"] - episodes["miles"]).abs() > TOLERANCE_MILES
    for file, row in zip(episodes.loc[differ, "file"], episodes.loc[differ, "row"], strict=True):
        ledger.note(Rule.DISTANCE_DIFFERS, file, int(row), column="PL_DISTANCE")
    return episodes


def _exact(postcodes: Postcodes, text: str) -> Location | None:
    """Return where a full postcode lies; None when no directory holds it in full."""
    if not text:
        return None
    location = postcodes.find(text)
    return location if location.precision is Precision.POSTCODE and location.known else None


def likely_authority(episodes: pd.DataFrame) -> str | None:
    """Return the authority in which at least half of the known home postcodes lie, if any."""
    known = episodes.drop_duplicates("child")["home_authority"].dropna()
    # A handful of chance hits among nonsense postcodes says nothing about whose returns these are.
    if len(known) < max(10, 0.25 * episodes["child"].nunique()):
        return None
    counts = known.value_counts()
    return str(counts.index[0]) if counts.iloc[0] >= 0.5 * len(known) else None
