"""Who comes into care: invented children like those of the World, made as the county's are.

Former homes are drawn from those of the World's own children, so that a council's geography
is its own; needs, schools, contacts and identities come from the makers of the synthetic
county (:mod:`scenarios.county`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from matcher.domain.codes import LegalStatus
from matcher.domain.home import Setting
from matcher.domain.referral import Referral, Timescale
from matcher.domain.sibling_group import AssessorRole, SiblingGroup, Together
from matcher.geography.postcodes import AuthorityPostcodes
from scenarios.county.land import Land, draw
from scenarios.county.needs import Complexity, draw_ethnicity, draw_needs
from scenarios.county.waiting_children import draw_child

if TYPE_CHECKING:
    from datetime import date

    from matcher.domain.child import Child
    from matcher.domain.world import World
    from scenarios.changes import DemandShock, NumberChanges
    from scenarios.county.land import Spot
    from scenarios.demand import Kind
    from scenarios.numbers import Numbers
    from scenarios.randomness import Randomness
    from scenarios.shared import Shared

_BANDS = ((0, 0), (1, 4), (5, 9), (10, 15), (16, 17))
_AGE_SHARES = {
    3: (0.05, 0.07, 0.11, 0.17, 0.27, 0.33),
    4: (0.75, 0.25),
}
"""Ages of entry within the bands of 10 to 15 and of 16 and 17; level elsewhere."""
_SEEKERS_UNDER_16 = (0.1, 0.25, 0.65)
"""Ages of unaccompanied children of 13 to 15."""

_FEATURES = (
    ("solo", "entry.solo"),
    ("away", "entry.away_for_safety"),
    ("zone", "entry.safety_zone"),
    ("no_younger", "entry.no_younger_children"),
)
_FEATURES_FROM_AGE = 11
_COMPLEXITIES = tuple(Complexity)
_TYPICAL_NEED = {
    Complexity.LOW: 1,
    Complexity.USUAL: 2,
    Complexity.HIGH: 3,
    Complexity.VERY_HIGH: 4,
}
_POLICE_OF_SAME_DAY = 0.57
_LONGEST_NOTICE_WEEKS = 12


@dataclass(frozen=True)
class Sketch:
    """What of a family must be known to say whether it comes.

    Parameters
    ----------
    name
        Its identity.
    ages
        Completed years, the reference child's first.
    unaccompanied
        Whether it is an unaccompanied child.
    spot
        The home before care; None for unaccompanied children.
    complexity
        Of the reference child.
    """

    name: str
    ages: tuple[int, ...]
    unaccompanied: bool
    spot: Spot | None
    complexity: Complexity

    def fits(self, change: NumberChanges) -> bool:
        """Whether a limited change is for this family."""
        age = self.ages[0]
        if change.ages is not None and not change.ages[0] <= age <= change.ages[1]:
            return False
        need = _TYPICAL_NEED[self.complexity]
        if change.needs is not None and not change.needs[0] <= need <= change.needs[1]:
            return False
        if change.unaccompanied is not None and change.unaccompanied is not self.unaccompanied:
            return False
        postcode = "" if self.spot is None else self.spot.postcode
        return not change.area or postcode.startswith(change.area)


@dataclass(frozen=True)
class Family:
    """A child or siblings who come into care.

    Parameters
    ----------
    children, group, referral
        Their records; no group for a child alone.
    connected
        Whether a relative or friend can take them at once.
    """

    children: tuple[Child, ...]
    group: SiblingGroup | None
    referral: Referral
    connected: bool


class Newcomers:
    """Makes the families that come into care.

    Parameters
    ----------
    world
        Whose children they resemble.
    numbers
        The assumptions in force.
    randomness
        Of the replication.
    shared
        What its variants have in common: above all, these families.
    """

    def __init__(
        self, world: World, numbers: Numbers, randomness: Randomness, shared: Shared
    ) -> None:
        self._authority = world.authority
        self._numbers = numbers
        self._randomness = randomness
        self._shared = shared
        self._entry: tuple[NumberChanges, ...] = ()
        self._entry_version = -1
        self._former, self._places = shared.made("lands", world, lambda: _lands(world))
        own = [child for child in world.children.values() if child.ethnicity is not None]
        self._seekers = [c.ethnicity for c in own if c.unaccompanied]
        self._others = [c.ethnicity for c in own if not c.unaccompanied]

    def sketch(self, kind: Kind, name: str, day: date) -> Sketch:
        """Return what decides whether a candidate family comes."""
        return self._shared.made(
            ("sketch", name, day),
            (kind, self._numbers.drawn, self._entry_in_force()),
            lambda: self._sketch(kind, name),
        )

    def _sketch(self, kind: Kind, name: str) -> Sketch:
        rng = self._randomness.generator("sketch", name)
        low, high = _BANDS[kind.band]
        shares = _AGE_SHARES.get(kind.band)
        if kind.unaccompanied and kind.band == 3:
            low, high, shares = 13, 15, _SEEKERS_UNDER_16
        count = high - low + 1
        age = low + int(rng.choice(count, p=shares))
        ages = [age]
        if kind.siblings:
            sizes = (2, 3, 4)
            weights = np.array([self._numbers.value(f"entry.group_of.{n}") for n in sizes])
            size = sizes[int(rng.choice(3, p=weights / weights.sum()))]
            while len(ages) < size:
                step = int(rng.integers(1, 4))
                older = rng.random() < 0.5
                ages.append(max(ages) + step if older else min(ages) - step)
            ages = [each for each in ages if 0 <= each <= 17]
        spot = None
        if not kind.unaccompanied:
            spot = draw(self._former.own, rng)
        return Sketch(name, tuple(ages), kind.unaccompanied, spot, self._complexity(rng))

    def shocked(self, shock: DemandShock, name: str, day: date) -> Sketch:
        """Return a child who comes because of a demand shock."""
        rng = self._randomness.generator("sketch", name)
        age = int(rng.integers(shock.ages[0], shock.ages[1] + 1))
        spot = None if shock.unaccompanied else draw(self._former.own, rng)
        return Sketch(name, (min(age, 17),), shock.unaccompanied, spot, self._complexity(rng))

    def family(self, sketch: Sketch, day: date) -> Family:
        """Return the records of a family that comes."""
        return self._shared.made(
            ("family", sketch.name, day),
            (sketch, self._numbers.drawn, self._entry_in_force()),
            lambda: self._family(sketch, day),
        )

    def _entry_in_force(self) -> tuple[NumberChanges, ...]:
        """Return the changes in force of the rates by which families come."""
        if self._entry_version != self._numbers.version:
            self._entry_version = self._numbers.version
            self._entry = self._numbers.in_force("entry.")
        return self._entry

    def _family(self, sketch: Sketch, day: date) -> Family:
        rng = self._randomness.generator("family", sketch.name)
        value = self._numbers.value
        eldest = max(sketch.ages)
        group_id = f"S{sketch.name}" if len(sketch.ages) > 1 else None
        same_day = rng.random() < self._numbers.value_where("entry.same_day", sketch.fits)
        notice = float(rng.standard_exponential()) * value("entry.notice_weeks")
        draws = rng.random(8)
        connected = (
            draws[0] < self._numbers.value_where("entry.connected_person", sketch.fits)
            and not sketch.unaccompanied
        )
        pool = self._seekers if sketch.unaccompanied and self._seekers else self._others
        drawn = pool[int(draws[1] * len(pool))] if pool else None
        ethnic = (drawn.group if drawn is not None else None) or ""
        ethnicity = drawn if drawn is not None else draw_ethnicity("", rng)
        legal = _legal(same_day, sketch.unaccompanied, float(draws[2]))
        children = []
        for at, age in enumerate(sorted(sketch.ages, reverse=True)):
            children.append(
                self._child(
                    f"N{sketch.name}-{at + 1}",
                    age,
                    day,
                    sketch,
                    group_id,
                    (ethnicity, ethnic, legal),
                    rng,
                    reference=age == sketch.ages[0],
                )
            )
        needed = day
        if not same_day:
            needed = day + timedelta(days=round(7 * min(notice, _LONGEST_NOTICE_WEEKS)) or 1)
        group = None
        if group_id is not None:
            group = SiblingGroup(
                sibling_group_id=group_id,
                together=Together.REQUIRED if draws[3] < 0.3 else Together.PREFERRED,
                assessed_by=AssessorRole.SOCIAL_WORKER,
                assessed_on=day,
            )
        referral = Referral(
            referral_id=f"R{sketch.name}",
            child_ids=tuple(child.child_id for child in children),
            received_on=day,
            needed_by=needed,
            timescale=Timescale.SAME_DAY if same_day else Timescale.PLANNED,
            settings_sought=_sought(sketch, eldest, float(draws[4])),
            child_views_on=day,
            family_views_on=day,
        )
        return Family(tuple(children), group, referral, bool(connected))

    def _child(
        self,
        child_id: str,
        age: int,
        day: date,
        sketch: Sketch,
        group_id: str | None,
        shared: tuple[object, str, LegalStatus],
        rng: np.random.Generator,
        *,
        reference: bool,
    ) -> Child:
        ethnicity, ethnic, legal = shared
        feature = self._feature(age, group_id, rng)
        disabled = bool(rng.random() < self._numbers.value("entry.disabled"))
        if disabled and not feature:
            feature = "disabled"
        # Days since the last birthday: new-born children come mostly in their first weeks.
        days = int(rng.random() ** (3 if age == 0 else 1) * 364)
        born = day.replace(day=min(day.day, 28), year=day.year - age) - timedelta(days=days)
        complexity = sketch.complexity if reference else self._complexity(rng)
        if feature in ("solo", "away"):
            complexity = Complexity.VERY_HIGH
        if age < 5:
            complexity = Complexity.LOW if complexity is Complexity.LOW else Complexity.USUAL
        child = draw_child(
            child_id,
            self._authority,
            born,
            age,
            ethnicity,  # type: ignore[arg-type] # an Ethnicity, shared by siblings
            ethnic,
            legal,
            sketch.spot,
            group_id,
            feature,
            self._places,
            day,
            rng,
            seeker=sketch.unaccompanied,
            shown=False,
            needs_follow=True,
        )
        needs = draw_needs(complexity, age, day, rng, disabled=feature == "disabled", waiting=True)
        return child.model_copy(update={"needs": needs})

    def _complexity(self, rng: np.random.Generator) -> Complexity:
        shares = [max(self._numbers.value(f"entry.complexity.{c.value}"), 0) for c in _COMPLEXITIES]
        at = rng.random() * sum(shares)
        # From the hardest down: when hard needs become commoner, nobody's become easier.
        for share, complexity in zip(reversed(shares), reversed(_COMPLEXITIES), strict=True):
            at -= share
            if at < 0:
                return complexity
        return Complexity.LOW

    def _feature(self, age: int, group_id: str | None, rng: np.random.Generator) -> str:
        draws = rng.random(len(_FEATURES))
        if age < _FEATURES_FROM_AGE or group_id is not None:
            return ""
        for at, (feature, name) in enumerate(_FEATURES):
            if draws[at] < self._numbers.value(name):
                return feature
        return ""


def _legal(same_day: bool, unaccompanied: bool, at: float) -> LegalStatus:
    if unaccompanied:
        return LegalStatus.V2
    if same_day and at < _POLICE_OF_SAME_DAY:
        return LegalStatus.L1
    return LegalStatus.V2 if at < 0.7 else LegalStatus.C1


def _sought(sketch: Sketch, eldest: int, at: float) -> frozenset[Setting]:
    """Return the settings that the request allows; empty for any lawful one."""
    if len(sketch.ages) == 1 and eldest >= 16 and (sketch.unaccompanied or at < 0.5):
        return frozenset({Setting.SUPPORTED, Setting.FOSTER})
    if eldest < 10 and at < 0.7:
        return frozenset({Setting.FOSTER, Setting.CONNECTED})
    return frozenset()


def _lands(world: World) -> tuple[Land, Land]:
    """Return where families live, and where schools and relatives are, from the World."""
    former = sorted(
        child.home_postcode
        for child in world.children.values()
        if child.home_postcode is not None and not child.unaccompanied
    )
    every = sorted(
        postcode
        for postcode, place in world.locations.items()
        if place.authority == world.authority
    )
    return _land(world, former or every), _land(world, every or former)


def _land(world: World, postcodes: list[str]) -> Land:
    known = [
        (postcode, place)
        for postcode in postcodes
        if (place := world.location(postcode)) is not None and place.easting is not None
    ]
    pool = AuthorityPostcodes(
        authority=world.authority,
        postcodes=tuple(postcode for postcode, _ in known),
        eastings=np.array([place.easting for _, place in known], dtype=np.int32),
        northings=np.array([place.northing for _, place in known], dtype=np.int32),
    )
    return Land(own=pool, adjoining={}, farther={}, farther_weights=np.zeros(0))
