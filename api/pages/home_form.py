"""What is recorded of a home, changed by form: beds, terms, what it can do, how it is bought."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.capacity.register import keep
from api.errors import ConflictError, InvalidError, ServiceError, StaleError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.forms import day_in, text_in, version_in
from api.pages.picking import built, needed, pence_in, whole_in
from api.pages.rendering import render
from api.records.actor import Actor, Permission
from api.storage.work import Work
from matcher.domain.agreement import Agreement
from matcher.domain.codes import Sex
from matcher.domain.home import Grade, Home, Household, TermsOfApproval
from matcher.domain.need import LEVEL_LABELS, Capability, NeedDomain

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_WRITE = Annotated[Actor, Depends(allowed(Permission.WRITE_HOMES))]
YES_NO = [("", "Not recorded"), ("yes", "Yes"), ("no", "No")]


@router.get("/homes/{home_id}/edit")
def edit(actor: MAY_WRITE, request: Request, work: CurrentWork, home_id: str) -> Response:
    """Show what is recorded, to be changed."""
    return _form(request, work, actor, home_id, typed={})


@router.post("/homes/{home_id}/edit")
def change(
    actor: MAY_WRITE, request: Request, work: CurrentWork, home_id: str, form: Form
) -> Response:
    """Store what is so now."""
    try:
        reason = needed(
            text_in(form, "reason"), "reason", "Say who told you, or why it is changed."
        )
        changed = _changed(work.get(Home, home_id).record, form)
        keep(work, changed, expected=version_in(form), reason=reason)
    except (InvalidError, ConflictError, StaleError) as error:
        typed = {**dict(form), "agreements": form.getlist("agreements")}
        return _form(request, work, actor, home_id, typed=typed, wrong=error)
    return see_other(f"/homes/{home_id}")


def _changed(home: Home, form: Form) -> Home:
    beds_approved = whole_in(form, "beds_approved", 0, 100)
    beds_usable = whole_in(form, "beds_usable", 0, 100)
    if beds_approved is None or beds_usable is None:
        field = "beds_approved" if beds_approved is None else "beds_usable"
        raise InvalidError("Enter how many beds; 0 for none.", field=field)
    terms = None
    if form.get("terms") == "recorded":
        terms = built(
            TermsOfApproval,
            otherwise="age_from",
            age_from=whole_in(form, "age_from", 0, 25),
            age_to=whole_in(form, "age_to", 0, 25),
            sex=next((each for each in Sex if each.value == form.get("sex")), None),
            number=whole_in(form, "number", 1, 100),
        )
    told = {"pets": _yes_in(form, "pets"), "smokers": _yes_in(form, "smokers")}
    household = built(Household, otherwise="pets", **{**home.household.by_field(), **told})
    levels = {domain: whole_in(form, f"level-{domain}", 0, 4) for domain in NeedDomain}
    values: dict[str, Any] = {
        "postcode": text_in(form, "postcode"),
        "beds_approved": beds_approved,
        "beds_usable": beds_usable,
        "available_from": day_in(form, "available_from"),
        "weekly_fee_pence": pence_in(form, "weekly_fee"),
        "emergency_only": form.get("emergency_only") == "yes",
        "terms": terms,
        "grade": next((each for each in Grade if each.value == form.get("grade")), None),
        "household": household,
        "long_term": _yes_in(form, "long_term"),
        "post_18": _yes_in(form, "post_18"),
        "agreement_ids": tuple(str(each) for each in form.getlist("agreements")),
        "capabilities": tuple(
            Capability(domain=domain, level=level)
            for domain, level in levels.items()
            if level is not None
        ),
    }
    return built(Home, otherwise="beds_usable", **{**home.by_field(), **values})


def _yes_in(form: Form, name: str) -> bool | None:
    return {"yes": True, "no": False}.get(str(form.get(name, "")))


def _as_typed(home: Home) -> dict[str, Any]:
    """Return a home as it stands in the fields of the form."""
    yes = {True: "yes", False: "no", None: ""}
    terms = home.terms or TermsOfApproval()
    fee = home.weekly_fee_pence
    typed: dict[str, Any] = {
        "postcode": home.postcode or "",
        "beds_approved": home.beds_approved,
        "beds_usable": home.beds_usable,
        "weekly_fee": "" if fee is None else f"{fee / 100:.2f}".removesuffix(".00"),
        "emergency_only": yes[home.emergency_only],
        "terms": "unknown" if home.terms is None else "recorded",
        "age_from": "" if terms.age_from is None else terms.age_from,
        "age_to": "" if terms.age_to is None else terms.age_to,
        "sex": "" if terms.sex is None else terms.sex.value,
        "number": "" if terms.number is None else terms.number,
        "grade": "" if home.grade is None else home.grade.value,
        "pets": yes[home.household.pets],
        "smokers": yes[home.household.smokers],
        "long_term": yes[home.long_term],
        "post_18": yes[home.post_18],
        "agreements": list(home.agreement_ids),
    }
    if home.available_from is not None:
        day = home.available_from
        typed |= {f"available_from-{part}": getattr(day, part) for part in ("day", "month", "year")}
    for capability in home.capabilities:
        typed[f"level-{capability.domain}"] = str(capability.level)
    return typed


def _form(
    request: Request,
    work: Work,
    actor: Actor,
    home_id: str,
    *,
    typed: dict[str, Any],
    wrong: ServiceError | None = None,
) -> Response:
    held = work.get(Home, home_id)
    theirs = work.find(Agreement, provider_id=held.record.provider_id)
    return render(
        request,
        "homes/form.html",
        status=200 if wrong is None else 422,
        actor=actor,
        home=held.record,
        version=held.version,
        agreements=[
            (each.record.agreement_id, f"{each.record.agreement_id}: {each.record.route.label}")
            for each in theirs
        ],
        sexes=[("", "Boys and girls"), (Sex.MALE.value, "Boys"), (Sex.FEMALE.value, "Girls")],
        grades=[(each.value, each.label.capitalize()) for each in Grade],
        yes_no=YES_NO,
        domains=[(each.value, each.label) for each in NeedDomain],
        levels=[("", "Not recorded"), *((str(n), each) for n, each in enumerate(LEVEL_LABELS))],
        typed=typed or _as_typed(held.record),
        wrong=wrong,
    )
