"""Measure the service's figures, and write them into docs/explanation/service.md.

python -m benchmarks.load list                      what there is to measure
python -m benchmarks.load run [NAME ...] [--short]  measure, into benchmarks/results/service/
python -m benchmarks.load table                     write the tables of the page from them
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.load.measures import ENGINES, MEASURES, place
from benchmarks.load.page import with_tables
from benchmarks.machine import commit, machine

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks" / "results" / "service"
PAGE = ROOT / "docs" / "explanation" / "service.md"


def run(names: Sequence[str], engines: Sequence[str], *, short: bool, keep: bool) -> None:
    """Measure, and keep the results.

    Parameters
    ----------
    names, engines
        What, and on which; all where none is named.
    short
        In the form that tests take.
    keep
        Whether results are kept.
    """
    for name in names or list(MEASURES):
        result: dict[str, Any] = {
            "measure": name,
            "date": datetime.now(UTC).date().isoformat(),
            "commit": commit(),
            "machine": machine(),
            "load": round(os.getloadavg()[0], 1),
            "rows": [],
        }
        for engine in engines or ENGINES:
            with place(engine) as where:
                found = MEASURES[name].run(where, short)
            for each in found if isinstance(found, list) else [found]:
                row = {"engine": engine, **each}
                result["rows"].append(row)
                print(json.dumps({"measure": name, **row}), flush=True)
        if keep:
            RESULTS.mkdir(parents=True, exist_ok=True)
            result["rows"] += _of_other_engines(name, result["rows"])
            text = json.dumps(result, indent=1) + "\n"
            (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")


def _of_other_engines(name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what is kept of engines that were not measured this time."""
    file = RESULTS / f"{name}.json"
    if not file.exists():
        return []
    measured = {row["engine"] for row in rows}
    kept = json.loads(file.read_text(encoding="utf-8"))["rows"]
    return [row for row in kept if row["engine"] not in measured]


def write_tables() -> None:
    """Write the tables of the page from the results that are kept."""
    kept = {
        name: json.loads(file.read_text(encoding="utf-8"))
        for name in MEASURES
        if (file := RESULTS / f"{name}.json").exists()
    }
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8"), kept), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.load")
    parser.add_argument("verb", choices=["list", "run", "table"])
    parser.add_argument("names", nargs="*", choices=[[], *MEASURES], metavar="NAME")
    parser.add_argument("--engine", action="append", choices=ENGINES, default=[])
    parser.add_argument("--short", action="store_true", help="in the form that tests take")
    parser.add_argument("--no-keep", action="store_true", help="keep no results")
    asked = parser.parse_intermixed_args(arguments)
    if asked.verb == "list":
        for name, measure in MEASURES.items():
            print(f"{name:8} {measure.title}")
    elif asked.verb == "run":
        run(asked.names, asked.engine, short=asked.short, keep=not asked.no_keep)
    else:
        write_tables()
    return 0


if __name__ == "__main__":
    sys.exit(main())
