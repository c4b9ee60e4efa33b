"""People who may sign in, other systems that may ask, and who may see names for how long."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from api.records.actor import Permission, Role
from api.records.text import Words
from matcher.domain.record import Identifier, Record, SortedSet

SignInName = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, min_length=2, max_length=200, pattern=r"^[^\s,;:<>]+$"
    ),
]
"""What somebody types to sign in, such as an e-mail address."""

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
"""A short name of a thing, never of a child."""

LONGEST_NAME_PERMISSION = timedelta(days=92)
"""A permission to see names is for a task with an end; a quarter of contract monitoring."""

LONGEST_CLIENT = timedelta(days=366)
"""Another system's token is made anew at least once a year."""


class Account(StrEnum):
    """Who checks that somebody is who they say."""

    LOCAL = "local"
    PROVIDER = "provider"


class User(Record):
    """Somebody who may sign in.

    Parameters
    ----------
    user_id
        Pseudonymous identifier, which the audit trail holds.
    sign_in_name
        What they sign in with; no two people of an authority share it.
    full_name
        As colleagues know them; None when the identity provider does not say.
    account
        A local account with a password here, or one of the council's identity provider.
    subject
        For an account of the identity provider: its tenant and the person in it.
    roles
        What they do.
    active
        Whether they may sign in. People who leave are never deleted: the trail names them.
    """

    user_id: Identifier
    sign_in_name: SignInName
    full_name: Label | None = None
    account: Account = Account.LOCAL
    subject: Annotated[str, StringConstraints(min_length=3, max_length=500)] | None = None
    roles: SortedSet[Role] = frozenset()
    active: bool = True

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.account is Account.PROVIDER) != (self.subject is not None):
            raise ValueError("an account of the identity provider has a subject, others have none")
        return self


class Credential(Record):
    """The password of a local account, as Argon2id keeps it.

    Parameters
    ----------
    user_id
        Whose.
    password_hash
        Costs, salt and hash.
    set_at
        When it was set.
    must_change
        It was set by somebody else, and opens nothing but the change of it.
    """

    user_id: Identifier
    password_hash: Annotated[str, StringConstraints(pattern=r"^\$argon2id\$", max_length=300)]
    set_at: datetime
    must_change: bool = False


class ApiClient(Record):
    """Another system that may ask this one.

    Parameters
    ----------
    client_id
        Identifier.
    label
        What it is, such as "case management export".
    scopes
        What it may do.
    secret_digest
        SHA-256 of its token's secret, which is shown once.
    created_at, expires_at
        From when until when its token is good; at most a year.
    revoked_at
        When somebody ended it before that; None when nobody has.
    """

    client_id: Identifier
    label: Label
    scopes: Annotated[SortedSet[Permission], Field(min_length=1)]
    secret_digest: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> Self:
        if not self.created_at < self.expires_at <= self.created_at + LONGEST_CLIENT:
            raise ValueError("another system's token is good for at most a year")
        return self

    def good(self, now: datetime) -> bool:
        """Whether its token is good at an instant."""
        return self.revoked_at is None and self.created_at <= now < self.expires_at


class NamePurpose(StrEnum):
    """Why somebody whose role does not see names must see them for a time."""

    CONTRACT_MONITORING = "contract_monitoring"
    COMPLAINT = "complaint"
    SAFEGUARDING_ENQUIRY = "safeguarding_enquiry"
    COURT = "court"
    AUDIT = "audit"


class NamePermission(Record):
    """Leave for one person to see children's names, for a reason and a time.

    Somebody may ask for it themselves. It is leave once somebody else has granted it.

    Parameters
    ----------
    permission_id
        Identifier.
    user_id
        Who may see names.
    purpose, reason
        Why.
    child_ids
        Whose names; empty means those of any child.
    granted_by
        Who gave leave: never the same person. None while it is only asked for.
    starts, until
        First and last day; at most a quarter of a year.
    """

    permission_id: Identifier
    user_id: Identifier
    purpose: NamePurpose
    reason: Words
    child_ids: SortedSet[Identifier] = frozenset()
    granted_by: Identifier | None
    starts: date
    until: date

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if self.granted_by == self.user_id:
            raise ValueError("nobody permits themselves to see names")
        if not self.starts <= self.until <= self.starts + LONGEST_NAME_PERMISSION:
            raise ValueError("a permission to see names lasts at most 92 days")
        return self

    def in_force(self, day: date) -> bool:
        """Whether it is granted and stands on a day."""
        return self.granted_by is not None and self.starts <= day <= self.until

    def covers(self, child_id: str) -> bool:
        """Whether it is for this child."""
        return not self.child_ids or child_id in self.child_ids
