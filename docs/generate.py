"""Writes the generated pages of the reference, or says which are stale.

A page is made by a function that takes nothing and returns Markdown. It stands beside the
values that it describes, so that a page cannot say what the code does not do.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"

PAGES: dict[str, str] = {
    "access.md": "api.cli.access_reference:access_page",
    "assumptions.md": "scenarios.assumptions.reference:assumptions_page",
    "casework.md": "api.casework.reference:casework_page",
    "cli.md": "api.cli.reference:command_page",
    "criteria.md": "matcher.criteria.reference:criteria_page",
    "history.md": "scenarios.history.reference:history_page",
    "intake.md": "matcher.intake.reference:intake_page",
    "json.md": "api.cli.reference:json_page",
    "levers.md": "scenarios.levers.reference:levers_page",
    "measures.md": "scenarios.measures.reference:measures_page",
    "openapi.json": "api.app:openapi_text",
    "policy.md": "matcher.criteria.reference:policy_page",
    "rules.md": "tests.spec.reference:page",
    "settings.md": "api.settings:settings_page",
    "storage.md": "api.storage.reference:storage_page",
}
"""Page by file name: the module and function that make it."""


def text_of(maker: str) -> str:
    """Return what a maker, written ``module:function``, makes."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))  # tests/ is not installed, and its specs make a page
    module, function = maker.split(":")
    text: str = getattr(importlib.import_module(module), function)()
    return text.rstrip("\n") + "\n"


def main() -> int:
    """Write the pages, or with ``--check`` compare them; 1 when one is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if stale")
    check: bool = parser.parse_args().check
    stale = []
    for name, maker in PAGES.items():
        page = REFERENCE / name
        text = text_of(maker)
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check:
                page.write_text(text, encoding="utf-8", newline="\n")
    if check and stale:
        sys.stderr.write(f"Stale: {', '.join(stale)}. Run: make reference\n")
        return 1
    sys.stdout.write(f"{len(PAGES)} generated pages, {len(stale)} written anew\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
