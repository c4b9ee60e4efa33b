"""The postcodes that records name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matcher.domain.child import Child
from matcher.domain.home import Home

if TYPE_CHECKING:
    from matcher.domain.record import Record


def postcodes_of(record: Record) -> list[str]:
    """Return the postcodes that a record names, in order and each once.

    Parameters
    ----------
    record
        Any record; only children and homes name postcodes.
    """
    found: set[str | None] = set()
    if isinstance(record, Child):
        found.add(record.home_postcode)
        found.update(contact.postcode for contact in record.contacts)
        found.update(zone.postcode for zone in record.safety_zones)
        if record.school is not None:
            found.add(record.school.postcode)
    elif isinstance(record, Home):
        found.add(record.postcode)
    return sorted(each for each in found if each is not None)
