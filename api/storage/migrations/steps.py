"""What steps are made of. Released steps call these: what they make never changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import op

from api.storage.kind import Column
from api.storage.migrations.shapes import COLUMN_TYPES, STRICT, index_name, record_parts

if TYPE_CHECKING:
    from collections.abc import Mapping


def on_postgresql() -> bool:
    """Whether the database is PostgreSQL."""
    return op.get_context().dialect.name == "postgresql"


def make_records(
    name: str,
    columns: Mapping[str, str] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    unique: tuple[str, ...] = (),
    indexed: tuple[str, ...] = (),
) -> None:
    """Make the table of a kind of record.

    Parameters
    ----------
    name
        Of the table.
    columns
        The lifted columns, and what they hold: "text", "count", "day", "instant", "flag".
    names
        By column: the table of which it names a record.
    unique, indexed
        Columns without equals, and columns with an index.
    """
    held = {column: Column(holds) for column, holds in (columns or {}).items()}
    op.create_table(name, *record_parts(name, held, names=names, unique=unique), **STRICT)
    for column in indexed:
        op.create_index(index_name(name, column), name, ["authority", column])


def add_lifted(name: str, column: str, holds: str, *, field: str, indexed: bool = True) -> None:
    """Lift one more value out of the bodies of a kind that is there already.

    Parameters
    ----------
    name, column, holds
        The table, the new column and what it holds.
    field
        The field of the body that it is the value of.
    indexed
        Whether to keep an index of it.
    """
    op.add_column(name, sa.Column(column, COLUMN_TYPES[Column(holds)]))
    if on_postgresql():
        cast = {"count": "::bigint", "day": "::date", "instant": "::timestamptz"}.get(holds, "")
        cast = "::boolean" if holds == "flag" else cast
        op.execute(f"UPDATE {name} SET {column} = (body::jsonb ->> '{field}'){cast}")
    else:
        op.execute(f"UPDATE {name} SET {column} = json_extract(body, '$.{field}')")
    if indexed:
        op.create_index(index_name(name, column), name, ["authority", column])


def make_append_only(name: str, *, erasable: tuple[str, ...]) -> None:
    """Have the database refuse to change or remove what has been written.

    Parameters
    ----------
    name
        Of the table.
    erasable
        Columns that may be emptied, and only that.
    """
    refused = f"{name} is only ever written at its end"
    kept = "'" + "','".join(erasable) + "'"
    if on_postgresql():
        emptied = " AND ".join(
            f"(NEW.{each} IS NULL OR NEW.{each} IS NOT DISTINCT FROM OLD.{each})"
            for each in erasable
            if each != "erased_at"
        )
        op.execute(
            f"""
            CREATE FUNCTION {name}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              IF TG_OP = 'UPDATE'
                 AND to_jsonb(NEW) - ARRAY[{kept}] = to_jsonb(OLD) - ARRAY[{kept}]
                 AND {emptied} THEN
                RETURN NEW;
              END IF;
              RAISE EXCEPTION '{refused}';
            END $$
            """
        )
        op.execute(
            f"CREATE TRIGGER {name}_append_only BEFORE UPDATE OR DELETE ON {name} "
            f"FOR EACH ROW EXECUTE FUNCTION {name}_is_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {name}_never_emptied BEFORE TRUNCATE ON {name} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}_is_append_only()"
        )
        return
    columns = [row[1] for row in op.get_bind().exec_driver_sql(f"PRAGMA table_info({name})")]
    fixed = ", ".join(each for each in columns if each not in erasable)
    refilled = " OR ".join(
        f"(NEW.{each} IS NOT NULL AND NEW.{each} IS NOT OLD.{each})"
        for each in erasable
        if each != "erased_at"
    )
    op.execute(
        f"CREATE TRIGGER {name}_not_removed BEFORE DELETE ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
    )
    op.execute(
        f"CREATE TRIGGER {name}_not_changed BEFORE UPDATE OF {fixed} ON {name} "
        f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
    )
    op.execute(
        f"CREATE TRIGGER {name}_not_refilled BEFORE UPDATE ON {name} WHEN {refilled} "
        f"BEGIN SELECT RAISE(ABORT, '{refused}'); END"
    )
