"""``nearhome assign`` besides one plan: prices, frontier, other plans, few changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.output_files import check_writable, write_output
from api.cli.whatelse import print_alternatives

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from pydantic import BaseModel

    from matcher.engine import Engine
    from matcher.explaining.frontier import FrontierPoint


def show_prices(engine: Engine, *, seconds: float | None, seed: int, as_json: bool) -> None:
    """Print what each aim of the policy costs the others."""
    with working("Solving with and without each aim"):
        found = engine.prices(seconds=seconds, seed=seed)
    if as_json:
        _print_all(engine, "prices", found, seed)
        return
    _introduce(engine)
    if not found:
        say("The policy has no aim besides placing everyone and matching them well.")
    for each in found:
        say(each.sentence)


def show_frontier(
    engine: Engine, *, chart: Path | None, seconds: float | None, seed: int, as_json: bool
) -> None:
    """Print the Pareto front of near home, cost and moves, and draw it."""
    from rich.table import Table

    if chart is not None:
        check_writable(chart)
    with working("Solving along the frontier"):
        found = engine.frontier(seconds=seconds, seed=seed)
    if chart is not None:
        write_output(chart, frontier_chart(found).encode())
    if as_json:
        _print_all(engine, "frontier", found, seed)
        return
    _introduce(engine)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("far from home", "near home", "moves", "£/week", "match", "proved"):
        table.add_column(heading, justify="right")
    for each in found:
        near = each.indicators.near_home_rate
        match = each.indicators.match_points_mean
        table.add_row(
            str(each.far),
            "-" if near is None else f"{100 * near:.0f} %",
            str(each.moves),
            f"{each.indicators.weekly_cost_pence / 100:,.0f}",
            "-" if match is None else f"{match:.1f}",
            "yes" if each.status == "optimal" else "no",
        )
    OUT.print(table)
    say("Each line is the cheapest plan with so few far from home; nobody is left out for it.")
    if chart is not None:
        say(f"Chart: {chart}")


def show_plans(
    engine: Engine, *, count: int, differ: int, seconds: float | None, seed: int, as_json: bool
) -> None:
    """Print the best plans that differ."""
    with working("Solving for each plan"):
        found = engine.plans(count, differ=differ, seconds=seconds, seed=seed)
    if as_json:
        _print_all(engine, "plans", found, seed)
        return
    _introduce(engine)
    print_alternatives(found)


def show_replan(
    engine: Engine,
    *,
    keep: Path,
    changes: int,
    seconds: float | None,
    seed: int,
    as_json: bool,
) -> None:
    """Print today's best plan with few changes from an earlier one."""
    from matcher.errors import UsageError

    before = earlier_plan(keep)
    if not before.keys() & engine.world.children.keys():
        raise UsageError(f"{keep} names no child of this data. Give the plan that was made of it.")
    with working("Solving with few changes"):
        found = engine.replan(before, most_changes=changes, seconds=seconds, seed=seed)
    if as_json:
        _print_all(engine, "replan", (found,), seed)
        return
    _introduce(engine)
    print_alternatives((found,))


def earlier_plan(path: Path) -> dict[str, str | None]:
    """Read the placements of a plan that ``nearhome assign --json`` printed.

    Raises
    ------
    DataError
        If the file is not such a plan.
    """
    from matcher.errors import DataError

    try:
        data = orjson.loads(path.read_bytes())
        placed = {str(each["child_id"]): str(each["home_id"]) for each in data["placements"]}
        unplaced = {str(each["child_id"]): None for each in data["unplaced"]}
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}).") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"{path}: this is not a plan. Give a file that 'nearhome assign --json' printed."
        ) from error
    return {**placed, **unplaced}


def frontier_chart(points: Sequence[FrontierPoint]) -> str:
    """Return the frontier as an SVG picture, readable without colour and without a script.

    Parameters
    ----------
    points
        In rising order of children far from home.
    """
    width, height, left, bottom = 640, 400, 90, 60
    costs = [point.indicators.weekly_cost_pence / 100 for point in points] or [0.0]
    fars = [point.far for point in points] or [0]
    low, high = min(costs), max(costs)
    spread = (high - low) or 1.0
    most = max(max(fars) - min(fars), 1)

    def x(far: int) -> float:
        return left + (far - min(fars)) / most * (width - left - 90)

    def y(cost: float) -> float:
        return 60 + (high - cost) / spread * (height - bottom - 80)

    marks = []
    for point, cost in zip(points, costs, strict=False):
        label = f"{point.far} far, {point.moves} moves: £{cost:,.0f} a week"
        marks.append(
            f'<circle cx="{x(point.far):.1f}" cy="{y(cost):.1f}" r="5"><title>{label}</title>'
            f'</circle><text x="{x(point.far) + 8:.1f}" y="{y(cost) - 8:.1f}">£{cost:,.0f}</text>'
        )
    ticks = "".join(
        f'<text x="{x(far):.1f}" y="{height - bottom + 22}" text-anchor="middle">{far}</text>'
        for far in sorted(set(fars))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="Arial, Helvetica, sans-serif" font-size="13">'
        "<title>Weekly cost against children far from home</title>"
        "<desc>Each point is the cheapest plan with at most so many children farther than "
        "20 miles from home. The table says the same.</desc>"
        f'<rect width="{width}" height="{height}" fill="white"/>'
        f'<path d="M{left} 30V{height - bottom}H{width - 20}" fill="none" stroke="black"/>'
        f"{ticks}"
        f'<text x="{(left + width) / 2}" y="{height - 12}" text-anchor="middle">children farther '
        "than 20 miles from home, or at an unknown distance</text>"
        f'<text x="16" y="20">pounds a week</text><g fill="black">{"".join(marks)}</g></svg>\n'
    )


def _introduce(engine: Engine) -> None:
    if engine.world.synthetic:
        say(SYNTHETIC)


def _print_all(engine: Engine, name: str, found: Sequence[BaseModel], seed: int) -> None:
    data: dict[str, Any] = {
        "schema_version": "1.0",
        name: [each.model_dump(mode="json") for each in found],
        "stamp": engine.stamp(seed=seed).model_dump(mode="json"),
    }
    print_json(data)
