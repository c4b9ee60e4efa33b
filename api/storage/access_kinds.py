"""Kinds of record about who may sign in and see what, and about beds that are shared."""

from __future__ import annotations

from api.records.child_details import ChildDetails
from api.records.consortium import Consortium, SharedBeds
from api.records.user import ApiClient, Credential, NamePermission, User
from api.storage.kind import Column, Kind, Lifted

ACCESS_KINDS = (
    Kind(
        "users",
        User,
        "user_id",
        lifted={
            "sign_in_name": Lifted(unique=True),
            "subject": Lifted(unique=True),
            "active": Lifted(Column.FLAG, indexed=False),
        },
        personal=True,
        across=True,
    ),
    Kind("credentials", Credential, "user_id", personal=True, label="password"),
    Kind("api_clients", ApiClient, "client_id", label="API client"),
    Kind(
        "name_permissions",
        NamePermission,
        "permission_id",
        lifted={"user_id": Lifted(names="users"), "until": Lifted(Column.DAY)},
        personal=True,
        label="permission to see names",
    ),
    Kind(
        "child_details",
        ChildDetails,
        "child_id",
        lifted={"child_id": Lifted(names="children", unique=True)},
        personal=True,
        label="child's personal details",
    ),
    Kind("consortia", Consortium, "consortium_id", label="consortium"),
    Kind(
        "shared_beds",
        SharedBeds,
        "shared_id",
        lifted={
            "consortium_id": Lifted(names="consortia"),
            "home_id": Lifted(names="homes"),
            "until": Lifted(Column.DAY),
        },
        across=True,
        label="offer of beds",
    ),
)
