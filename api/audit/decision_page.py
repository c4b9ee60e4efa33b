"""A decision record as a page to print."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import jinja2

from matcher.domain.phrases import counted

if TYPE_CHECKING:
    from datetime import date, datetime

    from api.audit.decision import DecisionRecord

_LONDON = ZoneInfo("Europe/London")


def decision_page(record: DecisionRecord) -> str:
    """Return a decision as one page of HTML that needs nothing else.

    Parameters
    ----------
    record
        The decision.
    """
    return _environment().get_template("decision.html").render(it=record)


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("api.audit", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    made.filters |= {"day": _day, "moment": _moment, "pounds": _pounds, "words": _words}
    made.globals["counted"] = counted
    return made


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _moment(moment: datetime) -> str:
    here = moment.astimezone(_LONDON)
    return f"{here:%H:%M} on {_day(here)}"


def _pounds(pence: int | None) -> str:
    return "not agreed" if pence is None else f"£{pence / 100:,.2f}"


def _words(code: str) -> str:
    return code.replace("_", " ").lower()
