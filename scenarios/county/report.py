"""Every marginal of a county: published beside generated, with source, year and tolerance."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matcher.domain.home import Setting
from matcher.domain.placement import ResidentKind
from matcher.geography.distance import NEAR_HOME_MILES, distance_miles
from scenarios.county.figures import assumed_figures
from scenarios.county.labels import (
    AGE_LABELS,
    CELL_LABELS,
    DISTANCE_LABELS,
    ETHNIC_LABELS,
    LEGAL_LABELS,
    LOCALITY_LABELS,
    NEED_LABELS,
    NOT_REPORTED,
    PLACEMENT_LABELS,
    PROVIDER_LABELS,
    SEX_LABELS,
    Cell,
    Kind,
)
from scenarios.county.profile import QUEUE_BASE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.world import World
    from scenarios.county.profile import Profile, RegisteredHomes

_KINDS = {
    Setting.FOSTER: Kind.FOSTER,
    Setting.CONNECTED: Kind.FOSTER,
    Setting.PARENT_AND_CHILD: Kind.FOSTER,
    Setting.SHORT_BREAK: Kind.FOSTER,
    Setting.CHILDRENS_HOME: Kind.CHILDRENS_HOME,
    Setting.SECURE: Kind.CHILDRENS_HOME,
    Setting.SUPPORTED: Kind.SUPPORTED,
    Setting.RESIDENTIAL_SCHOOL: Kind.SCHOOL,
    Setting.WITH_PARENTS: Kind.PARENTS,
    Setting.ADOPTIVE: Kind.ADOPTION,
    Setting.HOSPITAL: Kind.RESIDENTIAL,
    Setting.FAMILY_CENTRE: Kind.RESIDENTIAL,
    Setting.REMAND: Kind.RESIDENTIAL,
    Setting.OTHER: Kind.OTHER,
}
_CHILDREN = 1.0
"""A marginal of children may be out by one child in each category, by rounding."""

_REGISTERED_SETTINGS = (
    Setting.CHILDRENS_HOME,
    Setting.SHORT_BREAK,
    Setting.RESIDENTIAL_SCHOOL,
    Setting.SECURE,
)


@dataclass(frozen=True, slots=True)
class CountyRow:
    """One figure: what it should be, what it is.

    Parameters
    ----------
    marginal, category
        In the publication's own words where it is published.
    target
        Scaled to the county's size; None when the figure is suppressed.
    generated
        Counted from the World.
    tolerance
        How far they may be apart, in the same unit.
    source, year
        Publication and year.
    within
        Whether the figure is within tolerance; a suppressed one is at most what the
        published ones leave over.
    """

    marginal: str
    category: str
    target: float | None
    generated: float
    tolerance: float
    source: str
    year: str
    within: bool


@dataclass(frozen=True, slots=True)
class CountyReport:
    """Every marginal of a county.

    Parameters
    ----------
    authority, name
        ONS code and name.
    size
        Children generated for each child published.
    rows
        In the order of the publications.
    """

    authority: str
    name: str
    size: float
    rows: tuple[CountyRow, ...]

    @property
    def within(self) -> bool:
        """Whether every figure is within its tolerance."""
        return all(row.within for row in self.rows)

    @property
    def text(self) -> str:
        """The report as plain text, one line a figure."""
        lines = [
            f"Synthetic county: {self.name} ({self.authority}), {self.size:.2f} times its size. "
            "Every person in it is invented.",
        ]
        marginal = ""
        for row in self.rows:
            if row.marginal != marginal:
                marginal = row.marginal
                lines += ["", f"{marginal}  [{row.source}, {row.year}]"]
            target = "suppressed" if row.target is None else f"{row.target:,.10g}"
            mark = "ok" if row.within else "OUT"
            lines.append(
                f"  {row.category[:66]:<66} {target:>10} {row.generated:>10,.10g} "
                f"±{row.tolerance:<6.10g} {mark}"
            )
        out = sum(not row.within for row in self.rows)
        lines += ["", f"{len(self.rows)} figures, {out} outside tolerance."]
        return "\n".join(lines)


def report(world: World, profile: Profile) -> CountyReport:
    """Return every marginal of a county beside its target.

    Parameters
    ----------
    world
        A county of one authority.
    profile
        What it was made from.
    """
    placed = len(world.placements)
    size = placed / max(profile.children, 1)
    rows = [
        *_published(world, profile, placed),
        *_registered(world, profile, size),
        *_assumed(world, profile, placed),
    ]
    return CountyReport(profile.authority, profile.name, size, tuple(rows))


def _published(world: World, profile: Profile, placed: int) -> Iterator[CountyRow]:
    counts = _counts(world)
    for marginal in dict.fromkeys(target.marginal for target in profile.targets):
        targets = profile.marginal(marginal)
        expected = _expected(profile, marginal, placed)
        known = sum(t.number for t in targets if t.number is not None)
        left = max(profile.children - known, 0) * placed / max(profile.children, 1)
        for target in targets:
            generated = counts[marginal][target.category] if marginal in counts else 0
            if target.number is None:
                yield CountyRow(
                    marginal, target.category, None, generated, _CHILDREN,
                    target.source, str(target.year), generated <= left + _CHILDREN,
                )  # fmt: skip
                continue
            goal = expected[target.category]
            yield CountyRow(
                marginal, target.category, goal, generated, _CHILDREN,
                target.source, str(target.year), abs(generated - goal) <= _CHILDREN,
            )  # fmt: skip


def _expected(profile: Profile, marginal: str, placed: int) -> Mapping[str, int]:
    """Return the target in each category; those of homes grow with the children, too."""
    scale = placed / max(profile.children, 1)
    if marginal == "LA of placement":
        return {t.category: round((t.number or 0) * scale) for t in profile.marginal(marginal)}
    return profile.counts(marginal, placed)


def _counts(world: World) -> dict[str, Counter[str]]:
    """Return the children in care by marginal and category, in the publication's words."""
    found: dict[str, Counter[str]] = {}

    def add(marginal: str, category: str) -> None:
        found.setdefault(marginal, Counter())[category] += 1

    legal = {status: label for label, them in LEGAL_LABELS.items() for status in them}
    for placement in world.placements.values():
        child = world.children[placement.child_id]
        home = world.homes[placement.home_id]
        age = child.age_on(world.as_of)
        add("Children looked after", "Total")
        for (low, high), label in AGE_LABELS.items():
            if age is not None and (low <= age <= high or (low == 16 and age > high)):
                add("Age group", label)
        if child.sex is not None:
            add("Sex", SEX_LABELS[child.sex])
        group = child.ethnicity.group if child.ethnicity else None
        add("Ethnicity", ETHNIC_LABELS[group or ""])
        if child.category_of_need is not None:
            add("Category of need", NEED_LABELS[child.category_of_need])
        if child.legal_status is not None:
            add("Legal status", legal[child.legal_status])
        add(
            "Unaccompanied asylum-seeking children",
            "UASC" if child.unaccompanied else "Non-UASC",
        )
        add("Placement", PLACEMENT_LABELS[_KINDS[home.setting]])
        sector = world.providers[home.provider_id].sector
        # The Department counts every "other placement" as provider not reported.
        add(
            "Place providers",
            NOT_REPORTED if home.setting is Setting.OTHER else PROVIDER_LABELS[sector],
        )
        cell = _cell(world, child, home)
        add("Distance between home and placement and locality of placement", CELL_LABELS[cell])
        # Cells run near, far, unknown; inside and outside in turn.
        add("Distance between home and placement", DISTANCE_LABELS[cell // 2])
        add("Locality of placement", LOCALITY_LABELS[cell % 2])
        if cell.inside:
            add("LA of placement", _OWN_INSIDE)
    for resident in world.residents.values():
        lives = world.location(world.homes[resident.home_id].postcode)
        if (
            resident.kind is ResidentKind.FOSTERED
            and lives is not None
            and lives.authority == world.authority
        ):
            add("LA of placement", _OTHERS_INSIDE)
    return found


_OWN_INSIDE = "1. Own LA children placed internally within the local authority boundary"
_OTHERS_INSIDE = "2. Other LA children externally placed within the local authority boundary"


def _cell(world: World, child: Child, home: Home) -> Cell:
    """Return distance and locality as the Department derives them from the postcodes.

    Distance does not apply to unaccompanied children; they have no former home recorded.
    """
    lives = world.location(home.postcode)
    inside = lives is not None and lives.authority == child.responsible_authority
    miles = distance_miles(world.location(child.home_postcode), lives)
    if miles is None:
        return Cell.UNKNOWN_INSIDE if inside else Cell.UNKNOWN_OUTSIDE
    if miles <= NEAR_HOME_MILES:
        return Cell.NEAR_INSIDE if inside else Cell.NEAR_OUTSIDE
    return Cell.FAR_INSIDE if inside else Cell.FAR_OUTSIDE


def _registered(world: World, profile: Profile, size: float) -> Iterator[CountyRow]:
    """Return children's homes by authority and sector, and by grade in each authority."""
    areas = {row.authority for row in profile.registered}
    homes: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    graded: Counter[tuple[str, str]] = Counter()
    for home in world.homes.values():
        lives = world.location(home.postcode)
        if (
            home.setting not in _REGISTERED_SETTINGS
            or lives is None
            or lives.authority not in areas
            or home.urn is None
        ):
            continue
        area = lives.authority
        sector = world.providers[home.provider_id].sector.value
        homes[area, sector] += 1
        places[area, sector] += home.beds_approved
        graded[area, home.grade.value if home.grade else "none"] += 1

    def rows(
        what: str,
        have: Counter[tuple[str, str]],
        want: Counter[tuple[str, str]],
        slack: Mapping[tuple[str, str], int],
    ) -> Iterator[CountyRow]:
        for key in sorted(want):
            goal = round(want[key] * size, 1)
            # At its own size a county has exactly the homes that are registered.
            allowed = 0.0 if size == 1 else float(slack[key])
            yield CountyRow(
                f"{what}: {names[key[0]]}", key[1], goal, have[key], allowed,
                profile.registered_source, str(profile.registered_year),
                abs(have[key] - goal) <= allowed,
            )  # fmt: skip

    names = {row.authority: row.name for row in profile.registered}
    want_homes, want_places, want_grades, largest = _wanted(profile.registered)
    one = dict.fromkeys(want_homes, 1)
    # Each sector may be a home out, and a home may be of another grade or as large as the largest.
    three = dict.fromkeys(want_grades, 3)
    big = {key: round(2 * largest[key] * max(1.0, size)) for key in want_places}
    yield from rows("Registered children's homes", homes, want_homes, one)
    yield from rows("Registered places", places, want_places, big)
    yield from rows("Registered homes by grade", graded, want_grades, three)


def _wanted(
    registered: Sequence[RegisteredHomes],
) -> tuple[
    Counter[tuple[str, str]],
    Counter[tuple[str, str]],
    Counter[tuple[str, str]],
    dict[tuple[str, str], int],
]:
    """Return homes and places by sector, homes by grade, and the largest home by sector."""
    homes: Counter[tuple[str, str]] = Counter()
    places: Counter[tuple[str, str]] = Counter()
    grades: Counter[tuple[str, str]] = Counter()
    largest: dict[tuple[str, str], int] = {}
    for row in registered:
        key = (row.authority, row.sector.value)
        homes[key] += row.homes
        places[key] += row.homes * row.places
        grades[row.authority, row.grade.value] += row.homes
        largest[key] = max(largest.get(key, 0), row.places)
    return homes, places, grades, largest


def _assumed(world: World, profile: Profile, placed: int) -> Iterator[CountyRow]:
    """Return what rests on assumptions: siblings, fostering places, fees, the queue."""
    figures = assumed_figures(world)
    for name, assumption in profile.assumptions.items():
        if assumption.tolerance is None:
            continue
        goal = assumption.value
        if name.startswith("waiting_"):
            goal = max(round(goal * placed / QUEUE_BASE), 1)
        # Shares of few children are rough: the tolerance widens as the county shrinks.
        slack = assumption.tolerance / min(1.0, placed / QUEUE_BASE)
        generated = figures[name]
        if generated is None:
            continue
        yield CountyRow(
            "Assumptions", assumption.unit, goal, round(generated, 4), round(slack, 4),
            assumption.source, assumption.year, abs(generated - goal) <= slack,
        )  # fmt: skip
