"""Assumptions learnt from a council's own SSDA903 returns.

What returns say well is who comes into care, at what age, and how children leave it; those
replace what comes with Near Home. A rate is drawn towards the shipped one as if that rested
on one event of the council's own, so that a band without events is not a band in which
nothing ever happens, and keeps the doubt that its events leave. Why placements end is not
learnt: three in four moves may be returned as "other", which tells no breakdown from a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.errors import UsageError
from scenarios.assumptions.assumption import Assumption, Drawn
from scenarios.history.exposure import as_known_on, care_until, in_care_on
from scenarios.history.history import read_history
from scenarios.history.rates import learn
from scenarios.history.tables import TableName

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from scenarios.assumptions.table import Assumptions
    from scenarios.history.history import History

BANDS = ("under_1", "1_4", "5_9", "10_15", "16_17")
"""Age bands in the names of assumptions, in the order of the histories' own."""

WAYS = {
    **dict.fromkeys(("E11", "E12"), "adoption"),
    **dict.fromkeys(("E41", "E45", "E46", "E47", "E48"), "special_guardianship"),
    **dict.fromkeys(("E4", "E4A", "E4B", "E13"), "return_home"),
}
"""How children leave, by reason (REC); every other reason is "other"."""

PRIOR_EVENTS = 1.0
"""How many events of the council's own a shipped rate or share is worth."""

LEAST_CHILDREN = 20
"""Children who came into care, below which returns say too little to learn from."""


def is_learnt(name: str) -> bool:
    """Whether returns say something about an assumption."""
    beginnings = ("entry.age.", "leave.return_home.", "leave.adoption.", "leave.other.")
    return name in (
        "entry.children_a_year",
        "entry.unaccompanied_a_year",
        "entry.unaccompanied_aged_16",
    ) or name.startswith((*beginnings, "leave.special_guardianship."))


@dataclass(frozen=True)
class _Seen:
    """What the returns have, unaccompanied children apart where it matters."""

    years: float
    in_care: int
    entered: int
    unaccompanied: int
    by_band: NDArray[np.float64]
    unaccompanied_aged_16: int
    leaving: dict[str, NDArray[np.float64]]
    exposure: NDArray[np.float64]
    source: str
    year: str


def with_returns(assumptions: Assumptions, folder: Path) -> Assumptions:
    """Return the assumptions with what a council's returns say in place of the defaults.

    Parameters
    ----------
    assumptions
        Those that come with Near Home.
    folder
        Of the returns, as ``nearhome history`` reads it.

    Returns
    -------
    Assumptions
        What was learnt is marked ``learnt``, with the events that it rests on.

    Raises
    ------
    DataError, UsageError
        If the returns cannot be read, or say too little to learn from.
    """
    seen = _see(read_history(folder), folder.name)
    records = [*_entries(assumptions, seen), *_leaving(assumptions, seen)]
    return assumptions.with_records(tuple(records))


def _see(history: History, name: str) -> _Seen:
    learnt = learn(history)
    day = learnt.until
    first = pd.Timestamp(history.first_day) - pd.Timedelta(days=1)
    episodes = as_known_on(history, day)
    care = care_until(episodes, first, day)
    rows = history.table(TableName.UASC)
    alone = set() if rows.empty else set(rows["CHILD"])
    began = care.entries()
    ours = began[~began["child"].isin(alone)]
    others = began[began["child"].isin(alone)]
    if len(began) < LEAST_CHILDREN:
        raise UsageError(
            f"The returns in {name} tell of {len(began)} children who came into care; at least "
            f"{LEAST_CHILDREN} are needed to learn from. Add earlier years, or remove 'returns'."
        )
    exposure = np.asarray(learnt.leaving.exposure.sum(axis=1), dtype=np.float64)
    reasons = episodes.drop_duplicates("period", keep="last")["rec"].to_numpy()
    periods = care.periods.assign(way=[WAYS.get(each, "other") for each in reasons])
    left = periods[
        periods["ended"].notna() & (periods["ended"] > care.edges[0]) & ~periods["aged_out"]
    ]
    ages = ((left["ended"] - left["dob"]).dt.days / 365.25).fillna(12.0).clip(0, 17.99)
    bands = np.searchsorted((1, 5, 10, 16), ages, side="right")
    leaving = {
        way: np.bincount(bands[(left["way"] == way).to_numpy()], minlength=len(BANDS)).astype(float)
        for way in ("return_home", "adoption", "special_guardianship", "other")
    }
    banded = ours[ours["band"] >= 0]
    return _Seen(
        years=learnt.years,
        in_care=len(in_care_on(episodes, day)),
        entered=len(ours),
        unaccompanied=len(others),
        by_band=np.bincount(banded["band"], minlength=len(BANDS)).astype(float),
        unaccompanied_aged_16=int((others["age"] >= 16).sum()),
        leaving=leaving,
        exposure=exposure,
        source=f"SSDA903 returns in {name}",
        year=f"{history.years[0]} to {history.years[-1]}",
    )


def _entries(assumptions: Assumptions, seen: _Seen) -> list[Assumption]:
    found = []
    counted = {
        "entry.children_a_year": seen.entered,
        "entry.unaccompanied_a_year": seen.unaccompanied,
    }
    for name, events in counted.items():
        old = assumptions[name]
        # The mean of all years returned: the level of the last months, which a forecast
        # follows, is too much chance to build five years on.
        time = seen.years * seen.in_care / 100
        rate, worth = _drawn_towards(old, events, time)
        found.append(_learnt(old, rate, worth, seen, f"{events} who came"))
    for at, band in enumerate(BANDS):
        old = assumptions[f"entry.age.{band}"]
        share = (seen.by_band[at] + PRIOR_EVENTS * old.value) / (seen.by_band.sum() + PRIOR_EVENTS)
        told = f"{int(seen.by_band[at])} of {int(seen.by_band.sum())} who came"
        found.append(_learnt(old, float(share), seen.by_band.sum() + PRIOR_EVENTS, seen, told))
    if seen.unaccompanied:
        old = assumptions["entry.unaccompanied_aged_16"]
        worth = seen.unaccompanied + PRIOR_EVENTS
        share = (seen.unaccompanied_aged_16 + PRIOR_EVENTS * old.value) / worth
        told = f"{seen.unaccompanied_aged_16} of {seen.unaccompanied} who came"
        found.append(_learnt(old, share, worth, seen, told))
    return found


def _leaving(assumptions: Assumptions, seen: _Seen) -> list[Assumption]:
    found = []
    for way, events in seen.leaving.items():
        for at, band in enumerate(BANDS):
            old = assumptions[f"leave.{way}.{band}"]
            if seen.exposure[at] <= 0:
                continue
            rate, worth = _drawn_towards(old, events[at], seen.exposure[at])
            told = f"{int(events[at])} who left in {seen.exposure[at]:.0f} child-years"
            found.append(_learnt(old, rate, worth, seen, told))
    return found


def _drawn_towards(old: Assumption, events: float, time: float) -> tuple[float, float]:
    """Return a rate drawn towards the shipped one, and the events that it then rests on."""
    if old.value <= 0:
        return (events / time, max(events, 0.5)) if time > 0 else (0.0, 0.5)
    worth = events + PRIOR_EVENTS
    return worth / (time + PRIOR_EVENTS / old.value), worth


def _learnt(old: Assumption, value: float, events: float, seen: _Seen, told: str) -> Assumption:
    fixed = value <= 0
    drawn = Drawn.FIXED if fixed else Drawn.GAMMA if old.drawn is Drawn.FIXED else old.drawn
    return Assumption.model_validate(
        {
            **old.__dict__,
            "value": min(max(value, old.low), old.high),
            "drawn": drawn,
            "events": None if fixed else float(events),
            "group": None if fixed else old.group,
            "source": f"{seen.source}: {told}",
            "year": seen.year,
            "learnt": True,
        }
    )
