"""The independent checker: every plan is derived anew from the World before anybody sees it.

It shares nothing with the solver but the World, the rules' plain judges and the arithmetic
of fees; no arrays, no masks. Read top to bottom, :func:`check` asks:

1. Is every child decided about there once, and does every home exist?
2. Does every pair rule allow every placement that starts?
3. Does every household rule allow every household that somebody joins?
4. Does the whole plan keep to the plan rules?
5. Are pounds, points and aims what the solver says they are?

An *unknown* bars as *not met* does: what is to be checked is for a person to place. A child
who stays where they live is no proposal. That placement was decided by people and may be
lawful for reasons that are not in the data (six working days outside terms, say), so a rule
that it breaks is a warning, never a refusal. As soon as anybody joins a household, everybody
in it counts and the household rules must allow it.

Whatever is found is a fault in Near Home, not in the data: nothing is shown.

:func:`check_proposal` asks questions 2 to 4 about a placement that people have chosen: what it
finds is an answer to them.
"""

from __future__ import annotations

from matcher.checking.checker import check, check_proposal
from matcher.checking.claim import Checked, Claim, Note, Proposal, Refusal

__all__ = ["Checked", "Claim", "Note", "Proposal", "Refusal", "check", "check_proposal"]
