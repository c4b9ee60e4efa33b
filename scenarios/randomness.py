"""Random numbers that belong to an entity: common to every scenario of one replication.

A number is a hash of the seed, the replication, what it is for, whose it is and a counter
(mostly the week). Nothing is drawn in sequence, so nothing that happens to one child changes
the numbers of another: two scenarios differ only where they differ [1]_, and a scenario that
changes nothing changes nothing to the bit.

References
----------
.. [1] Law, Simulation Modeling and Analysis, 5th edition, section 11.2, "Common random
   numbers".
.. [2] Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014:
   the mixing function used here.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB
_TO_UNIT = 2.0**-53
# The same for arrays: numpy takes long to make one of a number.
_STEPS, _FIRSTS, _SECONDS = np.uint64(_STEP), np.uint64(_FIRST), np.uint64(_SECOND)
_TWENTY_SEVEN, _THIRTY, _THIRTY_ONE = map(np.uint64, (27, 30, 31))


@lru_cache(maxsize=1_000_000)
def key_of(identity: str) -> int:
    """Return 64 bits that stand for an identity, the same on every machine.

    Parameters
    ----------
    identity
        Such as the identifier of a child or a home.
    """
    return int.from_bytes(blake2b(identity.encode(), digest_size=8).digest(), "little")


def _mixed(value: int) -> int:
    value = (value + _STEP) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


def _all_mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Mix many at once, in place, as :func:`_mixed` does one."""
    values += _STEPS
    values ^= values >> _THIRTY
    values *= _FIRSTS
    values ^= values >> _TWENTY_SEVEN
    values *= _SECONDS
    values ^= values >> _THIRTY_ONE
    return values


class Randomness:
    """The random numbers of one replication.

    Parameters
    ----------
    seed
        Of the run, 0 or more.
    replication
        0 or more.
    """

    def __init__(self, seed: int, replication: int) -> None:
        self._root = _mixed(_mixed(seed) ^ (replication * _FIRST & _MASK))
        self._streams: dict[str, int] = {}

    def _stream(self, purpose: str) -> int:
        found = self._streams.get(purpose)
        if found is None:
            found = self._streams[purpose] = _mixed(self._root ^ key_of(purpose))
        return found

    def bits(self, purpose: str, identity: str, counter: int = 0) -> int:
        """Return 64 random bits of one entity.

        Parameters
        ----------
        purpose
            What they are for; two purposes are independent.
        identity
            Whose they are.
        counter
            Which of them: the week, or a running number; 0 or more.
        """
        stream = _mixed(self._stream(purpose) ^ (counter * _STEP & _MASK))
        return _mixed(stream ^ key_of(identity))

    def uniform(self, purpose: str, identity: str, counter: int = 0) -> float:
        """Return a number from 0 to below 1; see :meth:`bits`."""
        return (self.bits(purpose, identity, counter) >> 11) * _TO_UNIT

    def all_bits(
        self, purposes: tuple[str, ...], keys: NDArray[np.uint64], counter: int
    ) -> NDArray[np.uint64]:
        """Return 64 bits for every purpose and entity, as :meth:`bits` does for one.

        Parameters
        ----------
        purposes
            A row for each.
        keys
            Of the entities, from :func:`key_of`; a column for each.
        counter
            As for :meth:`bits`.
        """
        streams = np.array(
            [_mixed(self._stream(each) ^ (counter * _STEP & _MASK)) for each in purposes],
            dtype=np.uint64,
        )
        return _all_mixed(streams[:, None] ^ keys[None, :])

    def bits_of(self, purpose: str, keys: NDArray[np.uint64], counter: int) -> NDArray[np.uint64]:
        """Return 64 bits for every entity, as :meth:`bits` does for one."""
        stream = _mixed(self._stream(purpose) ^ (counter * _STEP & _MASK))
        return _all_mixed(keys ^ np.uint64(stream))

    def generator(self, purpose: str, identity: str, counter: int = 0) -> np.random.Generator:
        """Return a generator of its own for an entity, from its beginning.

        For drawing many numbers about one thing, such as everything about a new child.
        """
        return np.random.Generator(np.random.PCG64(self.bits(purpose, identity, counter)))

    def count(self, purpose: str, identity: str, counter: int, mean: float) -> int:
        """Return a Poisson number by inversion: a higher mean never gives a lower number.

        Parameters
        ----------
        purpose, identity, counter
            See :meth:`bits`.
        mean
            From 0 to 500.
        """
        left = self.uniform(purpose, identity, counter)
        at, chance = 0, float(np.exp(-mean))
        while left >= chance and at < 10_000:
            left -= chance
            at += 1
            chance *= mean / at
            if chance < 1e-18 and at > mean:
                break
        return at


def threshold(chances: NDArray[np.float64]) -> NDArray[np.uint64]:
    """Return for each chance below which bits an event happens, to compare without division.

    Parameters
    ----------
    chances
        From 0 to 1; a chance of 1 misses one in 2**53.
    """
    return (np.minimum(chances, 1 - _TO_UNIT) * 2.0**64).astype(np.uint64)
