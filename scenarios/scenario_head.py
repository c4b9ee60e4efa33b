"""What stands at the top of a scenario's file."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from matcher.domain.record import AuthorityCode, Record


class Head(Record):
    """What stands at the top of a scenario.

    Parameters
    ----------
    name
        A title.
    authority
        ONS code of the synthetic county's authority; not with ``world``.
    size
        Of the synthetic county, 1 as published; not with ``world``.
    county_seed
        Of the synthetic county; not with ``world``.
    world
        Your own data instead: a folder of tables or a workbook, looked for beside the file.
    returns
        Folder of your SSDA903 returns, from which rates are learnt, looked for beside the file.
    policy
        How homes are chosen: ``practice``, ``balanced``, ``lexicographic``, or the path of a
        policy of your own.
    start
        First day; the day after the date of the data when it is not given.
    years
        How many years are simulated.
    seed
        Draws postcodes, homes and everything that chance decides.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    authority: AuthorityCode = "E06000060"
    size: Annotated[float, Field(ge=0.05, le=3)] = 1.0
    county_seed: Annotated[int, Field(ge=0)] = 7
    world: str | None = None
    returns: str | None = None
    policy: str = "practice"
    start: date | None = None
    years: Annotated[int, Field(ge=1, le=20)] = 5
    seed: Annotated[int, Field(ge=0)] = 7
