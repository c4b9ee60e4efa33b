"""The council's policy: read it, try a change on those who wait, keep it, see who did."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.errors import InvalidError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import text_in
from api.pages.rendering import render
from api.problems import fault_of
from api.records.actor import Actor, Permission
from api.records.council_policy import COUNCIL, LONGEST, CouncilPolicy
from api.records.referral_case import CaseState, ReferralCase
from api.routes.dependencies import CurrentService
from api.service import Service
from api.storage.history import history_of
from api.storage.work import Work
from matcher.criteria.catalogue import BY_NAME
from matcher.errors import NearHomeError, NotFoundError
from matcher.policy import Policy, shipped_text

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_SET = Annotated[Actor, Depends(allowed(Permission.MANAGE_SETTINGS))]
MOST_TRIED = 40
"""At most so many referrals are ranked twice for a preview."""
OWN_NAME = 'name = "councils_own"'


@dataclass(frozen=True, slots=True)
class Moved:
    """What a change would do to the ranking of one referral."""

    referral_id: str
    first_now: str
    first_then: str
    same_in_five: int
    """Of the five best now, how many are among the five best then."""

    @property
    def changed(self) -> bool:
        """Whether another home would be first."""
        return self.first_now != self.first_then


@router.get("/policy")
def policy(
    actor: MAY_SET, request: Request, work: CurrentWork, service: CurrentService
) -> Response:
    """Show the policy in force, and its versions."""
    return _page(request, work, service, actor, text=_text(work))


@router.post("/policy")
def change(
    actor: MAY_SET, request: Request, work: CurrentWork, service: CurrentService, form: Form
) -> Response:
    """Try a policy on those who wait, or keep it."""
    text = str(form.get("text", ""))[: LONGEST + 1].replace("\r\n", "\n")
    reason = text_in(form, "reason")
    version = str(form.get("version", "0"))
    try:
        wanted = _read(text)
        if form.get("do") == "store":
            if reason is None:
                raise InvalidError("Say why it is changed, for the record.", field="reason")
            work.put(
                wanted,
                reason=reason,
                expected=int(version) if version.isdecimal() else 0,
                action="policy.set",
                details={"name": wanted.policy.name, "version": wanted.policy.version},
            )
            return see_other("/policy")
    except (InvalidError, StaleError) as error:
        return _page(
            request, work, service, actor, text=text, wrong=error, reason=reason or "", typed=form
        )
    return _page(
        request,
        work,
        service,
        actor,
        text=text,
        reason=reason or "",
        tried=_tried(work, service, wanted.policy),
        weighed=_weighed(service.worlds.policy(work), wanted.policy),
    )


def _read(text: str) -> CouncilPolicy:
    try:
        return CouncilPolicy(text=text)
    except ValidationError as error:
        raise InvalidError(fault_of(error.errors()[0]).detail, field="text") from None


def _text(work: Work) -> str:
    held = work.maybe(CouncilPolicy, COUNCIL)
    if held is not None:
        return held.record.text
    return shipped_text("balanced").replace('name = "balanced"', OWN_NAME, 1)


def _tried(work: Work, service: Service, wanted: Policy) -> list[Moved]:
    """Rank everybody who is searched for now twice: as it is, and as it would be."""
    states = (CaseState.SUBMITTED, CaseState.SEARCHING)
    cases = [held.record for held in work.find(ReferralCase, state=states)]
    cases.sort(key=lambda case: (case.needed_by, case.referral_id))
    found = []
    for case in cases[:MOST_TRIED]:
        try:
            now = service.worlds.rank(work, case.referral_id, top=5).report.options
            then = service.worlds.rank(work, case.referral_id, top=5, policy=wanted).report.options
        except NotFoundError:
            continue  # a child of it is not in the records
        ids_now, ids_then = (
            ["+".join(part.home_id for part in each.parts) for each in options]
            for options in (now, then)
        )
        found.append(
            Moved(
                referral_id=case.referral_id,
                first_now=ids_now[0] if ids_now else "nobody",
                first_then=ids_then[0] if ids_then else "nobody",
                same_in_five=len(set(ids_now) & set(ids_then)),
            )
        )
    return found


def _weighed(now: Policy, then: Policy) -> list[tuple[str, float, float]]:
    """Return the weights that differ."""
    names = sorted({*now.weights, *then.weights})
    return [
        (name, now.weights.get(name, 0.0), then.weights.get(name, 0.0))
        for name in names
        if now.weights.get(name, 0.0) != then.weights.get(name, 0.0)
    ]


def _page(
    request: Request,
    work: Work,
    service: Service,
    actor: Actor,
    *,
    text: str,
    wrong: NearHomeError | None = None,
    reason: str = "",
    tried: list[Moved] | None = None,
    weighed: list[tuple[str, float, float]] | None = None,
    typed: Form | None = None,
) -> Response:
    held = work.maybe(CouncilPolicy, COUNCIL)
    versions = history_of(work, CouncilPolicy, COUNCIL)[::-1] if held is not None else []
    in_force = service.worlds.policy(work)
    return render(
        request,
        "policy/policy.html",
        status=200 if wrong is None else 422,
        actor=actor,
        in_force=in_force,
        own=held is not None,
        version=held.version if held is not None else 0,
        text=text,
        reason=reason,
        wrong=wrong,
        typed=typed or {},
        tried=tried,
        weighed=weighed,
        versions=versions,
        criteria={name: each.title for name, each in BY_NAME.items()},
        most=MOST_TRIED,
    )
