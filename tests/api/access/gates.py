"""A gate for tests, with passwords that cost little, and people who sign in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from argon2 import PasswordHasher

from api.access.forgery import forgery_token
from api.access.gate import Gate, SignedIn
from api.access.identify import Asking
from api.access.passwords import Passwords
from api.access.users import add_user
from api.records.actor import Actor, Role
from tests.builders import BUCKS

if TYPE_CHECKING:
    from api.access.tokens import SessionToken
    from api.storage.database import Database

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECRET = "a secret of this installation that is long enough"
OWN = "https://nearhome.example.gov.uk"
PASSWORD = "correct horse battery staple"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def after(**gone: float) -> datetime:
    return NINE + timedelta(**gone)


def gate_of(database: Database, **changes: object) -> Gate:
    given = {"secret": SECRET, "passwords": CHEAP, "own_origin": OWN, "sign_ins_per_minute": 1000}
    return Gate(database, **{**given, **changes})


def somebody(authority: str = BUCKS, *roles: Role) -> Actor:
    return Actor(authority=authority, actor_id="U-setup", roles=frozenset(roles))


def person(
    database: Database,
    name: str,
    *roles: Role,
    authority: str = BUCKS,
    password: str | None = PASSWORD,
    at: datetime = NINE,
):
    with database.work(authority, somebody(authority), at=at) as work:
        return add_user(
            work,
            CHEAP,
            sign_in_name=name,
            full_name=None,
            roles=frozenset(roles),
            password=password,
        )


def sign_in(
    gate: Gate,
    name: str,
    *,
    password: str = PASSWORD,
    at: datetime = NINE,
    authority: str | None = None,
    address: str = "10.0.0.1",
) -> SignedIn:
    return gate.sign_in(
        sign_in_name=name, password=password, authority=authority, address=address, now=at
    )


def asks(token: SessionToken, method: str = "GET", **headers: str) -> Asking:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Asking(method, given, token.text, OWN)


def changes(token: SessionToken, **headers: str) -> Asking:
    signed = forgery_token(SECRET, token.secret)
    return asks(token, "POST", **{"near_home_csrf": signed, "origin": OWN, **headers})
