"""Measure the figures of docs/explanation/performance.md, and write that page.

python -m benchmarks list                 what there is to measure
python -m benchmarks run [NAME ...]       measure; results go to benchmarks/results/
python -m benchmarks table                write the page, and the table of README.md, from them
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks import suites
from benchmarks.machine import machine
from benchmarks.page import page
from benchmarks.whatif_page import in_readme

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "explanation" / "performance.md"
README = ROOT / "README.md"


def run(names: list[str], *, smoke: bool) -> None:
    """Measure some suites, all when none is named, and keep the results.

    Parameters
    ----------
    names
        Names of suites.
    smoke
        Small instances and few repeats, to see that everything works; keeps nothing.
    """
    for name in names or list(suites.SUITES):
        print(f"{name}: {suites.SUITES[name].title}", file=sys.stderr)
        rows = suites.SUITES[name].run(smoke)
        result = {"suite": name, "machine": machine(), "rows": rows}
        if smoke:
            print(json.dumps(result, indent=1))
            continue
        RESULTS.mkdir(exist_ok=True)
        text = json.dumps(result, indent=1) + "\n"
        (RESULTS / f"{name}.json").write_text(text, encoding="utf-8")
        print(text)


def results() -> dict[str, dict[str, Any]]:
    """Return the kept results by suite."""
    return {
        file.stem: json.loads(file.read_text(encoding="utf-8"))
        for file in sorted(RESULTS.glob("*.json"))
    }


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("verb", choices=["list", "run", "table"], nargs="?", default="run")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--smoke", action="store_true", help="small and quick; keeps nothing")
    asked = parser.parse_args()
    unknown = [name for name in asked.names if name not in suites.SUITES]
    if unknown:
        print(f"There is no suite {unknown[0]!r}. See: python -m benchmarks list", file=sys.stderr)
        return 2
    if asked.verb == "list":
        for name, suite in suites.SUITES.items():
            print(f"{name:10} {suite.title}")
    elif asked.verb == "run":
        run(asked.names, smoke=asked.smoke)
    else:
        found = results()
        PAGE.write_text(page(found), encoding="utf-8")
        if "whatif" in found:
            readme = README.read_text(encoding="utf-8")
            README.write_text(in_readme(readme, found["whatif"]["rows"]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
