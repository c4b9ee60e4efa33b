"""The SSDA903 return of a year, from what is stored: header, episodes, reviews, UASC.

The other tables of the return (health and outcomes, adoption, missing, social workers) come
from the council's case record, where they are kept.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from api.casework.episodes import Episode, episodes_of
from api.errors import InvalidError
from api.records.care_placement import CarePlacement, LegalSpell, Participation, Review
from matcher.domain.agreement import Provider
from matcher.domain.child import Child
from matcher.domain.codes import Ethnicity, LegalStatus, PlaceCode, Sex, collection_year
from matcher.domain.home import Home
from matcher.domain.record import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.storage.work import Work

HEADER = ("CHILD", "SEX", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB")
EPISODES = (
    "CHILD",
    "DECOM",
    "RNE",
    "LS",
    "CIN",
    "PLACE",
    "PLACE_PROVIDER",
    "DEC",
    "REC",
    "REASON_PLACE_CHANGE",
    "HOME_POST",
    "PL_POST",
    "URN",
)
REVIEWS = ("CHILD", "DOB", "REVIEW", "REVIEW_CODE")
UASC = ("CHILD", "SEX", "DOB", "DUC")

NO_URN = frozenset(
    {
        PlaceCode.P1,
        PlaceCode.P2,
        PlaceCode.P3,
        PlaceCode.R1,
        PlaceCode.R2,
        PlaceCode.R5,
        PlaceCode.Z1,
        PlaceCode.Z11,
        PlaceCode.Z12,
        PlaceCode.Z13,
        PlaceCode.Z14,
        PlaceCode.T0,
        PlaceCode.T1,
        PlaceCode.T2,
        PlaceCode.T3,
        PlaceCode.T4,
    }
)
"""Placements that Ofsted registers nobody for: URN is left empty."""

NO_PROVIDER = frozenset(
    code for code in NO_URN if code.value.startswith(("T", "Z1")) and code is not PlaceCode.Z1
)
"""Placements for which PLACE_PROVIDER is left empty."""

SHORT_BREAKS = (LegalStatus.V3, LegalStatus.V4)
"""Legal statuses of short breaks: no postcodes are returned."""

LETTERS_SINCE = 2025
"""The collection year from which SEX is a letter."""

NOT_REGISTERED = "XXXXXXX"
"""URN where none is known, as the guide has it."""


class Faults(Record):
    """What a return lacks that only somebody who knows the child can add.

    Parameters
    ----------
    no_date_of_birth, no_sex, no_category_of_need, no_legal_status
        How many children.
    place_codes_of_other_years
        Episodes whose PLACE is not returned in this year.
    no_postcode
        Episodes without the child's home postcode or that of the placement, where they count.
    """

    no_date_of_birth: int
    no_sex: int
    no_category_of_need: int
    no_legal_status: int
    place_codes_of_other_years: int
    no_postcode: int


class Return(NamedTuple):
    """The tables of a return, as CSV texts by file name, and what is lacking."""

    files: dict[str, str]
    faults: Faults
    children: tuple[str, ...]


def first_day(year: int) -> date:
    """Return the first day of a collection year, named by the calendar year it ends in."""
    return date(year - 1, 4, 1)


def last_day(year: int) -> date:
    """Return the last day of a collection year."""
    return date(year, 3, 31)


def make_return(work: Work, year: int) -> Return:
    """Return the tables of a collection year.

    Parameters
    ----------
    work
        The transaction.
    year
        The calendar year in which it ends: 2026 is 1 April 2025 to 31 March 2026.

    Raises
    ------
    InvalidError
        If the year has not begun yet.
    """
    begins, ends = first_day(year), min(last_day(year), work.today)
    if begins > work.today:
        raise InvalidError(
            f"The collection year {year} begins on {begins:%-d %B %Y}.", field="year"
        )
    episodes = _episodes_in(work, begins, ends)
    whose = tuple(sorted(episodes))
    children = {
        held.record.child_id: held.record
        for held in work.find(Child)
        if held.record.child_id in episodes
    }
    alone = [children[each] for each in whose if children[each].unaccompanied]
    files = {
        "header.csv": _table(HEADER, (_header(children[each], ends) for each in whose)),
        "episodes.csv": _table(EPISODES, _episode_rows(work, children, episodes)),
        "reviews.csv": _table(REVIEWS, _review_rows(work, children, begins, ends)),
        "uasc.csv": _table(UASC, (_uasc(child, ends) for child in alone)),
    }
    faults = Faults(
        no_date_of_birth=sum(child.date_of_birth is None for child in children.values()),
        no_sex=sum(child.sex is None for child in children.values()),
        no_category_of_need=sum(child.category_of_need is None for child in children.values()),
        no_legal_status=len(_without_status(work, begins, ends)),
        place_codes_of_other_years=sum(
            not episode.stay.place_code.valid_in(year)
            for theirs in episodes.values()
            for episode in theirs
        ),
        no_postcode=_without_postcode(work, children, episodes),
    )
    return Return(files, faults, whose)


def _stays_in(work: Work, begins: date, ends: date) -> dict[str, list[CarePlacement]]:
    """Return every stay of each child who was looked after in a time, earlier ones included."""
    stays: dict[str, list[CarePlacement]] = defaultdict(list)
    for held in work.find(CarePlacement):
        stays[held.record.child_id].append(held.record)
    return {
        child_id: theirs
        for child_id, theirs in stays.items()
        if any(
            stay.started_on <= ends and (stay.ended_on is None or stay.ended_on >= begins)
            for stay in theirs
            if stay.state != "mistaken"
        )
    }


def _episodes_in(work: Work, begins: date, ends: date) -> dict[str, list[Episode]]:
    spells: dict[str, list[LegalSpell]] = defaultdict(list)
    for held in work.find(LegalSpell):
        spells[held.record.child_id].append(held.record)
    found: dict[str, list[Episode]] = {}
    for child_id, stays in _stays_in(work, begins, ends).items():
        theirs = [
            episode.by(ends)
            for episode in episodes_of(stays, spells[child_id])
            if episode.decom <= ends and (episode.dec is None or episode.dec >= begins)
        ]
        if theirs:
            found[child_id] = theirs
    return found


def _without_status(work: Work, begins: date, ends: date) -> set[str]:
    known = {held.record.child_id for held in work.find(LegalSpell)}
    return set(_stays_in(work, begins, ends)) - known


def _without_postcode(
    work: Work, children: dict[str, Child], episodes: dict[str, list[Episode]]
) -> int:
    nowhere = {held.record.home_id for held in work.find(Home) if held.record.postcode is None}
    return sum(
        children[child_id].home_postcode is None or episode.stay.home_id in nowhere
        for child_id, theirs in episodes.items()
        for episode in theirs
        if episode.legal_status not in SHORT_BREAKS and not children[child_id].unaccompanied
    )


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%d/%m/%Y}"


def _header(child: Child, ends: date) -> tuple[str, ...]:
    return (
        child.child_id,
        _sex(child, ends),
        _day(child.date_of_birth),
        (child.ethnicity or Ethnicity.NOBT).value,
        _upn(child, ends),
        _mother(child, ends),
        "",
    )


def _upn(child: Child, ends: date) -> str:
    """Return why there is no unique pupil number: pupils' numbers are not kept here."""
    age = child.age_on(ends)
    if child.unaccompanied:
        return "UN4"
    if age is not None and age < 5:
        return "UN1"
    return "UN5"


def _mother(child: Child, ends: date) -> str:
    if child.sex is not Sex.FEMALE:
        return ""
    return "0"


def _sex(child: Child, ends: date) -> str:
    """Return SEX: letters since 2024/25, numbers before."""
    if child.sex is None:
        return ""
    if collection_year(ends) < LETTERS_SINCE:
        return child.sex.value
    return {Sex.MALE: "M", Sex.FEMALE: "F"}[child.sex]


def _uasc(child: Child, ends: date) -> tuple[str, ...]:
    return (
        child.child_id,
        _sex(child, ends),
        _day(child.date_of_birth),
        _day(_eighteenth(child)),
    )


def _eighteenth(child: Child) -> date | None:
    born = child.date_of_birth
    if born is None:
        return None
    if (born.month, born.day) == (2, 29):
        return date(born.year + 18, 3, 1)
    return born.replace(year=born.year + 18)


def _episode_rows(
    work: Work, children: dict[str, Child], episodes: dict[str, list[Episode]]
) -> Iterable[tuple[str, ...]]:
    homes = {held.record.home_id: held.record for held in work.find(Home)}
    urns = {held.record.provider_id: held.record.urn for held in work.find(Provider)}
    for child_id in sorted(episodes):
        child = children[child_id]
        for episode in episodes[child_id]:
            stay = episode.stay
            home = homes.get(stay.home_id)
            short = episode.legal_status in SHORT_BREAKS
            yield (
                child_id,
                _day(episode.decom),
                episode.rne.value,
                episode.legal_status.value,
                child.category_of_need.value if child.category_of_need else "",
                stay.place_code.value,
                "" if stay.place_code in NO_PROVIDER else stay.place_provider.value,
                _day(episode.dec),
                episode.rec.value if episode.rec else "",
                episode.reason.value if episode.reason else "",
                "" if short else (child.home_postcode or ""),
                "" if short or home is None else (home.postcode or ""),
                _urn(stay.place_code, home, urns),
            )


def _urn(code: PlaceCode, home: Home | None, urns: dict[str, int | None]) -> str:
    if code in NO_URN:
        return ""
    found = None if home is None else home.urn or urns.get(home.provider_id)
    return NOT_REGISTERED if found is None else str(found)


def _review_rows(
    work: Work, children: dict[str, Child], begins: date, ends: date
) -> Iterable[tuple[str, ...]]:
    for held in work.find(Review):
        review = held.record
        child = children.get(review.child_id)
        if child is not None and begins <= review.held_on <= ends:
            yield (
                review.child_id,
                _day(child.date_of_birth),
                _day(review.held_on),
                _code(child, review),
            )


def _code(child: Child, review: Review) -> str:
    """Return REVIEW_CODE: PN0 below four, whatever was recorded."""
    age = child.age_on(review.held_on)
    young = age is not None and age < 4
    return (Participation.PN0 if young else review.participation).value


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()
