"""Independent streams of random numbers, one a purpose.

Every part of the county draws from a stream of its own, named for what it does. A part that
is added, removed or draws more numbers changes no other part.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Streams:
    """Named streams under one seed.

    Parameters
    ----------
    seed
        The county's seed, 0 or more.
    authority
        ONS code: two authorities never share a stream.
    """

    seed: int
    authority: str

    def stream(self, name: str) -> np.random.Generator:
        """Return the generator of one purpose, from its beginning.

        Parameters
        ----------
        name
            The purpose, such as "children.ages". Two calls with one name give two
            generators that draw the same numbers.
        """
        words = [self.seed, zlib.crc32(self.authority.encode()), zlib.crc32(name.encode())]
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))
