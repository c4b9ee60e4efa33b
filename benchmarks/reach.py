"""What the solver is to reach, beside what was measured, whichever way it went."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.settings import QUICK, SLOW
from benchmarks.tables import median, seconds, share, table, worst

if TYPE_CHECKING:
    from collections.abc import Callable

Rows = list[dict[str, Any]]
Results = dict[str, dict[str, Any]]

NOT_COUNTED = ("profile", *QUICK, *SLOW)
"""Methods whose rows stand beside a run."""
CLASSES = (
    ("gap1-gap6, a", ("g", "a"), 0.0),
    ("b, c", ("b", "c"), 0.002),
    ("d, e", ("d", "e"), 0.005),
)
"""Published assignment problems by the first letter of their names, and the gap to reach."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What was measured of one aim.

    Parameters
    ----------
    measured
        In words.
    missed
        Which parts of the aim were not reached.
    """

    measured: str
    missed: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Return yes, or what is missing."""
        return "yes" if not self.missed else f"no: {', '.join(self.missed)}"


@dataclass(frozen=True, slots=True)
class Aim:
    """One row of the table.

    Parameters
    ----------
    work, reach
        What is solved, and what is to be reached.
    suite
        Whose result says.
    judge
        From its rows to what was measured.
    runs
        How many runs it is about.
    """

    work: str
    reach: str
    suite: str
    judge: Callable[[Rows], Reached]
    runs: int


def reached(results: Results) -> str:
    """Return the table of aims and measurements in Markdown.

    Parameters
    ----------
    results
        By suite, as ``benchmarks/results`` keeps them.
    """
    lines = []
    for aim in AIMS:
        command = f"`python -m benchmarks run {aim.suite}`"
        lines.append([aim.work, aim.reach, *_of(aim, results.get(aim.suite)), command])
    return table(["work", "reach", "measured", "reached", "command"], lines)


def _of(aim: Aim, result: dict[str, Any] | None) -> tuple[str, str]:
    """Return what was measured of an aim and whether it was reached, in words."""
    rows = [] if result is None else result["rows"]
    usable = [row for row in rows if "instance" in row and "absent" not in row]
    if result is None or not usable:
        return "not measured", "not measured"
    found = aim.judge(usable)
    if result.get("settings", {}).get("smoke"):
        return f"a small form only: {found.measured}", "not measured"
    runs = sum(row.get("method") not in NOT_COUNTED for row in usable)
    if runs < aim.runs:
        return f"{runs} of {aim.runs} runs: {found.measured}", f"so far: {found.verdict}"
    return found.measured, found.verdict


def of_plans(
    *, gap: float, most_seconds: float, gigabytes: float, middle: bool
) -> Callable[[Rows], Reached]:
    """Return a judge of plans.

    Parameters
    ----------
    gap
        The largest gap without the price of the unplaced, of every seed and budget.
    most_seconds, gigabytes
        At most; gigabytes of every run.
    middle
        Whether the median of the seconds counts, rather than the longest.
    """

    def judge(rows: Rows) -> Reached:
        ours = [row for row in rows if row["method"] == "nearhome"]
        failed = [row["failed"] for row in ours if "failed" in row]
        if failed:
            return Reached(
                f"{len(failed)} of {len(ours)} came to nothing: {failed[0]}", ("failed",)
            )
        largest = worst(row["gap_placed"] for row in ours)
        middling = median(row["gap_placed"] for row in ours)
        times = [row["seconds"] for row in ours]
        took = median(times) if middle else max(times)
        held = max(row["peak_megabytes"] for row in ours) / 1000
        missed = []
        if largest is None or largest > gap:
            within = sum(row["gap_placed"] is not None and row["gap_placed"] <= gap for row in ours)
            missed.append(f"gap in {len(ours) - within} of {len(ours)}")
        if took is None or took > most_seconds:
            missed.append("seconds")
        if held > gigabytes:
            missed.append("memory")
        gaps = share(largest) if len(ours) == 1 else f"{share(middling)}, worst {share(largest)}"
        spent = (
            f"{seconds(times[0])} s"
            if len(ours) == 1
            else f"median {seconds(median(times))} s, longest {seconds(max(times))} s"
        )
        return Reached(f"gap {gaps}; {spent}; {held:.2f} GB", tuple(missed))

    return judge


def of_demo(rows: Rows) -> Reached:
    """Judge the first answer of a process and the command, compiled code warm and cold."""
    by = {row["method"]: row for row in rows if "failed" not in row}
    if len(by) < len(rows) or not {"warm", "cold"} <= by.keys():
        return Reached("came to nothing", ("failed",))
    missed, parts = [], [by["warm"]["status"]]
    if any(by[each]["status"] != "optimal" for each in ("warm", "cold")):
        missed.append("proof")
    slow = False
    for first, second, name, title in (
        ("warm", "cold", "seconds", "first answer of a process"),
        ("command warm", "command cold", "after_loading_seconds", "the command after loading"),
    ):
        if {first, second} <= by.keys():
            warm, cold = by[first][name], by[second][name]
            slow = slow or max(warm, cold) > 1
            parts.append(f"{title} {seconds(warm)} s warm, {seconds(cold)} s cold")
    if "command warm" in by:
        parts.append(f"the whole command {seconds(by['command warm']['seconds'])} s")
    if slow:
        missed.append("seconds")
    return Reached("; ".join(parts), tuple(missed))


def of_forcing(rows: Rows) -> Reached:
    """Judge what one forced option takes."""
    times = [each for row in rows for each in row.get("all_seconds", ())]
    if not times:
        return Reached("came to nothing", ("failed",))
    middle = median(times) or 0.0
    proved = sum(row.get("proved", 0) for row in rows)
    asked = sum(len(row.get("options", ())) for row in rows)
    text = (
        f"median {seconds(middle)} s, longest {seconds(max(times))} s; {proved} of {asked} proved"
    )
    missed = [] if middle <= 0.5 else ["seconds"]
    if proved < asked:
        missed.append("proof of some")
    return Reached(text, tuple(missed))


def of_assignment(rows: Rows) -> Reached:
    """Judge the published assignment problems by class."""
    parts, missed = [], []
    for name, letters, allowed in CLASSES:
        these = [row for row in rows if row["name"][0] in letters]
        if not these:
            continue
        above = worst(above_best(row) for row in these)
        proved = sum(row.get("status") == "optimal" for row in these)
        parts.append(f"{name}: {proved} of {len(these)} proved, worst {share(above)} above best")
        if above is None or above > allowed or (allowed == 0 and proved < len(these)):
            missed.append(name)
    return Reached("; ".join(parts), tuple(missed))


def of_facilities(rows: Rows) -> Reached:
    """Judge the published facility location problems."""
    above = worst(above_best(row) for row in rows)
    proved = sum(row.get("status") == "optimal" for row in rows)
    longest = max(row.get("seconds", 0.0) for row in rows)
    text = f"{proved} of {len(rows)} proved, worst {share(above)} above best, {seconds(longest)} s"
    missed = () if above == 0 and proved == len(rows) else ("proof",)
    return Reached(text, missed)


def above_best(row: dict[str, Any]) -> float | None:
    """Return by which share of the best known value an objective is above it; None without."""
    if row.get("objective") is None:
        return None
    best = float(row["best_known"])
    return max(float(row["objective"]) - best, 0.0) / best


AIMS = (
    Aim(
        "500 children × 1,000 homes, all rules, no / 97 % / 90 % budget, 5 seeds",
        "gap ≤ 0.02 %, median ≤ 2 s, 0.3 GB",
        "council",
        of_plans(gap=2e-4, most_seconds=2, gigabytes=0.3, middle=True),
        15,
    ),
    Aim(
        "5,000 × 8,000, the same three, 3 seeds",
        "gap ≤ 0.02 %, ≤ 60 s, 1 GB",
        "region",
        of_plans(gap=2e-4, most_seconds=60, gigabytes=1, middle=False),
        9,
    ),
    Aim(
        "16,000 × 20,000",
        "gap ≤ 1 %, ≤ 150 s, 2 GB",
        "large",
        of_plans(gap=0.01, most_seconds=150, gigabytes=2, middle=False),
        1,
    ),
    Aim(
        "England, 80,000 × 100,000",
        "a checked plan; gap ≤ 3 %, 30 minutes, 12 GB",
        "england-plan",
        of_plans(gap=0.03, most_seconds=1_800, gigabytes=12, middle=False),
        1,
    ),
    Aim(
        "40 waiting children, demo county, after loading",
        "proved, ≤ 1 s, compiled code warm or not",
        "demo-40",
        of_demo,
        4,
    ),
    Aim("exact cost of one forced option, 500 × 1,000", "≤ 0.5 s", "forcing", of_forcing, 3),
    Aim(
        "published assignment problems, 30 s",
        "gap1-gap6, a: exact and proved; b, c: ≤ 0.2 %; d, e: ≤ 0.5 %",
        "orlib-gap",
        of_assignment,
        36,
    ),
    Aim(
        "published facility location, 30 s", "p1-p12 exact and proved", "sscflp", of_facilities, 12
    ),
)
