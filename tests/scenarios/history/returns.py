"""Small returns written by hand, and whole councils with a known truth."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

EPISODES = [
    *("CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC"),
    *("REASON_PLACE_CHANGE", "HOME_POST", "PL_POST", "URN"),
]
HEADER = ["CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB"]
HOME = "HP20 1UA"


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(rows)
    return path


def episode(
    child: str,
    decom: str,
    dec: str = "",
    *,
    rne: str = "S",
    rec: str | None = None,
    place: str = "U6",
    provider: str | None = None,
    ls: str = "V2",
    cin: str = "N1",
    reason: str = "",
    home: str = "",
    post: str = "",
    urn: str = "",
) -> list[str]:
    """One row of the episodes; a child leaves care by E8 unless another reason is given."""
    if rec is None:
        rec = "E8" if dec else ""
    if provider is None:
        provider = "PR0" if place == "P1" else "PR1"
    return [child, decom, rne, ls, cin, place, provider, dec, rec, reason, home, post, urn]


def header(child: str, dob: str = "01/01/2010", sex: str = "1") -> list[str]:
    return [child, sex, dob, "WBRI", "", "", ""]


def a_return(
    folder: Path,
    episodes: Sequence[Sequence[str]],
    headers: Sequence[Sequence[str]] | None = None,
) -> Path:
    """Write one return; by default every child has a header."""
    if headers is None:
        headers = [header(child) for child in dict.fromkeys(row[0] for row in episodes)]
    write(folder / "a.csv", EPISODES, episodes)
    write(folder / "b.csv", HEADER, headers)
    return folder


def uk(day: date) -> str:
    return day.strftime("%d/%m/%Y")


def council(
    folder: Path,
    *,
    years: int,
    a_year: float,
    leaving: float,
    moving: float = 0.4,
    seed: int = 1,
    first: int = 2016,
    drift: tuple[float, float] = (0.0, 0.0),
) -> dict[date, int]:
    """Write the yearly returns of a council whose rates are known, and return its true counts.

    Parameters
    ----------
    folder
        Where to write, one folder a year.
    years
        Returns to write.
    a_year
        Children entering care.
    leaving, moving
        Rates a child-year.
    seed
        Of its randomness.
    first
        The first collection year returned; ten years before it are lived and not returned.
    drift
        Standard deviation a year of the log of arrivals and of leaving.
    """
    rng = np.random.default_rng(seed)
    start, end = date(first - 11, 4, 1), date(first + years - 1, 3, 31)
    spells = _spells(rng, start, end, a_year, leaving, moving, drift)
    for year in range(first, first + years):
        opens, closes = date(year - 1, 4, 1), date(year, 3, 31)
        rows, children = [], {}
        for child, (dob, spell) in spells.items():
            for decom, dec, rne, rec, place, reason in spell:
                if decom > closes or (dec is not None and dec < opens):
                    continue
                until = uk(dec) if dec is not None and dec <= closes else ""
                children[child] = dob
                rows.append(
                    episode(
                        child,
                        uk(decom),
                        until,
                        rne=rne,
                        rec=rec if until else "",
                        place=place,
                        reason=reason if until else "",
                    )
                )
        a_return(
            folder / f"return {year}",
            rows,
            [header(each, uk(dob)) for each, dob in children.items()],
        )
    days = [date(year, 3, 31) for year in range(first - 1, first + years)]
    return {
        day: sum(
            spell[0][0] <= day and (spell[-1][1] is None or spell[-1][1] > day)
            for _, spell in spells.values()
        )
        for day in days
    }


Spell = tuple[date, "date | None", str, str, str, str]
"""First day, end, RNE, REC, PLACE and reason of one episode."""


def _spells(
    rng: np.random.Generator,
    start: date,
    end: date,
    a_year: float,
    leaving: float,
    moving: float,
    drift: tuple[float, float],
) -> dict[str, tuple[date, list[Spell]]]:
    days = (end - start).days
    steps = rng.standard_normal((2, days)) * np.array(drift)[:, None] / 365.25**0.5
    # The level is 1 when the returns begin, and moves from then on.
    steps[:, : 10 * 365] = 0
    level = np.exp(np.cumsum(steps, axis=1))
    risk = np.concatenate([[0.0], np.cumsum(leaving / 365.25 * level[1])])
    spells: dict[str, tuple[date, list[Spell]]] = {}
    for day, count in enumerate(rng.poisson(a_year / 365.25 * level[0])):
        for _ in range(count):
            age = rng.uniform(0, 17.5)
            began = start + timedelta(days=int(day))
            dob = began - timedelta(days=int(age * 365.25))
            adult = date(dob.year + 18, dob.month, min(dob.day, 28))
            gone = int(np.searchsorted(risk, risk[day] + rng.exponential()))
            ended = start + timedelta(days=max(gone, day + 1))
            reason, ended = ("E7", adult) if ended >= adult else ("E8", ended)
            spell: list[Spell] = []
            decom, rne, place = began, "S", "U6"
            while True:
                after = decom + timedelta(days=1 + int(rng.exponential(365.25 / moving)))
                if after >= ended or after > end:
                    last = ended if ended <= end else None
                    spell.append((decom, last, rne, reason, place, ""))
                    break
                spell.append((decom, after, rne, "X1", place, "OTHER"))
                decom, rne, place = after, "P", str(rng.choice(["U6", "K2", "U4"]))
            spells[f"{len(spells) + 1:05d}"] = (dob, spell)
    return spells
