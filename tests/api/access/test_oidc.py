"""Signing in by an identity provider, right and in every wrong way."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from api.access.oidc import OidcProvider, SignInByProvider, read_providers
from api.errors import NotSignedInError, UnavailableError
from api.records.actor import Role
from matcher.errors import UsageError
from tests.api.access.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    ISSUER,
    REDIRECT_URI,
    TENANT,
    IdentityProvider,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AUTHORITY = "E06000060"


class Clock:
    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def provider(clock):
    return IdentityProvider(clock)


def door(provider, *, authority=AUTHORITY, secret="s" * 40, tenant=TENANT):
    return SignInByProvider(
        authority,
        OidcProvider(
            issuer=ISSUER,
            client_id=CLIENT_ID,
            client_secret=SecretStr(CLIENT_SECRET),
            tenant=tenant,
        ),
        redirect_uri=REDIRECT_URI,
        secret=secret,
        transport=provider.transport,
    )


@pytest.fixture
def signing_in(provider):
    return door(provider)


def come_back(signing_in, provider, now=NOW):
    address, cookie = signing_in.begin(now)
    return signing_in.finish(cookie=cookie, now=now, **provider.visit(address))


def test_says_who_it_is_and_what_they_do(signing_in, provider):
    provider.roles = ["NearHome.Manager", "Someone.Else"]
    identity = come_back(signing_in, provider)
    assert identity.subject == "tenant-1|person-7"
    assert identity.sign_in_name == "p.officer@example.gov.uk"
    assert identity.roles == {Role.MANAGER}


def test_address_carries_state_nonce_and_challenge_and_the_cookie_is_sealed(signing_in):
    address, cookie = signing_in.begin(NOW)
    asked = parse_qs(urlsplit(address).query)
    assert len(asked["state"][0]) >= 43
    assert len(asked["nonce"][0]) >= 43
    assert len(asked["code_challenge"][0]) == 43
    assert asked["state"][0] not in cookie
    again, _ = signing_in.begin(NOW)
    assert parse_qs(urlsplit(again).query)["nonce"] != asked["nonce"]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"iss": "https://login.example.gov.uk/other/v2.0"}, "iss"),
        ({"iss": None}, "iss"),
        ({"iss": [ISSUER]}, "iss"),
        ({"aud": "another-client"}, "aud"),
        ({"aud": [CLIENT_ID, "another-client"]}, "aud"),
        ({"aud": None}, "aud"),
        ({"azp": "another-client"}, "azp"),
        ({"tid": "tenant-2"}, "tid"),
        ({"tid": None}, "tid"),
        ({"tid": [TENANT, "tenant-2"]}, "tid"),
        ({"nonce": "another"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": ""}, "nonce"),
        ({"sub": None}, "sub"),
        ({"exp": None}, "exp"),
        ({"exp": int(NOW.timestamp()) - 61}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("nan")}, "exp"),
        ({"iat": int(NOW.timestamp()) + 61}, "iat"),
        ({"nbf": int(NOW.timestamp()) + 61}, "nbf"),
    ],
)
def test_a_wrong_claim_is_refused(signing_in, provider, changes, named):
    provider.changes = changes
    with pytest.raises(NotSignedInError, match="not valid"):
        come_back(signing_in, provider)
    provider.changes = {}
    assert come_back(signing_in, provider).subject, f"{named} right again"


def test_unsigned_is_refused(signing_in, provider):
    provider.unsigned = True
    for algorithm in ("none", "None", "RS256"):
        provider.header = {"alg": algorithm}
        with pytest.raises(NotSignedInError):
            come_back(signing_in, provider)


def test_a_secret_instead_of_a_key_pair_is_refused(signing_in, provider):
    # The classical confusion: the public key, used as the secret of an HMAC.
    provider.secret = provider.key.as_pem(private=False)
    with pytest.raises(NotSignedInError):
        come_back(signing_in, provider)


def test_another_key_under_the_same_name_is_refused(signing_in, provider):
    provider.sign_with = RSAKey.generate_key(2048, {"kid": "first"})
    with pytest.raises(NotSignedInError):
        come_back(signing_in, provider)


def test_a_token_that_names_no_key_is_refused(signing_in, provider):
    provider.header = {"kid": None}
    with pytest.raises(NotSignedInError):
        come_back(signing_in, provider)


def test_new_keys_are_fetched_and_old_ones_forgotten(signing_in, provider):
    come_back(signing_in, provider)
    old = provider.key
    provider.rotate()
    later = NOW + timedelta(seconds=20)
    provider.clock.now = later
    assert come_back(signing_in, provider, later).roles == {Role.OFFICER}
    provider.sign_with, provider.header = old, {"kid": old.kid}
    with pytest.raises(NotSignedInError):
        come_back(signing_in, provider, later)


def test_unknown_keys_do_not_make_us_ask_without_end(signing_in, provider):
    come_back(signing_in, provider)
    provider.rotate(publish=False)
    later = NOW + timedelta(seconds=20)
    for _ in range(5):
        with pytest.raises(NotSignedInError):
            come_back(signing_in, provider, later)
    assert sum(path.endswith("/keys") for path in provider.fetches) == 2


def test_metadata_of_another_issuer_cannot_be_used(signing_in, provider):
    provider.published_issuer = "https://evil.example"
    with pytest.raises(UnavailableError):
        signing_in.begin(NOW)


def test_a_provider_that_is_down_is_said_to_be_down(signing_in, provider):
    provider.down = True
    with pytest.raises(UnavailableError, match="cannot be reached"):
        signing_in.begin(NOW)
    provider.down = False
    address, cookie = signing_in.begin(NOW)
    brought = provider.visit(address)
    provider.down = True
    with pytest.raises(UnavailableError, match="cannot be reached"):
        signing_in.finish(cookie=cookie, now=NOW, **brought)


def test_a_code_is_good_once_and_in_the_browser_that_asked(signing_in, provider):
    address, cookie = signing_in.begin(NOW)
    brought = provider.visit(address)
    assert signing_in.finish(cookie=cookie, now=NOW, **brought)
    with pytest.raises(NotSignedInError, match="exchange"):
        signing_in.finish(cookie=cookie, now=NOW, **brought)
    address, _ = signing_in.begin(NOW)
    _, other_cookie = signing_in.begin(NOW)
    brought = provider.visit(address)
    for wrong in (None, other_cookie, "x", cookie[:-3] + "AAA"):
        with pytest.raises(NotSignedInError):
            signing_in.finish(cookie=wrong, now=NOW, **brought)


def test_a_code_for_another_challenge_is_refused(signing_in, provider):
    address, cookie = signing_in.begin(NOW)
    other, _ = signing_in.begin(NOW)
    stolen = provider.visit(other)["code"]
    state = provider.visit(address)["state"]
    with pytest.raises(NotSignedInError, match="exchange"):
        signing_in.finish(cookie=cookie, state=state, code=stolen, now=NOW)


def test_refusals_without_a_token(signing_in, provider):
    address, cookie = signing_in.begin(NOW)
    brought = provider.visit(address)
    with pytest.raises(NotSignedInError, match="let the person in"):
        signing_in.finish(cookie=cookie, state=brought["state"], code=None, now=NOW)
    with pytest.raises(NotSignedInError, match="another provider"):
        signing_in.finish(cookie=cookie, issuer="https://evil.example", now=NOW, **brought)
    provider.without_id_token = True
    with pytest.raises(NotSignedInError, match="no identity token"):
        signing_in.finish(cookie=cookie, now=NOW, **brought)


def test_an_attempt_ends_after_ten_minutes_and_belongs_to_one_authority(signing_in, provider):
    address, cookie = signing_in.begin(NOW)
    brought = provider.visit(address)
    for moment in (NOW + timedelta(minutes=11), NOW - timedelta(minutes=1)):
        with pytest.raises(NotSignedInError, match="ten minutes"):
            signing_in.finish(cookie=cookie, now=moment, **brought)
    with pytest.raises(NotSignedInError, match="another authority"):
        door(provider, authority="E10000002").finish(cookie=cookie, now=NOW, **brought)
    with pytest.raises(NotSignedInError, match="altered"):
        door(provider, secret="t" * 40).finish(cookie=cookie, now=NOW, **brought)


@pytest.mark.parametrize("roles", [[], ["Someone.Else"], "NearHome.Manager", [7], None])
def test_no_role_is_no_role(signing_in, provider, roles):
    provider.changes = {"roles": roles}
    assert come_back(signing_in, provider).roles == frozenset()


def test_a_provider_without_tenants_goes_by_the_subject(provider):
    provider.changes = {"tid": None, "oid": None}
    identity = come_back(door(provider, tenant=None), provider)
    assert identity.subject == f"{ISSUER}|pairwise-subject"


def test_the_setting_is_read_and_its_faults_are_named_without_values():
    text = (
        '{"E06000060": {"issuer": "https://login.example/x", "client_id": "a", '
        '"client_secret": "hidden", "tenant": "t"}}'
    )
    assert read_providers(text)["E06000060"].roles["NearHome.Auditor"] is Role.AUDITOR
    for wrong in ("hidden", "[]", '{"E06000060": 7}', text.replace("https:", "http:")):
        with pytest.raises(UsageError, match="NEARHOME_OIDC") as caught:
            read_providers(wrong)
        assert "hidden" not in caught.value.sentence
