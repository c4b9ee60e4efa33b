"""Periods of care, placements and carers, derived from joined episodes.

A *period of care* runs from the day a child starts to be looked after to the day they cease.
Within it a *placement* changes with RNE P, B, T or U, and the *carer* with P or B only: a
change of legal status (L) is no move. Adoption by the current foster carer (A3, A5) is no
move. Temporary absences (T0-T4) are neither placements nor moves, and whoever comes back to
where they were has not moved. A period under V3 or V4 throughout is a short break.

References
----------
.. [1] Department for Education, SSDA903 guide, reason for new episode.
.. [2] Care Planning, Placement and Case Review (England) Regulations 2010, regulation 48.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.domain.codes import PlaceCode
from scenarios.history.checking import CONTINUES, ENDS_CARE, places
from scenarios.history.findings import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scenarios.history.findings import Ledger

TEMPORARY = frozenset(code.value for code in PlaceCode if code.value.startswith("T"))
FOSTERING = frozenset(code.value for code in PlaceCode if code.value.startswith("U"))
ADOPTIVE = frozenset(code.value for code in PlaceCode if code.value.startswith("A"))
BY_CURRENT_CARER = frozenset({PlaceCode.A3.value, PlaceCode.A5.value})
SHORT_BREAKS = frozenset({"V3", "V4"})

_WHERE = ("place", "provider", "pl_post", "urn")
"""Where a child lives, for telling whether they came back to it."""


@dataclass(frozen=True, slots=True)
class Placement:
    """One stay in one placement.

    Parameters
    ----------
    began, ended
        First day, and the day on which it ended; None while it goes on.
    place, provider
        SSDA903 codes of its last episode; "" when not known.
    moved
        Whether the child came to it by a change of carer within the period.
    reason
        Why it ended (REASON_PLACE_CHANGE); None when not given or not ended.
    """

    began: date
    ended: date | None
    place: str
    provider: str
    moved: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Period:
    """One period of care of one child.

    Parameters
    ----------
    child
        The identifier in the returns.
    began, ended
        First day, and the day on which it ended; None while it goes on.
    start_known
        Whether the returns have its beginning (RNE S).
    short_breaks
        Whether it is a series of short breaks (V3 or V4 throughout).
    reason
        Why care ended (REC); None when not given or not ended.
    placements
        In order; temporary absences belong to the placement they interrupt.
    """

    child: str
    began: date
    ended: date | None
    start_known: bool
    short_breaks: bool
    reason: str | None
    placements: tuple[Placement, ...]


def derive_periods(rows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return joined episodes under short names, with period, placement and carer numbered.

    Parameters
    ----------
    rows
        Joined episodes, ordered by child and beginning.
    ledger
        Where findings are noted.

    Returns
    -------
    DataFrame
        One row an episode. ``period``, ``placement`` and ``carer`` are numbers unique over
        all children; ``temporary``, ``short_breaks``, ``start_known``, ``starts_care``,
        ``new_placement`` and ``new_carer`` are true or false; ``period_began`` is a day.
    """
    episodes = _named(rows)
    before = episodes.groupby("child", sort=False)[["dec", "rec", "child"]].shift()
    first = before["child"].isna()
    gap = ~first & (episodes["decom"] > before["dec"])
    again = ~first & ~gap & episodes["rne"].eq("S")
    starts = first | gap | (again & before["rec"].ne(CONTINUES))
    _note_starts(rows, episodes, before, starts, ledger)
    episodes["starts_care"] = starts
    episodes["period"] = starts.cumsum() - 1
    by_period = episodes.groupby("period", sort=False)
    episodes["period_began"] = by_period["decom"].transform("first")
    episodes["start_known"] = by_period["rne"].transform("first").eq("S")
    breaks = episodes["ls"].isin(SHORT_BREAKS)
    episodes["short_breaks"] = breaks.groupby(episodes["period"]).transform("all")
    ledger.note_rows(Rule.SHORT_BREAK_WITHIN_CARE, places(rows[breaks & ~episodes["short_breaks"]]))
    _number_placements(rows, episodes, ledger)
    return episodes


def _named(rows: pd.DataFrame) -> pd.DataFrame:
    names = {
        "CHILD": "child",
        "DECOM": "decom",
        "DEC": "dec",
        "RNE": "rne",
        "LS": "ls",
        "CIN": "cin",
        "PLACE": "place",
        "PLACE_PROVIDER": "provider",
        "REC": "rec",
        "REASON_PLACE_CHANGE": "reason",
        "HOME_POST": "home_post",
        "PL_POST": "pl_post",
        "URN": "urn",
        "PL_DISTANCE": "returned_miles",
        "_seen_first": "seen_first",
        "_seen_last": "seen_last",
        "_absent": "absent",
        "_lost": "lost",
        "_at_18": "at_18",
        "_file": "file",
        "_row": "row",
    }
    return rows[list(names)].rename(columns=names).reset_index(drop=True)


def _note_starts(
    rows: pd.DataFrame,
    episodes: pd.DataFrame,
    before: pd.DataFrame,
    starts: pd.Series,
    ledger: Ledger,
) -> None:
    first = before["child"].isna().to_numpy()
    is_start = episodes["rne"].eq("S").to_numpy()
    ended = before["rec"].isin(ENDS_CARE).to_numpy()
    begins = starts.to_numpy()
    ledger.note_rows(Rule.NO_START, places(rows[first & ~is_start]))
    ledger.note_rows(Rule.START_WITHIN_CARE, places(rows[~begins & is_start]))
    ledger.note_rows(Rule.BACK_WITHOUT_START, places(rows[~first & ~is_start & (begins | ended)]))


def _number_placements(rows: pd.DataFrame, episodes: pd.DataFrame, ledger: Ledger) -> None:
    """Give placements and carers their numbers; absences stay with what they interrupt."""
    episodes["temporary"] = episodes["place"].isin(TEMPORARY)
    settled = episodes[~episodes["temporary"]]
    before = settled.groupby("period", sort=False)[[*_WHERE, "child"]].shift()
    first = before["child"].isna()
    away = episodes["temporary"].cumsum()[settled.index]
    absence = away.ne(away.shift()) & ~first
    differs = pd.Series(False, index=settled.index)
    for column in _WHERE:
        differs |= settled[column].ne(before[column])
    rne = settled["rne"]
    changed = rne.isin(["P", "B", "T", "U"]) | (rne.eq("") & differs)
    back = absence & ~differs
    to_adoption = settled["place"].isin(BY_CURRENT_CARER) & before["place"].isin(
        FOSTERING | ADOPTIVE
    )
    new_placement = first | (changed & ~back & ~to_adoption)
    new_carer = first | (new_placement & ~rne.isin(["T", "U"]))
    unsaid = rne.eq("L") & ~first & ~absence & settled["pl_post"].ne(before["pl_post"])
    ledger.note_rows(
        Rule.MOVE_WITHOUT_REASON_CODE,
        places(rows[unsaid.reindex(rows.index, fill_value=False).to_numpy()]),
    )
    for name, flag in (("new_placement", new_placement), ("new_carer", new_carer)):
        episodes[name] = flag.reindex(episodes.index, fill_value=False).astype(bool)
    # A period that begins with an absence has a first number of its own until it settles.
    begins = episodes["starts_care"]
    for number, flag in (("placement", "new_placement"), ("carer", "new_carer")):
        episodes[number] = (episodes[flag] | begins).cumsum() - 1
    first_settled = first.reindex(episodes.index, fill_value=False).astype(bool)
    episodes["moved"] = episodes["new_carer"] & ~first_settled
    episodes["moved_placement"] = episodes["new_placement"] & ~first_settled


def period_values(episodes: pd.DataFrame) -> Iterator[Period]:
    """Yield every period of care as a value, in order of children and days.

    Parameters
    ----------
    episodes
        As :func:`derive_periods` returns them.
    """
    for _, rows in groupby(episodes.itertuples(index=False), key=lambda row: row.period):
        own = list(rows)
        settled = [row for row in own if not row.temporary] or own
        stays = []
        for number, group in groupby(settled, key=lambda row: row.placement):
            stay = list(group)
            # An absence belongs to the placement that it interrupts.
            within = [row for row in own if row.placement == number]
            stays.append(
                Placement(
                    began=within[0].decom.date(),
                    ended=_day(within[-1].dec),
                    place=stay[-1].place,
                    provider=stay[-1].provider,
                    moved=bool(stay[0].moved),
                    reason=stay[-1].reason or None,
                )
            )
        yield Period(
            child=own[0].child,
            began=own[0].decom.date(),
            ended=_day(own[-1].dec),
            start_known=bool(own[0].start_known),
            short_breaks=bool(own[0].short_breaks),
            reason=own[-1].rec or None,
            placements=tuple(stays),
        )


def _day(stamp: pd.Timestamp) -> date | None:
    return None if stamp is pd.NaT else stamp.date()


def open_on(episodes: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Return which episodes cover the night after a day: begun by it and not ended by it."""
    return (episodes["decom"] <= day) & (episodes["dec"].isna() | (episodes["dec"] > day))


def days_within(
    episodes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the days of each episode from a start up to, and without, an end."""
    begun = episodes["decom"].clip(lower=start)
    ended = episodes["dec"].fillna(end).clip(upper=end)
    return np.asarray(np.maximum((ended - begun).dt.days, 0), dtype=np.float64)
