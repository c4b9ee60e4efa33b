"""The referral form: the child's views first, saved as a draft, submitted when it is whole."""

from datetime import UTC, datetime, time
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.casework import referrals
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.rendering import render
from api.pages.words import LONDON
from api.problems import fault_of
from api.records.actor import Actor, Permission
from api.records.referral_case import (
    Advocacy,
    Camhs,
    EntryRoute,
    LegalBasis,
    ReferralCase,
    ReferralDraft,
    ReferralRisk,
    ViewsMissing,
)
from api.records.text import WITHHELD, without_free_text
from api.storage.work import Work
from matcher.domain.codes import LegalStatus
from matcher.domain.home import Setting
from matcher.domain.referral import Timescale
from matcher.domain.sibling_group import AssessorRole
from matcher.errors import NotFoundError

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_WRITE = Annotated[Actor, Depends(allowed(Permission.WRITE_REFERRALS))]
E = TypeVar("E")
CHOICES: dict[str, Any] = {
    "timescales": Timescale,
    "entries": EntryRoute,
    "settings": [each for each in Setting if each.offered],
    "statuses": LegalStatus,
    "deciders": AssessorRole,
    "risks": ReferralRisk,
    "missing": ViewsMissing,
    "advocacies": Advocacy,
    "camhs_states": Camhs,
}
DAYS = ("child_views_on", "family_views_on", "needed_by", "decided_on", "began")


@router.get("/referrals/new")
def new(
    actor: MAY_WRITE,
    request: Request,
    work: CurrentWork,
    child: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Ask for what a referral needs."""
    return _form(request, actor, typed={"child_ids": child})


@router.post("/referrals/new")
def draft(actor: MAY_WRITE, request: Request, work: CurrentWork, form: Form) -> Response:
    """Save a new draft; submit it as well when that is asked for."""
    try:
        held = referrals.draft(work, _asked(form, work))
        if form.get("do") == "submit":
            held = referrals.submit(work, held.record.referral_id)
    except (InvalidError, ConflictError, NotFoundError) as error:
        return _form(request, actor, typed=_typed(form), wrong=error)
    return see_other(f"/referrals/{held.record.referral_id}")


@router.get("/referrals/{referral_id}/edit")
def edit(actor: MAY_WRITE, request: Request, work: CurrentWork, referral_id: str) -> Response:
    """Show a referral in the form."""
    held = work.get(ReferralCase, referral_id)
    work.read(*held.record.child_ids, why="editing a referral")
    case = held.record if actor.see_names else without_free_text(held.record)
    return _form(
        request, actor, typed=_typed_of(case), referral_id=referral_id, version=held.version
    )


@router.post("/referrals/{referral_id}/edit")
def amend(
    actor: MAY_WRITE, request: Request, work: CurrentWork, referral_id: str, form: Form
) -> Response:
    """Save what was changed; submit it as well when that is asked for."""
    version = version_in(form)
    try:
        asked = _asked(form, work, before=work.get(ReferralCase, referral_id).record)
        referrals.amend(work, referral_id, asked, expected=version)
        if form.get("do") == "submit":
            referrals.submit(work, referral_id)
    except (InvalidError, ConflictError, NotFoundError, StaleError) as error:
        return _form(
            request,
            actor,
            typed=_typed(form),
            wrong=error,
            referral_id=referral_id,
            version=work.get(ReferralCase, referral_id).version,
        )
    return see_other(f"/referrals/{referral_id}")


@router.post("/referrals/{referral_id}/submission")
def submit(actor: MAY_WRITE, work: CurrentWork, referral_id: str, form: Form) -> Response:
    """Submit a draft."""
    referrals.submit(work, referral_id, expected=version_in(form))
    return see_other(f"/referrals/{referral_id}")


@router.post("/referrals/{referral_id}/withdrawal")
def withdraw(actor: MAY_WRITE, work: CurrentWork, referral_id: str, form: Form) -> Response:
    """Withdraw a referral, with the reason."""
    why = text_in(form, "why")
    if why is None:
        raise InvalidError("Go back, and say why it is withdrawn.", field="why")
    referrals.withdraw(work, referral_id, why, expected=version_in(form))
    return see_other(f"/referrals/{referral_id}")


@router.post("/referrals/{referral_id}/reopening")
def reopen(actor: MAY_WRITE, work: CurrentWork, referral_id: str, form: Form) -> Response:
    """Open a withdrawn referral again."""
    referrals.reopen(work, referral_id, expected=version_in(form))
    return see_other(f"/referrals/{referral_id}")


def _asked(form: Form, work: Work, before: ReferralCase | None = None) -> ReferralDraft:
    """Return what was typed as a referral; of what the form does not ask, what was there."""
    ids = tuple(str(form.get("child_ids", "")).replace(",", " ").split())
    if not ids:
        raise InvalidError("Say whose home is sought, by pseudonym.", field="child_ids")
    needed = day_in(form, "needed_by")
    if needed is None:
        raise InvalidError("Say by which day a home is needed.", field="needed_by")
    began = day_in(form, "began")
    weeks = str(form.get("expected_weeks", "")).strip()
    if weeks and not weeks.isdecimal():
        raise InvalidError("Enter a whole number of weeks.", field="expected_weeks")
    values: dict[str, Any] = (
        {}
        if before is None
        else {name: getattr(before, name) for name in ReferralDraft.model_fields}
    )
    values |= {
        "child_ids": ids,
        "received_on": values.get("received_on", work.today),
        "needed_by": needed,
        "timescale": _one(form, "timescale", Timescale) or Timescale.PLANNED,
        "settings_sought": _some(form, "settings_sought", Setting),
        "expected_weeks": int(weeks) if weeks else None,
        "child_views_on": day_in(form, "child_views_on"),
        "child_views_missing": _one(form, "child_views_missing", ViewsMissing),
        "family_views_on": day_in(form, "family_views_on"),
        "family_views_missing": _one(form, "family_views_missing", ViewsMissing),
        "entry": _one(form, "entry", EntryRoute) or EntryRoute.PLANNED,
        "began_at": None
        if began is None
        else datetime.combine(began, _clock_time(form), LONDON).astimezone(UTC),
        "legal_basis": _legal_basis(form, before),
        "risks": _some(form, "risks", ReferralRisk),
        "risk_remarks": _kept(form, "risk_remarks", before.risk_remarks if before else None),
        "advocacy": _one(form, "advocacy", Advocacy) or Advocacy.NOT_OFFERED,
        "camhs": _one(form, "camhs", Camhs) or Camhs.NOT_KNOWN,
        "boarding": form.get("boarding") == "yes",
    }
    try:
        return ReferralDraft(**values)
    except ValidationError as error:
        fault = fault_of(error.errors()[0])
        raise InvalidError(
            f"{fault.detail[0].upper()}{fault.detail[1:]}", field=fault.field or "child_ids"
        ) from None


def _legal_basis(form: Form, before: ReferralCase | None) -> LegalBasis | None:
    status = _one(form, "legal_status", LegalStatus)
    decided_on = day_in(form, "decided_on")
    decided_by = _one(form, "decided_by", AssessorRole)
    was = before.legal_basis.rationale if before and before.legal_basis else None
    rationale = _kept(form, "rationale", was)
    parts = (status, decided_on, decided_by, rationale)
    if not any(parts):
        return None
    if status is None:
        raise InvalidError("Say under which law the child is looked after.", field="legal_status")
    if decided_on is None:
        raise InvalidError("Say when it was decided to look after them.", field="decided_on")
    if decided_by is None:
        raise InvalidError("Say who decided it, by role.", field="decided_by")
    if rationale is None:
        raise InvalidError("Say why the statement or the order was sought.", field="rationale")
    return LegalBasis(
        legal_status=status, decided_on=decided_on, decided_by=decided_by, rationale=rationale
    )


def _kept(form: Form, name: str, before: str | None) -> str | None:
    """Return what was typed; what was there before where it was not shown to who typed."""
    text = text_in(form, name)
    return before if text == WITHHELD else text


def _clock_time(form: Form) -> time:
    text = str(form.get("began-time", "")).strip() or "00:00"
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise InvalidError("Enter a time such as 17:30.", field="began") from None


def _one(form: Form, name: str, kind: Any) -> Any:
    text = str(form.get(name, ""))
    return next((each for each in kind if each.value == text), None)


def _some(form: Form, name: str, kind: Any) -> frozenset[Any]:
    texts = {str(each) for each in form.getlist(name)}
    return frozenset(each for each in kind if each.value in texts)


def _typed(form: Form) -> dict[str, Any]:
    return {
        **{key: str(value) for key, value in form.items()},
        "risks": [str(each) for each in form.getlist("risks")],
        "settings_sought": [str(each) for each in form.getlist("settings_sought")],
    }


def _typed_of(case: ReferralCase) -> dict[str, Any]:
    """Return a referral as if it had been typed."""
    began = None if case.began_at is None else case.began_at.astimezone(LONDON)
    basis = case.legal_basis
    typed: dict[str, Any] = {
        "child_ids": " ".join(case.child_ids),
        "timescale": case.timescale.value,
        "settings_sought": [each.value for each in case.settings_sought],
        "expected_weeks": "" if case.expected_weeks is None else str(case.expected_weeks),
        "child_views_missing": _value(case.child_views_missing),
        "family_views_missing": _value(case.family_views_missing),
        "entry": case.entry.value,
        "legal_status": _value(basis and basis.legal_status),
        "decided_by": _value(basis and basis.decided_by),
        "rationale": basis.rationale if basis else "",
        "risks": [each.value for each in case.risks],
        "risk_remarks": case.risk_remarks or "",
        "advocacy": case.advocacy.value,
        "camhs": case.camhs.value,
        "boarding": "yes" if case.boarding else "",
        "began-time": "" if began is None else f"{began:%H:%M}",
    }
    days = (
        case.child_views_on,
        case.family_views_on,
        case.needed_by,
        basis.decided_on if basis else None,
        None if began is None else began.date(),
    )
    for name, day in zip(DAYS, days, strict=True):
        if day is not None:
            typed |= {
                f"{name}-day": str(day.day),
                f"{name}-month": str(day.month),
                f"{name}-year": str(day.year),
            }
    return typed


def _value(member: Any) -> str:
    return "" if member is None else str(member.value)


def _form(
    request: Request,
    actor: Actor,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | NotFoundError | None = None,
    referral_id: str | None = None,
    version: int | None = None,
) -> Response:
    if isinstance(wrong, NotFoundError):
        wrong = InvalidError(wrong.sentence, field="child_ids")
    return render(
        request,
        "referrals/form.html",
        status=200 if wrong is None else 422,
        actor=actor,
        typed=typed,
        wrong=wrong,
        referral_id=referral_id,
        version=version,
        **CHOICES,
    )
