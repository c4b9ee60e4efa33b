"""A limit on a whole plan: a budget, a cap, what an earlier aim has reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Limit:
    """A limit on a plan's sum over its options.

    Parameters
    ----------
    name
        What is limited, for people.
    use
        What each option uses, integers.
    limit
        The most a plan may use.
    spare
        What each household uses that a sibling group does without; see
        :class:`matcher.solving.model.Model`.
    """

    name: str
    use: Ints
    limit: int
    spare: int = 0
