"""``nearhome assign``: one plan for everybody who waits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.options import AsJson, BedValuesFile, PolicyName, PostcodeFile, WorldPath, open_engine

if TYPE_CHECKING:
    from matcher.explaining.assignment import AssignReport, PlanIndicators


def assign(
    world: WorldPath,
    policy: PolicyName = "balanced",
    seconds: Annotated[
        float | None,
        typer.Option(help="Stop after so long with the best plan found and its bound."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the solver.")] = 1,
    work: Annotated[
        Path | None,
        typer.Option(help="Keep the work on a region's or a country's plan here, to go on from."),
    ] = None,
    prices: Annotated[
        bool, typer.Option("--prices", help="What each aim of the policy costs the others.")
    ] = False,
    frontier: Annotated[
        bool,
        typer.Option("--frontier", help="Near home against cost and moves, plan by plan."),
    ] = False,
    chart: Annotated[
        Path | None, typer.Option(help="With --frontier: draw it into this SVG file.")
    ] = None,
    plans: Annotated[
        int, typer.Option(help="The best plans that differ, so many.", min=1, max=50)
    ] = 1,
    differ: Annotated[
        int, typer.Option(help="With --plans: for how many children any two differ.", min=1)
    ] = 3,
    keep: Annotated[
        Path | None, typer.Option(help="An earlier plan (assign --json) to keep close to.")
    ] = None,
    changes: Annotated[
        int, typer.Option(help="With --keep: at most so many go to another home.", min=0)
    ] = 0,
    bed_values: BedValuesFile = None,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Place every child who waits, all at once, beside today's search order."""
    from api.cli import plans as also

    _check_together(
        prices=prices, frontier=frontier, chart=chart, plans=plans, keep=keep, work=work
    )
    with working("Reading the data"):
        engine = open_engine(world, policy, postcodes, bed_values)
    if prices:
        also.show_prices(engine, seconds=seconds, seed=seed, as_json=as_json)
        return
    if frontier:
        also.show_frontier(engine, chart=chart, seconds=seconds, seed=seed, as_json=as_json)
        return
    if plans > 1:
        also.show_plans(
            engine, count=plans, differ=differ, seconds=seconds, seed=seed, as_json=as_json
        )
        return
    if keep is not None:
        also.show_replan(
            engine, keep=keep, changes=changes, seconds=seconds, seed=seed, as_json=as_json
        )
        return
    with working("Placing everybody who waits"):
        report = engine.assign(seconds=seconds, seed=seed, work=work)
    if as_json:
        print_json(report)
        return
    print_assignment(report)
    from rich.table import Table

    from matcher.domain.phrases import counted

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("child", "home", "route", "miles", "score", "to do first"):
        table.add_column(heading, justify="right" if heading in ("miles", "score") else "left")
    for placed in report.placements:
        count = len(placed.tasks)
        table.add_row(
            placed.child_id,
            placed.home_id + (" (moves)" if placed.moves else ""),
            placed.route.label,
            "?" if placed.distance_miles is None else f"{placed.distance_miles:.1f}",
            f"{placed.score:.0f}",
            counted(count, "task") if count else "",
        )
    say()
    OUT.print(table)


def _check_together(
    *,
    prices: bool,
    frontier: bool,
    chart: Path | None,
    plans: int,
    keep: Path | None,
    work: Path | None,
) -> None:
    """Refuse options of which one would silently count for nothing."""
    from matcher.errors import UsageError

    asked = {
        "--prices": prices,
        "--frontier": frontier,
        "--plans": plans > 1,
        "--keep": keep is not None,
    }
    given = [option for option, is_given in asked.items() if is_given]
    if len(given) > 1:
        raise UsageError(f"{given[0]} and {given[1]} are two questions. Ask one at a time.")
    if given and work is not None:
        raise UsageError(f"--work is for the one plan for everybody, not for {given[0]}.")
    if chart is not None and not frontier:
        raise UsageError("--chart draws what --frontier finds. Give --frontier too.")


def print_assignment(report: AssignReport) -> None:
    """Print a plan's figures beside today's practice, and who is left without a home."""
    from rich.table import Table

    if report.stamp.synthetic:
        say(SYNTHETIC)
    ours, practice = report.indicators, report.practice
    waiting = ours.placed + ours.unplaced
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(f"All {waiting} children, one plan")
    table.add_column("Near Home", justify="right")
    table.add_column("today's practice", justify="right")
    for label, value, other in zip(
        (
            "placed",
            "within 20 miles of home (of those to whom distance applies)",
            "inside the council's area",
            "sibling groups together",
            "match, points of 100",
            "weekly cost",
        ),
        _column(ours),
        _column(practice),
        strict=True,
    ):
        table.add_row(label, value, other)
    OUT.print(table)
    say(_proof(report))
    for child in report.unplaced:
        say(f"no home for {child.child_id}: {' '.join(child.reasons[:2])}")
    for warning in report.warnings[:5]:
        say(f"warning: {warning}")


def _column(of: PlanIndicators) -> tuple[str, ...]:
    from matcher.domain.phrases import pounds

    return (
        str(of.placed),
        _per_cent(of.near_home_rate),
        _per_cent(of.in_area_rate),
        f"{of.siblings_together} of {of.sibling_groups}",
        "-" if of.match_points_mean is None else f"{of.match_points_mean:.1f}",
        pounds(of.weekly_cost_pence),
    )


def _per_cent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.0f} %"


def _proof(report: AssignReport) -> str:
    """Say how good the plan is known to be."""
    worth = (
        f"{report.objective:,.1f} points lost, today's practice {report.practice.objective:,.1f}"
    )
    if report.status == "optimal":
        return f"Proved: no plan with these beds does better ({worth}; {report.seconds:.1f} s)."
    if report.gap_placed is None:
        return f"A lawful plan; how much better one could be is not known ({worth})."
    return (
        f"A lawful plan; none can do better by more than {100 * report.gap_placed:.2f} % "
        f"({worth}; {report.seconds:.1f} s; stopped: {report.stop_reason.replace('_', ' ')})."
    )
