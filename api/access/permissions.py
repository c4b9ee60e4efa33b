"""Which role may do what. Whether a record's state allows it is asked in casework."""

from __future__ import annotations

from api.records.actor import Permission, Role

_P = Permission

EVERYONE = frozenset({_P.USE_SESSION})
"""What everybody who is signed in may do."""

_READS = frozenset(
    {
        _P.READ_CHILDREN,
        _P.READ_HOMES,
        _P.READ_AGREEMENTS,
        _P.READ_REFERRALS,
        _P.READ_TARGETS,
        _P.READ_JOBS,
    }
)

_OFFICER = _READS | {
    _P.READ_NAMES,
    _P.LOOK_UP_NAME,
    _P.WRITE_CHILDREN,
    _P.WRITE_NAMES,
    _P.WRITE_HOMES,
    _P.CONFIRM_VACANCIES,
    _P.PLACE_HOLDS,
    _P.WRITE_REFERRALS,
    _P.SEARCH_HOMES,
    _P.REQUEST_OFFERS,
    _P.CHOOSE_HOME,
    _P.COMPLETE_TASKS,
    _P.WRITE_PLACEMENTS,
    _P.RECORD_ALLEGATIONS,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.OFFICER: EVERYONE | _OFFICER,
    Role.MANAGER: EVERYONE
    | _OFFICER
    | {
        _P.READ_BUDGETS,
        _P.LIFT_HOLDS,
        _P.GRANT_EXEMPTIONS,
        _P.OPEN_ROUTES,
        _P.APPROVE_OUT_OF_AREA,
        _P.APPROVE_FUNDING,
        _P.CORRECT_RECORDS,
        _P.WAIVE_ORDERS,
        _P.RUN_ASSIGNMENTS,
        _P.RUN_SCENARIOS,
        _P.EXPORT_DATA,
        _P.EXPORT_CHILD,
        _P.GRANT_NAMES,
        _P.READ_AUDIT,
    },
    Role.COMMISSIONER: EVERYONE
    | _READS
    | {
        _P.WRITE_HOMES,
        _P.CONFIRM_VACANCIES,
        _P.WRITE_AGREEMENTS,
        _P.READ_BUDGETS,
        _P.WRITE_BUDGETS,
        _P.PLACE_HOLDS,
        _P.WRITE_CONSORTIA,
        _P.WRITE_TARGETS,
        _P.RUN_ASSIGNMENTS,
        _P.RUN_SCENARIOS,
    },
    Role.AUDITOR: EVERYONE | _READS | {_P.READ_BUDGETS, _P.READ_AUDIT},
    # Whoever manages access has no business in children's records.
    Role.ADMINISTRATOR: EVERYONE
    | {
        _P.MANAGE_USERS,
        _P.MANAGE_CLIENTS,
        _P.MANAGE_SETTINGS,
        _P.MANAGE_RETENTION,
        _P.IMPORT_DATA,
        _P.READ_JOBS,
    },
}
"""What each role may do. What is not here, nobody of that role may."""

CLIENT_SCOPES = frozenset(Permission) - {
    _P.USE_SESSION,
    _P.CHOOSE_HOME,
    _P.OPEN_ROUTES,
    _P.APPROVE_OUT_OF_AREA,
    _P.APPROVE_FUNDING,
    _P.GRANT_EXEMPTIONS,
    _P.WAIVE_ORDERS,
    _P.LIFT_HOLDS,
    _P.GRANT_NAMES,
    _P.MANAGE_USERS,
    _P.MANAGE_CLIENTS,
    _P.MANAGE_RETENTION,
}
"""What another system may be given. Decisions about children and about access are a person's."""


def permissions_of(roles: frozenset[Role]) -> frozenset[Permission]:
    """Return everything that somebody with these roles may do."""
    return frozenset().union(EVERYONE, *(ROLE_PERMISSIONS[role] for role in roles))
