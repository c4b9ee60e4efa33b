"""``nearhome lookahead``: what beds are worth to those who come next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, print_json, say, working
from api.cli.options import AsJson, PolicyName, PostcodeFile, WorldPath

if TYPE_CHECKING:
    from collections.abc import Callable

    from matcher.domain.history import ArrivalHistory
    from matcher.domain.world import World

Returns = Annotated[
    Path | None,
    typer.Option(
        help="Learn from the SSDA903 returns in this folder; needs that returns do not tell are "
        "those of children who are placed now."
    ),
]

app = typer.Typer(help="Learn what beds are worth to those who come next.")


@app.callback()
def lookahead() -> None:
    """Learn what beds are worth to those who come next."""


@app.command("learn")
def learn(
    world: WorldPath,
    out: Annotated[Path, typer.Option(help="File to write (.json).")],
    policy: PolicyName = "look_ahead",
    method: Annotated[
        str, typer.Option(help="replay (past arrivals again and again) or rent (simpler).")
    ] = "replay",
    seed: Annotated[int, typer.Option(help="Of the replay.", min=0)] = 1,
    returns: Returns = None,
    postcodes: PostcodeFile = None,
    as_json: AsJson = False,
) -> None:
    """Learn bed values from who is placed now, or from returns, and keep them in a file."""
    from api.cli.options import directory
    from api.cli.output_files import check_writable, write_output
    from matcher.domain.history import in_season
    from matcher.engine import engine_for
    from matcher.errors import UsageError
    from matcher.intake import read_world
    from matcher.lookahead.values import LearningMethod

    methods = [each.value for each in LearningMethod]
    if method not in methods:
        raise UsageError(f"--method is {method!r}; it is {' or '.join(methods)}.")
    check_writable(out)
    with working("Reading the data"):
        engine = engine_for(read_world(world, postcodes=directory(postcodes)), policy)
    past = None if returns is None else _past(returns, postcodes)
    with working("Learning"):
        history = None if past is None else in_season(past(engine.world), engine.world.as_of)
        values = engine.bed_values(history, method=method, seed=seed)
    write_output(out, values.to_bytes())
    first, last = values.window
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "out": str(out),
                "method": values.method.value,
                "families": values.families,
                "share_kept": values.share_kept,
                "window": [first.isoformat(), last.isoformat()],
                "homes": len(values.home_ids),
                "policy": values.policy,
                "policy_version": values.policy_version,
                "data_hash": values.data_hash,
            }
        )
        return
    say(
        f"{out}: values of {len(values.home_ids):,} homes, learnt from {values.families} families "
        f"({values.source}, {first} to {last})."
    )
    say(
        f"With so many, {values.share_kept:.0%} of what was learnt counts; with few families "
        "little does."
    )


@app.command("relearn")
def relearn(
    authority: Annotated[
        str | None, typer.Option(help="Of one council only; all unless given.")
    ] = None,
    returns: Returns = None,
    when_due: Annotated[
        bool, typer.Option("--when-due", help="Only what was learnt four weeks ago or longer.")
    ] = False,
) -> None:
    """Learn bed values in the service's database from its casework, and keep them there."""
    from api.app import utc_now
    from api.casework.learning import learn_bed_values
    from api.cli.data import command_line, open_database
    from api.worlds.worlds import Worlds
    from matcher.errors import UsageError

    database, settings = open_database()
    database.check()
    if returns is not None and authority is None:
        raise UsageError("Returns are one council's: give --authority too.")
    past = None if returns is None else _past(returns, None)
    worlds = Worlds(database, policy=settings.policy, synthetic=settings.demo)
    for each in [authority] if authority else database.authorities():
        with working("Learning"):
            found = learn_bed_values(
                database,
                worlds,
                command_line(each),
                at=utc_now(),
                past=past,
                when_due=when_due,
            )
        say(f"{each}: {'not due.' if found is None else found.sentence}")


def _past(returns: Path, postcodes: Path | None) -> Callable[[World], ArrivalHistory]:
    """Return what makes a history of arrivals of returns, given who is placed now."""
    from api.cli.options import directory
    from api.cli.returns import read_returns
    from scenarios.history.arrivals import arrivals_of_returns

    history = read_returns(returns, postcodes, locate=False)
    return lambda world: arrivals_of_returns(history, world, directory(postcodes))


@app.command("show")
def show(
    file: Annotated[Path, typer.Argument(help="From 'nearhome lookahead learn'.")],
    top: Annotated[int, typer.Option(help="So many homes.", min=1, max=1000)] = 10,
) -> None:
    """Show the homes whose beds are worth most to those who come next."""
    from rich.table import Table

    from matcher.lookahead.values import read_bed_values

    values = read_bed_values(file)
    first, last = values.window
    say(
        f"Learnt by {values.method.value} from {values.families} families ({values.source}, "
        f"{first} to {last}) in the points of {values.policy} {values.policy_version}; "
        f"{values.share_kept:.0%} of what was learnt counts."
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("home")
    table.add_column("kind")
    table.add_column("families a year", justify="right")
    table.add_column("first bed, points above the least", justify="right")
    worth = values.values[:, 0] - values.values[:, 1]
    # Somebody has to live somewhere: what counts is what a bed is worth beyond the least.
    worth = worth - worth.min()
    for at in sorted(range(len(worth)), key=lambda at: (-worth[at], values.home_ids[at]))[:top]:
        table.add_row(
            values.home_ids[at],
            values.kinds[at].split(".")[0].replace("_", " "),
            f"{values.families_a_year[at]:.0f}",
            f"{worth[at]:.1f}",
        )
    OUT.print(table)
