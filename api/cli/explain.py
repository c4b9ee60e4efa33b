"""``nearhome explain``: why this home is, or is not, offered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.options import AsJson, PolicyName, PostcodeFile, WorldPath, open_engine
from api.cli.rank import label

if TYPE_CHECKING:
    from matcher.explaining.explanation import Explanation


def explain(
    referral: Annotated[str, typer.Argument(help="Identifier of the referral.")],
    home: Annotated[str, typer.Argument(help="Identifier of the home.")],
    world: WorldPath,
    policy: PolicyName = "balanced",
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Say why a home is not offered to these children, or why it is."""
    with working("Reading the data"):
        engine = open_engine(world, policy, postcodes)
    explanation = engine.explain(referral, home)
    if as_json:
        print_json(explanation)
    else:
        print_explanation(explanation)


def print_explanation(explanation: Explanation) -> None:
    """Print the answer, what would have to change, and where the points come from."""
    from rich.table import Table

    from matcher.domain.phrases import listed

    if explanation.stamp.synthetic:
        say(SYNTHETIC)
    bars = [answer for answer in explanation.answers if answer.effect == "bar"]
    failed = [answer for answer in bars if answer.verdict == "not met"]
    missing = [answer for answer in bars if answer.verdict == "unknown"]
    if failed or missing:
        found = "is not offered" if failed else "is to be checked before it is offered"
        say(f"{explanation.home_id} {found} to {listed(explanation.children)}.")
    else:
        say(explanation.sentence)
    for answer in failed:
        say(f"Not met: {answer.sentence} {answer.change}", indent=2)
        if answer.exemption:
            say(f"Lawful exemption: {answer.exemption}", indent=4)
    for answer in missing:
        say(f"To check: {answer.sentence}", indent=2)
    for answer in bars:
        if answer.verdict == "exempted":
            say(answer.sentence, indent=2)
    tasks = [
        answer.change
        for answer in explanation.answers
        if answer.effect == "gate" and answer.verdict in ("not met", "unknown")
    ]
    if tasks:
        say(f"To do first: {' '.join(tasks)}", indent=2)
    behind = explanation.points_behind_best
    if behind is not None and behind > 0:
        say(f"{behind:.1f} points behind the best eligible home.", indent=2)
    elif behind is not None and behind < 0:
        say(f"It would score {-behind:.1f} points more than the best eligible home.", indent=2)
    say()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("criterion", "points", "of", "why"):
        table.add_column(heading, justify="right" if heading in ("points", "of") else "left")
    for each in explanation.option.criteria:
        table.add_row(label(each.name), f"{each.points:.1f}", f"{each.of:g}", each.sentence)
    table.add_row("total", f"{explanation.option.score:.1f}", "100", "")
    OUT.print(table)
    for gap in explanation.option.gaps:
        say(f"gap: {gap}")
