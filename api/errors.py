"""What the service refuses, each with a sentence, and with the field or the rule it is about.

::

    NearHomeError                     matcher.errors
    ├── NotFoundError                 matcher.errors: no such record, or another authority's
    └── ServiceError
        ├── InvalidError              what was sent cannot be so
        ├── NotSignedInError          a stranger
        ├── NotAllowedError           known, and may not
        ├── ConflictError             what is stored, or a rule, stands against it
        │   └── WrongStateError       not in this state of the case
        ├── StaleError                somebody has changed it in the meantime
        ├── PreconditionMissingError  the version that is meant was not named
        ├── TooManyError              too often
        ├── TooLargeError             more than is read
        ├── UnavailableError          the service cannot do it at present
        └── AuditError                the audit trail does not hold together
"""

from __future__ import annotations

from matcher.errors import NearHomeError


class ServiceError(NearHomeError):
    """Base of what the service refuses.

    Parameters
    ----------
    sentence
        What is wrong, where, and what to do. Never holds a name, an address or
        free text about a person.
    field
        The field of the request that it is about; None when it is about none.
    rule
        The code of the rule or policy that stands against it; None when none does.
    """

    def __init__(self, sentence: str, *, field: str | None = None, rule: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        self.rule = rule


class InvalidError(ServiceError):
    """What was sent cannot be so: a value out of range, a combination without meaning."""


class NotSignedInError(ServiceError):
    """Nobody is signed in, or what was shown to prove it is not good."""


class NotAllowedError(ServiceError):
    """Somebody who is known may not do this."""


class ConflictError(ServiceError):
    """What is stored, or a rule, stands against it."""


class WrongStateError(ConflictError):
    """The case is in a state that does not allow this."""


class StaleError(ServiceError):
    """Somebody else has changed the record since it was read.

    Parameters
    ----------
    sentence
        What is wrong, and what to do.
    about
        Kind and identifier of the record; None where it is about no single one.
    expected
        The version that was meant; 0 when there was to be none.
    """

    def __init__(
        self, sentence: str, *, about: tuple[str, str] | None = None, expected: int = 0
    ) -> None:
        super().__init__(sentence)
        self.about = about
        self.expected = expected


class PreconditionMissingError(ServiceError):
    """A change that does not say which version of the record it changes."""


class TooManyError(ServiceError):
    """Asked too often.

    Parameters
    ----------
    sentence
        What is asked too often.
    retry_after_seconds
        When it may be asked again, from now.
    """

    def __init__(self, sentence: str, *, retry_after_seconds: int) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds


class TooLargeError(ServiceError):
    """More than the service reads at once."""


class UnavailableError(ServiceError):
    """The service cannot do this at present; trying again later may help."""


class AuditError(ServiceError):
    """The audit trail does not hold together: somebody has been at the database."""

    exit_code = 6
