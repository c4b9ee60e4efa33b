"""What was learnt of beds: a value with a version, kept in a file that can be read again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from matcher.errors import DataError
from matcher.lookahead.meetings import Stays
from matcher.lookahead.states import AFTER, AT, MOST_ROOM, STATES, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from matcher.domain.home import Home

    Floats = NDArray[np.float64]

FORMAT = "2.0"


class LearningMethod(StrEnum):
    """How values were learnt."""

    REPLAY = "replay"
    """Past arrivals replayed under the values, home by home."""
    RENT = "rent"
    """One rent a bed and week for each home."""


@dataclass(frozen=True, eq=False)
class BedValues:
    """What a bed in each home is worth to those who come next.

    Parameters
    ----------
    method
        How they were learnt.
    home_ids
        Homes, in order.
    kinds
        Setting and room of each, for homes that are new.
    values
        Points that each home in each state is worth, shape (homes, states).
    stays
        How long children stay.
    others_stay
        Whether residents of other authorities were taken to keep their beds, so that only the
        rest of a home has a value.
    window
        The first day of the arrivals learnt from, and the first day after them.
    families
        How many families were learnt from.
    share_kept
        From 0 to 1: with little history values are shrunk towards 0.
    families_a_year
        For each home: how many families a year could live there.
    groups_a_year
        Families of so many children a year; shape (sizes up to the room of a home + 1,).
    policy, policy_version
        Whose points they are.
    data_hash
        Of the World in which they were learnt.
    source
        Where the arrivals were taken from.
    version
        Of the software.
    """

    method: LearningMethod
    home_ids: tuple[str, ...]
    kinds: tuple[str, ...]
    values: Floats
    stays: Stays
    others_stay: bool
    window: tuple[date, date]
    families: int
    share_kept: float
    families_a_year: Floats
    groups_a_year: Floats
    policy: str
    policy_version: str
    data_hash: str
    source: str
    version: str

    @cached_property
    def _index(self) -> dict[str, int]:
        return {home_id: at for at, home_id in enumerate(self.home_ids)}

    @cached_property
    def _of_kind(self) -> dict[str, Floats]:
        """The mean values of homes of a kind, for those that are new."""
        rows: dict[str, list[int]] = {}
        for at, kind in enumerate(self.kinds):
            rows.setdefault(kind, []).append(at)
        return {kind: self.values[at].mean(axis=0) for kind, at in rows.items()}

    def known(self, home_id: str) -> bool:
        """Whether a home was there when values were learnt."""
        return home_id in self._index

    def yearly_families(self, home_id: str) -> float | None:
        """Return how many families a year could live in a home; None for a new one."""
        at = self._index.get(home_id)
        return None if at is None else float(self.families_a_year[at])

    def price(
        self, home: Home, *, room: int, free: int, long: int, beds: int, weeks: float
    ) -> float:
        """Return what it costs those who come next that beds of a home are taken.

        Nothing about a child is asked but how long the stay is expected to be.

        Parameters
        ----------
        home
            Which; one that is new is like those of its kind.
        room, free, long
            Beds it can have for our children, how many are free, how many long stayers there
            are.
        beds
            How many are taken; all that are free when a child has to be the only one.
        weeks
            How long.
        """
        at = self._index.get(home.home_id)
        if at is None:
            row = self._of_kind.get(kind_of(home, room))
            if row is None:
                return 0.0
        else:
            row = self.values[at]
        now = state_of(room, free, long)
        after = int(AFTER[self.stays.kind(weeks), min(beds, MOST_ROOM), now])
        if self.method is LearningMethod.RENT:
            rent = float(row[0] - row[AT[(1, 0)]]) / max(self.stays.mean_weeks[0], 1e-9)
            return rent * beds * weeks
        then = float(row[after]) if after >= 0 else 0.0
        return max(float(row[now]) - then, 0.0)

    def scaled(self, factor: float) -> BedValues:
        """Return the same with every value multiplied: for trying out wrong ones."""
        changed = dict(self.__dict__)
        for name in ("_index", "_of_kind"):
            changed.pop(name, None)
        return BedValues(**{**changed, "values": self.values * factor})

    @property
    def name(self) -> str:
        """What stands for them in a stamp: of which past, of how many families, in whose points."""
        first, last = self.window
        return (
            f"{self.method.value} of {first} to {last}, {self.families} families "
            f"({self.share_kept:.0%} counts), {self.policy} {self.policy_version}"
        )

    def to_bytes(self, *, indented: bool = True) -> bytes:
        """Return them as a file.

        Parameters
        ----------
        indented
            For people to read.
        """
        return orjson.dumps(
            {
                "format": FORMAT,
                "method": self.method.value,
                "policy": self.policy,
                "policy_version": self.policy_version,
                "data_hash": self.data_hash,
                "source": self.source,
                "version": self.version,
                "window": [each.isoformat() for each in self.window],
                "families": self.families,
                "share_kept": self.share_kept,
                "stays": {
                    "by_age_band": list(self.stays.by_age_band),
                    "split_weeks": self.stays.split_weeks,
                    "mean_weeks": list(self.stays.mean_weeks),
                },
                "others_stay": self.others_stay,
                "groups_a_year": self.groups_a_year.tolist(),
                "states": [list(state) for state in STATES],
                "homes": [
                    {"home_id": home_id, "kind": kind, "families_a_year": many, "values": row}
                    for home_id, kind, many, row in zip(
                        self.home_ids,
                        self.kinds,
                        self.families_a_year.tolist(),
                        np.round(self.values, 6).tolist(),
                        strict=True,
                    )
                ],
            },
            option=orjson.OPT_INDENT_2 if indented else None,
        )


def kind_of(home: Home, room: int) -> str:
    """Return how homes are told apart when one is new: by setting and room."""
    return f"{home.setting.value}.{min(max(room, 0), MOST_ROOM)}"


def read_bed_values(path: Path) -> BedValues:
    """Read bed values from a file.

    Raises
    ------
    DataError
        If there is none, or it is something else.
    """
    try:
        found = bed_values_from(path.read_bytes())
    except OSError as fault:
        raise DataError(
            f"{path} cannot be read ({fault.strerror}). Make it with 'nearhome lookahead learn'."
        ) from None
    except (KeyError, TypeError, ValueError) as fault:
        raise DataError(
            f"{path} does not hold bed values ({type(fault).__name__}). "
            "Make it with 'nearhome lookahead learn'."
        ) from None
    if found is None:
        raise DataError(f"{path} is of another version of Near Home; learn bed values anew.")
    return found


def bed_values_from(content: bytes) -> BedValues | None:
    """Return bed values from what :meth:`BedValues.to_bytes` wrote.

    Parameters
    ----------
    content
        Of the file.

    Returns
    -------
    BedValues or None
        None where it is of another version.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is something else.
    """
    told: dict[str, Any] = orjson.loads(content)
    if told["format"] != FORMAT or told["states"] != [list(state) for state in STATES]:
        return None
    homes = told["homes"]
    first, last = told["window"]
    stays = told["stays"]
    return BedValues(
        method=LearningMethod(told["method"]),
        home_ids=tuple(each["home_id"] for each in homes),
        kinds=tuple(each["kind"] for each in homes),
        values=_table(each["values"] for each in homes),
        stays=Stays(
            by_age_band=tuple(stays["by_age_band"]),
            split_weeks=stays["split_weeks"],
            mean_weeks=tuple(stays["mean_weeks"]),
        ),
        others_stay=told["others_stay"],
        window=(date.fromisoformat(first), date.fromisoformat(last)),
        families=told["families"],
        share_kept=told["share_kept"],
        families_a_year=np.array([each["families_a_year"] for each in homes], dtype=float),
        groups_a_year=np.array(told["groups_a_year"], dtype=float),
        policy=told["policy"],
        policy_version=told["policy_version"],
        data_hash=told["data_hash"],
        source=told["source"],
        version=told["version"],
    )


def _table(rows: Iterable[list[float]]) -> Floats:
    found = np.array(list(rows), dtype=float).reshape(-1, len(STATES))
    if not np.isfinite(found).all():
        raise ValueError("a value is not a number")
    return found
