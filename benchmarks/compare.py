"""Two result files side by side: which differences are more than noise."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Row = dict[str, Any]

KEY = (
    *("instance", "name", "policy", "homes", "children", "seed", "budget_share", "method"),
    *("figure", "workers", "scenario", "variant", "truth", "measure"),
    *("families", "towns", "room", "level", "condition", "answering", "other_homes", "way"),
)
"""What says which run a row is; homes and children only where nothing else does."""
OVER = ("name", "seed", "budget_share")
"""What runs of one instance differ in."""
SKIPPED = ("best_known", "weekly_pence", "asked")
EXACT = ("objective", "bound", "gap", "gap_placed", "gap_points_per_child", "unplaced")
"""Measures that repeat to the bit: any difference is one."""
SINGLE = 0.25
"""Of times measured once, smaller relative differences say nothing."""
MEMORY = 0.05
"""The same of memory."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure of one run in both files.

    Parameters
    ----------
    instance
        Of what, and by which method: the run without its seed and budget.
    run, measure
        Which.
    before, after
        In the first and second file.
    verdict
        ``same``, ``noise``, or that it is more.
    """

    instance: str
    run: str
    measure: str
    before: float
    after: float
    verdict: str

    @property
    def ratio(self) -> float | None:
        """After over before; None when that was nothing."""
        return self.after / self.before if self.before else None


def differences(first: dict[str, Any], second: dict[str, Any]) -> list[Difference]:
    """Return every measure that both results have of the same run.

    Parameters
    ----------
    first, second
        As ``benchmarks/results`` keeps them.
    """
    others = {_key(row): row for row in second["rows"]}
    found = []
    for row in first["rows"]:
        other = others.get(_key(row))
        if other is None:
            continue
        numbers = dict(_numbers(other))
        for measure, before in _numbers(row):
            if measure in numbers:
                after = numbers[measure]
                verdict = _verdict(measure, before, after, row, other)
                found.append(
                    Difference(_key(row, OVER), _key(row), measure, before, after, verdict)
                )
    return found


@dataclass(frozen=True, slots=True)
class Summary:
    """One measure of one instance over all its runs.

    Parameters
    ----------
    instance, measure
        Which.
    ratios
        Of each run whose first figure is not nothing, after over before, rising.
    verdicts
        How many runs are more, less, and neither.
    """

    instance: str
    measure: str
    ratios: tuple[float, ...]
    verdicts: tuple[int, int, int]

    @property
    def verdict(self) -> str:
        """Return what can be said of all of them."""
        more, less, neither = self.verdicts
        if not more and not less:
            return "same, or noise"
        if more and not less:
            return f"more in {more} of {more + neither}"
        if less and not more:
            return f"less in {less} of {less + neither}"
        return f"mixed: more in {more}, less in {less} of {more + less + neither}"


def summaries(found: Sequence[Difference]) -> list[Summary]:
    """Return every measure of every instance over its seeds, budgets and files.

    Parameters
    ----------
    found
        The differences of all runs.
    """
    by: dict[tuple[str, str], list[Difference]] = {}
    for each in found:
        by.setdefault((each.instance, each.measure), []).append(each)
    return [
        Summary(
            instance,
            measure,
            tuple(sorted(each.ratio for each in these if each.ratio is not None)),
            (
                sum(each.verdict.startswith("more") for each in these),
                sum(each.verdict.startswith("less") for each in these),
                sum(not each.verdict.startswith(("more", "less")) for each in these),
            ),
        )
        for (instance, measure), these in by.items()
    ]


def compared(first: dict[str, Any], second: dict[str, Any]) -> str:
    """Return two results as a table, with what they were measured on and what is missing."""
    lines = [
        f"{label}: {result['suite']}, {result.get('date') or 'no date'}, "
        f"commit {result.get('commit') or 'not known'}, "
        + ", ".join(f"{name} {value}" for name, value in result["machine"].items())
        for label, result in (("A", first), ("B", second))
    ]
    if first["machine"] != second["machine"]:
        lines.append("Machine or versions differ: times may differ for that reason alone.")
    head = f"{'run':44} {'measure':32} {'A':>14} {'B':>14} {'B/A':>8}  verdict"
    lines += ["", head, "-" * len(head)]
    found = differences(first, second)
    for each in found:
        ratio = "" if each.ratio is None else f"{each.ratio:.3f}"
        lines.append(
            f"{each.run:44} {each.measure:32} {_short(each.before):>14} "
            f"{_short(each.after):>14} {ratio:>8}  {each.verdict}"
        )
    head = f"{'instance':44} {'measure':32} {'median B/A':>10} {'least':>8} {'most':>8}  verdict"
    lines += ["", head, "-" * len(head)]
    for each_of in summaries(found):
        ratios = each_of.ratios or (1.0,)
        lines.append(
            f"{each_of.instance:44} {each_of.measure:32} {median(ratios):>10.3f} "
            f"{ratios[0]:>8.3f} {ratios[-1]:>8.3f}  {each_of.verdict}"
        )
    keys = [{_key(row) for row in result["rows"]} for result in (first, second)]
    for label, alone in (("A", keys[0] - keys[1]), ("B", keys[1] - keys[0])):
        lines += [f"only in {label}: {key}" for key in sorted(alone)]
    return "\n".join(lines)


def _key(row: Row, without: tuple[str, ...] = ()) -> str:
    named = [name for name in KEY if row.get(name) is not None and name not in without]
    if "instance" in row:
        named = [name for name in named if name not in ("homes", "children")]
    return " ".join(
        f"{row[name]:.0%}"
        if name == "budget_share"
        else str(row[name])
        if name in ("instance", "name", "policy", "method")
        else f"{name} {row[name]}"
        for name in named
    )


def _numbers(row: Row, prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield the measures of a row; those inside others with both names."""
    for name, value in row.items():
        if isinstance(value, dict) and name != "machine":
            yield from _numbers(value, f"{prefix}{name}.")
        elif isinstance(value, bool) or not isinstance(value, int | float):
            continue
        elif prefix or name not in (*KEY, *SKIPPED):
            yield f"{prefix}{name}", float(value)


def _verdict(measure: str, before: float, after: float, row: Row, other: Row) -> str:
    if before == after:
        return "same"
    more = "more" if after > before else "less"
    name = measure.rpartition(".")[2]
    if name in EXACT:
        return more
    # The repeats are those of the one measure named seconds.
    one, two = row.get("all_seconds") or (), other.get("all_seconds") or ()
    if measure == "seconds" and min(len(one), len(two)) > 1:
        apart = max(one) < min(two) or max(two) < min(one)
        return f"{more}: no repeat overlaps" if apart else "noise: repeats overlap"
    allowed = MEMORY if "megabytes" in name else SINGLE
    small = abs(after - before) <= allowed * max(abs(before), abs(after))
    timed = "seconds" in measure or "ms" in name or "megabytes" in name or "phases" in measure
    if timed and small:
        return f"noise: under {allowed:.0%}, measured once"
    return more


def _short(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:,.4f}"
