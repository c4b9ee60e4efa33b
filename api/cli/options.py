"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from matcher.engine import Engine
    from matcher.geography.postcodes import Postcodes

WorldPath = Annotated[
    Path, typer.Option("--world", help="Folder of CSV files, or an Excel workbook.")
]
PolicyName = Annotated[
    str,
    typer.Option(
        "--policy", help="balanced, lexicographic, practice, look_ahead, or a .toml file."
    ),
]
BedValuesFile = Annotated[
    Path | None,
    typer.Option(
        "--bed-values",
        help="What beds are worth to others, from 'nearhome lookahead learn'; for a policy that "
        "looks ahead. Without it they are learnt from the children who are placed now.",
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON; docs/reference/json.md has the schema.")
]
PostcodeFile = Annotated[
    Path | None,
    typer.Option(
        "--postcodes",
        help="Your own ONSPD, NSPL or Code-Point Open file instead of the one inside.",
    ),
]


def directory(file: Path | None) -> Postcodes:
    """Return the council's own postcode directory, or the one that comes with Near Home."""
    from matcher.geography.postcodes import Postcodes, default_cache_dir

    if file is None:
        return Postcodes.default()
    return Postcodes.from_file(file, cache_dir=default_cache_dir())


def open_engine(
    world: Path, policy: str, postcodes: Path | None, bed_values: Path | None = None
) -> Engine:
    """Read a world and make it ready to answer under a policy, which may look ahead."""
    from matcher.engine import engine_for
    from matcher.errors import UsageError
    from matcher.intake import read_world
    from matcher.lookahead.values import read_bed_values
    from matcher.policy import Policy

    named = Policy.named(policy)
    ahead = named.look_ahead.margin_points > 0
    if bed_values is not None and not ahead:
        raise UsageError(
            f"The policy {named.name} does not look ahead, so --bed-values means nothing to it. "
            "Use --policy look_ahead, or leave the option out."
        )
    values = None if bed_values is None else read_bed_values(bed_values)
    engine = engine_for(read_world(world, postcodes=directory(postcodes)), named, values)
    if ahead and values is None and engine.world.placements:
        return engine_for(engine.world, named, engine.bed_values())
    return engine
