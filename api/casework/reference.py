"""Makes the reference page of casework from its tables: states, tasks, approvals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.catalogue import CATALOGUE
from api.casework.clocks import CLOCKS
from api.casework.diagram import diagram
from api.casework.gates import GATES
from api.casework.procedure import SHIPPED
from api.casework.states import STATES, TRANSITIONS, Noun
from api.records.care_placement import ReasonCeased
from api.records.search import Tier
from api.records.task import Standing
from matcher.domain.codes import ReasonPlaceChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from api.casework.task_rule import TaskRule
    from matcher.domain.codes import Code

INTRODUCTION = """# Casework

What may happen to a referral and to everything that hangs on it, who may do it, and what is due
by when. This page is made from the tables that the service itself reads.

*Who may* is a permission of the role; [Access](access.md) has them by role. *Which state allows
it* stands below. A step that a state does not allow is refused with a sentence that says what is
possible instead.
"""

CLOCK_NOTE = """Working days are those of England: no Saturday, Sunday or bank holiday. A period of
days runs to the end of its last day in London.
"""


def casework_page() -> str:
    """Return the page as Markdown."""
    return "\n".join(
        [INTRODUCTION, *_states(), *_gates(), *_clocks(), *_approvals(), *_tiers(), *_codes()]
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    return [
        f"| {' | '.join(columns)} |",
        f"|{'---|' * len(columns)}",
        *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows),
        "",
    ]


def _states() -> list[str]:
    lines = ["## States\n"]
    for noun in Noun:
        lines += [f"### {noun.value.capitalize()}\n"]
        if len(STATES[noun]) > 2:
            lines += [diagram(noun), ""]
        rows = [
            (
                step.title,
                "(new)" if step.before is None else step.before.value.replace("_", " "),
                step.after.value.replace("_", " "),
                step.permission.label if step.permission else "(follows by itself)",
                f"`{step.audit_action}`",
            )
            for step in TRANSITIONS
            if step.noun is noun
        ]
        lines += _table(("step", "from", "to", "who may", "in the audit trail"), rows)
    return lines


def _standing(rule: TaskRule) -> str:
    return rule.standing.label if rule.standing else "anybody of the team"


def _gates() -> list[str]:
    return [
        "## Gates\n",
        "A gate holds up the start of a placement until it is settled. In an emergency most may "
        "follow the start, by the clock in the last column. Those that a home brings with it are "
        "the gates of the [rules](rules.md), under the same codes.\n",
        *_table(
            ("code", "what", "source", "who decides", "after an emergency"),
            (
                (
                    f"`{rule.code}`",
                    rule.title,
                    rule.source,
                    _standing(rule),
                    f"within {rule.emergency}" if rule.emergency else "never after the start",
                )
                for rule in GATES
                if rule.gate
            ),
        ),
    ]


def _when(rule: TaskRule) -> str:
    if rule.period is None or rule.anchor is None:
        return ""
    if rule.period.count == 0:
        return f"on {rule.anchor.value}".replace("on the start", "by the start")
    return f"within {rule.period} of {rule.anchor.value}"


def _clocks() -> list[str]:
    running = [rule for rule in CATALOGUE.values() if rule in CLOCKS or not rule.gate]
    return [
        "## Clocks\n",
        CLOCK_NOTE,
        *_table(
            ("code", "what", "by when", "source"),
            ((f"`{rule.code}`", rule.title, _when(rule), rule.source) for rule in running),
        ),
    ]


def _approvals() -> list[str]:
    return [
        "## Approval of funding\n",
        "The matrix that is shipped; a council stores its own as its procedure. Of the rows that "
        "cover a purchase the highest standing counts. A fee that is not known counts as the "
        "highest. Who chose a home does not approve its funding.\n",
        *_table(
            ("kind of home", "route", "from a week", "who approves"),
            (
                (
                    ", ".join(sorted(each.label for each in row.settings)) or "any",
                    ", ".join(sorted(each.label for each in row.routes)) or "any",
                    f"£{row.from_pence / 100:,.0f}",
                    row.standing.label,
                )
                for row in SHIPPED.matrix
            ),
        ),
        "Standings, the lowest first: "
        + ", ".join(standing.label for standing in Standing)
        + ". The scheme of delegation says who has which, and until when.\n",
    ]


def _tiers() -> list[str]:
    return [
        "## Tiers of the search\n",
        "In the order that is shipped. A tier is opened when those before it are exhausted, each "
        "with its reason, or with a reason why it is opened now.\n",
        *_table(
            ("tier", "opened by"),
            (
                (
                    Tier(tier).label,
                    "a manager" if tier in SHIPPED.tiers_for_managers else "an officer",
                )
                for tier in SHIPPED.tiers
            ),
        ),
    ]


def _codes() -> list[str]:
    def rows(codes: Iterable[Code]) -> Iterable[Sequence[str]]:
        return ((f"`{code.value}`", code.meaning) for code in codes)

    return [
        "## Codes of an end\n",
        "Why an episode ceased (REC). X1 when the child goes on being looked after.\n",
        *_table(("code", "meaning"), rows(ReasonCeased)),
        "Why the placement changed (REASON_PLACE_CHANGE), with X1.\n",
        *_table(("code", "meaning"), rows(ReasonPlaceChange)),
    ]
