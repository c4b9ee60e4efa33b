"""Opens the gate of a process as its installation is set."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from api.access.gate import Gate
from api.access.oidc import read_providers
from api.access.sessions import SessionLimits
from matcher.errors import UsageError

if TYPE_CHECKING:
    from api.settings import Settings
    from api.storage.database import Database


def open_gate(settings: Settings, database: Database) -> Gate:
    """Return the gate of a process.

    Parameters
    ----------
    settings
        What the installation sets.
    database
        Where accounts and sessions are.

    Raises
    ------
    UsageError
        If the settings of identity providers do not hold together.
    """
    providers = {}
    if settings.oidc is not None:
        providers = read_providers(settings.oidc.get_secret_value())
        if not settings.secure:
            raise UsageError(
                "NEARHOME_OIDC is set, so NEARHOME_PUBLIC_URL must be the https address to which "
                "identity providers send browsers back."
            )
    if not settings.local_accounts and not providers:
        raise UsageError(
            "NEARHOME_LOCAL_ACCOUNTS is off, so NEARHOME_OIDC must name the identity provider by "
            "which people sign in."
        )
    return Gate(
        database,
        secret=settings.secret.get_secret_value(),
        limits=SessionLimits(
            idle=timedelta(minutes=settings.session_idle_minutes),
            longest=timedelta(hours=settings.session_hours),
            each=settings.sessions_each,
        ),
        providers=providers,
        local_accounts=settings.local_accounts,
        own_origin=settings.origin,
        sign_ins_per_minute=settings.sign_ins_per_minute,
    )
