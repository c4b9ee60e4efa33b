"""The base of every domain value: frozen, validated, changed only by ``replace``."""

from __future__ import annotations

from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
)

T = TypeVar("T")

Identifier = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$"
    ),
]
"""Letters, digits, dot, underscore, slash and hyphen: a pseudonym, never a name."""

AuthorityCode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[EWSN]\d{8}$")]
"""ONS nine-character code of a local authority, such as E06000060."""

Postcode = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_upper=True,
        pattern=r"(?i)^[A-Z]{1,2}[0-9][A-Z0-9]?( [0-9][A-Z]{2})?$",
    ),
]
"""A postcode with one space ("HP13 7PR"), or an outcode alone ("HP13")."""

Word = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, to_lower=True, min_length=1, max_length=40, pattern=r"^[^\d@]+$"
    ),
]
"""One lower-case term from the council's own list, such as a language or a religion."""

Pence = Annotated[int, Field(ge=0, le=10_000_000)]
"""Money in whole pence a week, up to £100,000."""

Age = Annotated[int, Field(ge=0, le=25)]
"""Completed years."""

SortedSet = Annotated[frozenset[T], PlainSerializer(sorted, when_used="json")]
"""A set that is written in order, so that equal records give equal text."""


def _in_order(values: tuple[T, ...]) -> tuple[T, ...]:
    return values if len(values) < 2 else tuple(sorted(values, key=repr))


Unordered = Annotated[tuple[T, ...], AfterValidator(_in_order)]
"""Several values whose order means nothing; kept in one order, so that input order is lost."""


class Record(BaseModel):
    """A frozen, validated value. Unknown fields are refused.

    What follows from the fields may be kept beside them as a cached property: it is left
    behind when a copy is made.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=False, revalidate_instances="never"
    )

    def replace(self, **changes: Any) -> Self:
        """Return a copy with some fields changed, validated anew.

        Parameters
        ----------
        **changes
            New values by field name.

        Returns
        -------
        Self
            The changed copy.

        Raises
        ------
        pydantic.ValidationError
            If the changed value does not hold together.
        """
        return type(self).model_validate({**self.by_field(), **changes})

    def by_field(self) -> dict[str, Any]:
        """Return the values by field name, as they are."""
        values = self.__dict__
        return {name: values[name] for name in type(self).model_fields}

    def __copy__(self) -> Self:
        """Return a copy of the fields alone."""
        copied = super().__copy__()
        kept = copied.__dict__
        for name in kept.keys() - type(self).model_fields.keys():
            del kept[name]
        return copied
