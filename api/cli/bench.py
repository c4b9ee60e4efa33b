"""``nearhome bench``: the solver on instances of others."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.console import print_json, say, working
from api.cli.options import AsJson

app = typer.Typer(help="Hold the solver to other people's instances.")


@app.callback()
def bench() -> None:
    """Hold the solver to other people's instances."""


@app.command("instance")
def instance(
    file: Annotated[Path, typer.Argument(help="The instance.")],
    layout: Annotated[
        str, typer.Option("--format", help="orlibrary-gap or sscflp.")
    ] = "orlibrary-gap",
    seconds: Annotated[
        float | None, typer.Option(help="Stop after so long with the best found and its bound.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the integer solvers.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Solve a generalised-assignment or facility-location file with the council's solver."""
    from matcher.errors import UsageError
    from matcher.solving.instances import InstanceFormat, solve_instance

    try:
        wanted = InstanceFormat(layout)
    except ValueError:
        raise UsageError(
            f"--format is {layout!r}; it is {' or '.join(each.value for each in InstanceFormat)}."
        ) from None
    with working("Solving"):
        found = solve_instance(file, wanted, seconds=seconds, seed=seed)
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "name": found.name,
                "objective": found.objective,
                "bound": found.bound,
                "status": found.status.value,
                "seconds": round(found.seconds, 3),
                "assignment": None if found.assignment is None else list(found.assignment),
                "opened": list(found.opened),
            }
        )
        return
    say(
        f"{found.name}: {found.status.value}, objective {found.objective}, bound {found.bound}, "
        f"{found.seconds:.1f} s"
    )
