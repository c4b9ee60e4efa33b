"""``nearhome county``: a synthetic authority on real postcodes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import OUT, SYNTHETIC, print_json, say, working
from api.cli.options import AsJson

if TYPE_CHECKING:
    from scenarios.county import Profile

app = typer.Typer(help="Make a synthetic authority, or hold it beside the statistics.")

Authority = Annotated[str, typer.Option(help="ONS code of an English authority.")]
Statistics = Annotated[
    Path | None,
    typer.Option(
        help="Folder of your own download of the published statistics; needed for any "
        "authority but Buckinghamshire. docs/explanation/synthetic-county.md names the files."
    ),
]
Size = Annotated[
    float, typer.Option(help="1.0 is the authority as published; 0.06 is 30 children.")
]
Seed = Annotated[int, typer.Option(help="The same seed makes the same county to the byte.")]

BUCKINGHAMSHIRE = "E06000060"


@app.command("make")
def make(
    out: Annotated[Path, typer.Option("--out", help="Folder to write.")],
    size: Size = 1.0,
    seed: Seed = 7,
    authority: Authority = BUCKINGHAMSHIRE,
    statistics: Statistics = None,
    as_json: AsJson = False,
) -> None:
    """Write a synthetic county as a folder of CSV files."""
    from matcher.intake import write_world
    from scenarios.county import make_county

    with working("Making the county"):
        world = make_county(
            authority=authority, size=size, seed=seed, profile=_profile(authority, statistics)
        )
        write_world(world, out)
    counts = {
        "children": len(world.children),
        "placements": len(world.placements),
        "waiting": len(world.waiting),
        "referrals": len(world.referrals),
        "homes": len(world.homes),
    }
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "out": str(out),
                "authority": authority,
                "size": size,
                "seed": seed,
                "synthetic": True,
                "data_hash": world.data_hash,
                **counts,
            }
        )
        return
    say(SYNTHETIC)
    say(
        f"Written: {out}: {counts['placements']:,} children in care, {counts['waiting']:,} "
        f"waiting in {counts['referrals']:,} referrals, {counts['homes']:,} homes."
    )


@app.command("report")
def report(
    size: Size = 1.0,
    seed: Seed = 7,
    authority: Authority = BUCKINGHAMSHIRE,
    statistics: Statistics = None,
    as_json: AsJson = False,
) -> None:
    """Print every published figure beside the one generated, with its source and year."""
    from rich.table import Table

    from scenarios.county import make_county, shipped_profile
    from scenarios.county import report as county_report

    profile = _profile(authority, statistics) or shipped_profile(authority)
    with working("Making the county"):
        world = make_county(authority=authority, size=size, seed=seed, profile=profile)
    found = county_report(world, profile)
    if as_json:
        print_json(
            {
                "schema_version": "1.0",
                "authority": authority,
                "size": size,
                "seed": seed,
                "synthetic": True,
                "within": all(row.within for row in found.rows),
                "rows": [
                    {
                        "marginal": row.marginal,
                        "category": row.category,
                        "target": row.target,
                        "generated": row.generated,
                        "tolerance": row.tolerance,
                        "within": row.within,
                        "source": row.source,
                        "year": row.year,
                    }
                    for row in found.rows
                ],
            }
        )
        return
    say(SYNTHETIC)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("marginal", "category", "target", "generated", "within", "source", "year"):
        table.add_column(heading, justify="right" if heading in ("target", "generated") else "left")
    for row in found.rows:
        table.add_row(
            row.marginal,
            row.category,
            "suppressed" if row.target is None else f"{row.target:g}",
            f"{row.generated:g}",
            "yes" if row.within else f"NO (±{row.tolerance:g})",
            row.source,
            str(row.year),
        )
    OUT.print(table)
    outside = sum(not row.within for row in found.rows)
    say(f"{len(found.rows)} figures, {len(found.rows) - outside} within tolerance.")


def _profile(authority: str, statistics: Path | None) -> Profile | None:
    """Return the profile to aim at; None for the one that ships."""
    from matcher.errors import UsageError
    from scenarios.county import profile_from_statistics

    if statistics is not None:
        return profile_from_statistics(statistics, authority)
    if authority != BUCKINGHAMSHIRE:
        raise UsageError(
            f"Only Buckinghamshire ({BUCKINGHAMSHIRE}) ships with Near Home. For {authority}, "
            "download the published statistics and give their folder with --statistics."
        )
    return None
