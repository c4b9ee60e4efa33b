"""The performance page's section about what looking ahead takes."""

from __future__ import annotations

from typing import Any

from benchmarks.look_ahead import ALONE, LEARNING, METHODS, RANKING, TOGETHER
from benchmarks.tables import median, seconds, table

Rows = list[dict[str, Any]]

MOST_SECONDS, MOST_MS = 10.0, 1.0
"""The aims: to learn, and by how much a ranking may be slower."""


def look_ahead_section(rows: Rows) -> str:
    """Return the section in Markdown.

    Parameters
    ----------
    rows
        Of the suite.
    """
    failed = [row["failed"] for row in rows if "failed" in row]
    if failed:
        return f"## Looking ahead\n\nNot measured: {failed[0]}.\n"
    learning = [row for row in rows if row["figure"] == LEARNING]
    ranking = [row for row in rows if row["figure"] == RANKING]
    told = [_learnt(learning, method) for method in METHODS]
    told += [_ranked(ranking, who) for who in (ALONE, TOGETHER)]
    return f"""## Looking ahead

What policy `look_ahead` takes at {learning[0]["children"]} children × {learning[0]["homes"]:,}
homes, half of the children waiting; values are learnt from those who are placed, as
`nearhome lookahead learn` does. A referral is ranked as the service ranks it, under `balanced`
and under `look_ahead` in turn; *slower* is the difference for the same referral, between the
medians of its rankings. `python -m benchmarks run look-ahead`.

{chr(10).join(f"- {each}" for each in told if each)}

{
        table(
            ["learning", "seed", "families learnt from", "median s", "longest s", "peak MB"],
            [
                [
                    row["method"],
                    str(row["seed"]),
                    f"{row['families']:,}",
                    seconds(row["seconds"]),
                    seconds(max(row["all_seconds"])),
                    f"{row['peak_megabytes']:,}",
                ]
                for row in sorted(learning, key=lambda row: METHODS.index(row["method"]))
            ],
        )
    }
{
        table(
            [
                *("ranking", "seed", "referrals", "without: median ms", "95th percentile"),
                *("looking ahead: median ms", "95th percentile"),
                "slower: median ms (5th to 95th percentile)",
            ],
            [
                [
                    row["name"],
                    str(row["seed"]),
                    str(row["referrals"]),
                    *(f"{row[f'without_{each}_ms']:.2f}" for each in ("p50", "p95")),
                    *(f"{row[f'ahead_{each}_ms']:.2f}" for each in ("p50", "p95")),
                    f"{row['slower_p50_ms']:.2f} ({row['slower_p5_ms']:.2f} to "
                    f"{row['slower_p95_ms']:.2f})",
                ]
                for row in sorted(ranking, key=lambda row: row["name"])
            ],
        )
    }"""


def _learnt(rows: Rows, method: str) -> str:
    these = [row for row in rows if row["method"] == method]
    times = [each for row in these for each in row["all_seconds"]]
    return (
        f"Learning by {method} takes {seconds(median(times))} s, the longest of {len(times)} runs "
        f"{seconds(max(times))} s; to reach: at most {MOST_SECONDS:g} s, "
        f"{_verdict(max(times) <= MOST_SECONDS)}."
    )


def _ranked(rows: Rows, who: str) -> str:
    these = [row for row in rows if row["name"] == who]
    if not these:
        return ""
    middle = [row["slower_p50_ms"] for row in these]
    return (
        f"Ranking homes for {who} is {median(middle):.2f} ms slower, in the slowest council "
        f"{max(middle):.2f} ms; to reach: at most {MOST_MS:g} ms, "
        f"{_verdict(max(middle) <= MOST_MS)}."
    )


def _verdict(reached: bool) -> str:
    return "reached" if reached else "not reached"
