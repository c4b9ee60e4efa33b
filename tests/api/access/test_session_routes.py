"""Signing in, accounts, other systems and leave to see names over HTTP."""

import pytest

from api.records.actor import Permission, Role
from tests.api.access.doors import Browser, matching
from tests.api.access.gates import PASSWORD, after, gate_of, person
from tests.api.access.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    TENANT,
    IdentityProvider,
)
from tests.builders import BUCKS


def test_sign_in_who_am_i_and_out(doors):
    officer = doors.of(Role.OFFICER)
    me = officer.get("/v1/session")
    assert me.status_code == 200
    assert me.json()["roles"] == ["officer"]
    assert me.json()["authority"] == BUCKS
    assert "approve_funding" not in me.json()["permissions"]
    assert me.headers["cache-control"] == "no-store"
    assert officer.get("/v1/sessions").json()["items"][0]["this"] is True
    assert officer.delete("/v1/session").status_code == 204
    assert "nearhome" not in officer.client.cookies
    assert officer.get("/v1/session").status_code == 401


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(sqlite_doors):
    doors = sqlite_doors
    person(doors.database, "officer@example.gov.uk", Role.OFFICER)
    sent = {"sign_in_name": "officer@example.gov.uk", "password": PASSWORD}
    plain = doors.stranger().post("/v1/session", sent).headers["set-cookie"]
    assert plain.startswith("nearhome=E06000060.")
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    settings = doors.service.settings.model_copy(update={"public_url": "https://testserver"})
    doors.service.settings = settings
    secure = doors.stranger().post("/v1/session", sent).headers["set-cookie"]
    assert secure.startswith("__Host-nearhome=E06000060.")
    for part in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert part in secure
    assert "Domain" not in secure


def test_refusals_of_sign_in(sqlite_doors):
    doors = sqlite_doors
    sent = {"sign_in_name": "nobody@example.gov.uk", "password": "x"}
    stranger = doors.stranger()
    answer = stranger.post("/v1/session", sent)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert "nobody@example" not in answer.text
    for _ in range(5):
        answer = stranger.post("/v1/session", sent)
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "900"
    foreign = stranger.post("/v1/session", sent, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert stranger.post("/v1/session", {"sign_in_name": "x"}).status_code == 422


def test_a_forged_change_is_refused(sqlite_doors):
    officer = sqlite_doors.of(Role.OFFICER)
    for headers in (
        {"Near-Home-CSRF": "x"},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        answer = officer.ask("DELETE", "/v1/session", headers=headers)
        assert answer.status_code == 403, headers
        assert answer.json()["rule"] == "FORGERY"
    assert officer.get("/v1/session").status_code == 200


def test_administrators_manage_accounts(doors):
    admin = doors.of(Role.ADMINISTRATOR)
    added = admin.post(
        "/v1/users",
        {"sign_in_name": "New@example.gov.uk", "full_name": "New Person", "roles": ["officer"]},
    )
    assert added.status_code == 201
    user = added.json()["record"]
    assert user["sign_in_name"] == "new@example.gov.uk"
    at = added.headers["location"]
    first = added.json()["first_password"]
    twice = admin.post("/v1/users", {"sign_in_name": "new@example.gov.uk", "roles": ["officer"]})
    assert twice.status_code == 409
    assert "new@example" not in twice.text

    browser = doors.stranger()
    sent = {"sign_in_name": "new@example.gov.uk", "password": first}
    signed_in = browser.post("/v1/session", sent).json()
    assert signed_in["must_change_password"] is True
    assert signed_in["permissions"] == ["use_session"]
    browser.headers["Near-Home-CSRF"] = signed_in["forgery_token"]
    change = browser.ask("PUT", "/v1/session/password", json={"old": first, "new": PASSWORD})
    assert change.status_code == 204
    assert browser.get("/v1/session").status_code == 401
    newcomer = Browser(doors.app, "new@example.gov.uk")

    body = {"full_name": None, "roles": ["manager"], "active": True}
    assert admin.ask("PUT", at, json=body).status_code == 428
    assert admin.put(at, body, 7).status_code == 412
    changed = admin.put(at, body, 1)
    assert changed.status_code == 200
    assert changed.headers["etag"] == '"2"'
    assert newcomer.get("/v1/session").status_code == 401
    items = admin.get(f"{at}/history").json()["items"]
    assert [each["record"]["roles"] for each in items] == [["officer"], ["manager"]]
    assert {each["actor"] for each in items} == {admin.user_id}

    assert admin.post(f"{at}/password").json()["first_password"]
    assert admin.post(f"{at}/attempts").status_code == 204
    mine = f"/v1/users/{admin.user_id}"
    refused = admin.put(mine, {"roles": ["administrator", "manager"]}, 1)
    assert refused.status_code == 403
    assert len(admin.get("/v1/users").json()["items"]) == 2


def test_other_systems_have_scopes_and_no_decisions(doors):
    admin = doors.of(Role.ADMINISTRATOR)
    refused = admin.post("/v1/clients", {"label": "x", "scopes": ["choose_home"]})
    assert refused.status_code == 422
    assert refused.json()["field"] == "scopes"
    added = admin.post("/v1/clients", {"label": "x", "scopes": ["read_jobs"], "days": 2})
    assert added.status_code == 201
    at = added.headers["location"]
    system = doors.stranger()
    system.headers["Authorization"] = f"Bearer {added.json()['token']}"
    assert system.get("/v1/jobs").status_code == 200
    assert system.get("/v1/users").status_code == 403
    assert "token" not in admin.get(at).json()
    assert "digest" not in admin.get(at).text
    renewed = admin.ask("POST", f"{at}/token", json={"days": 2}, headers=matching(1))
    assert system.get("/v1/jobs").status_code == 401
    system.headers["Authorization"] = f"Bearer {renewed.json()['token']}"
    assert system.get("/v1/jobs").status_code == 200
    assert admin.delete(at, 2).json()["revoked_at"] is not None
    assert system.get("/v1/jobs").status_code == 401


def test_leave_to_see_names_is_for_somebody_else_and_ends(doors):
    manager, commissioner = doors.of(Role.MANAGER), doors.of(Role.COMMISSIONER)
    body = {
        "user_id": commissioner.user_id,
        "purpose": "contract_monitoring",
        "reason": "a visit in March",
        "starts": "2026-03-02",
        "until": "2026-03-31",
    }
    assert commissioner.get("/v1/session").json()["see_names"] is False
    for wrong, status in (
        ({"user_id": manager.user_id}, 403),
        ({"user_id": doors.of(Role.OFFICER).user_id}, 409),
        ({"user_id": "U-nobody"}, 404),
        ({"child_ids": ["C-nobody"]}, 404),
        ({"until": "2026-07-01"}, 422),
        ({"until": "2026-02-01"}, 422),
    ):
        assert manager.post("/v1/name-permissions", {**body, **wrong}).status_code == status
    given = manager.post("/v1/name-permissions", body)
    assert given.status_code == 201
    assert commissioner.get("/v1/session").json()["see_names"] is True
    assert len(manager.get("/v1/name-permissions").json()["items"]) == 1
    doors.clock.now = after(days=30)
    later = Browser(doors.app, f"commissioner@{BUCKS.lower()}.example")
    assert later.get("/v1/session").json()["see_names"] is False
    later_manager = Browser(doors.app, f"manager@{BUCKS.lower()}.example")
    assert later_manager.get("/v1/name-permissions").json()["items"] == []
    at = given.headers["location"]
    assert later_manager.get(at).status_code == 200
    assert later_manager.delete(at, 1).status_code == 204
    assert later_manager.get(at).status_code == 404
    items = later_manager.get(f"{at}/history").json()["items"]
    assert [each["action"] for each in items] == ["permitted to see names", "retired"]


def test_there_and_back_by_the_identity_provider(sqlite_doors):
    from api.access.oidc import OidcProvider

    doors = sqlite_doors
    idp = IdentityProvider(doors.clock)
    provider = OidcProvider(
        issuer=ISSUER, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, tenant=TENANT
    )
    doors.service.gate = gate_of(
        doors.database,
        providers={BUCKS: provider},
        transport=idp.transport,
        local_accounts=False,
    )
    browser = doors.stranger()
    page = browser.get("/sign-in").text
    assert f'href="/v1/oidc/{BUCKS}"' in page
    assert "Sign in with your Buckinghamshire account" in page
    assert 'name="password"' not in page
    named = {"sign_in_name": "officer@example.gov.uk", "password": "whatever it is"}
    assert browser.post("/v1/session", json=named).status_code == 403
    assert browser.client.post("/sign-in", data=named).status_code == 403
    there = browser.get(f"/v1/oidc/{BUCKS}", follow_redirects=False)
    assert there.status_code == 303
    brought = idp.visit(there.headers["location"])
    back = browser.get(f"/v1/oidc/{BUCKS}/callback", params=brought, follow_redirects=False)
    assert back.status_code == 303
    assert back.headers["location"] == "/"
    assert browser.get("/v1/session").json()["roles"] == ["officer"]
    assert doors.stranger().get("/v1/oidc/E06000042").status_code == 404
    again = browser.get(f"/v1/oidc/{BUCKS}/callback", params=brought, follow_redirects=False)
    assert again.status_code == 401
    denied = browser.get(f"/v1/oidc/{BUCKS}/callback?error=access_denied", follow_redirects=False)
    assert denied.status_code == 401
    reads = {"Accept": "text/html"}
    readable = browser.get(f"/v1/oidc/{BUCKS}/callback?error=access_denied", headers=reads)
    assert "<h1" in readable.text
    token = browser.get("/v1/session").json()["forgery_token"]
    out = browser.client.post("/sign-out", data={"forgery_token": token})
    assert "still be signed in with your Buckinghamshire account" in out.text
    assert f'href="{ISSUER}/logout"' in out.text


@pytest.mark.parametrize("permission", [Permission.READ_JOBS])
def test_a_token_needs_no_forgery_token(sqlite_doors, permission):
    system = sqlite_doors.system(permission)
    answer = system.post("/v1/jobs/J-1/cancel", headers={"Origin": "https://else.example"})
    assert answer.status_code in (403, 404, 405)
    assert answer.json().get("rule") != "FORGERY"


def test_a_session_that_was_left_open_is_no_place_to_guess_from(doors):
    officer = doors.of(Role.OFFICER)

    def change(old, new=PASSWORD + " of another day"):
        return officer.ask("PUT", "/v1/session/password", json={"old": old, "new": new})

    for number in range(5):
        refused = change(f"guess number {number}")
        assert (refused.status_code, refused.json()["field"]) == (422, "old")
    assert change(PASSWORD).status_code == 429
    doors.clock.now = after(minutes=14)
    officer.get("/v1/session")
    doors.clock.now = after(minutes=16)
    assert change(PASSWORD).status_code == 204


def test_leave_to_see_names_is_asked_for_and_granted_by_somebody_else(sqlite_doors):
    doors = sqlite_doors
    manager, auditor = doors.of(Role.MANAGER), doors.of(Role.AUDITOR)
    body = {
        "purpose": "court",
        "reason": "a hearing",
        "starts": "2026-03-02",
        "until": "2026-03-31",
    }
    assert manager.post("/v1/name-requests", body).status_code == 409
    asker = doors.system(Permission.READ_CHILDREN).post("/v1/name-requests", body)
    assert (asker.status_code, asker.json()["rule"]) == (403, "PERSON")
    assert auditor.post("/v1/name-requests", {**body, "until": "2026-07-01"}).status_code == 422
    asked = auditor.post("/v1/name-requests", body)
    assert asked.status_code == 201, asked.text
    mine = asked.headers["location"]
    assert auditor.get(mine).json()["record"]["granted_by"] is None
    assert auditor.get("/v1/session").json()["see_names"] is False
    assert manager.get(mine).status_code == 404
    assert manager.get("/v1/name-requests").json()["items"] == []
    grant = mine.replace("name-requests", "name-permissions") + "/grant"
    assert auditor.post(grant).status_code == 403
    assert manager.ask("POST", grant, headers=matching(7)).status_code == 412
    granted = manager.ask("POST", grant, headers=matching(1))
    assert granted.json()["record"]["granted_by"] == manager.user_id
    assert manager.post(grant).status_code == 409
    assert auditor.get("/v1/session").json()["see_names"] is True
    (held,) = auditor.get("/v1/name-requests").json()["items"]
    assert held["version"] == 2
    assert manager.delete(grant.removesuffix("/grant"), 2).status_code == 204
    assert auditor.get(mine).status_code == 404
