"""A home is changed by form, and keeps what the form does not ask for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from api.records.actor import Role
from tests.api.pages.sending import hidden_in
from tests.api.service import small_county

if TYPE_CHECKING:
    from tests.api.service import DemoService

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
