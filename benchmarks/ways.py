"""One programme solved in different ways: HiGHS from the last basis or anew, GLOP, CP-SAT.

Each way is given the same arrays and says what it took to write the programme down for the
solver and to solve it, duals read back included, in seconds of the processor. All run on one
thread.

GLOP anew is given the arrays by the helper beneath ortools' model builder, number by number:
of its doors it was the quickest, since the one for whole matrices wants SciPy's, and MathOpt
spends more time on its protocol buffers than GLOP on solving. Only MathOpt lets GLOP go on
from the last basis.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from ortools.linear_solver.python import model_builder_helper as model_builder
from ortools.math_opt.python import mathopt
from ortools.sat.python import cp_model

from matcher.solving.configurations.highs import Programme
from matcher.solving.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.tapes import Snapshot
    from matcher.solving.configurations.instance import Ints

NEVER = Stopwatch(None)
NEAR = 1e-6
"""Answers that differ by this share at most agree."""


@dataclass(frozen=True)
class Answer:
    """What came of one programme.

    Parameters
    ----------
    value
        Of the objective; None when no solution was found.
    proved
        Whether nothing is better, or there is provably no solution.
    building, solving
        Seconds of the processor.
    """

    value: float | None
    proved: bool
    building: float
    solving: float


class DisagreementError(AssertionError):
    """Two solvers that both claim to be right do not agree."""


def agree(answers: Sequence[Answer]) -> None:
    """See that no solver contradicts another.

    Raises
    ------
    DisagreementError
        If two proved answers differ, or an answer is better than a proved one.
    """
    for proved in answers:
        if not proved.proved:
            continue
        for other in answers:
            if proved.value is None or other.value is None:
                contradicts = other.value is not None or (other.proved and proved.value is not None)
            else:
                share = (other.value - proved.value) / max(abs(proved.value), 1.0)
                contradicts = share < -NEAR or (other.proved and share > NEAR)
            if contradicts:
                raise DisagreementError(f"{proved} and {other}")


def highs_continued(sequence: Sequence[Snapshot]) -> list[Answer]:
    """Solve a growing programme by HiGHS, each time from the last basis, as the solver does."""
    answers: list[Answer] = []
    programme: Programme | None = None
    for at, shot in enumerate(sequence):
        began = time.process_time()
        if programme is None:
            programme = _programme(shot)
            programme.option("simplex_strategy", shot.strategy)
        else:
            _add(programme, shot, sequence[at - 1].columns)
            dearer = np.flatnonzero(
                shot.cost[: sequence[at - 1].columns] != sequence[at - 1].cost
            ).astype(np.int64)
            if len(dearer):
                programme.price(dearer, shot.cost[dearer])
        answers.append(_run(programme, began))
    return answers


def highs_anew(sequence: Sequence[Snapshot]) -> list[Answer]:
    """Solve each programme by HiGHS from nothing, its own presolve and strategy included."""
    answers = []
    for shot in sequence:
        began = time.process_time()
        answers.append(_run(_programme(shot), began))
    return answers


def glop_anew(sequence: Sequence[Snapshot]) -> list[Answer]:
    """Solve each programme by GLOP from nothing."""
    answers = []
    for shot in sequence:
        began = time.process_time()
        model = model_builder.ModelBuilderHelper()
        terms = zip(shot.cost.tolist(), shot.upper.tolist(), strict=True)
        for column, (cost, upper) in enumerate(terms):
            model.add_var()
            model.set_var_lower_bound(column, 0.0)
            model.set_var_upper_bound(column, upper)
            model.set_var_objective_coefficient(column, cost)
        bounds = zip(shot.row_lower.tolist(), shot.row_upper.tolist(), strict=True)
        for row, (lower, upper) in enumerate(bounds):
            model.add_linear_constraint()
            model.set_constraint_lower_bound(row, lower)
            model.set_constraint_upper_bound(row, upper)
        entries = zip(shot.row.tolist(), _column(shot).tolist(), shot.value.tolist(), strict=True)
        for entry in entries:
            model.add_term_to_constraint(*entry)
        built = time.process_time()
        solver = model_builder.ModelSolverHelper("glop")
        solver.solve(model)
        proved = solver.status() == model_builder.SolveStatus.OPTIMAL
        if proved:
            solver.dual_values()
        ended = time.process_time()
        value = float(solver.objective_value()) if proved else None
        answers.append(Answer(value, proved, built - began, ended - built))
    return answers


def glop_continued(sequence: Sequence[Snapshot]) -> list[Answer]:
    """Solve a growing programme by GLOP, each time from the last basis: without its presolve."""
    answers = []
    model = mathopt.Model()
    solver = mathopt.IncrementalSolver(model, mathopt.SolverType.GLOP)
    told = mathopt.SolveParameters(threads=1, presolve=mathopt.Emphasis.OFF)
    rows: list[mathopt.LinearConstraint] = []
    columns: list[mathopt.Variable] = []
    known = np.zeros(0)
    for shot in sequence:
        began = time.process_time()
        if not rows:
            bounds = zip(shot.row_lower.tolist(), shot.row_upper.tolist(), strict=True)
            rows = [model.add_linear_constraint(lb=lower, ub=upper) for lower, upper in bounds]
        first = len(columns)
        columns += [model.add_variable(lb=0.0, ub=each) for each in shot.upper[first:].tolist()]
        at = slice(shot.begin[first], None)
        entries = (shot.row[at], _column(shot)[at], shot.value[at])
        for row, column, value in zip(*(each.tolist() for each in entries), strict=True):
            rows[row].set_coefficient(columns[column], value)
        known = np.append(known, np.zeros(shot.columns - first))
        for column in np.flatnonzero(known != shot.cost).tolist():
            model.objective.set_linear_coefficient(columns[column], float(shot.cost[column]))
        known = shot.cost
        built = time.process_time()
        result = solver.solve(params=told)
        proved = result.termination.reason is mathopt.TerminationReason.OPTIMAL
        if proved:
            result.dual_values()
        ended = time.process_time()
        value = result.objective_value() if proved else None
        answers.append(Answer(value, proved, built - began, ended - built))
    return answers


LINEAR = {
    "HiGHS, from the last basis": highs_continued,
    "HiGHS, anew": highs_anew,
    "GLOP, from the last basis": glop_continued,
    "GLOP, anew": glop_anew,
}
"""Ways to solve linear programmes; the one in use comes first."""


def highs_integers(shot: Snapshot, *, work: float) -> Answer:
    """Solve an integer programme by HiGHS; ``work`` is its time limit in seconds."""
    began = time.process_time()
    programme = _programme(shot)
    highs = programme.highs
    kinds = np.full(shot.columns, highspy.HighsVarType.kInteger, dtype=object)
    highs.changeColsIntegrality(shot.columns, np.arange(shot.columns, dtype=np.int32), kinds)
    for name, value in shot.options.items():
        programme.option(name, value)
    programme.option("time_limit", work)
    if shot.start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = shot.start.tolist()
        highs.setSolution(solution)
    built = time.process_time()
    status = programme.solve(NEVER)
    ended = time.process_time()
    info = highs.getInfo()
    there = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    proved = status in (
        highspy.HighsModelStatus.kOptimal,
        highspy.HighsModelStatus.kInfeasible,
    )
    value = info.objective_function_value if there else None
    return Answer(value, proved, built - began, ended - built)


def cp_sat(shot: Snapshot, *, work: float) -> Answer:
    """Solve an integer programme by CP-SAT within ``work`` of its deterministic time.

    Hinted with the linear relaxation rounded, whose solving counts as building.
    """
    began = time.process_time()
    relaxed = _programme(shot)
    relaxed.solve(NEVER)
    rounded = np.asarray(relaxed.highs.getSolution().col_value) > 0.5
    model = cp_model.CpModel()
    taken = [model.new_int_var(0, upper, "") for upper in shot.upper.astype(np.int64).tolist()]
    order = np.argsort(shot.row, kind="stable")
    first = np.searchsorted(shot.row[order], np.arange(shot.rows + 1))
    column, number = _column(shot)[order].tolist(), _whole(shot)[order].tolist()
    lower, upper = shot.row_lower * shot.scale, shot.row_upper * shot.scale
    for row in range(shot.rows):
        at = slice(first[row], first[row + 1])
        total = cp_model.LinearExpr.weighted_sum([taken[each] for each in column[at]], number[at])
        if np.isfinite(upper[row]):
            most = int(np.floor(upper[row] + 1e-3))
            if np.isfinite(lower[row]):
                model.add_linear_constraint(total, round(lower[row]), most)
            else:
                model.add(total <= most)
        elif np.isfinite(lower[row]):
            model.add(total >= round(lower[row]))
    model.minimize(cp_model.LinearExpr.weighted_sum(taken, np.rint(shot.cost).astype(int).tolist()))
    for variable, value in zip(taken, rounded.tolist(), strict=True):
        model.add_hint(variable, value)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = int(shot.options["random_seed"])
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    built = time.process_time()
    status = solver.solve(model)
    ended = time.process_time()
    there = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    proved = status in (cp_model.OPTIMAL, cp_model.INFEASIBLE)
    value = solver.objective_value if there else None
    return Answer(value, proved, built - began, ended - built)


INTEGER = {"HiGHS": highs_integers, "CP-SAT, one worker": cp_sat}
"""Ways to solve integer programmes; the one in use comes first."""


def _programme(shot: Snapshot) -> Programme:
    programme = Programme(shot.row_lower, shot.row_upper, seed=shot.options["random_seed"])
    _add(programme, shot, 0)
    return programme


def _add(programme: Programme, shot: Snapshot, first: int) -> None:
    """Let the columns from ``first`` on join."""
    if first == shot.columns:
        return
    at = shot.begin[first]
    programme.add(
        shot.cost[first:],
        shot.upper[first:],
        shot.begin[first:] - at,
        shot.row[at:].astype(np.int64),
        shot.value[at:],
    )


def _run(programme: Programme, began: float) -> Answer:
    built = time.process_time()
    status = programme.solve(NEVER)
    np.asarray(programme.highs.getSolution().row_dual)
    ended = time.process_time()
    proved = status == highspy.HighsModelStatus.kOptimal
    value = programme.highs.getInfo().objective_function_value if proved else None
    return Answer(value, proved, built - began, ended - built)


def _column(shot: Snapshot) -> Ints:
    """Return the column of every entry."""
    return np.repeat(np.arange(shot.columns), np.diff(shot.begin))


def _whole(shot: Snapshot) -> Ints:
    """Return the entries before rows were divided: whole numbers."""
    found = shot.value * shot.scale[shot.row]
    whole: Ints = np.rint(found).astype(np.int64)
    if (np.abs(found - whole) > NEAR * np.maximum(np.abs(found), 1.0)).any():
        raise AssertionError("a row is not of whole numbers")
    return whole
