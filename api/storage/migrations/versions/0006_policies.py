"""The council's own policy."""

from __future__ import annotations

from api.storage.migrations.steps import make_records

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on from the schema before."""
    make_records("policies")
