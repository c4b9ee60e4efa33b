"""What routes share that store records: the reason, the identifier twice, the status."""

from typing import Annotated, TypeVar

from fastapi import Header, Response

from api.errors import InvalidError
from api.routes.answers import HeldOut
from api.storage.kinds import kind_of
from api.storage.reading import Held
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)

_ABOUT = "Why, for the audit trail. No names."

Reason = Annotated[
    str,
    Header(
        alias="Near-Home-Reason",
        max_length=400,
        description=_ABOUT,
        examples=["copied from the case file"],
    ),
]
"""Why a record is changed; may be left out."""

ReasonNeeded = Annotated[
    str,
    Header(
        alias="Near-Home-Reason",
        min_length=3,
        max_length=400,
        description=_ABOUT,
        examples=["entered twice"],
    ),
]
"""Why a record is taken out."""


def check_same_id(record_id: str, record: Record) -> None:
    """Raise :class:`InvalidError` when a body is not of the record that the address names.

    Parameters
    ----------
    record_id
        In the address.
    record
        The body.
    """
    kind = kind_of(type(record))
    if kind.record_id(record) != record_id:
        raise InvalidError(
            f"The address names the {kind.singular} {record_id}, and {kind.key} in the body names "
            "another.",
            field=kind.key,
        )


def stored(held: Held[R], type_: type[R], version: int, response: Response) -> HeldOut[R]:
    """Return what is answered for a record that was stored: 201 when it is new.

    Parameters
    ----------
    held
        As it is stored now.
    type_
        Its class.
    version
        The version that was meant; 0 for a new one.
    response
        Of the request.
    """
    if version == 0:
        response.status_code = 201
    return HeldOut[type_].of(held, response)  # type: ignore[valid-type]
