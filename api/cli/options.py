"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

WorldPath = Annotated[
    Path, typer.Option("--world", help="Folder of CSV files, or an Excel workbook.")
]
PolicyName = Annotated[
    str, typer.Option("--policy", help="balanced, lexicographic, practice, or a .toml file.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print JSON; docs/reference/json.md has the schema.")
]
