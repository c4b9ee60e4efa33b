"""People who may sign in, other systems, leave to see names, and beds that councils share."""

from __future__ import annotations

from api.storage.migrations.steps import make_records

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make what access and sharing need."""
    make_records(
        "users",
        {"sign_in_name": "text", "subject": "text", "active": "flag"},
        unique=("sign_in_name", "subject"),
    )
    make_records("credentials")
    make_records("api_clients")
    make_records(
        "name_permissions",
        {"user_id": "text", "until": "day"},
        names={"user_id": "users"},
        indexed=("user_id", "until"),
    )
    make_records(
        "child_details",
        {"child_id": "text"},
        names={"child_id": "children"},
        unique=("child_id",),
    )
    make_records("consortia")
    make_records(
        "shared_beds",
        {"consortium_id": "text", "home_id": "text", "until": "day"},
        names={"consortium_id": "consortia", "home_id": "homes"},
        indexed=("consortium_id", "home_id", "until"),
    )
