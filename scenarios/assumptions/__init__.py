"""Every coefficient of the simulation in one table, with its source and its doubt."""

from scenarios.assumptions.assumption import Assumption, Drawn, Per
from scenarios.assumptions.table import Assumptions, shipped_assumptions

__all__ = ["Assumption", "Assumptions", "Drawn", "Per", "shipped_assumptions"]
