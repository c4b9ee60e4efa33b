"""``nearhome alternatives``, ``unblock``, ``beds``: what else could be done, at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.options import AsJson, PolicyName, PostcodeFile, WorldPath, open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matcher.explaining.alternatives import Alternative

Seconds = Annotated[
    float | None, typer.Option(help="For each plan: stop after so long with the best found.")
]
Seed = Annotated[int, typer.Option(help="Of the solver.")]


def alternatives(
    child: Annotated[str, typer.Argument(help="Identifier of a child who waits.")],
    world: WorldPath,
    policy: PolicyName = "balanced",
    top: Annotated[int, typer.Option(help="How many of the child's best homes.", min=1)] = 3,
    seconds: Seconds = None,
    seed: Seed = 1,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what giving a child their first, second, third best home costs everyone else."""
    with working("Solving once for each home"):
        engine = open_engine(world, policy, postcodes)
        found = engine.alternatives(child, top=top, seconds=seconds, seed=seed)
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "child_id": child,
                "alternatives": [each.model_dump(mode="json") for each in found],
                "stamp": engine.stamp(seed=seed).model_dump(mode="json"),
            }
        )
        return
    if engine.world.synthetic:
        say(SYNTHETIC)
    if not found:
        say(f"No home is lawful for {child} alone at or above the minimum match.")
    print_alternatives(found)


def unblock(
    child: Annotated[str, typer.Argument(help="Identifier of a child who waits.")],
    world: WorldPath,
    policy: PolicyName = "balanced",
    tried: Annotated[
        int, typer.Option(help="How many homes are tried for each kind of change.", min=1)
    ] = 5,
    seconds: Seconds = None,
    seed: Seed = 1,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what stands in the way of a home for a child, and what would place them."""
    with working("Solving once for each change"):
        engine = open_engine(world, policy, postcodes)
        found = engine.unblock(child, tried=tried, seconds=seconds, seed=seed)
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                **found.model_dump(mode="json"),
                "stamp": engine.stamp(seed=seed).model_dump(mode="json"),
            }
        )
        return
    if engine.world.synthetic:
        say(SYNTHETIC)
    say(found.sentence)
    for remedy in found.remedies:
        proof = "" if remedy.status == "optimal" else " (not proved)"
        say(f"  {remedy.sentence} {remedy.gain_points:+.1f} points in all{proof}.")
    if found.to_ask:
        say(f"  No rule closes {', '.join(found.to_ask)}: a fact is missing, ask for it.")


def print_alternatives(found: Sequence[Alternative]) -> None:
    """Print plans beside the best one, with who lives elsewhere."""
    for each in found:
        proof = "" if each.status == "optimal" else " (not proved)"
        say(f"{each.sentence}{proof}")
        for change in each.changes[:10]:
            points = "" if change.points is None else f" ({change.points:+.1f} points)"
            say(
                f"  {change.child_id}: {change.before or 'no home'} -> "
                f"{change.after or 'no home'}{points}"
            )
        if len(each.changes) > 10:
            say(f"  and {len(each.changes) - 10} more")


def beds(
    world: WorldPath,
    policy: PolicyName = "balanced",
    tried: Annotated[
        int, typer.Option(help="How many homes of each kind are tried by solving again.", min=1)
    ] = 2,
    seconds: Seconds = None,
    seed: Seed = 1,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what one more bed is worth to those who wait, by kind of home and area."""
    from rich.table import Table

    with working("Solving once for each bed"):
        engine = open_engine(world, policy, postcodes)
        found = engine.bed_worths(tried=tried, seconds=seconds, seed=seed)
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "beds": [each.model_dump(mode="json") for each in found],
                "stamp": engine.stamp(seed=seed).model_dump(mode="json"),
            }
        )
        return
    if engine.world.synthetic:
        say(SYNTHETIC)
    table = Table(box=None, pad_edge=False, header_style="bold")
    right = ("points", "placed", "near home", "£/week")
    for heading in ("one more bed", "area", "in", *right, "proved"):
        table.add_column(heading, justify="right" if heading in right else "left")
    for each in found:
        table.add_row(
            each.setting.label,
            each.area.value,
            each.home_id,
            f"{each.gain_points:.1f}",
            f"{each.placed:+d}",
            f"{each.near_home:+d}",
            f"{each.weekly_cost_pence / 100:+,.0f}",
            "yes" if each.status == "optimal" else "no",
        )
    OUT.print(table)
    say("Gains are for the children who wait today; each was confirmed by solving again.")
