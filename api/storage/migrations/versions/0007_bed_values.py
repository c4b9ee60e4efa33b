"""What beds are worth to those who come next, as it was last learnt."""

from __future__ import annotations

from api.storage.migrations.steps import make_records

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go on from the schema before."""
    make_records("bed_values")
