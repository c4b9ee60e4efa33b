"""What a run was made from, as rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.report.panels import day

if TYPE_CHECKING:
    from scenarios.results import RunSummary


def stamp_rows(summary: RunSummary) -> tuple[tuple[str, str], ...]:
    """Return what is needed to make a run again, and how it was checked.

    Parameters
    ----------
    summary
        The run.
    """
    stamp = summary.stamp
    futures = f"{summary.replications:,}"
    if summary.asked != summary.replications:
        futures += f" of {summary.asked:,} asked for"
        futures += f"; stopped early: {summary.stopped_early}" if summary.stopped_early else ""
    return (
        ("Near Home", f"version {stamp.version}"),
        ("Authority", f"{summary.authority_name} ({summary.authority})"),
        ("People and homes as of", day(stamp.as_of)),
        ("Simulated", f"{summary.years} years from {day(stamp.start)}"),
        ("Futures", futures),
        ("Seed", str(stamp.seed)),
        ("Policy", f"{stamp.policy}, version {stamp.policy_version}"),
        ("Rules as in force on", stamp.rule_set),
        ("Children and homes put through the independent check", f"{summary.checked:,}"),
        ("Program (SHA-256)", stamp.program),
        ("Scenario (SHA-256)", stamp.scenario),
        ("Data (SHA-256)", stamp.data_hash),
        ("Assumptions (SHA-256)", stamp.assumptions),
        ("The council's own returns (SHA-256)", stamp.returns or "none given"),
        ("Data are", "made up" if stamp.synthetic else "the council's own"),
    )
