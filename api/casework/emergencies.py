"""What an emergency allows: a foster home outside its terms, for six working days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.casework.periods import Period, Unit
from api.records.finding import FindingKind
from matcher.domain.home import Home, Setting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from api.records.finding import Finding
    from api.storage.work import Work

OUTSIDE_TERMS = frozenset({"APPROVAL_AGE", "APPROVAL_SEX", "APPROVAL_NUMBER", "BEDS_FREE"})
"""Rules outside which an emergency placement with a foster carer is lawful for a short time.

References
----------
.. [1] Care Planning, Placement and Case Review (England) Regulations 2010, regulation 23.
"""

SIX_DAYS = Period(6, Unit.WORKING_DAYS)
"""How long."""


def stands_against(
    work: Work, findings: Sequence[Finding], *, outside_terms: bool
) -> list[Finding]:
    """Return the findings that exclude a home.

    Parameters
    ----------
    work
        The transaction.
    findings
        What the rules say.
    outside_terms
        It is an emergency, and a foster home may be used outside its terms.
    """
    failing = [each for each in findings if each.kind is FindingKind.FAILS]
    if not outside_terms:
        return failing
    return [
        each
        for each in failing
        if each.rule not in OUTSIDE_TERMS or not _is_foster(work, each.home_id)
    ]


def _is_foster(work: Work, home_id: str | None) -> bool:
    return home_id is not None and work.get(Home, home_id).record.setting is Setting.FOSTER
