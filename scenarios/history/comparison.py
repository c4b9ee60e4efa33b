"""A council beside its statistical neighbours, its region and England, over five years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.domain.record import Record
from matcher.errors import DataError, NotFoundError
from scenarios.history.published import Series
from scenarios.history.published_files import (
    LOOKED_AFTER,
    NUMBERS,
    STABILITY,
    PublishedFile,
    find_file,
    find_neighbours,
)

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

YEARS_SHOWN = 5
_PER = 10_000
_DISTANCE = "Distance between home and placement"
_NEAR = f"{_DISTANCE} | Placed 20 miles or less from home"
_FAR = f"{_DISTANCE} | Placed more than 20 miles from home"
_TWO_YEARS = (
    "Children looked after continuously for at least 2.5 years on 31 March aged under 16 years | "
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that published figures give.

    Parameters
    ----------
    name
        What it is called.
    unit
        ``children``, ``per 10,000`` or ``per cent``.
    file
        Where its figures stand.
    count
        What is counted: keys that are added up.
    of
        What it is a share of: keys that are added up; nothing for a number of children, and
        ``population`` for a rate.
    higher_is_better
        None where it is neither.
    """

    name: str
    unit: str
    file: PublishedFile
    count: tuple[str, ...]
    of: tuple[str, ...] = ()
    higher_is_better: bool | None = None


def _share(
    name: str, group: str, characteristic: str, *, better: bool | None = None, total: str = "Total"
) -> Measure:
    return Measure(
        name,
        "per cent",
        LOOKED_AFTER,
        (f"{group} | {characteristic}",),
        (f"{group} | {total}",),
        better,
    )


MEASURES: tuple[Measure, ...] = (
    Measure("Looked after on 31 March", "children", NUMBERS, (Series.IN_CARE.value,)),
    Measure(
        "Looked after, of children aged 0 to 17",
        "per 10,000",
        NUMBERS,
        (Series.IN_CARE.value,),
        ("population",),
    ),
    Measure("Started in the year", "children", NUMBERS, (Series.STARTING.value,)),
    Measure("Ceased in the year", "children", NUMBERS, (Series.CEASING.value,)),
    Measure("Near home, of known", "per cent", LOOKED_AFTER, (_NEAR,), (_NEAR, _FAR), True),
    _share("Near home, of all", _DISTANCE, "Placed 20 miles or less from home", better=True),
    _share("Distance not known", _DISTANCE, "Distance not known or not recorded"),
    _share(
        "More than 20 miles and outside the area",
        f"{_DISTANCE} and locality of placement",
        "4. Placed outside the LA boundary, more than 20 miles from home",
        better=False,
    ),
    _share(
        "Inside the area",
        "Locality of placement",
        "Placed inside the local authority boundary",
        better=True,
    ),
    _share("Foster placements", "Placement", "Foster placements"),
    _share("Children's and secure homes", "Placement", "Secure homes and children's homes"),
    _share(
        "Supported accommodation",
        "Placement",
        "Independent and semi-independent living arrangements/supported accommodation",
    ),
    _share("Own provision", "Place providers", "Own provision (by the LA)"),
    _share("Private provision", "Place providers", "Private provision"),
    _share("Unaccompanied children", "Unaccompanied asylum-seeking children", "UASC"),
    Measure(
        "Three or more placements in the year",
        "per cent",
        STABILITY,
        ("CLA on 31 March | With 3 or more placements during the year",),
        ("CLA on 31 March | Total children",),
        False,
    ),
    Measure(
        "Same carer for two years",
        "per cent",
        STABILITY,
        (f"{_TWO_YEARS}Living with the same carer for at least 2 years",),
        (f"{_TWO_YEARS}Total children",),
        True,
    ),
)
"""What is compared, in the order shown."""


class Compared(Record):
    """One measure of the council and of those it is held beside.

    Parameters
    ----------
    measure, unit, source
        What it is, in what, and from which publication.
    council, neighbours, region, england
        Figures by year; null where not known. Neighbours are pooled: their children over
        their children, of those whose figures are known. Of a number of children they are the
        mean of a neighbour, and region and England are in all.
    change
        Of the council from the first year shown to the last, in the unit; null when either is
        not known.
    each_neighbour
        Of the latest year, by name.
    place
        Of the council among itself and its neighbours, 1 the best, where one end is better
        than the other; null otherwise.
    known_neighbours
        Neighbours whose latest figure is known.
    """

    measure: str
    unit: str
    source: str
    council: Mapping[int, float | None]
    neighbours: Mapping[int, float | None]
    region: Mapping[int, float | None]
    england: Mapping[int, float | None]
    change: float | None
    each_neighbour: Mapping[str, float | None]
    place: int | None
    known_neighbours: int


class Comparison(Record):
    """A council beside others.

    Parameters
    ----------
    schema_version
        Of this answer.
    authority, name, region
        The council.
    neighbours
        Its statistical neighbours, the most alike first.
    years
        In order.
    measures
        In the order shown.
    """

    schema_version: str = "1.0"
    authority: str
    name: str
    region: str
    neighbours: tuple[str, ...]
    years: tuple[int, ...]
    measures: tuple[Compared, ...]


def compare(folder: Path, authority: str) -> Comparison:
    """Hold a council beside its statistical neighbours, its region and England.

    Parameters
    ----------
    folder
        The user's download of the publications.
    authority
        ONS code.

    Returns
    -------
    Comparison
        Every measure over the last five years published.

    Raises
    ------
    DataError
        If a publication is not in the folder.
    NotFoundError
        If the authority is not in it.
    """
    frames = {file.title: find_file(folder, file) for file in (NUMBERS, LOOKED_AFTER, STABILITY)}
    numbers = frames[NUMBERS.title]
    own = numbers[numbers["code"].eq(authority)]
    if own.empty:
        raise NotFoundError(
            f"{authority} is not in {NUMBERS.title}. Give the ONS code of an English authority, "
            "such as E06000060."
        )
    region = str(own["region"].iloc[0])
    neighbours = _neighbours(folder, numbers, str(own["old_code"].iloc[0]))
    years = tuple(sorted(numbers["year"].unique().tolist())[-YEARS_SHOWN:])
    return Comparison(
        authority=authority,
        name=str(own["name"].iloc[0]),
        region=region,
        neighbours=tuple(neighbours.values()),
        years=years,
        measures=tuple(
            _compared(frames[measure.file.title], measure, authority, region, neighbours, years)
            for measure in MEASURES
        ),
    )


def _neighbours(folder: Path, numbers: pd.DataFrame, old_code: str) -> dict[str, str]:
    """Return the names of the statistical neighbours by code, the most alike first."""
    table = find_neighbours(folder)
    if table is None:
        raise DataError(
            f"{folder} holds no CSV file of statistical neighbours (columns LA.number, SN_rank, "
            "SN_LA_number). Save that table of the DfE's local authority interactive tool there."
        )
    local = numbers[numbers["level"].eq("Local authority")].drop_duplicates("code", keep="first")
    by_old = local.drop_duplicates("old_code").set_index("old_code")
    codes = table.loc[table["old_code"].eq(old_code), "neighbour"]
    return {
        str(by_old.at[code, "code"]): str(by_old.at[code, "name"])
        for code in codes
        if code in by_old.index
    }


def _compared(
    rows: pd.DataFrame,
    measure: Measure,
    authority: str,
    region: str,
    neighbours: Mapping[str, str],
    years: tuple[int, ...],
) -> Compared:
    rows = rows[rows["year"].isin(years)]
    local = rows[rows["level"].eq("Local authority")]
    council = _by_year(local[local["code"].eq(authority)], measure, years)
    singles = {
        name: _by_year(local[local["code"].eq(code)], measure, years)
        for code, name in neighbours.items()
    }
    latest = {name: each[years[-1]] for name, each in singles.items()}
    known = [value for value in latest.values() if value is not None]
    mine = council[years[-1]]
    place = None
    if measure.higher_is_better is not None and mine is not None:
        ahead = [v for v in known if (v > mine if measure.higher_is_better else v < mine)]
        place = len(ahead) + 1
    first, last = council[years[0]], council[years[-1]]
    return Compared(
        measure=measure.name,
        unit=measure.unit,
        source=measure.file.title,
        council=council,
        neighbours=_pooled(local[local["code"].isin(neighbours)], measure, years),
        region=_by_year(
            rows[rows["level"].eq("Regional") & rows["region"].eq(region)], measure, years
        ),
        england=_by_year(rows[rows["level"].eq("National")], measure, years),
        change=None if first is None or last is None else round(last - first, 2),
        each_neighbour=latest,
        place=place,
        known_neighbours=len(known),
    )


def _parts(rows: pd.DataFrame, measure: Measure) -> tuple[float | None, float | None]:
    """Return the numerator and the denominator of one place in one year; None if not known."""
    values = rows.drop_duplicates("key").set_index("key")["value"]
    top = values.reindex(list(measure.count))
    if measure.of == ("population",):
        bottom = rows.drop_duplicates("key").set_index("key")["population"]
        bottom = bottom.reindex(list(measure.count))
    else:
        bottom = values.reindex(list(measure.of))
    return (
        None if top.isna().any() else float(top.sum()),
        None if bottom.isna().any() else float(bottom.sum()),
    )


def _figure(top: float | None, bottom: float | None, measure: Measure) -> float | None:
    if top is None:
        return None
    if not measure.of:
        return top
    if not bottom:
        return None
    return round(top / bottom * (_PER if measure.unit == "per 10,000" else 100), 2)


def _by_year(
    rows: pd.DataFrame, measure: Measure, years: tuple[int, ...]
) -> dict[int, float | None]:
    return {year: _figure(*_parts(rows[rows["year"].eq(year)], measure), measure) for year in years}


def _pooled(
    rows: pd.DataFrame, measure: Measure, years: tuple[int, ...]
) -> dict[int, float | None]:
    found: dict[int, float | None] = {}
    for year in years:
        parts = [_parts(each, measure) for _, each in rows[rows["year"].eq(year)].groupby("code")]
        known = [
            (top, bottom)
            for top, bottom in parts
            if top is not None and (bottom is not None or not measure.of)
        ]
        if not known:
            found[year] = None
        elif not measure.of:
            found[year] = round(sum(top for top, _ in known) / len(known), 1)
        else:
            found[year] = _figure(
                sum(top for top, _ in known), sum(bottom or 0.0 for _, bottom in known), measure
            )
    return found
