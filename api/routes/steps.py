"""What routes of casework share: the version that may be named, and what may not be read."""

from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Response

from api.casework.present import Judge, judge_by
from api.casework.states import Noun, Transition, actions_in
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.text import without_free_text
from api.routes.answers import HeldOut, PageOut
from api.routes.dependencies import CurrentActor, CurrentService, PageAsked
from api.routes.reading import known, listed
from api.storage.kinds import kind_of
from api.storage.reading import Held
from api.storage.work import Work
from matcher.domain.record import Record

R = TypeVar("R", bound=Record)

READ = documented(404, 422)
"""How a read may be refused."""

STEP = documented(404, 409, 412, 422)
"""How a step may be refused."""


def _if_match_maybe(
    if_match: Annotated[
        str | None,
        Header(
            description='The ETag of the version that is meant, such as `"3"`. Without it the '
            "step is taken on whatever is stored.",
            pattern=r'^"\d{1,18}"$',
        ),
    ] = None,
) -> int | None:
    return None if if_match is None else int(if_match.strip('"'))


IfMatchMaybe = Annotated[int | None, Depends(_if_match_maybe)]
"""The version that a step is meant for, where the caller says so."""


def _judge(service: CurrentService) -> Judge:
    return judge_by(service.worlds)


CurrentJudge = Annotated[Judge, Depends(_judge)]
"""Asks the rules how things stand, in the request's own transaction."""


def _seer(actor: CurrentActor) -> bool:
    return actor.see_names


SeesNames = Annotated[bool, Depends(_seer)]
"""Whether free text is shown: only to whoever may see names."""


def shown(
    held: Held[R], type_: type[R], *, names: bool, response: Response | None = None
) -> HeldOut[R]:
    """Return what is answered for a record: free text only to whoever may see names.

    Parameters
    ----------
    held
        As it is stored.
    type_
        Its class.
    names
        Whether who asks may see names.
    response
        Of the request, for its ETag; None in a list.
    """
    record = held.record if names else without_free_text(held.record)
    return HeldOut[type_].of(  # type: ignore[valid-type]
        Held(record, held.version, held.changed_at), response
    )


def begun(
    held: Held[R], type_: type[R], *, names: bool, response: Response, location: str
) -> HeldOut[R]:
    """Return what is answered for a record that was just made: 201, and where it is.

    Parameters
    ----------
    held, type_, names, response
        As for :func:`shown`.
    location
        The address of its kind, to which its identifier is added.
    """
    response.status_code = 201
    response.headers["Location"] = f"{location}/{kind_of(type_).record_id(held.record)}"
    return shown(held, type_, names=names, response=response)


def read_one(
    work: Work,
    type_: type[R],
    record_id: str,
    *,
    names: bool,
    response: Response,
    as_of: Any = None,
) -> HeldOut[R]:
    """Return a record as it is, or as it was known at a moment; the look is written down."""
    return shown(known(work, type_, record_id, as_of), type_, names=names, response=response)


def read_page(
    work: Work, type_: type[R], paging: PageAsked, *, names: bool, **wanted: Any
) -> PageOut[HeldOut[R]]:
    """Return one page of records; what is None is not asked for."""
    given = {name: value for name, value in wanted.items() if value is not None}
    page = listed(work, type_, paging, **given)
    if names:
        return page
    items = tuple(
        each.model_copy(update={"record": without_free_text(each.record)}) for each in page.items
    )
    return PageOut[HeldOut[type_]](items=items, next=page.next)  # type: ignore[valid-type]


class Possible(Record):
    """Something that may be done next.

    Parameters
    ----------
    action
        What.
    title
        As people write it.
    permission
        Who may; null for what follows by itself.
    allowed
        Whether who asks may.
    """

    action: str
    title: str
    permission: Permission | None
    allowed: bool


def possible(noun: Noun, state: Any, actor: Actor) -> tuple[Possible, ...]:
    """Return what may be done next with something in a state."""

    def one(step: Transition) -> Possible:
        return Possible(
            action=step.action,
            title=step.title,
            permission=step.permission,
            allowed=step.permission is not None and actor.may(step.permission),
        )

    return tuple(one(step) for step in actions_in(noun, state))


def created(type_: type[R]) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of an answer with a new record."""
    return {201: {"model": HeldOut[type_], "description": "It is new."}}  # type: ignore[valid-type]
