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
    str, typer.Option("--policy", help="balanced, lexicographic, practice, or a .toml file.")
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


def open_engine(world: Path, policy: str, postcodes: Path | None) -> Engine:
    """Read a world and make it ready to answer under a policy."""
    from matcher.engine import engine_for
    from matcher.intake import read_world

    return engine_for(read_world(world, postcodes=directory(postcodes)), policy)
