"""Measures of a simulated future: each a pure function of what was counted, defined once."""

from __future__ import annotations

from scenarios.measures.catalogue import BY_NAME, MEASURES
from scenarios.measures.measure import WEEKS_A_YEAR, Measure, Sums

__all__ = ["BY_NAME", "MEASURES", "WEEKS_A_YEAR", "Measure", "Sums"]
