"""Leaving the first visit, and beginning it again."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from api.pages.asking import Form, PageRoute, allowed, see_other
from api.pages.first_visit import COOKIE, OVER
from api.records.actor import Actor, Permission
from api.routes.dependencies import CurrentService

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_USE = Annotated[Actor, Depends(allowed(Permission.USE_SESSION))]
YEAR_SECONDS = 365 * 24 * 3600
_STEP_PATH = re.compile(r"/(?:queue|referrals|matches|homes)(?:/[A-Za-z0-9._-]+){0,2}")
"""Where somebody may be sent back to: an address of ours that a step stands on."""


@router.post("/first-visit")
def first_visit(_: MAY_USE, service: CurrentService, form: Form) -> Response:
    """Leave the first visit, or begin it again."""
    again = form.get("do") == "again"
    back = str(form.get("back", ""))
    answer = see_other("/queue" if again or not _STEP_PATH.fullmatch(back) else back)
    answer.set_cookie(
        COOKIE,
        "again" if again else OVER,
        max_age=YEAR_SECONDS,
        secure=service.settings.secure,
        httponly=True,
        samesite="lax",
    )
    return answer
