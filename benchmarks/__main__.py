"""Measure the figures of docs/explanation/performance.md, and write that page.

python -m benchmarks list                 what there is to measure
python -m benchmarks run [NAME ...]       measure; results go to benchmarks/results/
python -m benchmarks compare A B          two result files side by side
python -m benchmarks table                write the page, and the table of README.md, from them
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import online_county_page, online_page, suites
from benchmarks.compare import compared
from benchmarks.machine import commit, machine
from benchmarks.page import page
from benchmarks.settings import QUICK, SLOW, Settings
from benchmarks.whatif_page import in_readme

if TYPE_CHECKING:
    from collections.abc import Sequence

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "explanation" / "performance.md"
README = ROOT / "README.md"
AHEAD = ROOT / "docs" / "explanation" / "looking-ahead.md"


def run(names: Sequence[str], settings: Settings, *, results: Path | None) -> None:
    """Measure some suites, and keep the results, row by row.

    Parameters
    ----------
    names
        Names of suites; all but the longest when there is none.
    settings
        How they are measured.
    results
        Where results are kept; None keeps nothing.
    """
    everything = [name for name, suite in suites.SUITES.items() if not suite.by_name_only]
    for name in names or everything:
        suite = suites.SUITES[name]
        print(f"{name}: {suite.title}", file=sys.stderr)
        result: dict[str, Any] = {
            "suite": name,
            "date": datetime.now(UTC).date().isoformat(),
            "commit": commit(),
            "machine": machine(),
            "load": round(os.getloadavg()[0], 1),
            "settings": settings.kept,
            "rows": [],
        }
        for row in suite.run(settings):
            result["rows"].append(row)
            print(json.dumps(row), flush=True)
            if results is not None:
                results.mkdir(parents=True, exist_ok=True)
                text = json.dumps(result, indent=1) + "\n"
                (results / f"{name}.json").write_text(text, encoding="utf-8")


def read(file: Path) -> dict[str, Any]:
    """Return one kept result."""
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for."""
    asked = _parser().parse_intermixed_args(arguments)
    if asked.verb == "list":
        for name, suite in suites.SUITES.items():
            only = " (only when named)" if suite.by_name_only else ""
            print(f"{name:13} {suite.title}{only}")
        return 0
    if asked.verb == "compare":
        if len(asked.names) != 2:
            print("compare takes two result files.", file=sys.stderr)
            return 2
        missing = [name for name in asked.names if not Path(name).is_file()]
        if missing:
            print(f"There is no file {missing[0]}.", file=sys.stderr)
            return 2
        print(compared(*(read(Path(name)) for name in asked.names)))
        return 0
    if asked.verb == "table":
        files = sorted((asked.results or RESULTS).glob("*.json"))
        found = {file.stem: read(file) for file in files}
        (asked.page or PAGE).write_text(page(found), encoding="utf-8")
        if "whatif" in found and asked.page is None:
            readme = README.read_text(encoding="utf-8")
            README.write_text(in_readme(readme, found["whatif"]["rows"]), encoding="utf-8")
        for name, pages in (("online", online_page), ("online-county", online_county_page)):
            if name in found and asked.page is None:
                told = pages.in_page(AHEAD.read_text(encoding="utf-8"), found[name]["rows"])
                AHEAD.write_text(told, encoding="utf-8")
        return 0
    unknown = [name for name in asked.names if name not in suites.SUITES]
    if unknown:
        print(f"There is no suite {unknown[0]!r}. See: python -m benchmarks list", file=sys.stderr)
        return 2
    results = asked.results or (None if asked.smoke else RESULTS)
    run(asked.names, _settings(asked), results=results)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    verbs = ["list", "run", "compare", "table"]
    parser.add_argument("verb", choices=verbs, nargs="?", default="run")
    parser.add_argument("names", nargs="*", metavar="NAME", help="suites, or two result files")
    parser.add_argument(
        "--smoke", action="store_true", help="small and quick; keeps nothing by itself"
    )
    parser.add_argument(
        "--results", type=Path, help="where results are kept (default: benchmarks/results)"
    )
    parser.add_argument("--page", type=Path, help="with table: the file to write")
    parser.add_argument(
        "--worlds",
        type=Path,
        help="keep made worlds in this folder and read them from it; nobody else may write there",
    )
    parser.add_argument(
        "--instances", type=Path, help="published instances (default: NEARHOME_INSTANCES)"
    )
    parser.add_argument("--seeds", type=int, help="at most so many seeds of each instance")
    parser.add_argument(
        "--peers",
        type=_peers,
        default=(*QUICK, *SLOW),
        help="which run beside the solver, where an instance has them, with commas; or none",
    )
    parser.add_argument("--peer-seconds", type=float, help="how long the slow peers may search")
    return parser


def _peers(text: str) -> tuple[str, ...]:
    named = () if text == "none" else tuple(text.split(","))
    unknown = [each for each in named if each not in (*QUICK, *SLOW)]
    if unknown:
        known = ", ".join((*QUICK, *SLOW))
        raise argparse.ArgumentTypeError(f"there is no peer {unknown[0]!r}; there are {known}")
    return named


def _settings(asked: argparse.Namespace) -> Settings:
    folder = asked.instances or os.environ.get("NEARHOME_INSTANCES")
    return Settings(
        smoke=asked.smoke,
        worlds=asked.worlds,
        instances=None if folder is None else Path(folder),
        seeds=asked.seeds,
        peers=asked.peers,
        peer_seconds=asked.peer_seconds,
    )


if __name__ == "__main__":
    raise SystemExit(main())
