"""The five steps of a first visit, from the queue to a choice, and on which page each stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from api.records.actor import Permission

if TYPE_CHECKING:
    from starlette.requests import Request

    from api.records.actor import Actor

COOKIE = "nearhome_first_visit"
OVER = "over"


class VisitStep(NamedTuple):
    """One of the five steps."""

    number: int
    title: str
    words: str
    """What to do on this page."""


_STEPS: tuple[tuple[re.Pattern[str], VisitStep], ...] = tuple(
    (re.compile(pattern), VisitStep(number, title, words))
    for number, (pattern, title, words) in enumerate(
        (
            (
                r"/queue|/referrals",
                "What needs doing",
                "The most urgent stands first. Choose a child who waits for a home.",
            ),
            (
                r"/referrals/[^/]+",
                "One referral",
                "Read what the child says. Open its search, then have every home ranked.",
            ),
            (
                r"/matches/[^/]+",
                "The ranking",
                "Each card says what speaks for a home and against it. Put one or more on the "
                "shortlist, and tick two to put them side by side.",
            ),
            (
                r"/matches/[^/]+/(?:compare|what-if|not-offered)|/homes/[^/]+",
                "A closer look",
                "See what each home can do, and why others are not offered. Then go back to the "
                "referral.",
            ),
            (
                r"/referrals/[^/]+/choice",
                "The choice",
                "You choose, and say why. The bed is kept at once; who approves the money is asked "
                "by itself.",
            ),
        ),
        start=1,
    )
)
STEPS = len(_STEPS)


def visit_step(request: Request, actor: Actor | None) -> VisitStep | None:
    """Return the step that a page is in the first visit; None where it has none, or it is over.

    Parameters
    ----------
    request
        For the page.
    actor
        Who is signed in; only who searches for homes is guided.
    """
    if actor is None or not actor.may(Permission.SEARCH_HOMES):
        return None
    if request.cookies.get(COOKIE) == OVER:
        return None
    path = request.url.path
    if path in ("/referrals/new", "/homes/new"):
        return None
    return next((step for pattern, step in _STEPS if pattern.fullmatch(path)), None)
