"""Use cases about people who may sign in: made, changed, stopped, given new passwords."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, NamedTuple

from api.access.passwords import check_password
from api.errors import ConflictError, InvalidError, NotAllowedError
from api.records.actor import Role
from api.records.identity import new_id
from api.records.making import made
from api.records.user import Account, Credential, User

if TYPE_CHECKING:
    from api.access.passwords import Passwords
    from api.access.sessions import Sessions
    from api.storage.reading import Held
    from api.storage.work import Work

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_FIRST_PASSWORD_GROUPS = 4


class NewUser(NamedTuple):
    """Somebody who was just added."""

    held: Held[User]
    first_password: str | None
    """Shown once; None for an account of the identity provider."""


def new_password() -> str:
    """Return a random password that can be read out: 79 bits in four groups."""
    groups = (
        "".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(_FIRST_PASSWORD_GROUPS)
    )
    return "-".join(groups)


def add_user(
    work: Work,
    passwords: Passwords,
    *,
    sign_in_name: str,
    full_name: str | None,
    roles: frozenset[Role],
    password: str | None = None,
    reason: str = "",
) -> NewUser:
    """Add somebody with a local account.

    Parameters
    ----------
    work, passwords
        The transaction, and what hashes.
    sign_in_name, full_name, roles
        Who.
    password
        Theirs, which they go on using; None makes one that they must change at once.
    reason
        Why, for the audit trail.

    Raises
    ------
    ConflictError
        If the sign-in name is taken.
    """
    user = made(
        User,
        user_id=new_id("U", work.at),
        sign_in_name=sign_in_name,
        full_name=full_name,
        roles=roles,
    )
    if work.find(User, limit=1, sign_in_name=user.sign_in_name):
        raise ConflictError(
            "Somebody already signs in with this name. Choose another.", field="sign_in_name"
        )
    held = work.put(user, reason=reason, expected=0)
    given = password or new_password()
    if password is not None:
        check_password(password, sign_in_name=user.sign_in_name)
    _set_password(work, passwords, user.user_id, given, must_change=password is None)
    return NewUser(held, given if password is None else None)


def change_user(
    work: Work,
    sessions: Sessions,
    user: User,
    *,
    expected: int,
    reason: str = "",
) -> Held[User]:
    """Store somebody's new roles, name or whether they may sign in.

    Whoever loses a role or may no longer sign in is signed out everywhere.

    Raises
    ------
    NotAllowedError
        If they are who asks: nobody gives roles to themselves.
    ConflictError
        If nobody could manage users any more.
    """
    before = work.get(User, user.user_id).record
    if (before.account, before.subject) != (user.account, user.subject):
        raise InvalidError(
            "Who checks a password cannot be changed. Stop the account and add another.",
            field="account",
        )
    loses = bool(before.roles - user.roles) or (before.active and not user.active)
    if user.user_id == work.actor.actor_id and (before.roles != user.roles or loses):
        raise NotAllowedError(
            "Nobody changes their own roles or stops themselves. Ask another administrator.",
            rule="SEPARATION_OF_DUTIES",
        )
    if loses:
        work.lock()
        if before.active and Role.ADMINISTRATOR in before.roles:
            _check_an_administrator_stays(work, user)
        sessions.end(user.user_id)
    return work.put(user, reason=reason, expected=expected)


def reset_password(
    work: Work, passwords: Passwords, sessions: Sessions, user_id: str, *, reason: str = ""
) -> str:
    """Give somebody a random password that they must change, and sign them out everywhere.

    Returns
    -------
    str
        The password, which is shown once.
    """
    user = _local(work, user_id)
    given = new_password()
    _set_password(work, passwords, user.user_id, given, must_change=True, reason=reason)
    sessions.end(user_id)
    return given


def change_own_password(
    work: Work, passwords: Passwords, sessions: Sessions, *, old: str, new: str
) -> None:
    """Change the password of whoever asks, and end all their sessions.

    Raises
    ------
    InvalidError
        If the old password is not theirs, or the new one will not do.
    """
    user = _local(work, work.actor.actor_id)
    held = work.get(Credential, user.user_id)
    if not passwords.fits(old, held.record.password_hash):
        raise InvalidError("This is not your present password.", field="old")
    if passwords.fits(new, held.record.password_hash):
        raise InvalidError("The new password is the old one. Choose another.", field="new")
    check_password(new, sign_in_name=user.sign_in_name)
    _set_password(work, passwords, user.user_id, new, must_change=False)
    sessions.end(user.user_id)


def _local(work: Work, user_id: str) -> User:
    user = work.get(User, user_id).record
    if user.account is not Account.LOCAL:
        raise ConflictError(
            "This account's password is kept by the council's identity provider. Change it there."
        )
    return user


def _set_password(
    work: Work,
    passwords: Passwords,
    user_id: str,
    password: str,
    *,
    must_change: bool,
    reason: str = "",
) -> None:
    work.maybe(Credential, user_id)  # whichever there is, is replaced
    work.put(
        Credential(
            user_id=user_id,
            password_hash=passwords.hashed(password),
            set_at=work.at,
            must_change=must_change,
        ),
        reason=reason,
        action="password set",
    )


def _check_an_administrator_stays(work: Work, user: User) -> None:
    left = [
        held.record
        for held in work.find(User, active=True)
        if Role.ADMINISTRATOR in held.record.roles and held.record.user_id != user.user_id
    ]
    if not left and not (user.active and Role.ADMINISTRATOR in user.roles):
        raise ConflictError(
            "Nobody could manage users any more. Make somebody else an administrator first."
        )
