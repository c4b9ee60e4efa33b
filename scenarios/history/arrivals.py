"""Who came, as the returns tell it, with the needs that they do not tell lent by like children.

A return says who lived where from when to when, of what age, sex and home postcode. It says
nothing of needs, school or family time, on which rules and points depend. Those are lent by a
child who is placed today: of the same kind of home, age band and sex as nearly as there is one,
in turn, so that all lend equally often.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import pandas as pd

from matcher.domain.codes import Ethnicity, Sex
from matcher.domain.history import PastStay, age_band, history_of_stays
from matcher.domain.home import Setting
from matcher.errors import DataError
from scenarios.history.tables import TableName

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.domain.child import Child
    from matcher.domain.history import ArrivalHistory
    from matcher.domain.world import World
    from matcher.geography.postcodes import Postcodes
    from scenarios.history.history import History

SETTINGS = {
    **dict.fromkeys(("U4", "U5", "U6"), Setting.FOSTER),
    **dict.fromkeys(("K2", "R1"), Setting.CHILDRENS_HOME),
    **dict.fromkeys(("K3", "H5", "P2"), Setting.SUPPORTED),
    "S1": Setting.RESIDENTIAL_SCHOOL,
}
"""The kinds of placement for which a council looks for a bed, and the setting of each."""

SEXES = {each.value: each for each in Sex}
ETHNICITIES = {each.value: each for each in Ethnicity}

MOST_SIBLINGS = 8
"""More on one day from one postcode are no family: it is an office's, or a hostel's."""


def arrivals_of_returns(history: History, world: World, postcodes: Postcodes) -> ArrivalHistory:
    """Return everybody for whom the returns show that a bed was found.

    Those who came into care and those who moved; without placements with relatives, parents
    and adopters, secure homes and short breaks, for which nobody searches among vacancies.
    Brothers and sisters are those of the table of sibling groups where there is one, else who
    began a placement on one day from one home postcode.

    Parameters
    ----------
    history
        The returns.
    world
        Today's register, with who is placed.
    postcodes
        Where home postcodes lie.

    Raises
    ------
    DataError
        If nobody is placed in the register, so that nobody can lend their needs.
    """
    lent = _Lenders(world)
    siblings = _siblings(history)
    alone = _unaccompanied(history)
    homes = {post for post in history.episodes["home_post"].dropna().unique() if post}
    known = {
        post: where for post, where in postcodes.find_all(sorted(homes)).items() if where.known
    }
    rows = list(_placements(history))
    together = Counter((row["began"], row["home_post"]) for row in rows)
    stays = []
    names: dict[str, str] = {}
    for row in rows:
        born = history.children["dob"].get(row["child"])
        told: dict[str, Any] = {
            "child_id": names.setdefault(row["child"], f"P{len(names)}"),
            "date_of_birth": None if born is None or pd.isna(born) else born.date(),
            "unaccompanied": row["child"] in alone,
            "sex": SEXES.get(history.children["sex"].get(row["child"])),
            "ethnicity": ETHNICITIES.get(history.children["ethnicity"].get(row["child"])),
        }
        post = row["home_post"]
        if post in known:
            told["home_postcode"] = known[post].postcode
        lender = lent.next(told, row["setting"], row["began"], world.as_of)
        child = lender.model_copy(
            update={
                **{name: value for name, value in told.items() if value is not None},
                "sibling_group_id": None,
                "incompatible_with": frozenset(),
            }
        )
        family = siblings.get(row["child"])
        few = together[row["began"], post] <= MOST_SIBLINGS
        if family is None and post and few and not child.unaccompanied:
            family = f"at {post}"
        stays.append(PastStay(child, row["began"], row["ended"], family or child.child_id))
    first, last = history.years[0], history.years[-1]
    found = history_of_stays(
        stays,
        starts=history.first_day,
        ends=history.last_day + timedelta(days=1),
        source=f"SSDA903 returns of {first} to {last}, with needs lent by children placed now",
    )
    return replace(found, locations={where.postcode: where for where in known.values()})


def _placements(history: History) -> Iterator[dict[str, Any]]:
    """Yield every placement for which a bed was looked for, in order of children and days."""
    rows = history.episodes
    rows = rows[~rows["short_breaks"] & ~rows["temporary"]]
    columns = ["child", "placement", "decom", "dec", "place", "home_post"]
    for _, group in groupby(rows[columns].itertuples(index=False), key=lambda r: r.placement):
        spell = list(group)
        setting = SETTINGS.get(spell[-1].place)
        if setting is None:
            continue
        ended = spell[-1].dec
        yield {
            "child": spell[0].child,
            "began": spell[0].decom.date(),
            "ended": None if ended is pd.NaT else ended.date(),
            "home_post": spell[0].home_post or None,
            "setting": setting,
        }


class _Lenders:
    """Children placed today, by how like somebody of the returns they are."""

    def __init__(self, world: World) -> None:
        self._cells: dict[tuple[object, ...], list[Child]] = defaultdict(list)
        self._turn: dict[tuple[object, ...], int] = defaultdict(int)
        for child_id in sorted(world.placements):
            setting = world.homes[world.placements[child_id].home_id].setting
            child = world.children[child_id]
            band = age_band(child.age_on(world.as_of))
            for cell in _likeness(child.unaccompanied, setting, band, child.sex):
                self._cells[cell].append(child)
        if not self._cells:
            raise DataError(
                "Nobody is placed in this data, so nobody can lend the needs that returns do not "
                "tell. Give a register with placements beside the returns."
            )

    def next(self, told: dict[str, Any], setting: Setting, began: date, today: date) -> Child:
        """Return whose turn it is to lend."""
        born = told["date_of_birth"]
        age = None if born is None else (began - born).days * 4 // 1461
        for cell in _likeness(told["unaccompanied"], setting, age_band(age), told["sex"]):
            able = self._cells.get(cell)
            if able:
                turn = self._turn[cell]
                self._turn[cell] += 1
                lender = able[turn % len(able)]
                if born is None and lender.date_of_birth is not None:
                    # As old on that day as the lender is today.
                    back = today - began
                    return lender.model_copy(update={"date_of_birth": lender.date_of_birth - back})
                return lender
        raise AssertionError("The last cell holds everybody.")


def _likeness(
    unaccompanied: bool, setting: Setting, band: int, sex: Sex | None
) -> tuple[tuple[object, ...], ...]:
    """Return the cells that somebody belongs to, the most like first."""
    return (
        (unaccompanied, setting, band, sex),
        (unaccompanied, setting, band),
        (setting, band),
        (setting,),
        (),
    )


def _siblings(history: History) -> dict[str, str]:
    table = history.beside.get(TableName.SIBLINGS)
    if table is None:
        return {}
    return {
        child: group
        for child, group in zip(table["CHILD"], table["SIBLING_GROUP"], strict=True)
        if group
    }


def _unaccompanied(history: History) -> frozenset[str]:
    table = history.table(TableName.UASC)
    return frozenset() if table.empty else frozenset(table["CHILD"])
