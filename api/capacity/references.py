"""Which records name which others, beyond what the database itself enforces.

A World in which something names what is not there cannot be made, so nothing is stored that
would bring one about, and nothing is taken out that another record needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from api.errors import ConflictError, InvalidError
from api.records.care_placement import CarePlacement
from api.records.consortium import SharedBeds
from api.records.offer import Offer
from api.records.referral_case import ReferralCase
from api.storage.kinds import kind_of
from matcher.domain.agreement import Agreement, Provider
from matcher.domain.child import Child
from matcher.domain.home import Home
from matcher.domain.placement import Exemption, Hold, HoldScope, Resident
from matcher.domain.sibling_group import SiblingGroup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.storage.work import Work
    from matcher.domain.record import Record


class Reference(NamedTuple):
    """One record names another."""

    field: str
    type: type[Record]
    record_id: str


def references_of(record: Record) -> Iterator[Reference]:
    """Yield every other record that one names."""
    match record:
        case Child():
            if record.sibling_group_id is not None:
                yield Reference("sibling_group_id", SiblingGroup, record.sibling_group_id)
        case SiblingGroup():
            for link in record.links:
                yield Reference("links", Child, link.child_a)
                yield Reference("links", Child, link.child_b)
        case Home():
            yield Reference("provider_id", Provider, record.provider_id)
            for agreement_id in record.agreement_ids:
                yield Reference("agreement_ids", Agreement, agreement_id)
        case Agreement():
            yield Reference("provider_id", Provider, record.provider_id)
        case Resident():
            yield Reference("home_id", Home, record.home_id)
        case Exemption():
            if record.home_id is not None:
                yield Reference("home_id", Home, record.home_id)
            for child_id in sorted(record.child_ids):
                yield Reference("child_ids", Child, child_id)
        case Hold():
            target: type[Record] = Home if record.scope is HoldScope.HOME else Provider
            yield Reference("target_id", target, record.target_id)


def check_references(work: Work, record: Record) -> None:
    """Raise :class:`InvalidError` when a record names one that is not stored."""
    for reference in references_of(record):
        if work.maybe(reference.type, reference.record_id) is None:
            label = kind_of(reference.type).singular
            raise InvalidError(
                f"{reference.field} names the {label} {reference.record_id}, which is not "
                "stored. Store it first, or correct the identifier.",
                field=reference.field,
            )


def check_unneeded(work: Work, record: Record) -> None:
    """Raise :class:`ConflictError` when another record needs one that is to be taken out.

    Only what the database does not know of itself is looked for here.
    """
    kind = kind_of(type(record))
    record_id = kind.record_id(record)
    for type_, name in _NEEDED_BY.get(type(record), ()):
        for held in work.find(type_):
            if record_id in _named(held.record, name):
                other = kind_of(type_)
                raise ConflictError(
                    f"The {kind.singular} {record_id} is named by the {other.singular} "
                    f"{other.record_id(held.record)}, so it stays. Change that one first."
                )


_NEEDED_BY: dict[type[Record], tuple[tuple[type[Record], str], ...]] = {
    Child: ((ReferralCase, "child_ids"), (Exemption, "child_ids"), (SiblingGroup, "links")),
    Agreement: (
        (Home, "agreement_ids"),
        (CarePlacement, "agreement_id"),
        (Offer, "agreement_id"),
    ),
    Home: ((Hold, "target_id"), (SharedBeds, "home_id")),
    Provider: ((Hold, "target_id"),),
}


def _named(record: Any, name: str) -> frozenset[str]:
    value = getattr(record, name)
    if value is None:
        return frozenset()
    if isinstance(value, str):
        return frozenset({value})
    if name == "links":
        return frozenset(each for link in value for each in (link.child_a, link.child_b))
    return frozenset(value)
