"""Use cases of the register: any of its records stored, changed, or taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from api.capacity.references import check_references, check_unneeded
from api.errors import InvalidError
from api.storage.kinds import kind_of
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import Exemption
from matcher.domain.record import Record
from matcher.rules.catalogue import RULES

if TYPE_CHECKING:
    from api.storage.reading import Held
    from api.storage.work import Work

R = TypeVar("R", bound=Record)

_EXEMPTIBLE = frozenset(rule.code for rule in RULES if rule.exemption)


def keep(work: Work, record: R, *, expected: int, reason: str = "") -> Held[R]:
    """Store a record, new or in the place of the version that is meant.

    Parameters
    ----------
    work
        The transaction.
    record
        The record.
    expected
        The version that it replaces; 0 when there must be none.
    reason
        Why, for the audit trail.

    Raises
    ------
    InvalidError
        If it names what is not there, or cannot be so.
    StaleError
        If the stored version is another.
    NotFoundError
        If a version is meant, and there is no such record.
    """
    if expected:
        work.get(type(record), kind_of(type(record)).record_id(record))
    work.lock()
    check_references(work, record)
    if isinstance(record, Child) and record.responsible_authority != work.authority:
        raise InvalidError(
            f"This is the register of {work.authority}. A child whom another authority looks "
            "after is stored as a resident of the home where they live.",
            field="responsible_authority",
        )
    if isinstance(record, Exemption) and record.rule not in _EXEMPTIBLE:
        raise InvalidError(
            f"{record.rule} is no rule that the law lets anybody except from. "
            f"There are: {', '.join(sorted(_EXEMPTIBLE))}.",
            field="rule",
        )
    return work.put(record, reason=reason, expected=expected)


def homes_alike(work: Work, home: Home) -> list[str]:
    """Return the homes of the same provider and kind at the same full postcode.

    Parameters
    ----------
    work
        The transaction.
    home
        A home that may be one of them under another identifier, as when an offer entered it.
    """
    if home.postcode is None or " " not in home.postcode:
        return []
    theirs = work.find(Home, provider_id=home.provider_id, setting=home.setting.value)
    return sorted(
        held.record.home_id
        for held in theirs
        if held.record.postcode == home.postcode and held.record.home_id != home.home_id
    )


def take_out(
    work: Work, type_: type[Record], record_id: str, *, expected: int, reason: str
) -> None:
    """Take a record out of what is so now; its history stays.

    Raises
    ------
    NotFoundError
        If there is none.
    StaleError
        If the stored version is another.
    ConflictError
        If another record needs it.
    """
    work.lock()
    held = work.get(type_, record_id)
    if held.version == expected:
        check_unneeded(work, held.record)
    work.retire(type_, record_id, reason=reason, expected=expected)
