"""What a home's form asks for: what was typed as a home has it, and the other way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.errors import InvalidError
from api.pages.forms import day_in
from api.pages.household import household_in, household_typed, number_typed, yes_in, yes_typed
from api.pages.picking import built, children_in, needed, pence_in, postcode_in, whole_in
from matcher.domain.codes import Sex
from matcher.domain.home import Grade, Home, Household, Setting, TermsOfApproval
from matcher.domain.need import Adaptation, Capability, NeedDomain
from matcher.geography.location import Precision

if TYPE_CHECKING:
    from starlette.datastructures import FormData

    from api.storage.work import Work
    from api.worlds.worlds import Worlds

LIMITS = ("age_from", "age_to", "sex", "number")
SEVERAL = ("agreements", "adaptations", "ethnicities", "another")
"""Fields in which boxes are ticked."""


def home_in(
    form: FormData, work: Work, worlds: Worlds, kind: Setting, before: Home | None
) -> dict[str, Any]:
    """Return what was typed, by the fields of a home; what is not asked for is not in it."""
    beds = {name: whole_in(form, name, 0, 100) for name in ("beds_approved", "beds_usable")}
    for field, count in beds.items():
        needed(count, field, "Enter how many beds; 0 for none.")
    values: dict[str, Any] = {
        **beds,
        "bedrooms": whole_in(form, "bedrooms", 0, 100),
        "available_from": day_in(form, "available_from"),
        "emergency_only": form.get("emergency_only") == "yes",
        "postcode": _postcode(form, worlds, None if before is None else before.postcode),
    }
    if kind is Setting.CONNECTED:
        known = frozenset() if before is None else before.connected_to
        values["connected_to"] = children_in(work, form, "connected_to", known)
        if before is None and not values["connected_to"]:
            raise InvalidError(
                "Say for which children it is assessed, such as C-0012.", field="connected_to"
            )
    values["terms"] = _terms(form, before)
    if kind is not Setting.PARENT_AND_CHILD:
        values["takes_parent_and_child"] = form.get("takes_parent_and_child") == "yes"
    if not kind.fostering:
        values["registered"] = yes_in(form, "registered")
        values["urn"] = whole_in(form, "urn", 1, 99_999_999)
    levels = {domain: whole_in(form, f"level-{domain}", 0, 4) for domain in NeedDomain}
    household = Household() if before is None else before.household
    return values | {
        "capabilities": tuple(
            Capability(domain=domain, level=level)
            for domain, level in levels.items()
            if level is not None
        ),
        "adaptations": _adaptations(form),
        "grade": next((each for each in Grade if each.value == form.get("grade")), None),
        "long_term": yes_in(form, "long_term"),
        "post_18": yes_in(form, "post_18"),
        "household": household_in(form, household, carers=kind.fostering),
        "agreement_ids": tuple(str(each) for each in form.getlist("agreements")),
        "weekly_fee_pence": pence_in(form, "weekly_fee"),
    }


def _postcode(form: FormData, worlds: Worlds, before: str | None) -> str | None:
    """Return the postcode; a new one must be some place's, at least by its first half."""
    postcode = postcode_in(form, "postcode")
    if postcode is None or postcode == before:
        return postcode
    if worlds.locate((postcode,))[postcode].precision is Precision.UNKNOWN:
        raise InvalidError(
            "No place is known by that postcode. Check it, or leave it empty until it is known.",
            field="postcode",
        )
    return postcode


def _terms(form: FormData, before: Home | None) -> TermsOfApproval | None:
    if form.get("terms") == "recorded":
        return built(
            TermsOfApproval,
            otherwise="age_from",
            age_from=whole_in(form, "age_from", 0, 25),
            age_to=whole_in(form, "age_to", 0, 25),
            sex=next((each for each in Sex if each.value == form.get("sex")), None),
            number=whole_in(form, "number", 1, 100),
        )
    if form.get("terms") != "unknown":
        raise InvalidError("Choose what is known of its terms of approval.", field="terms")
    # Whoever changes a home finds its limits filled in: there they are let go of with the terms.
    if before is None and any(form.get(name) for name in LIMITS):
        raise InvalidError("Choose “Recorded”, or take the limits out.", field="terms")
    return None


def _adaptations(form: FormData) -> frozenset[Adaptation] | None:
    """Return what was ticked; None when nothing was, which is not the same as none."""
    ticked = {str(each) for each in form.getlist("adaptations")}
    found = frozenset(each for each in Adaptation if each.value in ticked)
    if "none" in ticked and found:
        raise InvalidError("Untick “None of these”, or the others.", field="adaptations")
    return found if ticked else None


def as_sent(form: FormData) -> dict[str, Any]:
    """Return what was typed, as it is shown again."""
    ticked = {name: form.getlist(name) for name in SEVERAL}
    return {**dict(form), **ticked}


def home_typed(home: Home) -> dict[str, Any]:
    """Return a home as it stands in the fields of the form."""
    terms = home.terms or TermsOfApproval()
    fee = home.weekly_fee_pence
    adaptations = home.adaptations
    typed: dict[str, Any] = {
        "postcode": home.postcode or "",
        "beds_approved": home.beds_approved,
        "beds_usable": home.beds_usable,
        "bedrooms": number_typed(home.bedrooms),
        "weekly_fee": "" if fee is None else f"{fee / 100:.2f}".removesuffix(".00"),
        "emergency_only": yes_typed(home.emergency_only),
        "takes_parent_and_child": yes_typed(home.takes_parent_and_child),
        "connected_to": " ".join(sorted(home.connected_to)),
        "terms": "unknown" if home.terms is None else "recorded",
        "age_from": number_typed(terms.age_from),
        "age_to": number_typed(terms.age_to),
        "sex": "" if terms.sex is None else terms.sex.value,
        "number": number_typed(terms.number),
        "registered": yes_typed(home.registered),
        "urn": number_typed(home.urn),
        "grade": "" if home.grade is None else home.grade.value,
        "adaptations": [] if adaptations is None else [*sorted(adaptations)] or ["none"],
        **household_typed(home.household),
        "long_term": yes_typed(home.long_term),
        "post_18": yes_typed(home.post_18),
        "agreements": list(home.agreement_ids),
    }
    if home.available_from is not None:
        day = home.available_from
        typed |= {f"available_from-{part}": getattr(day, part) for part in ("day", "month", "year")}
    for capability in home.capabilities:
        typed[f"level-{capability.domain}"] = str(capability.level)
    return typed
