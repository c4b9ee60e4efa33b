"""A limit on a whole plan: a budget, a cap, what an earlier aim has reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from matcher.solving.options import Options

    Ints = NDArray[np.int64]
    AnyInts = NDArray[Any]


@dataclass(frozen=True, eq=False)
class FewInts:
    """An array of integers that is 0 almost everywhere; indexed like the whole array.

    Parameters
    ----------
    at
        Where it is not 0, rising.
    values
        What it is there.
    length
        How long it is.
    """

    at: Ints
    values: AnyInts
    length: int

    def __len__(self) -> int:
        return self.length

    def __getitem__(self, where: Any) -> Any:
        """Return the entries at some positions, in 64 bits."""
        asked = np.asarray(where)
        if asked.dtype == np.bool_:
            asked = np.flatnonzero(asked)
        if not len(self.at):
            return np.zeros(asked.shape, dtype=np.int64)[()]
        asked = asked.astype(np.int64)
        row = np.minimum(np.searchsorted(self.at, asked), len(self.at) - 1)
        return np.where(self.at[row] == asked, self.values[row], 0).astype(np.int64)[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> AnyInts:
        """Return the whole array."""
        whole = np.zeros(self.length, dtype=np.int64 if dtype is None else dtype)
        whole[self.at] = self.values
        return whole

    def __gt__(self, than: int) -> NDArray[np.bool_]:
        """Return where the array is above a number."""
        above: NDArray[np.bool_] = np.asarray(self) > than
        return above

    def __floordiv__(self, by: int) -> FewInts:
        """Return the array divided by a number, rounded down."""
        return FewInts(self.at, self.values // by, self.length)


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
    measure
        What any options use, where that can be told without the others; None where not.
    """

    name: str
    use: AnyInts | FewInts
    limit: int
    spare: int = 0
    measure: Callable[[Options], AnyInts] | None = None


class LimitsInUse:
    """What a plan uses of every limit, and which more options would exceed one.

    Parameters
    ----------
    limits
        The limits.
    taken
        Options of the plan.
    """

    def __init__(self, limits: Sequence[Limit], taken: Iterable[int] = ()) -> None:
        self.limits = tuple(limits)
        at = np.array(sorted(taken), dtype=np.int64)
        self.used = np.array([each.use[at].sum() for each in limits], dtype=np.int64)
        self._most = np.array([each.limit for each in limits], dtype=np.int64)
        # Of limits on few options all entries together, in the order of options.
        few = [(at, each.use) for at, each in enumerate(limits) if isinstance(each.use, FewInts)]
        self._whole = sorted(set(range(len(limits))) - {at for at, _ in few})
        none = np.zeros(0, dtype=np.int64)
        option = np.concatenate([none, *[use.at for _, use in few]])
        order = np.argsort(option, kind="stable")
        limit = np.repeat(np.array([at for at, _ in few], np.int64), [len(u.at) for _, u in few])
        self._option, self._limit = option[order], limit[order]
        self._use = np.concatenate([none, *[use.values for _, use in few]])[order]

    def take(self, option: int) -> None:
        """Count the use of one more option."""
        for at in self._whole:
            self.used[at] += self.limits[at].use[option]
        low, high = np.searchsorted(self._option, (option, option + 1))
        np.add.at(self.used, self._limit[low:high], self._use[low:high])

    def exceeding(self, low: int, high: int) -> list[tuple[str, Ints]]:
        """Return the limits that options from ``low`` up to ``high`` would exceed, and which.

        Returns
        -------
        list of tuple
            The name of a limit, and the positions of the options that the plan could not
            take besides without exceeding it; at least one.
        """
        found = []
        for at in self._whole:
            use = np.asarray(self.limits[at].use[low:high], dtype=np.int64)
            found.append((at, low + np.flatnonzero(self.used[at] + use > self._most[at])))
        first, last = np.searchsorted(self._option, (low, high))
        limit, use = self._limit[first:last], self._use[first:last]
        over = np.flatnonzero(self.used[limit] + use > self._most[limit])
        for at in np.unique(limit[over]).tolist():
            found.append((at, self._option[first:last][over[limit[over] == at]]))
        return [
            (self.limits[at].name, where) for at, where in sorted(found, key=_first) if len(where)
        ]


def _first(pair: tuple[int, Ints]) -> int:
    return pair[0]
