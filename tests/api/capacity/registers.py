"""A small register over HTTP: one of everything, and what is sent for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.records.actor import Role
from tests.builders import BUCKS

if TYPE_CHECKING:
    from tests.api.access.doors import Browser, Doors

ELSEWHERE = "E06000042"


def child(child_id: str = "C-1", authority: str = BUCKS, **more: Any) -> dict[str, Any]:
    return {
        "child_id": child_id,
        "responsible_authority": authority,
        "date_of_birth": "2014-05-17",
        "sex": "2",
        "home_postcode": "HP13 7PR",
        **more,
    }


def home(home_id: str = "H-1", **more: Any) -> dict[str, Any]:
    return {
        "home_id": home_id,
        "setting": "foster",
        "provider_id": "P-1",
        "postcode": "HP11 2QW",
        "beds_approved": 2,
        "beds_usable": 2,
        **more,
    }


PROVIDER = {"provider_id": "P-1", "sector": "PR4"}
AGREEMENT = {
    "agreement_id": "A-1",
    "provider_id": "P-1",
    "route": "framework",
    "tier": 1,
    "fees": [{"weekly_fee_pence": 95000}],
}
GROUP = {"sibling_group_id": "SG-1"}
EXEMPTION = {
    "exemption_id": "E-1",
    "rule": "FOSTERING_LIMIT",
    "child_ids": ["C-1"],
    "home_id": "H-1",
    "granted_by": "agency_decision_maker",
    "granted_on": "2026-03-02",
}
RESIDENT = {"resident_id": "R-1", "home_id": "H-1", "responsible_authority": ELSEWHERE}
BUDGET = {"budget_id": "B-1", "budget": {"route": "spot", "weekly_pence": 100}}
DETAILS = {"child_id": "C-1", "full_name": "Zebedee Quillfeather", "known_as": "Zeb"}
CONSORTIUM = {"consortium_id": "CO-1", "label": "South", "members": [ELSEWHERE]}
SHARED = {"consortium_id": "CO-1", "home_id": "H-1", "beds": 1, "starts": "2026-03-01"}


def create(browser: Browser, path: str, body: dict[str, Any]) -> None:
    answer = browser.put(path, body)
    assert answer.status_code == 201, f"{path}: {answer.text}"
    assert answer.headers["etag"] == '"1"'


def fill(doors: Doors, authority: str = BUCKS) -> None:
    """Store one of everything in an authority."""
    manager = doors.of(Role.MANAGER, authority)
    commissioner = doors.of(Role.COMMISSIONER, authority)
    create(manager, "/v1/providers/P-1", PROVIDER)
    create(commissioner, "/v1/agreements/A-1", AGREEMENT)
    create(manager, "/v1/homes/H-1", home(agreement_ids=["A-1"]))
    create(manager, "/v1/sibling-groups/SG-1", GROUP)
    create(manager, "/v1/children/C-1", child(authority=authority, sibling_group_id="SG-1"))
    create(manager, "/v1/children/C-1/details", DETAILS)
    create(manager, "/v1/exemptions/E-1", EXEMPTION)
    create(manager, "/v1/residents/R-1", RESIDENT)
    create(commissioner, "/v1/budgets/B-1", BUDGET)
