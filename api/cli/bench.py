"""``nearhome bench``: the solver on instances of others, and decisions as units arrive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from api.cli.console import print_json, say, working
from api.cli.options import AsJson

app = typer.Typer(help="Hold the solver and looking ahead to data of others and to made futures.")


@app.callback()
def bench() -> None:
    """Hold the solver and looking ahead to data of others and to made futures."""


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
    cost = "no assignment" if found.objective is None else f"objective {found.objective:,}"
    bound = "no bound" if found.bound is None else f"bound {found.bound:,}"
    say(f"{found.name}: {found.status.value}, {cost}, {bound}, {found.seconds:.1f} s")


@app.command("online-instance")
def online_instance(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder of weights.csv, sizes.csv, capacities.csv, perhaps compatible.csv, and "
            "perhaps the same of an earlier period in train/."
        ),
    ],
    batch: Annotated[int, typer.Option(help="How many units are decided about together.")] = 10,
    seconds: Annotated[
        float | None,
        typer.Option(help="That proving the optimum in hindsight may take; no limit without."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Assign units to places as they arrive, looking ahead, and compare with hindsight.

    Units arrive in the order of weights.csv. Room is used up. A decision knows the earlier
    period, who has arrived, and how many are to come; a unit is left out only when nothing
    that it may go to has room.
    """
    from matcher.solving.online.playing import play
    from matcher.solving.online.tables import read_online_instance

    with working("Deciding"):
        found = play(read_online_instance(folder), batch=batch, seconds=seconds)
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "assignment": found.assignment,
                "total": found.total,
                "greedy_total": found.greedy_total,
                "hindsight_optimum": found.hindsight_optimum,
                "hindsight_bound": found.hindsight_bound,
                "ratio": found.ratio,
                "seconds": round(found.seconds, 3),
                "hindsight_seconds": round(found.hindsight_seconds, 3),
                "trained_on": found.trained_on,
                "left_out": found.left_out,
            }
        )
        return
    proved = "the optimum" if found.hindsight_optimum is not None else "a bound (not proved)"
    say(
        f"{len(found.assignment)} units, {found.left_out} left out: total {found.total:.6g}, "
        f"{found.ratio:.2%} of {proved} in hindsight, {found.hindsight_bound:.6g}. Each batch by "
        f"itself: {found.greedy_total:.6g}. {found.seconds:.1f} s, and "
        f"{found.hindsight_seconds:.1f} s for hindsight."
    )
    if not found.trained_on:
        say("There is no earlier period in train/: prices were learnt from those who arrived.")


@app.command("online")
def online(
    size: Annotated[
        float, typer.Option(help="Of the synthetic county; 1.0 is the authority as published.")
    ] = 0.35,
    seeds: Annotated[int, typer.Option(help="Futures at each level, at least 2.")] = 20,
    levels: Annotated[
        str, typer.Option(help="Beds for each child who needs one, with commas.")
    ] = "0.95,1.05,1.2",
    conditions: Annotated[
        bool, typer.Option(help="Also with misjudged stays and rates, drift and a failure.")
    ] = True,
    out: Annotated[Path | None, typer.Option(help="Keep the rows in this file (.json).")] = None,
    as_json: AsJson = False,
) -> None:
    """Judge looking ahead beside practice, first come and weekly batch, on the same futures.

    Every future is decided in every way. Families, stays and homes are the same; the past that
    bed values are learnt from is another. Losses are shown as gains are.
    """
    from api.cli.judged import print_judged
    from api.cli.output_files import check_writable, write_output
    from matcher.errors import UsageError
    from scenarios.online.judging import CONDITIONS, Asked, judge

    try:
        told = tuple(float(each) for each in levels.split(","))
    except ValueError:
        raise UsageError(f"--levels is {levels!r}; give numbers with commas.") from None
    if out is not None:
        check_writable(out)
    asked = Asked(size=size, seeds=seeds, levels=told, conditions=CONDITIONS if conditions else ())
    rows = []
    with working("Deciding the same futures in each way"):
        for row in judge(asked):
            rows.append(row)
            if out is not None:
                write_output(out, orjson.dumps({"rows": rows}, option=orjson.OPT_INDENT_2))
    if as_json:
        print_json({"schema_version": "1.0", "rows": rows})
    else:
        print_judged(rows)
