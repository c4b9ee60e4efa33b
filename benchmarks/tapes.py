"""What a search asks of its solvers, recorded as it runs, so that others can be asked the same.

Some functions of the solver are replaced while :func:`recorded` is open: the one that solves
a programme, which is copied as it stands before each solve, those that price homes, whose
arguments are kept, and the one that makes the first plan, after which the configurations of
column generation are known. Nothing in the solver knows of it.
"""

from __future__ import annotations

import functools
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from matcher.solving.configurations import search
from matcher.solving.configurations.diving import dive
from matcher.solving.configurations.highs import Programme, Rows
from matcher.solving.configurations.pricing import Pricer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from matcher.solving.configurations.columns import Columns
    from matcher.solving.configurations.instance import Floats, Ints

PRIMAL = 4
"""The simplex strategy that the master sets and no other programme does."""
PRICING = ("best", "columns", "within")
TOLD = ("mip_rel_gap", "mip_abs_gap", "mip_max_nodes", "random_seed")
"""Options of HiGHS that the solver sets."""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """A linear or integer programme, as arrays, columns from 0.

    Parameters
    ----------
    cost, upper
        Of every column.
    row_lower, row_upper
        Of every row.
    begin, row, value
        The columns, compressed: where each begins, in which rows it is, with what number.
    integer
        Whether columns are whole.
    strategy
        How HiGHS was told to go about it.
    options
        Others it was told, by name.
    scale
        What each row has been divided by: times this, every row is of whole numbers.
    start
        A plan that was known: what each column is in it; None when there was none.
    """

    cost: Floats
    upper: Floats
    row_lower: Floats
    row_upper: Floats
    begin: Ints
    row: NDArray[np.int32]
    value: Floats
    integer: bool
    strategy: int
    options: dict[str, Any]
    scale: Floats
    start: Floats | None

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return len(self.cost)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.row_lower)


@dataclass(frozen=True, eq=False)
class Call:
    """One call of a pricer: of which, what, with which arguments."""

    pricer: Pricer
    method: str
    arguments: tuple[Any, ...]
    named: dict[str, Any]


@dataclass
class Tape:
    """Everything recorded.

    Parameters
    ----------
    over_options, masters
        Sequences of linear programmes, each the one before with more columns and other costs.
    integers
        Integer programmes, in the order in which they were solved.
    calls
        Of pricing.
    made
        Who made the configurations of the last column generation, and which they are.
    """

    over_options: list[list[Snapshot]] = field(default_factory=list)
    masters: list[list[Snapshot]] = field(default_factory=list)
    integers: list[Snapshot] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    made: tuple[Pricer, Columns] | None = None


@contextmanager
def recorded() -> Iterator[Tape]:
    """Record while open."""
    tape = Tape()
    rows_of: dict[int, Rows] = {}
    # Kept, so that no two programmes have one identity.
    sequences: dict[int, tuple[Programme, list[Snapshot]]] = {}
    solve, programme = Programme.solve, Rows.programme
    pricing = {name: getattr(Pricer, name) for name in PRICING}
    depth = [0]

    def programme_noted(self: Rows, **named: Any) -> Programme:
        found = programme(self, **named)
        rows_of[id(found)] = self
        return found

    def solve_noted(self: Programme, *arguments: Any, **named: Any) -> Any:
        shot = _snapshot(self, rows_of[id(self)])
        if shot.integer:
            tape.integers.append(shot)
        elif id(self) in sequences:
            sequences[id(self)][1].append(shot)
        else:
            sequences[id(self)] = (self, [shot])
            same = tape.masters if shot.strategy == PRIMAL else tape.over_options
            same.append(sequences[id(self)][1])
        return solve(self, *arguments, **named)

    def dive_noted(pricer: Pricer, columns: Columns, *arguments: Any, **named: Any) -> Any:
        tape.made = (pricer, columns)
        return dive(pricer, columns, *arguments, **named)

    def noted(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(self: Pricer, *arguments: Any, **named: Any) -> Any:
            # Methods call each other: only what the search itself asks for is a call.
            if not depth[0]:
                tape.calls.append(Call(self, name, arguments, named))
            depth[0] += 1
            try:
                return method(self, *arguments, **named)
            finally:
                depth[0] -= 1

        return call

    replaced: list[tuple[object, str, object, object]] = [
        (Rows, "programme", programme, programme_noted),
        (Programme, "solve", solve, solve_noted),
        (search, "dive", dive, dive_noted),
        *((Pricer, name, method, noted(name, method)) for name, method in pricing.items()),
    ]
    try:
        for place, name, _, new in replaced:
            setattr(place, name, new)
        yield tape
    finally:
        for place, name, old, _ in replaced:
            setattr(place, name, old)


def _snapshot(programme: Programme, rows: Rows) -> Snapshot:
    highs = programme.highs
    lp = highs.getLp()
    integer = bool(len(lp.integrality_))
    start = None
    if integer and len(highs.getSolution().col_value):
        start = np.array(highs.getSolution().col_value)
    scale = np.ones(lp.num_row_)
    scale[rows.limits_at :] = rows.scale
    return Snapshot(
        cost=np.array(lp.col_cost_),
        upper=np.array(lp.col_upper_),
        row_lower=np.array(lp.row_lower_),
        row_upper=np.array(lp.row_upper_),
        begin=np.array(lp.a_matrix_.start_, dtype=np.int64),
        row=np.array(lp.a_matrix_.index_, dtype=np.int32),
        value=np.array(lp.a_matrix_.value_),
        integer=integer,
        strategy=highs.getOptionValue("simplex_strategy")[1],
        options={name: highs.getOptionValue(name)[1] for name in TOLD},
        scale=scale,
        start=start,
    )
