"""Tables of the service's figures, between marks in a page that people write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from benchmarks.load.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGINE_LABELS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def with_tables(text: str, kept: Mapping[str, dict[str, Any]]) -> str:
    """Return a page with its tables written anew.

    Parameters
    ----------
    text
        The page; ``<!-- figures NAME -->`` and ``<!-- end -->`` stand around each table.
    kept
        Results by name; a table without results says so.
    """

    def table(found: re.Match[str]) -> str:
        name = found.group(1)
        result = kept.get(name)
        body = "Not measured yet." if result is None else _table(name, result)
        return f"<!-- figures {name} -->\n\n{body}\n\n<!-- end -->"

    return re.sub(r"<!-- figures (\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


def _table(name: str, result: dict[str, Any]) -> str:
    columns = MEASURES[name].columns
    lines = [
        f"| engine | {' | '.join(columns.values())} |",
        f"| --- |{' ---: |' * len(columns)}",
    ]
    for row in result["rows"]:
        # A column may be newer than the figures.
        cells = (_shown(row.get(field, "not measured")) for field in columns)
        lines.append(f"| {ENGINE_LABELS[row['engine']]} | {' | '.join(cells)} |")
    machine = result["machine"]
    lines += [
        "",
        f"*{result['date']}, commit {result['commit']}; {machine['cores']} cores; load "
        f"{result['load']} when it began. Again: `python -m benchmarks.load run {name}`.*",
    ]
    return "\n".join(lines)


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
