"""Makes the reference page of the assumptions from their table."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from scenarios.assumptions.assumption import Assumption, Drawn
from scenarios.assumptions.table import shipped_assumptions

if TYPE_CHECKING:
    from collections.abc import Iterator

_DOUBT = {
    Drawn.FIXED: "none",
    Drawn.GAMMA: "a rate from {events:g} events",
    Drawn.BETA: "a share from {events:g} observations",
    Drawn.DIRICHLET: "a share from {events:g}; all of {group} add up",
    Drawn.LOGNORMAL: "{low:g} to {high:g}",
}


def assumptions_page() -> str:
    """Return the reference of every assumption, in Markdown."""
    return "\n".join(
        [
            "# Assumptions",
            "",
            f"The {len(shipped_assumptions())} coefficients of a simulated future, each with its "
            "doubt and its source. In every future each value is drawn once from its doubt: an "
            "interval is 5 to 95 per cent; a count of events says how firmly a rate or share is "
            "known. A value in the file of a scenario replaces the one here; so do a council's own "
            "returns, where they say something (marked †).",
            "",
            "```toml",
            "[assumptions]",
            '"staying_put.share" = 0.55',
            "```",
            "",
            *_families(),
        ]
    )


def _families() -> Iterator[str]:
    from scenarios.assumptions.from_returns import is_learnt

    rows = shipped_assumptions().values()
    for family, members in groupby(rows, key=lambda each: each.name.split(".")[0]):
        yield from (
            f"## {family}",
            "",
            "| name | value | unit | may be | doubt | meaning | source |",
            "|---|---|---|---|---|---|---|",
        )
        for each in members:
            dagger = " †" if is_learnt(each.name) else ""
            yield (
                f"| `{each.name}`{dagger} | {each.value:g} | {each.unit} | {each.low:g} to "
                f"{each.high:g} | {_doubt(each)} | {each.sentence} | {each.source}, {each.year} |"
            )
        yield ""


def _doubt(each: Assumption) -> str:
    low, high = each.interval or (0.0, 0.0)
    return _DOUBT[each.drawn].format(events=each.events, group=each.group, low=low, high=high)
