"""Inside, adjoining or distant: where a placement lies by the authority's map.

A placement is *distant* when it is neither in the area of the responsible authority
nor in that of an authority which adjoins it; the director must then approve it.

References
----------
.. [1] Care Planning, Placement and Case Review (England) Regulations 2010,
   regulations 11 to 13.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from matcher.geography.authorities import authority_of, is_authority, read_table

if TYPE_CHECKING:
    from collections.abc import Mapping


class Area(StrEnum):
    """Where a home lies, seen from the responsible authority."""

    INSIDE = "inside"
    """In the area of the responsible authority."""
    ADJOINING = "adjoining"
    """In the area of an authority that shares a boundary with it."""
    DISTANT = "distant"
    """In any other area."""
    UNKNOWN = "unknown"
    """The authority of the home, or of the child, is not known."""


@cache
def _areas() -> Mapping[str, tuple[tuple[str, ...], frozenset[str]]]:
    """Letters and neighbours by authority, as derived from the postcodes."""
    return MappingProxyType(
        {
            row["code"]: (tuple(row["letters"]), frozenset(row["adjoining"].split()))
            for row in read_table("areas.csv")
        }
    )


def letters_of(code: str) -> tuple[str, ...]:
    """Return the first letters of the postcodes that lie in an authority.

    Parameters
    ----------
    code
        ONS code of an authority, or of a district, which counts as its authority.

    Returns
    -------
    tuple of str
        Capital letters in order; empty for a code that is not in the table.
    """
    letters, _ = _areas().get(authority_of(code), ((), frozenset()))
    return letters


def adjoining(code: str) -> frozenset[str]:
    """Return the authorities that share a boundary with one.

    The table is derived from the positions of postcodes and is indicative: see
    ``docs/explanation/geography.md``.

    Parameters
    ----------
    code
        ONS code of an authority, or of a district, which counts as its authority.

    Returns
    -------
    frozenset of str
        ONS codes, never the authority itself; empty when there are none.
    """
    _, neighbours = _areas().get(authority_of(code), ((), frozenset()))
    return neighbours


def area_of(home_authority: str | None, responsible_authority: str | None) -> Area:
    """Return where a home lies, seen from the responsible authority.

    Parameters
    ----------
    home_authority
        ONS code of the authority in whose area the home lies; None when unknown.
    responsible_authority
        ONS code of the authority that looks after the child; None when unknown.

    Returns
    -------
    Area
        Unknown when either code is None, or when the responsible authority is not one
        that has children's services and so has no neighbours on record.

    Examples
    --------
    >>> area_of("E10000025", "E06000060")  # Oxfordshire, for Buckinghamshire
    <Area.ADJOINING: 'adjoining'>
    >>> area_of("E06000032", "E06000060")  # Luton
    <Area.DISTANT: 'distant'>
    """
    if not home_authority or not responsible_authority:
        return Area.UNKNOWN
    home, responsible = authority_of(home_authority), authority_of(responsible_authority)
    if not is_authority(home) or not is_authority(responsible):
        return Area.UNKNOWN
    if home == responsible:
        return Area.INSIDE
    return Area.ADJOINING if home in adjoining(responsible) else Area.DISTANT
