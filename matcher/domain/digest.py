"""A hash of many records in any order, kept current as records come, change and go."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from matcher.domain.places import postcodes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from matcher.domain.record import Record
    from matcher.geography.location import Location

MODULUS = 2**256


class DataDigest:
    """The sum of the SHA-256 of records, each with where the postcodes it names lie.

    A sum can be kept current: what goes is taken off, what comes is put on. It tells whether
    an answer was made from the same data; it is no guard against a forger, which is what a
    chained record of changes is for.

    Parameters
    ----------
    locations
        Where postcodes lie; it may grow later.

    References
    ----------
    Bellare and Micciancio (1997), "A new paradigm for collision-free hashing: incrementality
    at reduced cost", EUROCRYPT: AdHash.
    """

    def __init__(self, locations: Mapping[str, Location]) -> None:
        self._locations = locations
        self._sum = 0

    def add(self, *records: Record) -> None:
        """Put records on."""
        self._sum = (self._sum + sum(map(self._value, records))) % MODULUS

    def remove(self, *records: Record) -> None:
        """Take records off that were put on, in whatever order."""
        self._sum = (self._sum - sum(map(self._value, records))) % MODULUS

    def hexdigest(self, header: str, others: Iterable[Record] = ()) -> str:
        """Return the hash of all records put on, with a header and some more records.

        Parameters
        ----------
        header
            What is so of them together.
        others
            Records that stand in no register, such as budgets.
        """
        total = (self._sum + sum(map(self._value, others))) % MODULUS
        return hashlib.sha256(f"{header}|{total:064x}".encode()).hexdigest()

    def _value(self, record: Record) -> int:
        # pydantic's own JSON: fields in the order of the class, sets in order (SortedSet).
        places = [repr(self._locations.get(each)) for each in postcodes_of(record)]
        text = f"{type(record).__name__}{record.model_dump_json()}{places}"
        return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
