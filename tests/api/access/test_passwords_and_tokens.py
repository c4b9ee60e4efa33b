"""Passwords, tokens and throttles, one by one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from api.access.forgery import forgery_token
from api.access.passwords import Passwords, check_password
from api.access.permissions import CLIENT_SCOPES, EVERYONE, ROLE_PERMISSIONS, permissions_of
from api.access.throttling import Throttle
from api.access.tokens import (
    ClientToken,
    SessionToken,
    derived_key,
    new_secret,
    read_client_token,
    read_session_token,
)
from api.access.users import new_password
from api.records.actor import Permission, Role
from matcher.errors import UsageError
from tests.api.access.gates import CHEAP, PASSWORD, somebody
from tests.builders import BUCKS

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_password_fits_itself_alone():
    stored = CHEAP.hashed(PASSWORD)
    assert stored.startswith("$argon2id$")
    assert stored != CHEAP.hashed(PASSWORD)
    assert CHEAP.fits(PASSWORD, stored)
    assert not CHEAP.fits(PASSWORD + " ", stored)
    assert not CHEAP.fits(PASSWORD, None)
    assert not CHEAP.fits(PASSWORD, "not a hash")
    assert not CHEAP.fits("x" * 129, stored)


def test_default_costs_are_those_of_the_standard_and_cheaper_ones_are_outdated():
    stored = CHEAP.hashed(PASSWORD)
    assert not CHEAP.outdated(stored)
    assert Passwords().outdated(stored)
    assert "m=65536,t=3,p=4" in Passwords().hashed(PASSWORD)
    assert Passwords(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1)).outdated(stored)


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "x" * 129,
        "aaaaaaaaaaaaaaaa",
        "abababababab",
        "Password of mine 1",
        "letmein letmein now",
        "jane.officer is great",
        "nearhome nearhome",
    ],
)
def test_passwords_that_are_tried_first_are_refused(password):
    with pytest.raises(UsageError) as refused:
        check_password(password, sign_in_name="jane.officer@council.example")
    assert password not in refused.value.sentence


def test_random_passwords_will_do():
    given_out = {new_password() for _ in range(50)}
    assert len(given_out) == 50
    for each in given_out:
        check_password(each, sign_in_name="jane.officer@council.example")


CODES = st.sampled_from(["E06000060", "W06000001", "S12000033", "N09000001"])
IDENTIFIERS = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._/-]{0,39}\Z")


@given(CODES, IDENTIFIERS)
def test_tokens_are_read_back(authority, client_id):
    secret = new_secret()
    token = ClientToken(authority, client_id, secret)
    assert read_client_token(token.text) == token
    session = SessionToken(authority, secret)
    assert read_session_token(session.text) == session


@given(st.text(max_size=60))
def test_whatever_is_sent_is_a_token_or_none(text):
    for read in (read_session_token, read_client_token):
        found = read(text)
        assert found is None or found.text == text


def test_keys_differ_by_purpose_and_sessions_by_secret():
    assert derived_key("s", "a") != derived_key("s", "b")
    assert len(derived_key("s", "a")) == 32
    assert forgery_token("s", "one") != forgery_token("s", "two")
    assert forgery_token("s", "one") != forgery_token("t", "one")


def test_a_throttle_lets_a_burst_through_and_then_a_steady_rate(database):
    throttle = Throttle(database, "asked", 60, burst=3)
    assert [throttle.wait_seconds("a", NOW) for _ in range(4)] == [0, 0, 0, 1]
    assert throttle.wait_seconds("b", NOW) == 0
    elsewhere = Throttle(database, "asked", 60, burst=3)
    assert elsewhere.wait_seconds("a", NOW) == 1, "another process counts on"
    assert elsewhere.wait_seconds("a", NOW + timedelta(seconds=1)) == 0
    assert throttle.wait_seconds("a", NOW + timedelta(seconds=1), cost=3) == 3
    assert throttle.wait_seconds("c", NOW, cost=9) == 0, "more than there ever are takes all"
    # A clock that goes back gives nothing away, and one that was wrong locks nobody out.
    assert throttle.wait_seconds("c", NOW - timedelta(seconds=2)) == 1
    assert throttle.wait_seconds("c", NOW - timedelta(hours=1)) == 0
    assert Throttle(database, "else", 60, burst=3).wait_seconds("c", NOW) == 0


def test_with_a_request_tokens_are_taken_when_it_is_committed(database):
    throttle = Throttle(database, "asked", 60, burst=1)
    for abandoned in (True, False):
        with database.work(BUCKS, somebody(), at=NOW) as work:
            assert throttle.wait_seconds("a", NOW, work=work) == 0
            work.note("asked")
            if abandoned:
                work.abandon()
    with database.work(BUCKS, somebody(), at=NOW) as work:
        assert throttle.wait_seconds("a", NOW, work=work) == 1


def test_tokens_taken_at_once_are_all_counted(database):
    throttle = Throttle(database, "asked", 60, burst=30)
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(lambda _: throttle.wait_seconds("a", NOW), range(24))) == {0}
    assert throttle.wait_seconds("a", NOW, cost=7) == 1
    assert throttle.wait_seconds("a", NOW, cost=6) == 0


def test_the_table_of_roles_keeps_duties_apart():
    table = ROLE_PERMISSIONS
    children = {Permission.READ_CHILDREN, Permission.READ_NAMES, Permission.READ_REFERRALS}
    assert not table[Role.ADMINISTRATOR] & children
    assert Permission.READ_NAMES not in table[Role.COMMISSIONER] | table[Role.AUDITOR]
    managing = {Permission.MANAGE_USERS, Permission.MANAGE_CLIENTS, Permission.MANAGE_RETENTION}
    for role in set(Role) - {Role.ADMINISTRATOR}:
        assert not table[role] & managing
    writing = {each for each in Permission if each.value.split("_")[0] not in ("read", "use")}
    assert not table[Role.AUDITOR] & writing
    assert table[Role.OFFICER] < table[Role.MANAGER]
    assert Permission.APPROVE_FUNDING not in table[Role.OFFICER] | CLIENT_SCOPES
    assert permissions_of(frozenset()) == EVERYONE
    assert len({each.label for each in Permission}) == len(Permission)
