"""How the command shows runs: progress, the table of headlines, runs side by side."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.cli.console import ERR, OUT, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scenarios.results import Difference, MeasureShown, RunSummary
    from scenarios.runner import Progress
    from scenarios.side_by_side import SideBySide

WIDE = 112
"""From so many columns on, every column of the table fits."""
SAID_EVERY_SECONDS = 30.0
"""How often a line about progress is written where nobody watches a bar."""


@contextmanager
def told_progress() -> Iterator[Callable[[Progress], None]]:
    """Show how many futures are simulated and how long the others will take."""
    if not ERR.is_terminal:
        yield _lines()
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    with Bar(
        TextColumn("Simulating futures"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[left]}"),
        console=ERR,
        transient=True,
    ) as bar:
        task = bar.add_task("", total=None, left="")

        def show(progress: Progress) -> None:
            left = "" if progress.seconds_left is None else f"{_duration(progress)} left"
            bar.update(task, completed=progress.done, total=progress.total, left=left)

        yield show


def _lines() -> Callable[[Progress], None]:
    last = time.monotonic()

    def show(progress: Progress) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= SAID_EVERY_SECONDS and progress.seconds_left is not None:
            last = now
            ERR.print(
                f"{progress.done} of {progress.total} futures, about {_duration(progress)} left",
                markup=False,
            )

    return show


def _duration(progress: Progress) -> str:
    seconds = progress.seconds_left or 0.0
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def print_run(summary: RunSummary, *, all_measures: bool) -> None:
    """Print levels and differences with their intervals.

    Parameters
    ----------
    summary
        Of the run.
    all_measures
        Whether to print every measure, and not the headlines alone.
    """
    from scenarios.report.figures import level, level_interval

    futures = "future" if summary.replications == 1 else "futures"
    say(
        f"{summary.name}: {summary.replications} paired {futures} of {summary.years} "
        f"{'year' if summary.years == 1 else 'years'} from {summary.start:%-d %B %Y}, "
        f"{summary.authority_name}"
    )
    if summary.stopped_early:
        say(summary.stopped_early, indent=2)
    measures = [each for each in summary.measures if each.headline or all_measures]
    for variant in summary.variants[1:]:
        say()
        say(variant.title)
        for lever in variant.levers:
            say(lever.sentence, indent=2)
        rows = [
            _row(each, variant.differences[each.name])
            for each in measures
            if each.name in variant.differences
        ]
        headings = ["", "today", "then", "difference", "90 % of futures", ""]
        if OUT.width < WIDE:  # where it leads can be worked out, a figure cut short cannot
            headings.remove("then")
            rows = [(title, [cells[0], *cells[2:]]) for title, cells in rows]
        _print_rows(headings, rows)
    if len(summary.variants) == 1:
        levels: list[tuple[str, list[str]]] = []
        for each in measures:
            found = summary.base.levels[each.name]
            between = level_interval(found.p05, found.p95, each.unit, bare=True)
            levels.append((each.label, [level(found.mean, each.unit, bare=True), between]))
        _print_rows(["", "today", "90 % of futures"], levels)


def _row(measure: MeasureShown, found: Difference) -> tuple[str, list[str]]:
    from scenarios.report.figures import change, interval, level
    from scenarios.report.judging import judge
    from scenarios.results import Unit

    unit = measure.unit
    return measure.label, [
        level(found.base, unit, bare=True),
        level(found.variant, unit, bare=True),
        change(found, unit) + (" points" if unit is Unit.SHARE else ""),
        interval(found.p05, found.p95, unit, bare=True),
        judge(measure, found).value,
    ]


def print_side_by_side(compared: SideBySide, *, all_measures: bool) -> None:
    """Print a row for each measure and variant.

    Parameters
    ----------
    compared
        What is compared.
    all_measures
        Whether to print every measure, and not the headlines alone.
    """
    from scenarios.report.figures import level

    base = compared.columns[0]
    say(f"Against {base.title!r} of {base.run!r}")
    for measure in compared.measures:
        if not (measure.headline or all_measures):
            continue
        rows: list[tuple[str, list[str]]] = []
        for column in compared.columns[1:]:
            found = column.differences.get(measure.name)
            if found is not None:
                label, cells = _row(measure, found)
                if not rows:
                    say()
                    say(f"{label}: {level(found.base, measure.unit)}")
                title = f"  {column.run}: {column.title}"
                rows.append((title, [*cells[1:], "" if column.paired else "unpaired"]))
        _print_rows(["", "then", "difference", "90 % of futures", "", ""], rows)


def _print_rows(headings: list[str], rows: list[tuple[str, list[str]]]) -> None:
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, heading in enumerate(headings):
        is_words = i == 0 or not heading
        table.add_column(heading, justify="left" if is_words else "right", no_wrap=not is_words)
    for title, cells in rows:
        table.add_row(Text(title), *(Text(cell) for cell in cells))
    OUT.print(table)
