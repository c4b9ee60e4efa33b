"""A World that changes day by day, and fast decisions about who lives where in it.

The rules, criteria and policies are those of :mod:`matcher.engine`; only the bookkeeping is
another: nothing is built anew for a decision.
"""

from __future__ import annotations

from matcher.live.choice import Choice, Part
from matcher.live.world import LiveWorld

__all__ = ["Choice", "LiveWorld", "Part"]
