"""A profile for any English authority, from the user's own download of the publications.

Two files are needed, under any name, recognised by their columns: the Department for
Education's "Children looked after in England including adoptions" (children looked after on
31 March by local authority and characteristic) and Ofsted's "Children's social care data in
England" (providers and places).
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from typing import TYPE_CHECKING

from matcher.domain.codes import PlaceProvider
from matcher.domain.home import Grade, Setting
from matcher.errors import DataError
from matcher.geography.areas import adjoining
from scenarios.county.profile import (
    Profile,
    RegisteredHomes,
    Target,
    shipped_assumptions,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

DFE = "DfE, Children looked after in England including adoptions"
OFSTED = "Ofsted, Children's social care data in England"

MARGINALS = (
    "Age group",
    "Sex",
    "Ethnicity",
    "Category of need",
    "Legal status",
    "Unaccompanied asylum-seeking children",
    "Placement",
    "Place providers",
    "Locality of placement",
    "Distance between home and placement",
    "Distance between home and placement and locality of placement",
    "LA of placement",
)
"""The ``cla_group`` values that a county is held to."""

_LOOKED_AFTER = ("time_period", "new_la_code", "la_name", "cla_group", "characteristic", "number")
_JUDGEMENT = "Overall experiences and progress of children and young people"
_PROVIDERS = ("Provision type", "Local authority", "Sector", "Places", _JUDGEMENT)
_SECTORS = {
    "Private": PlaceProvider.PR4,
    "Local Authority": PlaceProvider.PR1,
    "Voluntary": PlaceProvider.PR5,
    "Health Authority": PlaceProvider.PR3,
}
_GRADES = {
    "Outstanding": Grade.OUTSTANDING,
    "Good": Grade.GOOD,
    "Requires improvement to be good": Grade.REQUIRES_IMPROVEMENT,
    "Inadequate": Grade.INADEQUATE,
}


def profile_from_statistics(folder: Path, authority: str) -> Profile:
    """Return a profile of an authority from published files.

    The newest year in which the authority has figures is taken. Figures that are
    suppressed ("c") or round to nothing ("k", "low") stay unknown; "z" and "x" are left out.

    Parameters
    ----------
    folder
        Holds the two CSV files, among others.
    authority
        ONS code, such as E10000025.

    Returns
    -------
    Profile
        With the assumptions that come with Near Home.

    Raises
    ------
    DataError
        If a file is missing, or the authority has no figures in it.
    """
    rows = _find(folder, _LOOKED_AFTER, DFE, holds=("cla_group", MARGINALS[-2]))
    own = [row for row in rows if row["new_la_code"] == authority]
    years = [int(row["time_period"]) for row in own if _total(row) is not None]
    if not years:
        raise DataError(
            f"{DFE}: there is no number of children looked after for {authority!r}. Give the "
            "nine-character ONS code of an English authority; a very small one is suppressed."
        )
    year = max(years)
    now = [row for row in own if int(row["time_period"]) == year]
    names = {row["new_la_code"]: row["la_name"] for row in rows if row["new_la_code"]}
    total = next(n for row in now if (n := _total(row)) is not None)
    targets = [Target("Children looked after", "Total", total, DFE, year)]
    for marginal in MARGINALS:
        targets += [
            Target(marginal, row["characteristic"], _number(row["number"]), DFE, year)
            for row in sorted(now, key=lambda row: row["characteristic"])
            if row["cla_group"] == marginal
            and row["characteristic"] != "Total"
            and row["number"] not in ("z", "x")
        ]
    providers = _find(folder, _PROVIDERS, OFSTED)
    beside = tuple(sorted(adjoining(authority)))
    return Profile(
        authority=authority,
        name=names[authority],
        year=year,
        targets=tuple(targets),
        registered=_registered(providers, authority, beside, names),
        registered_source=OFSTED,
        registered_year=_latest(providers),
        adjoining=beside,
        assumptions=shipped_assumptions(),
    )


def _total(row: Mapping[str, str]) -> int | None:
    if row["cla_group"] != "Age group" or row["characteristic"] != "Total":
        return None
    return _number(row["number"])


def _number(text: str) -> int | None:
    text = text.strip().replace(",", "")
    return int(text) if text.isdigit() else None


def _find(
    folder: Path, columns: Sequence[str], title: str, holds: tuple[str, str] | None = None
) -> list[dict[str, str]]:
    """Return the rows of the first file in a folder with these columns."""
    for path in sorted(folder.glob("*.csv")):
        rows = _read(path, columns)
        if rows and (holds is None or any(row[holds[0]] == holds[1] for row in rows)):
            return rows
    raise DataError(
        f"{folder} holds no CSV file of the publication {title!r} (columns {', '.join(columns)}). "
        "Download it and put it there, under any name."
    )


def _read(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Return the rows of a file that has the columns; none when it has not."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            with path.open(encoding=encoding, newline="") as lines:
                reader = csv.DictReader(lines)
                if not set(columns) <= set(reader.fieldnames or ()):
                    return []
                return list(reader)
        except UnicodeDecodeError:
            continue
    return []


def _plain(name: str) -> str:
    """Return an authority's name as both publications would write it."""
    text = name.lower().replace("&", "and").replace("-", " ").replace(".", "")
    text = re.sub(r", (city|county) of$", "", text).replace(",", "")
    return re.sub(r"^county ", "", text).strip()


def _registered(
    rows: Iterable[Mapping[str, str]],
    authority: str,
    beside: Sequence[str],
    names: Mapping[str, str],
) -> tuple[RegisteredHomes, ...]:
    """Return the registered homes of an authority and of those adjoining it."""
    codes = {_plain(names[code]): code for code in (authority, *beside) if code in names}
    counted: Counter[tuple[str, Setting, PlaceProvider, int, Grade]] = Counter()
    for row in rows:
        code = codes.get(_plain(row["Local authority"]))
        setting = _setting(row)
        grade = _GRADES.get(row[_JUDGEMENT])
        sector = _SECTORS.get(row["Sector"])
        if code is None or setting is None or sector is None or grade is None:
            continue
        # What is its own provision to its council is another council's to ours.
        if sector is PlaceProvider.PR1 and code != authority:
            sector = PlaceProvider.PR2
        places = round(float(row["Places"])) if row["Places"].strip() else 0
        counted[code, setting, sector, places, grade] += 1
    return tuple(
        RegisteredHomes(code, names[code], setting, sector, places, grade, homes)
        for (code, setting, sector, places, grade), homes in sorted(counted.items())
    )


def _setting(row: Mapping[str, str]) -> Setting | None:
    """Return the setting of a provider; None for agencies and holiday schemes."""
    kind = row["Provision type"].lower()
    if "secure" in kind:
        return Setting.SECURE
    if "special school" in kind:
        return Setting.RESIDENTIAL_SCHOOL
    if kind == "children's home":
        short = (row.get("Short-break-only children's home") or "").strip()
        return Setting.SHORT_BREAK if short else Setting.CHILDRENS_HOME
    return None


def _latest(rows: Iterable[Mapping[str, str]]) -> int:
    """Return the year of the newest inspection, which is that of the publication."""
    years = [
        int(found[1])
        for row in rows
        if (found := re.search(r"(\d{4})$", row.get("Latest full inspection date", "").strip()))
    ]
    return max(years, default=0)
