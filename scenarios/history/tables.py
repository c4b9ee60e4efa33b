"""The tables of an SSDA903 return, told apart by their columns and never by a file's name.

References
----------
.. [1] Department for Education, "Looked-after children: guide to submitting data"
   (SSDA903 collection), tables and columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class TableName(StrEnum):
    """A table of the return, or one that may stand beside it."""

    HEADER = "header"
    EPISODES = "episodes"
    REVIEWS = "reviews"
    UASC = "uasc"
    OC2 = "oc2"
    OC3 = "oc3"
    AD1 = "ad1"
    PLACED_ADOPTION = "placed_adoption"
    PREV_PERM = "prev_perm"
    MISSING = "missing"
    SW_EPISODES = "sw_episodes"
    DOLO = "dolo"
    SIBLINGS = "siblings"
    EDUCATION = "education"


@dataclass(frozen=True, slots=True)
class Table:
    """What a table is known by and what it holds.

    Parameters
    ----------
    name
        Its name here.
    title
        Its name in the guide.
    columns
        All of them must be in a file's header for the file to be this table.
    dates
        Which of the columns that a file may have hold dates.
    optional
        Columns that are read when they are there.
    beside
        Whether it is not part of the return, but may stand beside it.
    """

    name: TableName
    title: str
    columns: tuple[str, ...]
    dates: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    beside: bool = False

    @property
    def known(self) -> tuple[str, ...]:
        """Every column that is read, required and optional."""
        return (*self.columns, *self.optional)


EPISODES = Table(
    TableName.EPISODES,
    "Episodes",
    ("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "DEC", "REC", "HOME_POST", "PL_POST"),
    ("DECOM", "DEC"),
    ("PLACE_PROVIDER", "REASON_PLACE_CHANGE", "URN", "PL_DISTANCE", "PL_LA", "PL_LOCATION"),
)
HEADER = Table(
    TableName.HEADER,
    "Header",
    ("CHILD", "SEX", "DOB", "ETHNIC"),
    ("DOB", "MC_DOB"),
    ("UPN", "MOTHER", "MC_DOB"),
)

TABLES: tuple[Table, ...] = (
    EPISODES,
    HEADER,
    Table(
        TableName.REVIEWS,
        "Reviews",
        ("CHILD", "DOB", "REVIEW", "REVIEW_CODE"),
        ("DOB", "REVIEW"),
    ),
    Table(TableName.UASC, "UASC", ("CHILD", "DOB", "DUC"), ("DOB", "DUC"), ("SEX",)),
    Table(
        TableName.OC2,
        "OC2",
        ("CHILD", "DOB", "SDQ_SCORE", "HEALTH_CHECK"),
        ("DOB",),
        (
            "SDQ_REASON",
            "CONVICTED",
            "IMMUNISATIONS",
            "TEETH_CHECK",
            "HEALTH_ASSESSMENT",
            "SUBSTANCE_MISUSE",
            "INTERVENTION_RECEIVED",
            "INTERVENTION_OFFERED",
        ),
    ),
    Table(TableName.OC3, "OC3", ("CHILD", "DOB", "IN_TOUCH", "ACTIV", "ACCOM"), ("DOB",)),
    Table(
        TableName.AD1,
        "AD1",
        ("CHILD", "DOB", "DATE_INT", "DATE_MATCH"),
        ("DOB", "DATE_INT", "DATE_MATCH"),
        ("FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
    ),
    Table(
        TableName.PLACED_ADOPTION,
        "Should be placed for adoption",
        ("CHILD", "DOB", "DATE_PLACED", "DATE_PLACED_CEASED"),
        ("DOB", "DATE_PLACED", "DATE_PLACED_CEASED"),
        ("REASON_PLACED_CEASED",),
    ),
    Table(
        TableName.PREV_PERM,
        "Previous permanence",
        ("CHILD", "DOB", "PREV_PERM"),
        ("DOB",),  # DATE_PERM may lawfully hold zz/mm/yyyy
        ("LA_PERM", "DATE_PERM"),
    ),
    Table(
        TableName.MISSING,
        "Missing",
        ("CHILD", "DOB", "MISSING", "MIS_START", "MIS_END"),
        ("DOB", "MIS_START", "MIS_END"),
    ),
    Table(
        TableName.SW_EPISODES,
        "Social worker episodes",
        ("CHILD", "DOB", "SW_ID", "SW_DECOM", "SW_DEC"),
        ("DOB", "SW_DECOM", "SW_DEC"),
        ("SW_REASON",),
    ),
    Table(
        TableName.DOLO,
        "Deprivation of liberty orders",
        ("CHILD", "DOB", "DOLO_START", "DOLO_END"),
        ("DOB", "DOLO_START", "DOLO_END"),
    ),
    Table(
        TableName.SIBLINGS,
        "Sibling groups (not part of the return)",
        ("CHILD", "SIBLING_GROUP"),
        beside=True,
    ),
    Table(
        TableName.EDUCATION,
        "Education indicators (not part of the return)",
        ("YEAR", "INDICATOR", "COUNT", "OF"),
        beside=True,
    ),
)
"""Every table that is read."""

BY_NAME = {table.name: table for table in TABLES}

ALIASES = {
    "CHILDID": "CHILD",
    "CHILD_ID": "CHILD",
    "PL": "PLACE",
    "ETHNICITY": "ETHNIC",
    "DATE_PLACED_CEASED_": "DATE_PLACED_CEASED",
    "PLACEPROVIDER": "PLACE_PROVIDER",
    "REASONPLACECHANGE": "REASON_PLACE_CHANGE",
}
"""Other spellings of columns, those of the XML form among them."""


def column_name(text: str) -> str:
    """Return a column's name as the guide spells it, whatever its case and spacing.

    Examples
    --------
    >>> column_name(" Pl Post ")
    'PL_POST'
    """
    plain = "_".join(text.strip("\ufeff \t\"'").upper().replace("-", " ").split())
    return ALIASES.get(plain, plain)


def recognise(columns: Iterable[str]) -> Table | None:
    """Return the table that a header belongs to; None when it is none of them.

    Where several would fit, the one of which most columns are there is meant: OC2 and UASC
    both have CHILD and DOB, and the more particular set wins.

    Parameters
    ----------
    columns
        As they stand in the file.
    """
    there = {column_name(column) for column in columns}
    fitting = [table for table in TABLES if there.issuperset(table.columns)]
    return max(fitting, key=lambda table: len(there & set(table.known)), default=None)


def nearest(columns: Iterable[str]) -> tuple[Table, tuple[str, ...]] | None:
    """Return the table a header nearly is and what it lacks; None when nothing is near."""
    there = {column_name(column) for column in columns}
    lacking = [
        (table, tuple(each for each in table.columns if each not in there)) for table in TABLES
    ]
    near = [
        (table, missing)
        for table, missing in lacking
        if 0 < len(missing) <= len(table.columns) // 3
    ]
    return min(near, key=lambda pair: len(pair[1]), default=None)
