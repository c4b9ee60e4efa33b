"""Signing in and out, sessions and their ends, lock-out, other systems, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from api.access.clients import add_client, renew_client, revoke_client
from api.access.identify import Asking
from api.access.oidc import OidcProvider
from api.access.sessions import SessionLimits
from api.access.tokens import read_session_token
from api.access.users import change_own_password, change_user, reset_password
from api.errors import (
    ConflictError,
    InvalidError,
    NotAllowedError,
    NotSignedInError,
    TooManyError,
)
from api.records.actor import ActorKind, Permission, Role
from api.records.user import ApiClient, User
from matcher.errors import NotFoundError, UsageError
from tests.api.access.gates import (
    CHEAP,
    NINE,
    OWN,
    PASSWORD,
    after,
    asks,
    changes,
    gate_of,
    person,
    sign_in,
    somebody,
)
from tests.api.access.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    TENANT,
    IdentityProvider,
)
from tests.builders import BUCKS

ELSEWHERE = "E06000042"


@pytest.fixture
def gate(database):
    return gate_of(database)


@pytest.fixture
def officer(database):
    return person(database, "officer@example.gov.uk", Role.OFFICER).held.record


def test_somebody_signs_in_and_is_known(gate, officer):
    signed_in = sign_in(gate, " Officer@Example.gov.uk ")
    actor = gate.identify(asks(signed_in.token), after(minutes=1))
    assert actor.actor_id == officer.user_id
    assert actor.authority == BUCKS
    assert actor.kind is ActorKind.USER
    assert actor.may(Permission.WRITE_REFERRALS)
    assert not actor.may(Permission.APPROVE_FUNDING)
    assert actor.see_names
    assert actor.session_id == signed_in.live.session.session_id


def test_password_and_token_are_stored_nowhere(gate, officer, database):
    signed_in = sign_in(gate, "officer@example.gov.uk")
    with database.engine.connect() as connection:
        for table in ("credentials", "record_versions", "ephemeral", "audit_entries"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):
                assert PASSWORD not in repr(row)
                assert signed_in.token.secret not in repr(row)


def test_strangers_are_refused(gate, officer):
    signed_in = sign_in(gate, "officer@example.gov.uk")
    token = signed_in.token
    wrong = [
        None,
        "",
        "x",
        token.secret,
        f"{BUCKS}.",
        f"{BUCKS}.{token.secret[:-1]}",
        f"{ELSEWHERE}.{token.secret}",
        f"{BUCKS}.{'x' * 300}",
    ]
    for cookie in wrong:
        with pytest.raises(NotSignedInError):
            gate.identify(Asking("GET", {}, cookie, OWN), NINE)
    for header in ("Bearer x", "Basic eDp4", "Bearer nearhome.E06000060.K-1.secret", "Bearer"):
        with pytest.raises(NotSignedInError):
            gate.identify(Asking("GET", {"authorization": header}, token.text, OWN), NINE)


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(gate, officer):
    said = set()
    for name, password in (
        ("officer@example.gov.uk", "another password"),
        ("nobody@example.gov.uk", PASSWORD),
        ("officer@example.gov.uk", "x" * 200),
    ):
        with pytest.raises(NotSignedInError) as refused:
            sign_in(gate, name, password=password)
        said.add(refused.value.sentence)
    assert len(said) == 1


@pytest.mark.parametrize("name", ["officer@example.gov.uk", "nobody@example.gov.uk"])
def test_too_many_attempts_lock_the_name_for_a_while(gate, officer, name):
    for _ in range(5):
        with pytest.raises(NotSignedInError):
            sign_in(gate, name, password="wrong wrong wrong")
    with pytest.raises(TooManyError) as refused:
        sign_in(gate, name, password=PASSWORD)
    assert refused.value.retry_after_seconds == 900
    if name == "officer@example.gov.uk":
        assert sign_in(gate, name, at=after(minutes=16)).user == officer


def test_guesses_at_once_do_not_slip_past_the_lock(gate, officer):
    def guess(number):
        try:
            sign_in(gate, "officer@example.gov.uk", password=f"guess number {number}")
        except (NotSignedInError, TooManyError) as refused:
            return type(refused)

    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(guess, range(12)))
    assert said.count(NotSignedInError) == 5
    assert said.count(TooManyError) == 7


def test_a_good_sign_in_forgets_the_bad_ones_and_so_does_an_administrator(gate, officer):
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotSignedInError):
                sign_in(gate, "officer@example.gov.uk", password="wrong wrong wrong")
        sign_in(gate, "officer@example.gov.uk")
    for _ in range(6):
        with pytest.raises((NotSignedInError, TooManyError)):
            sign_in(gate, "officer@example.gov.uk", password="wrong wrong wrong")
    gate.allow_attempts(officer)
    sign_in(gate, "officer@example.gov.uk")


def test_one_address_is_slowed_down(database, officer):
    gate, of_another_process = (gate_of(database, sign_ins_per_minute=3) for _ in range(2))
    for number in range(3):
        with pytest.raises(NotSignedInError):
            sign_in(of_another_process, f"name-{number}@example.gov.uk")
    with pytest.raises(TooManyError) as refused:
        sign_in(gate, "officer@example.gov.uk")
    assert refused.value.retry_after_seconds == 20
    sign_in(gate, "officer@example.gov.uk", address="10.0.0.2")
    sign_in(gate, "officer@example.gov.uk", at=after(seconds=21))


def test_a_session_ends_when_idle_and_after_a_working_day(gate, officer):
    idle = sign_in(gate, "officer@example.gov.uk").token
    gate.identify(asks(idle), after(minutes=14))
    gate.identify(asks(idle), after(minutes=28))
    with pytest.raises(NotSignedInError, match="signed out"):
        gate.identify(asks(idle), after(minutes=43, seconds=1))
    busy = sign_in(gate, "officer@example.gov.uk").token
    for minutes in range(0, 480, 10):
        gate.identify(asks(busy), after(minutes=minutes))
    with pytest.raises(NotSignedInError):
        gate.identify(asks(busy), after(minutes=480))


def test_the_oldest_session_ends_when_there_are_too_many(database, officer):
    gate = gate_of(database, limits=SessionLimits(each=2))
    tokens = [sign_in(gate, "officer@example.gov.uk", at=after(minutes=n)).token for n in range(3)]
    with pytest.raises(NotSignedInError):
        gate.identify(asks(tokens[0]), after(minutes=3))
    for token in tokens[1:]:
        gate.identify(asks(token), after(minutes=3))


def test_signing_out_ends_this_session_or_all(gate, officer, database):
    first, second, third = (sign_in(gate, "officer@example.gov.uk") for _ in range(3))
    with database.work(BUCKS, first.actor, at=after(minutes=1)) as work:
        sessions = gate.sessions(work)
        assert len(sessions.of(officer.user_id)) == 3
        assert sessions.end(officer.user_id, only=first.live.session.session_id) == 1
        work.note("signed out")
    with pytest.raises(NotSignedInError):
        gate.identify(asks(first.token), after(minutes=2))
    gate.identify(asks(second.token), after(minutes=2))
    with database.work(BUCKS, second.actor, at=after(minutes=3)) as work:
        but = second.live.session.session_id
        assert gate.sessions(work).end(officer.user_id, but=but) == 1
        work.note("signed out elsewhere")
    gate.identify(asks(second.token), after(minutes=4))
    with pytest.raises(NotSignedInError):
        gate.identify(asks(third.token), after(minutes=4))


def test_a_change_needs_the_token_of_its_session_and_a_page_of_ours(gate, officer):
    signed_in = sign_in(gate, "officer@example.gov.uk")
    other = sign_in(gate, "officer@example.gov.uk")
    token = signed_in.token
    assert gate.identify(changes(token), NINE)
    assert gate.identify(changes(token, sec_fetch_site="same-origin"), NINE)
    refused = [
        asks(token, "POST", origin=OWN),
        asks(token, "DELETE"),
        asks(token, "POST", near_home_csrf=gate.forgery_token(other.token)),
        changes(token, origin="https://evil.example"),
        changes(token, origin="null"),
        changes(token, origin="http://nearhome.example.gov.uk"),
        changes(token, sec_fetch_site="cross-site"),
        changes(token, sec_fetch_site="same-site"),
    ]
    for asking in refused:
        with pytest.raises(NotAllowedError):
            gate.identify(asking, NINE)


def test_roles_count_at_once_and_whoever_loses_one_is_signed_out(gate, officer, database):
    signed_in = sign_in(gate, "officer@example.gov.uk")
    administrator = person(database, "admin@example.gov.uk", Role.ADMINISTRATOR).held.record
    admin = sign_in(gate, "admin@example.gov.uk").actor
    with database.work(BUCKS, admin, at=after(minutes=1)) as work:
        more = officer.replace(roles=frozenset({Role.OFFICER, Role.MANAGER}))
        change_user(work, gate.sessions(work), more, expected=1)
    actor = gate.identify(asks(signed_in.token), after(minutes=2))
    assert actor.may(Permission.APPROVE_FUNDING)
    with database.work(BUCKS, admin, at=after(minutes=3)) as work:
        change_user(work, gate.sessions(work), officer, expected=2)
    with pytest.raises(NotSignedInError):
        gate.identify(asks(signed_in.token), after(minutes=4))
    everything = administrator.replace(roles=frozenset(Role))
    with (
        database.work(BUCKS, admin, at=after(minutes=5)) as work,
        pytest.raises(NotAllowedError, match="own roles"),
    ):
        change_user(work, gate.sessions(work), everything, expected=1)


def test_somebody_always_manages_users(gate, database):
    first = person(database, "admin@example.gov.uk", Role.ADMINISTRATOR).held.record
    second = person(database, "deputy@example.gov.uk", Role.ADMINISTRATOR).held.record
    deputy = sign_in(gate, "deputy@example.gov.uk").actor
    with database.work(BUCKS, deputy, at=after(minutes=1)) as work:
        change_user(work, gate.sessions(work), first.replace(active=False), expected=1)
    with pytest.raises(NotSignedInError):
        sign_in(gate, "admin@example.gov.uk", at=after(minutes=2))
    system = somebody(BUCKS)
    with (
        database.work(BUCKS, system, at=after(minutes=3)) as work,
        pytest.raises(ConflictError, match="manage users"),
    ):
        change_user(work, gate.sessions(work), second.replace(active=False), expected=1)


def test_a_first_password_opens_nothing_but_its_change(gate, database):
    added = person(database, "new@example.gov.uk", Role.MANAGER, password=None)
    assert added.first_password is not None
    signed_in = sign_in(gate, "new@example.gov.uk", password=added.first_password)
    actor = gate.identify(asks(signed_in.token), NINE)
    assert actor.permissions == {Permission.USE_SESSION}
    assert not actor.see_names
    with database.work(BUCKS, actor, at=after(minutes=1)) as work:
        with pytest.raises(InvalidError, match="present password"):
            change_own_password(work, CHEAP, gate.sessions(work), old="x", new=PASSWORD)
        with pytest.raises(UsageError, match="12 to 128"):
            change_own_password(
                work, CHEAP, gate.sessions(work), old=added.first_password, new="short"
            )
        change_own_password(
            work, CHEAP, gate.sessions(work), old=added.first_password, new=PASSWORD
        )
    with pytest.raises(NotSignedInError):
        gate.identify(asks(signed_in.token), after(minutes=2))
    again = sign_in(gate, "new@example.gov.uk", at=after(minutes=2))
    assert gate.identify(asks(again.token), after(minutes=3)).may(Permission.APPROVE_FUNDING)
    with database.work(BUCKS, somebody(), at=after(minutes=4)) as work:
        reset_password(work, CHEAP, gate.sessions(work), added.held.record.user_id)
    with pytest.raises(NotSignedInError):
        gate.identify(asks(again.token), after(minutes=5))
    with pytest.raises(NotSignedInError):
        sign_in(gate, "new@example.gov.uk", at=after(minutes=5))


def test_the_same_name_in_two_authorities(gate, database, officer):
    other = person(
        database, "officer@example.gov.uk", Role.MANAGER, authority=ELSEWHERE
    ).held.record
    with pytest.raises(NotSignedInError):
        sign_in(gate, "officer@example.gov.uk")
    signed_in = sign_in(gate, "officer@example.gov.uk", authority=ELSEWHERE)
    assert signed_in.user == other
    assert gate.identify(asks(signed_in.token), NINE).authority == ELSEWHERE
    with pytest.raises(ConflictError, match="already signs in"):
        person(database, "officer@example.gov.uk", Role.MANAGER)


def test_signing_in_and_refusals_are_written_down(gate, officer, database):
    with pytest.raises(NotSignedInError):
        sign_in(gate, "officer@example.gov.uk", password="wrong wrong wrong")
    sign_in(gate, "officer@example.gov.uk")
    with database.engine.connect() as connection:
        said = connection.exec_driver_sql(
            "SELECT action, actor FROM audit_entries ORDER BY sequence"
        ).all()
    assert [tuple(row) for row in said[-2:]] == [
        ("sign-in refused", "nearhome-doorkeeper"),
        ("signed in", officer.user_id),
    ]


def test_another_system_asks_by_its_token(gate, database):
    scopes = frozenset({Permission.READ_CHILDREN, Permission.EXPORT_DATA})
    with database.work(BUCKS, somebody(), at=NINE) as work:
        new = add_client(work, label="case management", scopes=scopes, days=90)
    client_id = new.held.record.client_id

    def asking(token, method="POST"):
        return Asking(method, {"authorization": f"Bearer {token}"}, None, OWN)

    actor = gate.identify(asking(new.token), after(days=1))
    assert (actor.kind, actor.actor_id, actor.permissions) == (
        ActorKind.CLIENT,
        client_id,
        scopes,
    )
    assert not actor.see_names
    with pytest.raises(NotSignedInError):
        gate.identify(asking(new.token), after(days=90))
    with pytest.raises(NotSignedInError):
        gate.identify(asking(new.token.replace(BUCKS, ELSEWHERE)), after(days=1))
    with database.work(BUCKS, somebody(), at=after(days=2)) as work:
        renewed = renew_client(work, client_id, days=30, expected=1)
    with pytest.raises(NotSignedInError):
        gate.identify(asking(new.token), after(days=3))
    assert gate.identify(asking(renewed.token), after(days=3)).actor_id == client_id
    with database.work(BUCKS, somebody(), at=after(days=4)) as work:
        assert work.get(ApiClient, client_id).version == 2
        revoke_client(work, client_id, expected=2)
    with pytest.raises(NotSignedInError):
        gate.identify(asking(renewed.token), after(days=5))
    with (
        database.work(BUCKS, somebody(), at=NINE) as work,
        pytest.raises(InvalidError, match="Only a person"),
    ):
        add_client(work, label="x", scopes=frozenset({Permission.CHOOSE_HOME}), days=9)


def by_provider(gate, idp, *, authority=BUCKS, at=NINE):
    address, cookie = gate.begin_by_provider(authority, address="10.0.0.1", now=at)
    brought = idp.visit(address)
    return gate.finish_by_provider(authority, cookie=cookie, issuer=ISSUER, now=at, **brought)


def test_people_of_the_identity_provider(database):
    idp = IdentityProvider(lambda: NINE)
    provider = OidcProvider(
        issuer=ISSUER, client_id=CLIENT_ID, client_secret=CLIENT_SECRET, tenant=TENANT
    )
    gate = gate_of(database, providers={BUCKS: provider}, transport=idp.transport)
    first = by_provider(gate, idp)
    assert first.user.subject == "tenant-1|person-7"
    assert first.user.roles == {Role.OFFICER}
    idp.roles = ["NearHome.Manager"]
    second = by_provider(gate, idp)
    assert second.user.user_id == first.user.user_id
    assert gate.identify(asks(first.token), NINE).roles == {Role.MANAGER}
    with pytest.raises(NotSignedInError):
        sign_in(gate, "p.officer@example.gov.uk")
    idp.roles = []
    with pytest.raises(NotAllowedError, match="no role"):
        by_provider(gate, idp)
    assert gate.identify(asks(first.token), NINE).permissions == {Permission.USE_SESSION}
    idp.roles = ["NearHome.Manager"]
    with database.work(BUCKS, somebody(), at=NINE) as work:
        held = work.get(User, first.user.user_id)
        stopped = held.record.replace(active=False)
        change_user(work, gate.sessions(work), stopped, expected=held.version)
    with pytest.raises(NotAllowedError, match="stopped"):
        by_provider(gate, idp)
    with pytest.raises(NotFoundError, match="local account"):
        by_provider(gate, idp, authority=ELSEWHERE)
    person(database, "q.officer@example.gov.uk", Role.OFFICER)
    idp.changes = {"oid": "person-8", "preferred_username": "Q.officer@example.gov.uk"}
    same_name = by_provider(gate, idp)
    assert same_name.user.sign_in_name == same_name.user.user_id.lower()


def test_a_token_of_a_session_is_read_or_not():
    token = read_session_token(f"{BUCKS}.abc")
    assert token is not None
    assert token.text == f"{BUCKS}.abc"
