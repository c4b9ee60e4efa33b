"""What Alembic runs: every step of an upgrade within one transaction."""

from __future__ import annotations

from alembic import context

from api.storage.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
