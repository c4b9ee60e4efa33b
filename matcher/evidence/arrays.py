"""The facts of all homes as column arrays, and those of a child ready for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from matcher.domain.home import Grade, Setting
from matcher.domain.need import Adaptation, NeedDomain
from matcher.domain.placement import HoldKind
from matcher.evidence.households import HouseholdCodes
from matcher.geography.distance import distances_miles

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping
    from datetime import date

    from numpy.typing import NDArray

    from matcher.domain.child import Child
    from matcher.domain.home import Home
    from matcher.domain.referral import Referral
    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import World
    from matcher.evidence.purchases import AgreementArrays
    from matcher.evidence.verdict import Verdict

    Flags = NDArray[np.bool_]
    Verdicts = NDArray[np.int8]
    Floats = NDArray[np.float64]

T = TypeVar("T")

SETTINGS = tuple(Setting)
GRADES = tuple(Grade)
DOMAINS = tuple(NeedDomain)
ADAPTATIONS = tuple(Adaptation)
DOMAIN_AT = {domain: at for at, domain in enumerate(DOMAINS)}
_RESERVED = tuple(HoldKind).index(HoldKind.RESERVED)
NO_DAY = np.int32(0)
"""Stands for no date in arrays of ordinals; a real date never has ordinal 0."""


def setting_codes(*settings: Setting) -> list[int]:
    """Return the array codes of settings."""
    return [SETTINGS.index(each) for each in settings]


@dataclass(frozen=True, eq=False)
class HomeArrays:
    """What is known of every home, one entry a home in the order of identifiers.

    Throughout, -1 stands for not recorded. Shapes are (n,) unless said otherwise.

    Parameters
    ----------
    world
        The World they were made from.
    ids, index
        Identifiers, and the position of each.
    setting
        int8, position in :data:`SETTINGS`.
    provider
        int32, position among the World's providers.
    easting, northing
        float64 metres; nan when unknown.
    authority
        int16, position in ``authorities``; -1 unknown.
    area
        int8: 0 inside, 1 adjoining, 2 distant, -1 unknown, seen from the World's authority.
    beds_usable, bedrooms
        int16; bedrooms default to the usable beds.
    occupied, fostered
        int16: everybody who uses a bed; those who count towards the fostering limit.
    fostered_group
        int32: position of the sibling group that all the fostered children there share; -1
        when nobody is fostered there, -2 when they do not share one.
    occupant_solo
        bool: somebody there must be the only child.
    occupant_age_low, occupant_age_high
        int16: of occupants whose age is known; 99 and -1 when there are none.
    occupant_age_unknown, occupant_sex_unknown
        bool: of at least one occupant.
    occupant_boys, occupant_girls
        int16 counts.
    occupant_other_authority
        bool: a child fostered for another authority, known or not, lives there.
    arrival_age_low, arrival_age_high
        int16: evidenced risks of those who live there allow arrivals only of these ages.
    arrival_no_boys, arrival_no_girls
        bool: evidenced risks of those who live there.
    terms_known
        bool.
    terms_age_from, terms_age_to, terms_number
        int16; 0, 99 and 999 when not set.
    terms_sex
        int8: 0 any, 1 boys, 2 girls.
    registered, pets, smokers, long_term, post_18
        int8: 1 yes, 0 no, -1 not recorded.
    grade
        int8, position in :data:`GRADES`.
    capability
        int8, shape (11, n), in the order of :data:`DOMAINS`.
    adaptations
        int16 bits in the order of :data:`ADAPTATIONS`; -1 not recorded.
    adult_men, adult_women
        int16.
    own_child_age_low, own_child_age_high
        int16: carers' own children; 99 and -1 when there are none, -1 and -1 not recorded.
    available_from, vacancy_confirmed_on, temporary_until, quality_visit_due
        int32 ordinals; 0 when there is none.
    emergency_only, takes_parent_and_child
        bool.
    by_outcode
        bool: the place is only known to the middle of its outcode.
    quoted_fee
        int64 pence a week; -1 when there is no quote.
    agreements
        int32, shape (k, n): positions of the home's agreements in the order in which they
        are tried; -1 fills up.
    purchases
        The agreements themselves.
    holds
        Holds on homes, one row each: (home position, kind, first day, last day, beds).
    connected_to, home_of_occupant, avoided_by_occupants
        Positions of the homes that are connected to a child; where an occupant lives; homes
        where an occupant must not live with a child.
    """

    world: World
    ids: tuple[str, ...]
    index: Mapping[str, int]
    authorities: tuple[str, ...]
    setting: NDArray[np.int8]
    provider: NDArray[np.int32]
    easting: Floats
    northing: Floats
    authority: NDArray[np.int16]
    area: NDArray[np.int8]
    beds_usable: NDArray[np.int16]
    bedrooms: NDArray[np.int16]
    occupied: NDArray[np.int16]
    fostered: NDArray[np.int16]
    fostered_group: NDArray[np.int32]
    occupant_solo: Flags
    occupant_age_low: NDArray[np.int16]
    occupant_age_high: NDArray[np.int16]
    occupant_age_unknown: Flags
    occupant_sex_unknown: Flags
    occupant_boys: NDArray[np.int16]
    occupant_girls: NDArray[np.int16]
    occupant_other_authority: Flags
    arrival_age_low: NDArray[np.int16]
    arrival_age_high: NDArray[np.int16]
    arrival_no_boys: Flags
    arrival_no_girls: Flags
    terms_known: Flags
    terms_age_from: NDArray[np.int16]
    terms_age_to: NDArray[np.int16]
    terms_number: NDArray[np.int16]
    terms_sex: NDArray[np.int8]
    registered: NDArray[np.int8]
    pets: NDArray[np.int8]
    smokers: NDArray[np.int8]
    long_term: NDArray[np.int8]
    post_18: NDArray[np.int8]
    grade: NDArray[np.int8]
    capability: NDArray[np.int8]
    adaptations: NDArray[np.int16]
    adult_men: NDArray[np.int16]
    adult_women: NDArray[np.int16]
    own_child_age_low: NDArray[np.int16]
    own_child_age_high: NDArray[np.int16]
    available_from: NDArray[np.int32]
    vacancy_confirmed_on: NDArray[np.int32]
    temporary_until: NDArray[np.int32]
    quality_visit_due: NDArray[np.int32]
    emergency_only: Flags
    takes_parent_and_child: Flags
    by_outcode: Flags
    quoted_fee: NDArray[np.int64]
    agreements: NDArray[np.int32]
    purchases: AgreementArrays
    holds: NDArray[np.int64]
    connected_to: Mapping[str, tuple[int, ...]]
    home_of_occupant: Mapping[str, int]
    avoided_by_occupants: Mapping[str, tuple[int, ...]]
    _kept: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _kept_for_now: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _kept_today: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    _codes: dict[tuple[str, ...], HouseholdCodes] = field(default_factory=dict, repr=False)

    @cached_property
    def records(self) -> tuple[Home, ...]:
        """The homes themselves, in the order of the arrays."""
        homes = self.world.homes
        return tuple(homes[home_id] for home_id in self.ids)

    @property
    def whole(self) -> HomeArrays:
        """All homes, of which these are some or all; positions in mappings are among them."""
        return self

    def cut(self, column: NDArray[Any]) -> NDArray[Any]:
        """Return the entries of these homes in an array over the whole."""
        return column

    @property
    def n(self) -> int:
        """How many homes there are."""
        return len(self.ids)

    def all(self, verdict: Verdict) -> Verdicts:
        """Return the same verdict for every home; never change it."""
        return self.kept(verdict, lambda: np.full(self.n, verdict, dtype=np.int8))

    def fresh(self, verdict: Verdict) -> Verdicts:
        """Return the same verdict for every home, to be changed by who asked."""
        found: Verdicts = np.empty(self.n, dtype=np.int8)
        found.fill(int(verdict))  # numpy takes long over a member of an enumeration
        return found

    def at(self, positions: tuple[int, ...]) -> Flags:
        """Return which homes stand at some positions of the whole."""
        flags = np.zeros(self.n, dtype=np.bool_)
        flags[list(positions)] = True
        return flags

    def kept(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what does not depend on one child, made once for all; never change it.

        Parameters
        ----------
        key
            Everything that it depends on beside the homes, and a word for what it is.
        make
            Makes it. An array is read-only from then on.
        """
        found: T | None = self._kept.get(key)
        return _made(self._kept, key, make) if found is None else found

    def kept_for_now(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what also depends on who lives where, and perhaps on holds.

        As :meth:`kept`, and made anew once any of these has changed.
        """
        found: T | None = self._kept_for_now.get(key)
        return _made(self._kept_for_now, key, make) if found is None else found

    def kept_today(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what also depends on holds, confirmed vacancies or beds left of a block.

        As :meth:`kept`, and made anew once any of these, or the day, has changed.
        """
        found: T | None = self._kept_today.get(key)
        return _made(self._kept_today, key, make) if found is None else found

    def household_codes(self, fields: tuple[str, ...]) -> HouseholdCodes:
        """Return which homes have the same values of some fields of their household."""
        found = self._codes.get(fields)
        if found is None:
            found = self._codes[fields] = HouseholdCodes(fields, self.records)
        return found

    def holds_on(self, day: int, *, reserved: bool) -> NDArray[np.int64]:
        """Return the rows of ``holds`` in force on an ordinal day, reservations or others."""
        rows = self.holds
        standing: Flags = (rows[:, 2] <= day) & (day <= rows[:, 3])
        standing &= (rows[:, 1] == _RESERVED) == reserved
        found: NDArray[np.int64] = rows[standing]
        return found

    def beds_free(self, day: int) -> NDArray[np.int16]:
        """Return usable beds less occupants and reservations on an ordinal day."""

        def make() -> NDArray[np.int16]:
            free = self.beds_usable - self.occupied
            held = self.kept_today(("reserved", day), lambda: self.holds_on(day, reserved=True))
            for row in held.tolist():
                free[row[0]] -= row[4]
            return free

        return self.kept_for_now(("beds_free", day), make)


def _made(kept: dict[Hashable, Any], key: Hashable, make: Callable[[], T]) -> T:
    """Make something, and keep it; an array is read-only from then on."""
    found = kept[key] = make()
    if isinstance(found, np.ndarray):
        found.flags.writeable = False
    return found


@dataclass(frozen=True, eq=False)
class ChildFacts:
    """What masks need to know of a child, computed once.

    Parameters
    ----------
    child
        The child.
    day, day_ordinal
        First day of the placement, also as an ordinal.
    age
        Completed years on the day; None when unknown.
    referral
        The referral that asks for a home, if any.
    levels
        int8, shape (11,): assessed need in the order of :data:`DOMAINS`; -1 not assessed.
    non_negotiable
        bool, shape (11,).
    highest_need
        0 to 4; None when nothing is assessed.
    homes
        The homes that the child is seen against.
    kept
        Arrays over the homes that rules and criteria share, computed once.
    """

    child: Child
    day: date
    day_ordinal: int
    age: int | None
    referral: Referral | None
    levels: NDArray[np.int8]
    non_negotiable: Flags
    highest_need: int | None
    homes: HomeArrays
    kept: dict[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def miles(self) -> Floats:
        """Miles from the child's home to every home; nan when unknown."""
        return self.miles_to(self.child.home_postcode)

    @cached_property
    def school_miles(self) -> Floats:
        """Miles from every home to the child's school; nan when unknown or no school."""
        school = self.child.school
        return self.miles_to(None if school is None else school.postcode)

    def miles_to(self, postcode: str | None) -> Floats:
        """Return the miles from every home to a postcode; nan when unknown."""
        place = self.homes.world.location(postcode)
        if place is None or place.easting is None or place.northing is None:
            return np.full(self.homes.n, np.nan)
        return distances_miles(
            float(place.easting), float(place.northing), self.homes.easting, self.homes.northing
        )


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Children who would arrive in one home together.

    Parameters
    ----------
    members
        The facts of each, in the order of identifiers.
    group
        Their sibling group; None for a single child without one.
    """

    members: tuple[ChildFacts, ...]
    group: SiblingGroup | None

    @property
    def day_ordinal(self) -> int:
        """The first day of the placement."""
        return self.members[0].day_ordinal

    @property
    def size(self) -> int:
        """How many beds they need."""
        return len(self.members)


def child_facts(child: Child, day: date, homes: HomeArrays) -> ChildFacts:
    """Return what masks need to know of a child who would be placed on a day."""
    levels = [-1] * len(DOMAINS)
    hard = [False] * len(DOMAINS)
    for need in child.needs:
        position = DOMAIN_AT[need.domain]
        levels[position] = need.level
        hard[position] = need.non_negotiable
    return ChildFacts(
        child=child,
        day=day,
        day_ordinal=day.toordinal(),
        age=child.age_on(day),
        referral=homes.world.referral_by_child.get(child.child_id),
        levels=np.array(levels, dtype=np.int8),
        non_negotiable=np.array(hard, dtype=np.bool_),
        highest_need=child.highest_need,
        homes=homes,
    )
