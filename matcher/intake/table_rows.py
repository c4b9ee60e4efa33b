"""What came of reading one table."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass
class TableRows:
    """What came of one table.

    Parameters
    ----------
    keyed
        Records of a table with a key: row number and record by identifier.
    owned
        Rows that belong to records of another table, by the identifier of that record.
    listed
        Rows of a table with neither.
    seen
        The row of every identifier that occurs, whether or not its row could be read.
    count, rejected
        Rows read, and rows not.
    usable
        Whether the table could be read at all.
    """

    keyed: dict[str, tuple[int, Any]] = field(default_factory=dict)
    owned: dict[str, list[tuple[int, Any]]] = field(default_factory=dict)
    listed: list[tuple[int, Any]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    count: int = 0
    rejected: int = 0
    usable: bool = True

    def all_rows(self) -> Iterable[tuple[int, Any]]:
        """List every row that was read, with its number."""
        return chain(self.keyed.values(), chain.from_iterable(self.owned.values()), self.listed)
