"""``nearhome demo``: a synthetic county matched from end to end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.assign import print_assignment
from api.cli.console import say, working
from api.cli.rank import print_report
from api.cli.whatif_demo import what_if

if TYPE_CHECKING:
    from matcher.domain.world import World

DEMO_REFERRAL = "R-0012"
"""Three siblings who want to stay at one school."""


def demo(
    out: Annotated[
        Path, typer.Option("--out", help="Folder in which the county is left to look at.")
    ] = Path("out/county"),
) -> None:
    """Make a synthetic county, rank homes, place everybody waiting, and ask one what-if."""
    from matcher.engine import engine_for
    from matcher.intake import write_world
    from scenarios.county import make_county

    with working("Making a county of invented children on real postcodes"):
        world = make_county()
        write_world(world, out)
    _introduce(world)
    engine = engine_for(world, "balanced")
    say()
    report = engine.rank(DEMO_REFERRAL)
    print_report(report)
    if report.near_misses:
        say()
        say(f"Why not {report.near_misses[0].home_id}?")
        explanation = engine.explain(DEMO_REFERRAL, report.near_misses[0].home_id)
        say(f"  {explanation.sentence}")
        for answer in explanation.answers:
            if answer.effect == "bar" and answer.verdict == "not met":
                say(f"  {answer.change}")
        if explanation.points_behind_best is not None:
            score = explanation.option.score
            say(f"  It would score {score:.1f}, {_against(explanation.points_behind_best)}.")
    say()
    with working("Placing everybody who waits"):
        assignment = engine.assign(seconds=20)
    print_assignment(assignment)
    say()
    what_if(out.parent / "what-if")
    say()
    say(f"The county is in {out}. Next: nearhome rank --world {out} {DEMO_REFERRAL}")


def _against(behind: float) -> str:
    if behind > 0:
        return f"{behind:.1f} points less than the best home that can be offered"
    return f"{-behind:.1f} points more than the best home that can be offered"


def _introduce(world: World) -> None:
    """Say in four lines what the county is."""
    from matcher.geography.authorities import authority_name
    from matcher.indicators import indicators

    found = indicators(world, {child: placed.home_id for child, placed in world.placements.items()})
    free = sum(
        max(world.beds_free(home_id, world.as_of), 0)
        for home_id, home in world.homes.items()
        if home.setting.offered
    )
    say(
        f"Near Home demo: synthetic children on real postcodes, {authority_name(world.authority)} "
        f"as published for {world.as_of:%-d %B %Y}. Every person and price is invented."
    )
    say(
        f"  {len(world.placements)} children in care · {len(world.waiting)} waiting in "
        f"{len(world.referrals)} referrals · {len(world.homes)} homes, {free} beds free"
    )
    near = found.near_home_of_applicable
    share = "" if near.per_cent is None else f" ({near.per_cent:.1f} %)"
    say(
        f"  within 20 miles of home: {near.count} of {near.of} to whom distance applies{share}; "
        f"{found.not_applicable} not applicable"
    )
