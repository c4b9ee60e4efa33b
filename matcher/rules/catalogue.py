"""Every rule there is, and the rule set in force on a date."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from matcher.errors import NotFoundError
from matcher.rules import (
    approval,
    availability,
    buying,
    connected,
    household,
    liberty,
    moves,
    needs,
    out_of_area,
    plan,
    quality,
    residents,
    risks,
    safeguarding,
    settings,
    sharing,
    spending,
    tasks,
)
from matcher.rules.rule import Effect, HouseholdRule, PairRule, PlanRule

if TYPE_CHECKING:
    from datetime import date

FAMILIES = (
    approval,
    settings,
    liberty,
    safeguarding,
    quality,
    needs,
    connected,
    household,
    sharing,
    risks,
    availability,
    buying,
    out_of_area,
    moves,
    residents,
    tasks,
    plan,
    spending,
)
"""One module a family, in the order of the reference."""

AnyRule = PairRule | HouseholdRule | PlanRule

RULES: tuple[AnyRule, ...] = tuple(rule for family in FAMILIES for rule in family.RULES)
PAIR_RULES = tuple(rule for rule in RULES if isinstance(rule, PairRule))
HOUSEHOLD_RULES = tuple(rule for rule in RULES if isinstance(rule, HouseholdRule))
PLAN_RULES = tuple(rule for rule in RULES if isinstance(rule, PlanRule))
BARS = tuple(rule for rule in RULES if rule.effect is Effect.BAR and not isinstance(rule, PlanRule))
"""Rules that exclude an option, in the order of their bits."""
GATES = tuple(
    rule for rule in RULES if rule.effect is Effect.GATE and not isinstance(rule, PlanRule)
)
"""Rules that ask for a task, in the order of their bits."""


def rule(code: str) -> AnyRule:
    """Return a rule by its code.

    Raises
    ------
    NotFoundError
        If there is none.
    """
    for each in RULES:
        if each.code == code:
            return each
    raise NotFoundError(f"There is no rule {code!r}. 'nearhome rules' lists them.")


def rule_set_name(day: date) -> str:
    """Return the name of the rule set in force on a day: the last day on which one changed.

    Examples
    --------
    >>> from datetime import date
    >>> rule_set_name(date(2020, 1, 1)).startswith("england-")
    True
    """
    starts = [each.starts for each in RULES if each.starts is not None]
    ended = [each.ends + timedelta(days=1) for each in RULES if each.ends is not None]
    changes = [each for each in starts + ended if each <= day]
    return f"england-{max(changes).isoformat()}" if changes else "england-base"
