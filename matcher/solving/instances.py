"""Problems of other people, read from their files and solved by the same search.

Generalised assignment: a job is a child or a sibling group that stays together, an agent is
a home, and what a job takes of an agent is beds, which may differ from home to home.
Single-source facility location: a facility is a home that may be opened or bought, its fixed
cost what that costs once, a customer a sibling group and its demand their number. Their best
known values tell whether the search finds, and proves, what is known to be best.

References
----------
.. [1] P. C. Chu and J. E. Beasley, "A genetic algorithm for the generalised assignment
   problem", Computers & Operations Research 24 (1997).
.. [2] K. Holmberg, M. Rönnqvist and D. Yuan, "An exact algorithm for the capacitated
   facility location problems with single sourcing", European Journal of Operational
   Research 113 (1999).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from matcher.errors import DataError
from matcher.solving.configurations.instance import Instance
from matcher.solving.configurations.search import search
from matcher.solving.configurations.splits import Splits
from matcher.solving.configurations.uses import Uses
from matcher.solving.stopwatch import Stopwatch
from matcher.solving.written_numbers import number_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

LARGEST_ROOM = 200_000
"""Capacities above this are refused: tables of that length would not fit into memory."""
LARGEST_NUMBER = 2**40
"""Sums of larger numbers might not be exact."""


class InstanceFormat(StrEnum):
    """How a file is laid out."""

    ORLIBRARY_GAP = "orlibrary-gap"
    """Agents and jobs; costs; resources (a row an agent each); capacities; nothing more."""
    SSCFLP = "sscflp"
    """Facilities and customers; capacity and fixed cost a facility; demands; costs of serving
    all of a customer (a row a facility). What follows is not read."""


class InstanceError(DataError):
    """A file that is not what its format says."""


class InstanceStatus(StrEnum):
    """What is known of the answer."""

    OPTIMAL = "optimal"
    """Proved to be best."""
    FEASIBLE = "feasible"
    """An assignment; a better one may exist, and the bound says by how much at most."""
    INFEASIBLE = "infeasible"
    """Proved: there is no assignment."""
    UNKNOWN = "unknown"
    """No assignment was found in time."""


@dataclass(frozen=True)
class InstanceResult:
    """The answer to one instance. Everything is minimised.

    Parameters
    ----------
    name
        Of the instance: its file's name.
    objective
        What the assignment costs; None without one.
    bound
        No assignment costs less; None when nothing is known.
    status
        What is known of the answer.
    seconds
        How long it took.
    assignment
        The agent or facility of each job or customer, from 0; None without one.
    opened
        The facilities that serve anybody, from 0, rising; agents likewise.
    """

    name: str
    objective: int | None
    bound: int | None
    status: InstanceStatus
    seconds: float
    assignment: tuple[int, ...] | None
    opened: tuple[int, ...]


def read_instance(path: Path, layout: InstanceFormat) -> Instance:
    """Return the instance in a file.

    Parameters
    ----------
    path
        The file.
    layout
        How it is laid out.

    Raises
    ------
    InstanceError
        If the file cannot be read, or is not laid out so.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise InstanceError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise InstanceError(
            f"{path} is no text file (byte {error.start + 1}). Give one with whole numbers."
        ) from None
    numbers = _Numbers(path, layout, text)
    if layout is InstanceFormat.ORLIBRARY_GAP:
        homes, jobs = numbers.counts()
        cost = numbers.table(homes, jobs)
        weight = numbers.table(homes, jobs)
        room = numbers.table(1, homes)[0]
        numbers.end()
        opening = np.zeros(homes, dtype=np.int64)
    else:
        homes, jobs = numbers.counts()
        facilities = numbers.table(homes, 2)
        room, opening = facilities[:, 0], facilities[:, 1]
        weight = np.broadcast_to(numbers.table(1, jobs), (homes, jobs))
        cost = numbers.table(homes, jobs)
    if (weight < 1).any() or (room < 0).any() or room.max(initial=0) > LARGEST_ROOM:
        raise InstanceError(
            f"{path}: every demand must be 1 or more, and every capacity from 0 to "
            f"{LARGEST_ROOM:,}."
        )
    return assignment_instance(cost=cost, weight=weight, room=room, opening=opening)


def assignment_instance(
    *,
    cost: NDArray[np.int64],
    weight: NDArray[np.int64],
    room: NDArray[np.int64],
    opening: NDArray[np.int64],
) -> Instance:
    """Return the instance in which every job goes to exactly one home.

    Parameters
    ----------
    cost, weight
        Of each job in each home, shape (homes, jobs).
    room, opening
        Capacity and fixed cost of each home.
    """
    homes, jobs = cost.shape
    fits = weight <= room[:, None]
    home, item = np.nonzero(fits)
    return Instance(
        family=np.arange(jobs, dtype=np.int32),
        size=np.ones(jobs, dtype=np.int32),
        splits=Splits.of([[(0, (job,), {})] for job in range(jobs)], limits=0),
        start=np.searchsorted(home, np.arange(homes + 1)).astype(np.int64),
        item=item.astype(np.int32),
        cost=cost[fits].astype(np.int64),
        weight=weight[fits].astype(np.int32),
        room=room.astype(np.int64),
        opening=opening.astype(np.int64),
        use=Uses.of([], len(item)),
        limit=np.zeros(0, dtype=np.int64),
    )


def solve_instance(
    path: Path, layout: InstanceFormat, *, seconds: float | None = None, seed: int = 0
) -> InstanceResult:
    """Solve the instance in a file.

    Parameters
    ----------
    path
        The file.
    layout
        How it is laid out.
    seconds
        After so long the best assignment found is returned; None for a fixed amount of work.
    seed
        Of the integer solvers.

    Raises
    ------
    InstanceError
        If the file cannot be read, or is not laid out so.
    """
    watch = Stopwatch(seconds)
    instance = read_instance(path, layout)
    found = search(instance, watch=watch, seed=seed)
    assignment: tuple[int, ...] | None = None
    opened: tuple[int, ...] = ()
    status = InstanceStatus.INFEASIBLE if found.infeasible else InstanceStatus.UNKNOWN
    if found.chosen is not None:
        status = InstanceStatus.OPTIMAL if found.proved else InstanceStatus.FEASIBLE
        at = list(found.chosen)
        home_of = dict(zip(instance.item[at].tolist(), instance.home[at].tolist(), strict=True))
        assignment = tuple(home_of[item] for item in range(instance.items))
        opened = tuple(sorted(set(assignment)))
    return InstanceResult(
        name=path.name,
        objective=found.cost,
        bound=found.bound,
        status=status,
        seconds=watch.elapsed,
        assignment=assignment,
        opened=opened,
    )


class _Numbers:
    """The whole numbers of a file, one after the other."""

    def __init__(self, path: Path, layout: InstanceFormat, text: str) -> None:
        self.path = path
        self.layout = layout
        self.text = text
        self.words = text.split()
        self.at = 0

    def counts(self) -> tuple[int, int]:
        homes, jobs = self.table(1, 2)[0].tolist()
        if homes < 1 or jobs < 1:
            raise InstanceError(f"{self.path} must begin with two counts of 1 or more.")
        return homes, jobs

    def table(self, rows: int, columns: int) -> NDArray[np.int64]:
        count = rows * columns
        words = self.words[self.at : self.at + count]
        if len(words) < count:
            raise InstanceError(
                f"{self.path} ends after {len(self.words)} numbers; {self.layout.value} needs "
                f"at least {self.at + count}. Is it another format?"
            )
        values = [self._whole(word, self.at + at) for at, word in enumerate(words)]
        self.at += count
        return np.array(values, dtype=np.int64).reshape(rows, columns)

    def end(self) -> None:
        """Refuse what follows: it may be another problem, or this file another's."""
        more = len(self.words) - self.at
        if more:
            raise InstanceError(
                f"{self.path} goes on after its {self.at} numbers, with {more} more from line "
                f"{self._line(self.at)}. Give one problem a file; one that begins with how many "
                "problems it holds has to be cut up."
            )

    def _whole(self, word: str, at: int) -> int:
        value = number_of(word)
        if not value.is_integer() or abs(value) > LARGEST_NUMBER:
            raise InstanceError(
                f"{self.path}, line {self._line(at)}: {word!r} is no whole number up to "
                f"{LARGEST_NUMBER:,}."
            )
        return int(value)

    def _line(self, at: int) -> int:
        """Return the line of a number, by its place in the file from 0."""
        for line, text in enumerate(self.text.splitlines(), start=1):
            at -= len(text.split())
            if at < 0:
                return line
        raise IndexError(at)
