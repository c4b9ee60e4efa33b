"""A home is added by form, and changed by the same: it keeps what the form does not ask for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from api.records.actor import Role
from matcher.domain.codes import PlaceProvider
from matcher.domain.need import NeedDomain
from tests.api.pages.sending import day_fields, hidden_in, send
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.service import DemoService

OURS = min(
    key for key, each in small_county().providers.items() if each.sector is PlaceProvider.PR1
)
IN_HOUSE = min(key for key, each in small_county().agreements.items() if each.provider_id == OURS)
WAITING = {
    each.child_ids[0]: key
    for key, each in small_county().referrals.items()
    if len(each.child_ids) == 1
}
NEW = f"/homes/new?provider={OURS}&setting="
HOME = min(key for key, each in small_county().homes.items() if each.agreement_ids and each.terms)
INPUT = re.compile(r'<input class="govuk-(input|radios|checkboxes)[^>]*>')
SELECT = re.compile(r'<select[^>]* name="([^"]+)">(.*?)</select>', re.DOTALL)


def typed_in(page: str) -> dict[str, str | list[str]]:
    """Return what a browser would send of a form that nobody touched."""
    found: dict[str, str | list[str]] = {}
    for match in INPUT.finditer(page):
        tag = match.group()
        if match[1] != "input" and " checked" not in tag:
            continue
        name, value = (re.search(rf'{part}="([^"]*)"', tag) for part in ("name", "value"))
        assert name is not None
        kept = found.setdefault(name[1], [])
        assert isinstance(kept, list)
        kept.append("" if value is None else value[1])
    for match in SELECT.finditer(page):
        picked = re.search(r'value="([^"]*)" selected', match[2])
        found[match[1]] = "" if picked is None else picked[1]
    return found


def test_an_untouched_form_changes_nothing_and_a_changed_one_what_was_changed(
    sqlite_demo: DemoService,
) -> None:
    officer = sqlite_demo.of(Role.OFFICER)
    action = f"/homes/{HOME}/edit"
    shown = officer.get(action).text
    before = officer.get(f"/v1/homes/{HOME}").json()["record"]
    typed = {**hidden_in(shown, action), **typed_in(shown)}
    nameless = officer.client.post(action, data=typed)
    assert (nameless.status_code, "Say who told you" in nameless.text) == (422, True)
    typed["reason"] = "the provider rang"
    stored = officer.client.post(action, data=typed, follow_redirects=False)
    assert stored.status_code == 303, stored.text
    assert officer.get(f"/v1/homes/{HOME}").json()["record"] == before

    typed |= hidden_in(officer.get(action).text, action)
    more = {"beds_usable": str(before["beds_approved"] + 1)}
    refused = officer.client.post(action, data={**typed, **more})
    assert "usable beds are at most those approved" in refused.text.lower()
    changes = {"beds_usable": "0", "terms": "unknown", "agreements": [], "level-missing": "3"}
    assert officer.client.post(action, data={**typed, **changes}).status_code == 200
    after = officer.get(f"/v1/homes/{HOME}").json()["record"]
    assert (after["beds_usable"], after["terms"], after["agreement_ids"]) == (0, None, [])
    assert {"domain": "missing", "level": 3} in after["capabilities"]
    assert after["household"] == before["household"]
    assert sqlite_demo.of(Role.AUDITOR).get(action).status_code == 403


def test_a_new_home_is_found_by_the_next_ranking(sqlite_demo: DemoService) -> None:
    child, referral = min(WAITING.items())
    commissioner, officer = sqlite_demo.of(Role.COMMISSIONER), sqlite_demo.of(Role.OFFICER)
    assert officer.post(f"/v1/referrals/{referral}/matches", {"top": 5}).status_code == 201
    assert "Add a home" in commissioner.get("/vacancies").text
    assert f'href="/homes/new?provider={OURS}"' in commissioner.get(f"/providers/{OURS}").text
    asked = commissioner.get(f"/homes/new?provider={OURS}")
    assert f'value="{OURS}" selected>{OURS}: in-house' in asked.text
    nowhere = commissioner.get("/homes/new?provider=P-nobody&setting=foster")
    assert (nowhere.status_code, "Choose whose home it is" in nowhere.text) == (422, True)
    whole = {
        "beds_approved": "2",
        "beds_usable": "2",
        "postcode": (small_county().children[child].home_postcode or "").lower().replace(" ", ""),
        "terms": "recorded",
        "own_children_ages": "None",
        "ethnicities": ["WBRI", "CHNE"],
        "religions": "none",
        "languages": "English, Cantonese",
        "agreements": [IN_HOUSE],
        "reason": "panel of 12 March",
        **{f"level-{domain}".replace("-", "__"): "4" for domain in NeedDomain},
    }
    for wrong, says in (
        ({"beds_usable": ""}, "Enter how many beds"),
        ({"beds_usable": "3"}, "Usable beds are at most those approved"),
        ({"postcode": "nonsense"}, "Enter a postcode such as"),
        ({"postcode": "ZZ99 9ZZ"}, "No place is known by that postcode"),
        ({"terms": ""}, "Choose what is known of its terms"),
        ({"terms": "unknown", "age_to": "9"}, "or take the limits out"),
        ({"adaptations": ["hoist", "none"]}, "Untick"),
        ({"own_children_ages": "4 and 9"}, "Enter ages in years"),
        ({"languages": "english, 2nd"}, "Write each as one term"),
        ({"reason": " "}, "Say who told you"),
    ):
        refused = send(commissioner, f"{NEW}foster", "/homes/new", **{**whole, **wrong})
        assert (refused.status_code, says in refused.text) == (422, True), says
        assert ('value="panel of 12 March"' in refused.text) is ("reason" not in wrong)
    added = send(commissioner, f"{NEW}foster", "/homes/new", **whole)
    assert added.status_code == 303, added.text
    home_id = added.headers["location"].removeprefix("/homes/")
    assert home_id.startswith("H-")
    record = officer.get(f"/v1/homes/{home_id}").json()["record"]
    assert record["postcode"] == small_county().children[child].home_postcode
    assert record["vacancy_confirmed_on"] == sqlite_demo.clock().date().isoformat()
    assert (record["adaptations"], record["registered"]) == (None, None)
    household = {name: value for name, value in record["household"].items() if value is not None}
    assert household == {
        "own_children_ages": [],
        "ethnicities": ["CHNE", "WBRI"],
        "religions": [],
        "languages": ["cantonese", "english"],
    }
    first, *more = officer.get(f"/v1/homes/{home_id}/history").json()["items"]
    assert ((first["action"], first["reason"]), more) == (("created", "panel of 12 March"), [])
    page = f"/homes/{home_id}"
    assert ": panel of 12 March</li>" in officer.get(page).text
    others = sqlite_demo.of(Role.COMMISSIONER).get(page).text
    assert "panel of 12 March" not in others, "free text may name a child"
    assert ": (not shown)</li>" in others
    ranked = officer.post(f"/v1/referrals/{referral}/matches", {"top": 5}).json()["record"]
    parts = [part for each in ranked["report"]["options"] for part in each["parts"]]
    assert home_id in {each["home_id"] for each in parts}

    twin = send(commissioner, f"{NEW}foster", "/homes/new", **whole)
    assert (twin.status_code, f"There is {home_id} at that postcode" in twin.text) == (422, True)
    other = send(commissioner, f"{NEW}foster", "/homes/new", **whole, another="yes")
    assert other.status_code == 303
    assert send(commissioner, f"{NEW}supported", "/homes/new", **whole).status_code == 303
    assert sqlite_demo.of(Role.AUDITOR).get("/homes/new").status_code == 403


def test_a_provider_who_is_not_listed_is_added_first(sqlite_demo: DemoService) -> None:
    commissioner, new = sqlite_demo.of(Role.COMMISSIONER), "/providers/new"
    assert f'href="{new}"' in commissioner.get("/homes/new").text
    whole = {"provider_id": "P-NEW", "sector": "PR4", "urn": "1234567", "reason": "their letter"}
    for wrong, says in (
        ({"provider_id": ""}, "Enter what the provider is called"),
        ({"provider_id": "Two words"}, "without blanks"),
        ({"provider_id": "P/1"}, "without blanks"),
        ({"provider_id": OURS}, "There is a provider of that name"),
        ({"sector": "PR0"}, "Choose what kind"),
        ({"reason": ""}, "Say who told you"),
    ):
        refused = send(commissioner, new, new, **{**whole, **wrong})
        assert (refused.status_code, says in refused.text) == (422, True), says
        assert 'value="1234567"' in refused.text
    added = send(commissioner, new, new, **whole)
    assert added.headers["location"] == "/providers/P-NEW"
    assert 'href="/homes/new?provider=P-NEW"' in commissioner.get("/providers/P-NEW").text
    record = commissioner.get("/v1/providers/P-NEW").json()["record"]
    assert record == {"provider_id": "P-NEW", "sector": "PR4", "authority": None, "urn": 1234567}
    asked = commissioner.get("/homes/new?provider=P-NEW&setting=supported").text
    assert "Nothing is agreed with P-NEW" in asked
    assert sqlite_demo.of(Role.AUDITOR).get(new).status_code == 403


def test_a_connected_person_is_added_with_their_children_and_their_clock(
    sqlite_demo: DemoService,
) -> None:
    child, today = min(WAITING), sqlite_demo.clock().date()
    manager = sqlite_demo.of(Role.MANAGER)
    officers = sqlite_demo.of(Role.OFFICER).get(f"{NEW}connected")
    assert (officers.status_code, "A manager adds" in officers.text) == (422, True)
    whole = {
        "beds_approved": "1",
        "beds_usable": "1",
        "connected_to": child,
        "approval": "temporary",
        "terms": "unknown",
        "adaptations": "none",
        "reason": "an aunt",
        **day_fields("granted_on", today.isoformat()),
    }
    for wrong, says in (
        ({"connected_to": ""}, "Say for which children"),
        ({"connected_to": "C-nobody"}, "There is no child C-nobody"),
        ({"approval": ""}, "Choose how the household is approved"),
        ({"granted_on__year": str(today.year + 1)}, "Enter the day of the temporary approval"),
    ):
        refused = send(manager, f"{NEW}connected", "/homes/new", **{**whole, **wrong})
        assert (refused.status_code, says in refused.text) == (422, True), says
    added = send(manager, f"{NEW}connected", "/homes/new", **whole)
    home = added.headers["location"]
    record = manager.get(f"/v1{home}").json()["record"]
    assert (record["connected_to"], record["adaptations"]) == ([child], [])
    assert record["temporary_approval_until"] == (today + timedelta(weeks=16)).isoformat()
    tasks = manager.get("/v1/tasks", params={"home_id": record["home_id"]}).json()["items"]
    assert "TEMPORARY_APPROVAL_CLOCK" in {each["record"]["code"] for each in tasks}
    assert child in manager.get(home).text
