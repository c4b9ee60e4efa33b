"""``nearhome explain``: why this home is, or is not, offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.options import AsJson, PolicyName, PostcodeFile, WorldPath, directory

if TYPE_CHECKING:
    from matcher.explaining.report import Explanation


def explain(
    referral: Annotated[str, typer.Argument(help="Identifier of the referral.")],
    home: Annotated[str, typer.Argument(help="Identifier of the home.")],
    world: WorldPath,
    policy: PolicyName = "balanced",
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Say why a home is not offered to these children, or why it is."""
    from matcher.engine import engine_for
    from matcher.intake import read_world

    with working("Reading the data"):
        engine = engine_for(read_world(world, postcodes=directory(postcodes)), policy)
    explanation = engine.explain(referral, home)
    if as_json:
        print_json(explanation)
    else:
        print_explanation(explanation)


def print_explanation(explanation: Explanation) -> None:
    """Print the answer, what would have to change, and where the points come from."""
    from rich.table import Table

    if explanation.stamp.synthetic:
        say(SYNTHETIC)
    say(explanation.sentence)
    for answer in explanation.answers:
        if answer.effect == "bar" and answer.verdict in ("not met", "unknown"):
            say(f"  {answer.verdict}: {answer.sentence} {answer.change}".rstrip())
    tasks = [
        answer.change
        for answer in explanation.answers
        if answer.effect == "gate" and answer.verdict in ("not met", "unknown")
    ]
    if tasks:
        say("  to do first: " + " ".join(tasks))
    behind = explanation.points_behind_best
    if behind is not None and behind > 0:
        say(f"  {behind:.1f} points behind the best eligible home.")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("criterion", "points", "of", "why"):
        table.add_column(heading, justify="right" if heading in ("points", "of") else "left")
    for each in explanation.option.criteria:
        table.add_row(
            each.name.replace("_", " "), f"{each.points:.1f}", f"{each.of:g}", each.sentence
        )
    OUT.print(table)
