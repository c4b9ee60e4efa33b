"""Published instances of the same mathematics, and a check of the answers from their files.

The files are not part of the project: a folder with ``gap/`` and ``sscflp/``, each with its
``best_known.csv``, named by ``--instances`` or the variable ``NEARHOME_INSTANCES``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

BEST = {"gap": "best_known_value", "sscflp": "proven_optimum"}
FORMATS = {"gap": "orlibrary-gap", "sscflp": "sscflp"}


@dataclass(frozen=True, slots=True)
class Published:
    """One instance.

    Parameters
    ----------
    file
        Where it is.
    best
        The best known value.
    proven
        Whether that is known to be best.
    """

    file: Path
    best: int
    proven: bool


def published(root: Path, folder: str) -> list[Published]:
    """Return the instances of a folder, in the order of its table.

    Parameters
    ----------
    root
        The folder of instances.
    folder
        ``gap`` or ``sscflp``.
    """
    with (root / folder / "best_known.csv").open(encoding="utf-8") as file:
        return [
            Published(
                root / folder / row["name"], int(row[BEST[folder]]), bool(row["proven_optimum"])
            )
            for row in csv.DictReader(file)
        ]


def solve_and_check(file: Path, layout: str, *, seconds: float | None, seed: int) -> dict[str, Any]:
    """Solve an instance and derive its objective anew from the file.

    Parameters
    ----------
    file
        The instance.
    layout
        ``orlibrary-gap`` or ``sscflp``.
    seconds, seed
        Of the search.

    Raises
    ------
    ValueError
        If the answer breaks a capacity, or costs something else than it says.
    """
    from matcher.solving.instances import InstanceFormat, solve_instance

    found = solve_instance(file, InstanceFormat(layout), seconds=seconds, seed=seed)
    if found.assignment is not None:
        cost = cost_of(file, layout, found.assignment)
        if cost != found.objective:
            raise ValueError(f"{file.name}: said to cost {found.objective}, costs {cost}.")
    return {
        "name": found.name,
        "objective": found.objective,
        "bound": found.bound,
        "status": found.status.value,
        "seconds": round(found.seconds, 3),
        "opened": len(found.opened),
    }


def cost_of(file: Path, layout: str, assignment: Sequence[int]) -> int:
    """Return what an assignment costs, in plain Python, straight from the file.

    Parameters
    ----------
    file, layout
        The instance.
    assignment
        The agent or facility of each job or customer.

    Raises
    ------
    ValueError
        If a job is missing or a capacity is exceeded.
    """
    numbers = [int(float(word)) for word in file.read_text(encoding="utf-8").split()]
    agents, jobs = numbers[:2]
    if len(assignment) != jobs or not all(0 <= each < agents for each in assignment):
        raise ValueError(f"{file.name}: not every job has one agent.")
    rest = iter(numbers[2:])

    def take(count: int) -> list[int]:
        return [next(rest) for _ in range(count)]

    if layout == "orlibrary-gap":
        costs = [take(jobs) for _ in range(agents)]
        uses = [take(jobs) for _ in range(agents)]
        capacities, fixed = take(agents), [0] * agents
    else:
        facilities = [take(2) for _ in range(agents)]
        capacities, fixed = [each[0] for each in facilities], [each[1] for each in facilities]
        uses = [take(jobs)] * agents
        costs = [take(jobs) for _ in range(agents)]
    used = [0] * agents
    for job, agent in enumerate(assignment):
        used[agent] += uses[agent][job]
    for agent, capacity in enumerate(capacities):
        if used[agent] > capacity:
            raise ValueError(f"{file.name}: {agent} takes {used[agent]} of {capacity}.")
    return sum(costs[agent][job] for job, agent in enumerate(assignment)) + sum(
        fixed[agent] for agent in set(assignment)
    )
