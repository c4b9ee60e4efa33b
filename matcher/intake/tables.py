"""Every table, in the order in which they are read: what is named stands before who names it."""

from __future__ import annotations

from datetime import date

from matcher.domain.record import AuthorityCode, Record
from matcher.intake.definition import Table, column
from matcher.intake.people import (
    CHILDREN,
    CONTACTS,
    NEEDS,
    REFERRALS,
    SAFETY_ZONES,
    SIBLING_GROUPS,
    SIBLING_LINKS,
    WISHES,
)
from matcher.intake.places import (
    AGREEMENTS,
    BUDGETS,
    EXEMPTIONS,
    FEES,
    HOLDS,
    HOMES,
    PLACEMENTS,
    PROVIDERS,
    RESIDENTS,
)


class Meta(Record):
    """What the data as a whole are.

    Parameters
    ----------
    as_of
        The date on which all of it was so.
    authority
        The council whose data they are.
    synthetic
        Whether the people are invented.
    """

    as_of: date
    authority: AuthorityCode
    synthetic: bool = False


META = Table(
    name="meta",
    one="line",
    meaning="One row about the data as a whole.",
    required=True,
    make=lambda values: Meta(**values),
    records=lambda world: (
        (
            "",
            Meta.model_construct(
                as_of=world.as_of, authority=world.authority, synthetic=world.synthetic
            ),
        ),
    ),
    columns=(
        column(Meta, "as_of", "The date on which all of the data were so."),
        column(Meta, "authority", "The council whose data they are."),
        column(Meta, "synthetic", "Whether the people are invented."),
    ),
)

TABLES: tuple[Table, ...] = (
    META,
    PROVIDERS,
    AGREEMENTS,
    FEES,
    HOMES,
    SIBLING_GROUPS,
    CHILDREN,
    NEEDS,
    SAFETY_ZONES,
    CONTACTS,
    WISHES,
    SIBLING_LINKS,
    REFERRALS,
    PLACEMENTS,
    RESIDENTS,
    EXEMPTIONS,
    HOLDS,
    BUDGETS,
)
"""All tables. A table stands after those that its columns refer to."""

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}
