"""What kinds of record there are: one entry a kind, one table a kind.

A new kind is a :class:`~matcher.domain.record.Record` in :mod:`api.records`, an entry in one of
the tuples that :data:`KINDS` is made of, and a migration, which
``python -m api.storage.migrations draft NAME`` writes.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from api.errors import InvalidError
from api.storage.access_kinds import ACCESS_KINDS
from api.storage.casework_kinds import CASEWORK_KINDS
from api.storage.domain_kinds import DOMAIN_KINDS

if TYPE_CHECKING:
    from api.storage.kind import Kind
    from matcher.domain.record import Record

KINDS: dict[str, Kind] = {
    kind.name: kind for kind in (*DOMAIN_KINDS, *CASEWORK_KINDS, *ACCESS_KINDS)
}
"""Every kind, by the name of its table."""

_BY_TYPE: dict[type[Record], Kind] = {kind.type: kind for kind in KINDS.values()}


def kind_of(type_: type[Record]) -> Kind:
    """Return the kind of a class of records.

    Raises
    ------
    LookupError
        If it is not stored.
    """
    try:
        return _BY_TYPE[type_]
    except KeyError:
        raise LookupError(f"{type_.__name__} is no kind of stored record") from None


def kind_named(name: str) -> Kind:
    """Return the kind of a name.

    Raises
    ------
    InvalidError
        If there is none.
    """
    try:
        return KINDS[name]
    except KeyError:
        raise InvalidError(
            f"There is no kind of record called {name!r}. There are: {', '.join(sorted(KINDS))}."
        ) from None


def parents_of(kind: Kind) -> dict[str, Kind]:
    """Return, by column, the kinds that a record may name and that belong to children.

    A step of a search belongs to the children of its referral; a home belongs to none.
    """
    named = {column: each.names for column, each in kind.lifted.items() if each.names}
    return {column: KINDS[name] for column, name in named.items() if belongs_to_children(name)}


@cache
def belongs_to_children(name: str) -> bool:
    """Whether records of a kind are children's, by themselves or by what they name."""
    kind = KINDS[name]
    return kind.names_children or any(
        lifted.names is not None and lifted.names != name and belongs_to_children(lifted.names)
        for lifted in kind.lifted.values()
    )


@cache
def depth_of(name: str) -> int:
    """Return how many kinds stand above one: what is named is stored before what names it."""
    above = [each.names for each in KINDS[name].lifted.values() if each.names not in (None, name)]
    return 1 + max((depth_of(each) for each in above if each is not None), default=0)
