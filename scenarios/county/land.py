"""Where people and homes may lie: real postcodes there, adjoining and farther away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import DataError
from matcher.geography.areas import adjoining
from matcher.geography.distance import NEAR_HOME_MILES, distances_miles
from scenarios.county.profile import england

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from matcher.geography.postcodes import AuthorityPostcodes, Postcodes
    from scenarios.county.profile import Profile
    from scenarios.county.streams import Streams

_FARTHER_AUTHORITIES = 10
_RINGS = 4
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Spot:
    """A postcode with its grid reference in metres and its authority."""

    postcode: str
    easting: int
    northing: int
    authority: str


@dataclass(frozen=True)
class Land:
    """Postcodes to draw from.

    Parameters
    ----------
    own
        The authority's.
    adjoining, farther
        By ONS code.
    farther_weights
        Share of the homes farther away that lie in each, in the order of ``farther``.
    """

    own: AuthorityPostcodes
    adjoining: Mapping[str, AuthorityPostcodes]
    farther: Mapping[str, AuthorityPostcodes]
    farther_weights: NDArray[np.float64]
    _near_shares: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    def near_share(self, spot: Spot) -> float:
        """Return the share of the authority's own postcodes within 20.0 miles of a spot."""
        share = self._near_shares.get(spot.postcode)
        if share is None:
            share = self._near_shares[spot.postcode] = float(self.near(spot).mean())
        return share

    def near(self, spot: Spot) -> NDArray[np.bool_]:
        """Return which of the authority's own postcodes are within 20.0 miles of a spot."""
        miles = distances_miles(spot.easting, spot.northing, self.own.eastings, self.own.northings)
        within: NDArray[np.bool_] = miles <= NEAR_HOME_MILES
        return within

    def within(self, spot: Spot, miles: float, rng: np.random.Generator) -> Spot:
        """Return one of the authority's own postcodes within some miles of a spot."""
        away = distances_miles(spot.easting, spot.northing, self.own.eastings, self.own.northings)
        there = np.flatnonzero(away <= miles)
        if not len(there):
            there = np.array([int(np.argmin(away))])
        return spot_at(self.own, int(rng.choice(there)))

    def draw_own(self, rng: np.random.Generator, *, far: bool = False) -> Spot:
        """Return a postcode of the authority; when ``far``, one that is far from others."""
        for _ in range(_TRIES):
            spot = draw(self.own, rng)
            if not far or self.near_share(spot) < 0.99:
                return spot
        return self.farthest_own()

    def farthest_own(self) -> Spot:
        """Return the own postcode that is farthest from the middle of all."""
        away = distances_miles(
            float(np.median(self.own.eastings)),
            float(np.median(self.own.northings)),
            self.own.eastings,
            self.own.northings,
        )
        return spot_at(self.own, int(np.argmax(away)))

    def draw_outside(
        self, rng: np.random.Generator, *, near: bool, adjoining_share: float = 0.4
    ) -> Spot:
        """Return a postcode outside, from which part of the authority is near, or is not.

        Parameters
        ----------
        rng
            Its stream.
        near
            Near enough for some children; otherwise far from some.
        adjoining_share
            Share of the far ones that lie in an adjoining authority.
        """
        spot = draw(self.own, rng)
        beside, beyond = list(self.adjoining), list(self.farther)
        sizes = np.array([len(self.adjoining[code]) for code in beside], dtype=np.float64)
        for _ in range(_TRIES):
            # An island has none adjoining; the far north of a country few that are farther.
            if beside and (near or not beyond or rng.random() < adjoining_share):
                pool = self.adjoining[beside[int(rng.choice(len(beside), p=sizes / sizes.sum()))]]
            elif beyond:
                pool = self.farther[beyond[int(rng.choice(len(beyond), p=self.farther_weights))]]
            else:
                pool = self.own
            spot = draw(pool, rng)
            share = self.near_share(spot)
            if (share > 0.05) if near else (share < 0.8):
                return spot
        return spot


def draw(pool: AuthorityPostcodes, rng: np.random.Generator) -> Spot:
    """Return any postcode of a pool."""
    return spot_at(pool, int(rng.integers(len(pool))))


def spot_at(pool: AuthorityPostcodes, at: int) -> Spot:
    """Return the postcode of a pool at an index."""
    return Spot(pool.postcodes[at], int(pool.eastings[at]), int(pool.northings[at]), pool.authority)


def miles_between(a: Spot, b: Spot) -> float:
    """Return the miles between two spots, as the Department computes them."""
    east, north = np.array([b.easting]), np.array([b.northing])
    return float(distances_miles(a.easting, a.northing, east, north)[0])


class Pools:
    """Postcodes by authority, each read once however many counties draw from it.

    Parameters
    ----------
    postcodes
        The directory.
    """

    def __init__(self, postcodes: Postcodes) -> None:
        self.source = postcodes.source
        self._postcodes = postcodes
        self._pools: dict[str, AuthorityPostcodes] = {}

    def of(self, authority: str) -> AuthorityPostcodes:
        """Return the postcodes of an authority."""
        pool = self._pools.get(authority)
        if pool is None:
            pool = self._pools[authority] = self._postcodes.in_authority(authority)
        return pool


def survey(profile: Profile, pools: Pools, streams: Streams) -> Land:
    """Return the postcodes that a county is made on.

    Farther authorities are drawn from those two to four steps away, the likelier the more
    places in children's homes they have.

    Raises
    ------
    DataError
        If the directory holds no postcode of the authority.
    """
    own = pools.of(profile.authority)
    if not len(own):
        raise DataError(
            f"The postcode directory {pools.source} holds no postcode of {profile.name} "
            f"({profile.authority}). Use a directory that covers it."
        )
    beside = sorted(profile.adjoining or adjoining(profile.authority))
    weights = {area.code: float(area.places + 1) for area in england()}
    seen = {profile.authority, *beside}
    ring: set[str] = set(beside)
    farther: dict[str, float] = {}
    for step in range(2, _RINGS + 1):
        ring = {code for each in ring for code in adjoining(each)} - seen
        seen |= ring
        for code in ring:
            if code in weights:
                farther[code] = weights[code] / step
    if not farther:
        farther = {code: weight for code, weight in weights.items() if code not in seen}
    codes = sorted(farther)
    rng = streams.stream("land.farther")
    share = np.array([farther[code] for code in codes])
    count = min(_FARTHER_AUTHORITIES, len(codes))
    chosen = sorted(
        codes[at]
        for at in (rng.choice(len(codes), size=count, replace=False, p=share / share.sum())
                   if count else [])
    )  # fmt: skip
    there = {code: pool for code in (*beside, *chosen) if len(pool := pools.of(code))}
    kept = {code: there[code] for code in chosen if code in there}
    p = np.array([farther[code] for code in kept])
    return Land(
        own=own,
        adjoining={code: there[code] for code in beside if code in there},
        farther=kept,
        farther_weights=p / p.sum() if len(p) else p,
    )
