"""Which authority answers for children's services, and what it is called.

Postcode directories give the *district*. In a county the district has no children's
services: Wycombe's successor, High Peak or Epping Forest are answered for by the
county or unitary authority. Everything else in Near Home speaks of that authority.

References
----------
.. [1] Children Act 2004, section 65 and Local Government Act 2000: county councils,
   unitary authorities, metropolitan districts, London boroughs, the Common Council of
   the City of London and the Council of the Isles of Scilly.
.. [2] Office for National Statistics, "Lower tier local authority to upper tier local
   authority (April 2021) lookup in England and Wales", Open Government Licence v3.0.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DATA_FOLDER = files("matcher.geography") / "data"
"""Where the tables of this room lie, also inside a wheel."""


def read_table(name: str) -> list[dict[str, str]]:
    """Return the rows of one shipped table.

    Parameters
    ----------
    name
        File name, such as ``authorities.csv``.

    Returns
    -------
    list of dict
        One dict a row, by column name.
    """
    return list(csv.DictReader((DATA_FOLDER / name).read_text(encoding="utf-8").splitlines()))


@cache
def _names() -> Mapping[str, str]:
    return MappingProxyType({row["code"]: row["name"] for row in read_table("authorities.csv")})


@cache
def _districts() -> Mapping[str, str]:
    rows = read_table("districts.csv")
    return MappingProxyType({row["district"]: row["authority"] for row in rows})


def authority_of(code: str) -> str:
    """Return the authority that answers for children's services in a district.

    Parameters
    ----------
    code
        ONS code of a district or of an authority, current or former.

    Returns
    -------
    str
        The current code; a code that is not in the tables comes back unchanged.

    Examples
    --------
    >>> authority_of("E07000007")  # Wycombe, abolished in 2020
    'E06000060'
    >>> authority_of("E07000178")  # Oxford
    'E10000025'
    """
    return _districts().get(code, code)


def authority_name(code: str) -> str:
    """Return the name of the authority that answers for a code.

    Parameters
    ----------
    code
        ONS code of a district or of an authority, current or former.

    Returns
    -------
    str
        Its name as used in a sentence; the code itself when it is not in the tables.

    Examples
    --------
    >>> authority_name("E06000060")
    'Buckinghamshire'
    """
    authority = authority_of(code)
    return _names().get(authority, authority)


@cache
def english_authorities() -> tuple[str, ...]:
    """Return the codes of England's 153 children's services authorities, in order."""
    return tuple(sorted(code for code in _names() if code.startswith("E")))


def is_authority(code: str) -> bool:
    """Return whether a code is a current authority of the United Kingdom with children's services.

    Parameters
    ----------
    code
        ONS code.

    Returns
    -------
    bool
        False for districts of a county, for former codes and for anything else.
    """
    return code in _names()
