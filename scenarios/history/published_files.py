"""Published yearly figures of all authorities, from the user's own download.

Files are known by their columns, whatever their names. Figures that are suppressed ("c"),
not applicable ("z"), not available ("x") or rounded to nothing ("k", "low") are not known,
and are never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from matcher.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DFE = "DfE, Children looked after in England including adoptions"
NEIGHBOURS = "DfE, Local authority interactive tool, statistical neighbours"

_PLACE = ("time_period", "geographic_level", "region_name", "la_name", "new_la_code")


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of a publication.

    Parameters
    ----------
    title
        What the publication calls it.
    columns
        It is known by these.
    group
        Columns that together say what is counted.
    number
        The column of the count.
    holds
        A value that the last of the group columns must have somewhere; "" for any.
    """

    title: str
    columns: tuple[str, ...]
    group: tuple[str, ...]
    number: str
    holds: str = ""


NUMBERS = PublishedFile(
    f"{DFE}: numbers and rates by local authority",
    (*_PLACE, "population_type", "population_estimate", "children_count"),
    ("population_type",),
    "children_count",
)
LOOKED_AFTER = PublishedFile(
    f"{DFE}: children looked after on 31 March by characteristics",
    (*_PLACE, "cla_group", "characteristic", "number"),
    ("cla_group", "characteristic"),
    "number",
    "Placed 20 miles or less from home",
)
STABILITY = PublishedFile(
    f"{DFE}: placement stability",
    (*_PLACE, "cla_group", "placement_stability", "children_count"),
    ("cla_group", "placement_stability"),
    "children_count",
)


def find_file(folder: Path, wanted: PublishedFile) -> pd.DataFrame:
    """Return a published file's rows: place, year, what is counted (``key``) and ``value``.

    Parameters
    ----------
    folder
        Where the downloads lie.
    wanted
        Which file.

    Returns
    -------
    DataFrame
        ``year``, ``level``, ``region``, ``name``, ``code``, ``key``, ``value`` (missing where
        it is not known) and, where there is one, ``population``.

    Raises
    ------
    DataError
        If no file has the columns.
    """
    for path in sorted(folder.glob("*.csv")):
        rows = _read(path, wanted.columns)
        if rows is None or (wanted.holds and not rows[wanted.group[-1]].eq(wanted.holds).any()):
            continue
        key = rows[wanted.group[0]]
        for column in wanted.group[1:]:
            key = key + " | " + rows[column]
        found = pd.DataFrame(
            {
                "year": rows["time_period"].astype(int),
                "level": rows["geographic_level"],
                "region": rows["region_name"],
                "name": rows["la_name"],
                "code": rows["new_la_code"],
                "key": key,
                "value": _numbers(rows[wanted.number]),
            }
        )
        if "population_estimate" in rows:
            found["population"] = _numbers(rows["population_estimate"])
        if "old_la_code" in rows:
            found["old_code"] = rows["old_la_code"].str.removesuffix(".0")
        return found
    raise DataError(
        f"{folder} holds no CSV file of {wanted.title!r} (columns {', '.join(wanted.columns)}). "
        "Download it from Explore education statistics and put it there, under any name."
    )


def find_neighbours(folder: Path) -> pd.DataFrame | None:
    """Return statistical neighbours by old authority numbers, in order; None without the file."""
    columns = ("LA.number", "SN_rank", "SN_LA_number")
    for path in sorted(folder.glob("*.csv")):
        rows = _read(path, columns)
        if rows is not None:
            return pd.DataFrame(
                {
                    "old_code": rows["LA.number"],
                    "rank": _numbers(rows["SN_rank"]),
                    "neighbour": rows["SN_LA_number"],
                }
            ).sort_values(["old_code", "rank"])
    return None


def _read(path: Path, columns: Sequence[str]) -> pd.DataFrame | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            head = pd.read_csv(path, nrows=0, encoding=encoding)
            if not set(columns) <= set(head.columns):
                return None
            return pd.read_csv(path, dtype=str, encoding=encoding, keep_default_na=False)
        except UnicodeDecodeError:
            continue
        except (pd.errors.EmptyDataError, pd.errors.ParserError):
            return None
    return None


def _numbers(texts: pd.Series) -> pd.Series:
    return pd.to_numeric(texts.str.replace(",", "").str.strip(), errors="coerce")
