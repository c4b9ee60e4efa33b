"""The one tree of errors that Near Home raises on purpose.

Every class under :class:`NearHomeError` carries a sentence for the user: what is
wrong, where, and what to do. Infeasible, timed out and unplaced are results, not
errors. Anything else that escapes is a bug.

::

    NearHomeError
    ├── UsageError            the caller asked for something that cannot be done
    │   └── NotFoundError     an identifier that the World does not hold
    ├── DataError             what was read is not what it should be
    │   └── IntakeErrors      every cell at fault, each with its place
    ├── PolicyError           a policy file that does not hold together
    ├── ScenarioError         a scenario file that does not hold together
    └── CheckFailedError      the checker disagrees with the solver: a bug, show nothing
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class NearHomeError(Exception):
    """Base of all errors with a sentence for the user.

    Parameters
    ----------
    sentence
        What is wrong, where, and what to do. Never holds a name, an address or
        free text about a person.
    """

    exit_code = 1

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class UsageError(NearHomeError):
    """The caller asked for something that cannot be done as asked."""

    exit_code = 2


class NotFoundError(UsageError):
    """An identifier that the World does not hold."""


class DataError(NearHomeError):
    """What was read is not what it should be."""

    exit_code = 3


class IntakeErrors(DataError):
    """Every fault found while reading tables, each with its sheet, row and column.

    Parameters
    ----------
    faults
        The faults, in the order of sheets and rows; anything with a ``sentence``.
    """

    def __init__(self, faults: Sequence[Any]) -> None:
        shown = "\n".join(fault.sentence for fault in faults[:20])
        rest = f"\n... and {len(faults) - 20} more" if len(faults) > 20 else ""
        super().__init__(f"{shown}{rest}")
        self.faults = tuple(faults)


class PolicyError(NearHomeError):
    """A policy file that does not hold together."""

    exit_code = 4


class ScenarioError(NearHomeError):
    """A scenario file that does not hold together.

    Parameters
    ----------
    faults
        One sentence for each, with its line and what to do, in the order of the lines.
    """

    exit_code = 5

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class CheckFailedError(NearHomeError):
    """The independent checker found a plan to break a rule: a bug in Near Home.

    Parameters
    ----------
    findings
        One sentence for each disagreement.
    """

    exit_code = 70

    def __init__(self, findings: Sequence[str]) -> None:
        listed = "\n".join(f"- {finding}" for finding in findings)
        super().__init__(
            "The independent check of this plan failed, so nothing is shown. "
            f"This is a fault in Near Home: please report it.\n{listed}"
        )
        self.findings = tuple(findings)
