"""Every task that casework opens, gates and clocks, by code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.clocks import CLOCKS
from api.casework.gates import GATES

if TYPE_CHECKING:
    from api.casework.task_rule import TaskRule

CATALOGUE: dict[str, TaskRule] = {rule.code: rule for rule in (*GATES, *CLOCKS)}
"""Every task by code."""

STATUTORY_NOTICES = tuple(code for code in CATALOGUE if code.startswith("NOTIFY_"))
"""Whom regulation 13 has the council notify."""
