"""Who lives in a home beside the children placed there, as a form asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.errors import InvalidError
from api.pages.forms import text_in
from api.pages.picking import built, whole_in
from matcher.domain.codes import Ethnicity
from matcher.domain.home import Household

if TYPE_CHECKING:
    from starlette.datastructures import FormData

NOBODY = "none"
"""Typed where it is known that there are none; nothing is typed where it is not known."""
_LONGEST_WORD = 40
_OLDEST = 25


def household_in(form: FormData, before: Household, *, carers: bool) -> Household:
    """Return a household as it was typed.

    Parameters
    ----------
    form
        The form.
    before
        As it was; what the form does not ask for stays.
    carers
        Whether carers live there with the children, so that more is asked for.

    Raises
    ------
    InvalidError
        If something cannot be so.
    """
    values: dict[str, Any] = {
        "pets": yes_in(form, "pets"),
        "smokers": yes_in(form, "smokers"),
    }
    if carers:
        ticked = {str(each) for each in form.getlist("ethnicities")}
        ethnicities = frozenset(each for each in Ethnicity if each.value in ticked)
        values |= {
            "adult_women": whole_in(form, "adult_women", 0, 20),
            "adult_men": whole_in(form, "adult_men", 0, 20),
            "own_children_ages": _ages_in(form, "own_children_ages"),
            # No box stands for having been recorded as none: whoever ticks nothing leaves it so.
            "ethnicities": ethnicities or (None if before.ethnicities else before.ethnicities),
            "religions": _words_in(form, "religions"),
            "languages": _words_in(form, "languages"),
        }
    return built(Household, otherwise="pets", **{**before.by_field(), **values})


def household_typed(household: Household) -> dict[str, Any]:
    """Return a household as it stands in the fields of the form."""
    return {
        "pets": yes_typed(household.pets),
        "smokers": yes_typed(household.smokers),
        "adult_women": number_typed(household.adult_women),
        "adult_men": number_typed(household.adult_men),
        "own_children_ages": _as_typed(household.own_children_ages, " "),
        "ethnicities": [each.value for each in household.ethnicities or ()],
        "religions": _as_typed(household.religions, ", "),
        "languages": _as_typed(household.languages, ", "),
    }


def yes_in(form: FormData, name: str) -> bool | None:
    """Return what was picked of yes and no; None for neither."""
    return {"yes": True, "no": False}.get(str(form.get(name, "")))


def yes_typed(value: bool | None) -> str:
    """Return yes or no as it stands in a field; nothing for neither."""
    return {True: "yes", False: "no", None: ""}[value]


def number_typed(value: int | None) -> int | str:
    """Return a number as it stands in a field; nothing where it is not recorded."""
    return "" if value is None else value


def _as_typed(values: Any, between: str) -> str:
    if values is None:
        return ""
    return between.join(str(each) for each in sorted(values)) or NOBODY


def _ages_in(form: FormData, name: str) -> tuple[int, ...] | None:
    text = (text_in(form, name) or "").lower()
    ages = text.replace(",", " ").split()
    if ages in ([], [NOBODY]):
        return () if ages else None
    if any(not each.isdecimal() or len(each) > 2 or int(each) > _OLDEST for each in ages):
        raise InvalidError(
            f"Enter ages in years up to {_OLDEST}, such as 4 9, or “{NOBODY}”.", field=name
        )
    return tuple(int(each) for each in ages)


def _words_in(form: FormData, name: str) -> frozenset[str] | None:
    text = (text_in(form, name) or "").lower()
    words = [each for each in (part.strip() for part in text.split(",")) if each]
    if words in ([], [NOBODY]):
        return frozenset() if words else None
    if any(len(each) > _LONGEST_WORD or "@" in each or _has_digit(each) for each in words):
        raise InvalidError(
            f"Write each as one term with commas between them, or “{NOBODY}”.", field=name
        )
    return frozenset(words)


def _has_digit(text: str) -> bool:
    return any(each.isdigit() for each in text)
