"""``python -m api.storage.migrations draft NAME``: write the step that the kinds are short of."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from api.storage.database import Database
from api.storage.kinds import KINDS
from api.storage.migrations.running import latest_revision

if TYPE_CHECKING:
    from api.storage.kind import Kind


def missing_calls(engine: sa.Engine) -> list[str]:
    """Return the calls that make what the kinds have and a database has not."""
    inspector = sa.inspect(engine)
    there = set(inspector.get_table_names())
    calls = [_make(kind) for kind in _in_order(set(KINDS) - there)]
    for kind in KINDS.values():
        if kind.name not in there:
            continue
        columns = {column["name"] for column in inspector.get_columns(kind.name)}
        calls += [
            f'add_lifted("{kind.name}", "{name}", "{lifted.column.value}", field="{name}", '
            f"indexed={lifted.indexed})"
            for name, lifted in kind.lifted.items()
            if name not in columns
        ]
    return calls


def _in_order(names: set[str]) -> list[Kind]:
    """Return kinds so that each comes after those that it names."""
    ordered: list[Kind] = []
    left = sorted(names)
    while left:
        for name in left:
            needed = {each.names for each in KINDS[name].lifted.values() if each.names}
            if not needed & (set(left) - {name}):
                ordered.append(KINDS[name])
                left.remove(name)
                break
        else:
            raise SystemExit(f"These kinds name each other in a circle: {', '.join(left)}.")
    return ordered


def _make(kind: Kind) -> str:
    columns = {name: each.column.value for name, each in kind.lifted.items()}
    names = {name: each.names for name, each in kind.lifted.items() if each.names}
    unique = tuple(name for name, each in kind.lifted.items() if each.unique)
    indexed = tuple(n for n, each in kind.lifted.items() if each.indexed and not each.unique)
    parts = [f'"{kind.name}"']
    parts += [f"{columns!r}"] if columns else []
    parts += [f"names={names!r}"] if names else []
    parts += [f"unique={unique!r}"] if unique else []
    parts += [f"indexed={indexed!r}"] if indexed else []
    return f"make_records({', '.join(parts)})"


def draft(name: str) -> Path:
    """Write the next step, and return its file."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/draft.sqlite", durable=False)
        database.create()
        calls = missing_calls(database.engine)
        database.dispose()
    if not calls:
        raise SystemExit("The steps make everything that the kinds need.")
    before = latest_revision()
    revision = f"{int(before) + 1:04d}"
    slug = re.sub(r"\W+", "_", name.lower()).strip("_")
    used = sorted({call.split("(")[0] for call in calls})
    body = "\n".join(f"    {call}" for call in calls)
    file = Path(__file__).parent / "versions" / f"{revision}_{slug}.py"
    file.write_text(
        f'"""{name[0].upper()}{name[1:]}."""\n\n'
        "from __future__ import annotations\n\n"
        f"from api.storage.migrations.steps import {', '.join(used)}\n\n"
        f'revision = "{revision}"\ndown_revision = "{before}"\n'
        "branch_labels = None\ndepends_on = None\n\n\n"
        f'def upgrade() -> None:\n    """Go on from the schema before."""\n{body}\n',
        encoding="utf-8",
    )
    return file


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "draft":
        raise SystemExit('Use: python -m api.storage.migrations draft "what it adds"')
    sys.stdout.write(
        f"{draft(sys.argv[2])}\nRead it, and format it with ruff. Then keep rows of it for "
        "the tests of upgrades: python -m tests.api.storage.freezing, with its number.\n"
    )
