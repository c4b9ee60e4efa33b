"""How days, moments and miles are written on pages."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from matcher.domain.phrases import day_words

LONDON = ZoneInfo("Europe/London")


def date_words(day: date) -> str:
    """Return a day, or the day in London of a moment, as people write it: "31 March 2025"."""
    return day_words(day.astimezone(LONDON).date() if isinstance(day, datetime) else day)


def due_words(day: date, today: date) -> str:
    """Return a day as somebody thinks of it who has to keep it: "today", "Friday 28 November".

    Parameters
    ----------
    day
        The day, or a moment of it.
    today
        The date in London.
    """
    day = day.astimezone(LONDON).date() if isinstance(day, datetime) else day
    away = (day - today).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}.get(away)
    if near is not None:
        return near
    return f"{day:%A} {day.day} {day:%B}" if 0 < away < 7 else day_words(day)


def moment_words(instant: datetime) -> str:
    """Return a moment as people write it: "31 March 2025, 2:05pm"."""
    local = instant.astimezone(LONDON)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{day_words(local.date())}, {hour}:{local.minute:02}{half}"


def miles_words(miles: float | None) -> str:
    """Return a distance as people write it: "3.4 miles"; "not known" where it is not."""
    if miles is None:
        return "not known"
    return "1 mile" if round(miles, 1) == 1 else f"{miles:.1f} miles"


def capitalize_first(text: str) -> str:
    """Return text with a capital at its beginning, and otherwise as it is."""
    return text[:1].upper() + text[1:]
