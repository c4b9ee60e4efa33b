"""The measures of each collection year, from a joined history.

References
----------
.. [1] Department for Education, "Children looked after in England including adoptions",
   methodology: counts exclude children looked after under an agreed series of short breaks;
   of several starts or ends in a year the first start and the last end are counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from matcher.geography.areas import Area, area_of
from matcher.geography.distance import NEAR_HOME_MILES
from scenarios.history.adoption_and_leavers import adopted_in_time, care_leavers
from scenarios.history.distances import TOLERANCE_MILES, likely_authority
from scenarios.history.groups import (
    Category,
    PlacementGroup,
    ages_on,
    births_of,
    category_of,
    count_bands,
    group_of,
)
from scenarios.history.measures import (
    Flow,
    InArea,
    IndicatorReport,
    Moves,
    NearHome,
    Share,
    YearIndicators,
)
from scenarios.history.periods import days_within, open_on
from scenarios.history.stability import ni_62, ni_62_two_years, ni_63
from scenarios.history.tables import TableName

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scenarios.history.history import History

NOT_GIVEN = "not given"
_DAYS_PER_YEAR = 365.25
_UNINFORMATIVE = ("OTHER", NOT_GIVEN)


def indicators(
    history: History, *, authority: str | None = None, same_carer_counts: bool = False
) -> IndicatorReport:
    """Return the measures of every year.

    Parameters
    ----------
    history
        Read with postcodes; without them every distance is unknown.
    authority
        ONS code of the authority whose returns these are; without it, the one in which
        most children's homes lie, if there is one.
    same_carer_counts
        Whether NI 62 counts a change of placement with the same carer (RNE T and U).

    Returns
    -------
    IndicatorReport
        One entry a year.
    """
    located = "miles" in history.episodes
    likely = likely_authority(history.episodes) if located and authority is None else None
    code = authority or likely
    return IndicatorReport(
        authority=code,
        authority_from="given" if authority else "home postcodes" if likely else None,
        years=tuple(
            _one_year(history, year, authority=code, same_carer_counts=same_carer_counts)
            for year in history.years
        ),
    )


def _one_year(
    history: History, year: int, *, authority: str | None, same_carer_counts: bool
) -> YearIndicators:
    start = pd.Timestamp(year - 1, 4, 1)
    # A year that is not over is measured on the last day known.
    end = min(pd.Timestamp(year, 3, 31), pd.Timestamp(history.last_day))
    episodes = history.episodes
    now = episodes[open_on(episodes, end)]
    breaks = now[now["short_breaks"]]
    now = now[~now["short_breaks"]].drop_duplicates("child", keep="last")
    births = births_of(now["child"], history.children["dob"])
    unaccompanied = now["child"].isin(_unaccompanied(history, end)).to_numpy()
    near = _near_home(now, unaccompanied, authority)
    area = None if authority is None or "miles" not in now else _in_area(now, authority)
    ignored, counted = (ni_62(episodes, now, start, end, same_carer=each) for each in (False, True))
    returned = {
        child
        for each in history.returns
        if each.first <= year <= each.last
        for child in _children(each.rows(TableName.EPISODES))
    }
    return YearIndicators(
        year=year,
        on=end.date(),
        in_care=len(now),
        in_care_returned=int(now["child"].isin(returned).sum()),
        unconfirmed=int((now["absent"] > 0).sum()) if year == history.years[-1] else 0,
        short_breaks=int(breaks["child"].nunique()),
        unaccompanied=int(unaccompanied.sum()),
        **_starts_and_ends(episodes, start, end),
        by_age_band=count_bands(ages_on(births, end)),
        by_placement=_counts((group_of(code) for code in now["place"]), PlacementGroup),
        by_category=_counts((category_of(code) for code in now["place"]), Category),
        by_provider=_counts(code or "not known" for code in now["provider"]),
        by_need=_counts(code or "not known" for code in now["cin"]),
        near_home_rate=near.of_known.rate,
        in_area_rate=None if area is None else area.of_known.rate,
        near_home=near,
        in_area=area,
        ni_62=counted if same_carer_counts else ignored,
        ni_62_same_carer_ignored=ignored,
        ni_62_same_carer_counted=counted,
        ni_62_two_years=ni_62_two_years(episodes, now, end, same_carer=same_carer_counts),
        ni_63_same_carer=ni_63(episodes, now, births, end, number="carer"),
        ni_63_same_placement=ni_63(episodes, now, births, end, number="placement"),
        moves=_moves(episodes, start, end),
        siblings_together=_siblings(history, now),
        ni_61=adopted_in_time(history, start, end),
        ni_147=care_leavers(history, year, what="ACCOM"),
        ni_148=care_leavers(history, year, what="ACTIV"),
        education=_education(history, year),
    )


def _children(rows: pd.DataFrame | None) -> Iterable[str]:
    return () if rows is None else rows["CHILD"]


def _counts(values: Iterable[str], order: Iterable[str] = ()) -> dict[str, int]:
    """Return how many there are of each value, those of an enumeration in its order."""
    found = pd.Series(list(values), dtype=object).value_counts()
    names = [str(each) for each in order]
    rest = sorted(str(each) for each in found.index if str(each) not in names)
    counts = {str(name): int(count) for name, count in found.items()}
    return {name: counts.get(name, 0) for name in (*names, *rest)}


def _unaccompanied(history: History, day: pd.Timestamp) -> set[str]:
    rows = history.table(TableName.UASC)
    if rows.empty:
        return set()
    still = rows["DUC"].isna() | (rows["DUC"] > day)
    return set(rows.loc[still, "CHILD"])


def _starts_and_ends(
    episodes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp
) -> dict[str, int | Flow]:
    care = episodes[~episodes["short_breaks"]]
    # The last row of each: an aggregate would pass over an end that is not there yet.
    periods = care.drop_duplicates("period", keep="last")
    began = periods["period_began"].between(start, end)
    ended = periods["dec"].between(start, end)
    return {
        "started": int(periods.loc[began & periods["start_known"], "child"].nunique()),
        "ceased": int(periods.loc[ended & ~periods["lost"], "child"].nunique()),
        "flow": Flow(
            began=int((began & periods["start_known"]).sum()),
            appeared=int((began & ~periods["start_known"]).sum()),
            ended=int((ended & ~periods["lost"]).sum()),
            lost=int((ended & periods["lost"]).sum()),
        ),
    }


def _near_home(now: pd.DataFrame, unaccompanied: np.ndarray, authority: str | None) -> NearHome:
    miles = now["miles"].to_numpy(dtype=float) if "miles" in now else np.full(len(now), np.nan)
    applies = ~unaccompanied
    known = applies & ~np.isnan(miles)
    near = known & (miles <= NEAR_HOME_MILES)
    far = known & ~near
    outside = None
    if authority is not None and "placement_authority" in now:
        areas = np.array([area_of(code, authority) for code in now["placement_authority"]])
        away = np.isin(areas, [Area.ADJOINING, Area.DISTANT])
        outside = Share.make(int((far & away).sum()), len(now), int((applies & ~known).sum()))
    returned = now["returned_miles"].to_numpy(dtype=float) if "miles" in now else miles
    given = ~np.isnan(returned)
    both = given & ~np.isnan(miles)
    agree = both & (np.abs(np.nan_to_num(returned - miles)) <= TOLERANCE_MILES)
    unknown = int((applies & ~known).sum())
    return NearHome(
        of_all=Share.make(int(near.sum()), len(now), unknown),
        of_known=Share.make(int(near.sum()), int(known.sum()), unknown),
        of_applicable=Share.make(int(near.sum()), int(applies.sum()), unknown),
        far=int(far.sum()),
        unknown=unknown,
        not_applicable=int(unaccompanied.sum()),
        far_and_outside=outside,
        returned=int(given.sum()),
        returned_agree=int(agree.sum()),
        returned_differ=int((both & ~agree).sum()),
    )


def _in_area(now: pd.DataFrame, authority: str) -> InArea:
    areas = np.array([area_of(code, authority).value for code in now["placement_authority"]])
    homes = np.array([group_of(code) is PlacementGroup.HOMES for code in now["place"]], dtype=bool)
    inside, known = areas == Area.INSIDE.value, areas != Area.UNKNOWN.value
    unknown = int((~known).sum())
    return InArea(
        inside=int(inside.sum()),
        adjoining=int((areas == Area.ADJOINING.value).sum()),
        distant=int((areas == Area.DISTANT.value).sum()),
        unknown=unknown,
        of_known=Share.make(int(inside.sum()), int(known.sum()), unknown),
        of_all=Share.make(int(inside.sum()), len(now), unknown),
        residential=Share.make(
            int((inside & homes).sum()), int((known & homes).sum()), int((~known & homes).sum())
        ),
    )


def _moves(episodes: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> Moves:
    care = episodes[~episodes["short_breaks"]]
    settled = care[~care["temporary"]]
    reasons = settled.groupby("period", sort=False)["reason"].shift()
    within = settled["decom"].between(start, end)
    moved = within & settled["moved"]
    child_years = float(days_within(care, start, end + pd.Timedelta(days=1)).sum() / _DAYS_PER_YEAR)
    given = reasons[moved].replace("", NOT_GIVEN).fillna(NOT_GIVEN)
    by_reason = _counts(given)
    count = int(moved.sum())
    vague = sum(by_reason.get(each, 0) for each in _UNINFORMATIVE)
    return Moves(
        count=count,
        child_years=round(child_years, 2),
        per_child_year=round(count / child_years, 4) if child_years else None,
        same_carer=int((within & settled["moved_placement"] & ~settled["moved"]).sum()),
        by_reason=by_reason,
        by_reason_per_child_year={
            reason: round(each / child_years, 4)
            for reason, each in by_reason.items()
            if child_years
        },
        uninformative=round(vague / count, 4) if count else None,
    )


def _siblings(history: History, now: pd.DataFrame) -> Share | None:
    groups = history.beside.get(TableName.SIBLINGS)
    if groups is None:
        return None
    rows = now.assign(
        group=now["child"].map(groups.drop_duplicates("CHILD").set_index("CHILD")["SIBLING_GROUP"])
    )
    rows = rows[rows["group"].notna() & rows["group"].ne("")]
    several = rows[rows.groupby("group")["child"].transform("size") >= 2]
    together = unknown = 0
    for _, each in several.groupby("group"):
        if each["pl_post"].eq("").any():
            unknown += 1
        else:
            together += each[["pl_post", "urn"]].drop_duplicates().shape[0] == 1
    return Share.make(together, int(several["group"].nunique()), unknown)


def _education(history: History, year: int) -> dict[str, Share] | None:
    rows = history.beside.get(TableName.EDUCATION)
    if rows is None:
        return None
    rows = rows[rows["YEAR"].eq(str(year))]
    numbers = rows[["COUNT", "OF"]].apply(pd.to_numeric, errors="coerce")
    return {
        str(name): Share.make(int(count), int(of))
        for name, count, of in zip(rows["INDICATOR"], numbers["COUNT"], numbers["OF"], strict=True)
        if not np.isnan(count) and not np.isnan(of)
    }
