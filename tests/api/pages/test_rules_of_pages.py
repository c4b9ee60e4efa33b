"""Every page is kept from strangers and from those who may not open it, and says so readably."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from api.app import create_app
from api.pages.files import address_of
from api.records.actor import Role
from api.routes.rules import route_rules
from api.settings import Settings
from tests.api.access.doors import open_doors
from tests.api.access.gates import PASSWORD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from api.routes.rules import RouteRule
    from tests.api.access.doors import Doors


@pytest.fixture
def doors(sqlite_url: str) -> Iterator[Doors]:
    with open_doors(sqlite_url) as opened:
        yield opened


def pages() -> list[RouteRule]:
    rules = route_rules(create_app(Settings(demo=True)))
    return [rule for rule in rules if not rule.path.startswith("/v1/")]


def test_strangers_are_sent_to_sign_in_and_back_again(doors: Doors) -> None:
    stranger = doors.stranger()
    for rule in pages():
        path = re.sub(r"\{[^}]*\}", "X-1", rule.path)
        if rule.why_open is not None:
            continue
        answer = stranger.ask(rule.method, path, follow_redirects=False)
        assert answer.status_code == 303, f"{rule.method} {rule.path}"
        assert answer.headers["location"].startswith("/sign-in")
        if rule.method == "GET" and path != "/":
            assert answer.headers["location"].endswith(path.replace("/", "%2F"))


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_what_it_may_and_reads_why_not(doors: Doors, role: Role) -> None:
    browser = doors.of(role)
    for rule in pages():
        if rule.why_open is not None or rule.method != "GET":
            continue
        path = re.sub(r"\{[^}]*\}", "X-1", rule.path)
        answer = browser.ask(rule.method, path, follow_redirects=False)
        what = f"{role}: {rule.method} {rule.path} -> {answer.status_code}"
        assert answer.status_code < 500, what
        if rule.open_to(role):
            assert answer.status_code != 403, what
        else:
            assert answer.status_code == 403, what
            assert "You may not do this" in answer.text
            assert "<h1" in answer.text


def test_a_form_without_the_token_of_its_session_changes_nothing(doors: Doors) -> None:
    browser = doors.of(Role.OFFICER)
    token = browser.headers.pop("Near-Home-CSRF")
    for data in ({}, {"forgery_token": "made up"}):
        answer = browser.client.post("/sign-out", data=data, follow_redirects=False)
        assert answer.status_code == 403
        assert browser.client.get("/v1/session").status_code == 200
    answer = browser.client.post("/sign-out", data={"forgery_token": token}, follow_redirects=False)
    assert answer.headers["location"] == "/sign-in"
    assert browser.client.get("/v1/session").status_code == 401


def test_signing_in_leads_on_to_pages_of_ours_alone(doors: Doors) -> None:
    doors.of(Role.OFFICER)
    name = "officer@e06000060.example"
    for wanted, led in (
        ("/referrals?state=searching", "/referrals?state=searching"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("/\\elsewhere.example/", "/"),
    ):
        browser = doors.stranger()
        answer = browser.client.post(
            "/sign-in",
            data={"sign_in_name": name, "password": PASSWORD, "next": wanted},
            follow_redirects=False,
        )
        assert (answer.status_code, answer.headers["location"]) == (303, led)


def test_what_was_typed_wrong_is_said_without_the_password(doors: Doors) -> None:
    doors.of(Role.OFFICER)
    answer = doors.stranger().client.post(
        "/sign-in", data={"sign_in_name": "officer@e06000060.example", "password": "wrong one"}
    )
    assert answer.status_code == 401
    assert "There is a problem" in answer.text
    assert "wrong one" not in answer.text
    assert 'value="officer@e06000060.example"' in answer.text


def test_content_policy_names_the_one_inline_script_by_its_hash(doors: Doors) -> None:
    answer = doors.stranger().client.get("/sign-in")
    policy = answer.headers["content-security-policy"]
    assert policy.count("'sha256-") == 1
    assert "default-src 'none'" in policy
    assert "'unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", "")
    for address in re.findall(r'(?:src|href)="(/assets/[^"]+)"', answer.text):
        served = doors.stranger().client.get(address)
        assert served.status_code == 200
        assert "immutable" in served.headers["cache-control"]
    assert doors.stranger().client.get("/assets/0/../../secret").status_code == 404


@pytest.mark.parametrize(
    ("site", "accepted", "compressed"),
    [
        ("same-origin", "gzip, deflate, br", True),
        ("none", "gzip;q=1.0", True),
        ("cross-site", "gzip", False),
        ("same-site", "gzip", False),
        (None, "gzip", False),
        ("same-origin", "identity", False),
    ],
)
def test_pages_are_compressed_only_for_those_who_ask_themselves(
    doors: Doors, site: str | None, accepted: str, compressed: bool
) -> None:
    headers = {"Accept-Encoding": accepted} | ({"Sec-Fetch-Site": site} if site else {})
    answer = doors.stranger().get("/sign-in", headers=headers)
    assert ("content-encoding" in answer.headers) is compressed
    assert "<h1" in answer.text
    assert "Sec-Fetch-Site" in answer.headers["vary"]


def test_files_are_compressed_for_whoever_can_read_them(doors: Doors) -> None:
    stranger = doors.stranger()
    address = address_of("govuk-frontend.css")
    plain = stranger.get(address, headers={"Accept-Encoding": "identity"})
    small = stranger.get(address, headers={"Accept-Encoding": "gzip"})
    assert plain.content == small.content
    assert int(small.headers["content-length"]) < int(plain.headers["content-length"]) / 5
    assert small.headers["content-encoding"] == "gzip"
    assert "immutable" in small.headers["cache-control"]
