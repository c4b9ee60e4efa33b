"""Every measure of a simulated future, defined once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scenarios.measures.cost import cost
from scenarios.measures.finding import finding
from scenarios.measures.homes import children, homes, mix
from scenarios.measures.near_home import in_area, near_home
from scenarios.measures.stability import stability

if TYPE_CHECKING:
    from scenarios.measures.measure import Measure

MEASURES: tuple[Measure, ...] = (
    *near_home(),
    *in_area(),
    *cost(),
    *finding(),
    *stability(),
    *homes(),
    *mix(),
    *children(),
)
"""Every measure, in the order in which they are shown."""

BY_NAME: dict[str, Measure] = {measure.name: measure for measure in MEASURES}
"""Every measure by its name."""
