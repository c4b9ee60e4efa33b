"""Assumptions as rows of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.report.words import money

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scenarios.results import AssumptionShown

ORIGINS = {
    "shipped": "Near Home",
    "returns": "the council's own returns",
    "scenario": "the scenario",
}


def assumption_rows(assumptions: Sequence[AssumptionShown]) -> tuple[tuple[str, ...], ...]:
    """Return one row an assumption: meaning, value, interval, unit, origin, source.

    Parameters
    ----------
    assumptions
        In order.
    """
    return tuple(
        (
            each.sentence,
            value_text(each.value, each.unit),
            "–"
            if each.p05 is None or each.p95 is None
            else f"{value_text(each.p05, each.unit)} to {value_text(each.p95, each.unit)}",
            unit_text(each.unit),
            ORIGINS.get(each.origin, each.origin),
            each.source,
        )
        for each in assumptions
    )


def value_text(value: float, unit: str) -> str:
    """Return a coefficient as text, pence as pounds.

    Parameters
    ----------
    value
        The coefficient.
    unit
        As the table of assumptions words it.
    """
    if unit.startswith("pence"):
        return money(value)
    return f"{value:.3g}" if abs(value) < 1_000 else f"{value:,.0f}"


def unit_text(unit: str) -> str:
    """Return the unit in which :func:`value_text` writes, pounds for pence."""
    return f"pounds{unit.removeprefix('pence')}" if unit.startswith("pence") else unit
