"""How long records are kept, and what stops the clock."""

from __future__ import annotations

from api.storage.migrations.steps import make_records

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on from the schema before."""
    make_records("legal_holds", {"child_id": "text"}, indexed=("child_id",))
    make_records("retention_schedules")
