"""What was found of a child and a home, kept as long as the records it was found from.

Records are frozen: whatever is derived from some of them, and from nothing else, holds until
one of them is replaced by another. Answers are kept beside the very records that they were
derived from, and are asked for anew when any of these is no longer the one in force.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from matcher.domain.agreement import Agreement, Provider
    from matcher.domain.child import Child
    from matcher.domain.home import Home, Setting
    from matcher.domain.referral import Timescale
    from matcher.domain.sibling_group import SiblingGroup
    from matcher.domain.world import Occupant
    from matcher.policy import Policy

LASTING = frozenset(
    {
        "APPROVAL_AGE",
        "APPROVAL_SEX",
        "CONNECTED_ONLY",
        "DEPRIVATION_OF_LIBERTY",
        "DISABILITY_SUITABLE",
        "EMERGENCY_ONLY",
        "FEE_KNOWN",
        "NEEDS_NON_NEGOTIABLE",
        "PARENT_AND_CHILD",
        "SECURE_ACCOMMODATED",
        "SECURE_AUTHORITY",
        "SECURE_UNDER_13",
        "SETTING_SOUGHT",
        "SUPPORTED_AGE",
        "SUPPORTED_REGISTERED",
        "UNDER_16_REGULATED",
    }
)
"""Pair rules whose answer, for a child who lives nowhere, follows from the records of the child,
the home and the agreement under which its bed would be bought, from the child's age, and from
what is asked for (see :class:`Asked`)."""


UNREAD = frozenset({"name", "version", "title", "look_ahead"})
"""Fields of a policy that no rule and no criterion reads."""


class Asked(NamedTuple):
    """What, beside a child's record, the lasting answers about the child follow from.

    Parameters
    ----------
    age
        On the first day.
    settings_sought, timescale
        Of the referral; None without one.
    connected
        Homes of relatives and friends who offer: all others are worth less beside them.
    rules
        The codes of the rules that are asked: some are in force on some days only.
    """

    age: int | None
    settings_sought: frozenset[Setting] | None
    timescale: Timescale | None
    connected: tuple[str, ...]
    rules: str


class Lawful(NamedTuple):
    """Whether no lasting rule excludes a home for a child."""

    home: Home
    agreement: Agreement | None
    lawful: bool


class Worth(NamedTuple):
    """What a home gives and costs a child, whoever else arrives."""

    home: Home
    agreement: Agreement | None
    route: int
    provider: Provider | None
    points: float
    fee: int
    transport: int
    miles: float


class Joined(NamedTuple):
    """What is found of some children who would join those who live in a home.

    Parameters
    ----------
    home, occupants, reserved, group, siblings, with_whom
        What it follows from.
    lawful
        Whether no household rule excludes it.
    """

    home: Home
    occupants: tuple[Occupant, ...]
    reserved: int
    group: SiblingGroup | None
    siblings: tuple[str, ...]
    with_whom: tuple[Remembered, ...]
    lawful: bool


class Social(NamedTuple):
    """The points of each of some children for those with whom they would live."""

    joined: Joined
    points: tuple[float, ...]


@dataclass(eq=False, slots=True)
class Remembered:
    """What is known of one child as long as the child's record and what is asked for stay.

    Parameters
    ----------
    child
        What it follows from.
    lawful, worth
        By home.
    joined, social
        By home and the children who arrive.
    """

    child: Child
    lawful: dict[str, Lawful] = field(default_factory=dict)
    worth: dict[str, Worth] = field(default_factory=dict)
    joined: dict[tuple[str, ...], Joined] = field(default_factory=dict)
    social: dict[tuple[str, ...], Social] = field(default_factory=dict)


class Memory:
    """What was found under a policy, by child and what is asked for.

    Several Worlds may share one, as long as they share the grid references of postcodes: what
    is found in one holds in another that has the same records.

    Parameters
    ----------
    policy
        What counts for how much.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._of: dict[tuple[str, Asked], Remembered] = {}

    def serves(self, policy: Policy) -> bool:
        """Whether what was found holds under another policy: rules and criteria read the same.

        Parameters
        ----------
        policy
            The other.
        """
        return policy is self._policy or all(
            getattr(policy, name) == getattr(self._policy, name)
            for name in type(policy).model_fields.keys() - UNREAD
        )

    def of(self, child: Child, asked: Asked) -> Remembered:
        """Return what is remembered of a child; nothing if the child is now another.

        Parameters
        ----------
        child
            As recorded now.
        asked
            What is asked for now.
        """
        key = (child.child_id, asked)
        found = self._of.get(key)
        if found is None or found.child is not child:
            found = self._of[key] = Remembered(child)
        return found
