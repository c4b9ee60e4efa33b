"""Tables in and out, in the formats of the intake: a workbook, or CSV files."""

import io
import re
import tempfile
import zipfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Query, UploadFile
from pydantic import BaseModel, Field
from starlette.responses import Response

from api.errors import InvalidError
from api.exchange.exporting import export_world
from api.exchange.importing import import_world
from api.problems import documented
from api.records.actor import Actor, Permission
from api.routes.attaching import attached
from api.routes.dependencies import CurrentService, CurrentWork, allowed
from api.routes.units import ServiceRoute
from api.routes.writing import Reason
from matcher.intake import read_world

router = APIRouter(
    prefix="/v1", tags=["tables"], route_class=ServiceRoute, responses=documented(401, 403)
)

Imports = Annotated[Actor, Depends(allowed(Permission.IMPORT_DATA))]
Exports = Annotated[Actor, Depends(allowed(Permission.EXPORT_DATA))]

WORKBOOKS = frozenset({".xlsx", ".ods"})
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FILES = 40
_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}\.(csv|xlsx|ods)")


class ImportedOut(BaseModel):
    """What an import has done."""

    stored: dict[str, int] = Field(description="By kind: new or different records.")
    same: dict[str, int] = Field(description="By kind: records that were stored just so.")
    left: tuple[str, ...] = Field(description="What was left as casework has it, in words.")
    sentence: str


@router.post(
    "/imports",
    operation_id="importTables",
    summary="Store what tables say",
    responses=documented(409, 413, 422),
)
def import_tables(
    _: Imports,
    files: Annotated[
        list[UploadFile],
        File(description="One workbook (.xlsx or .ods), or one CSV file for each table."),
    ],
    work: CurrentWork,
    service: CurrentService,
    reason: Reason = "",
) -> ImportedOut:
    """Store all of it, or nothing and every fault with its cell.

    Casework is begun from the tables and never overruled by them.
    """
    with tempfile.TemporaryDirectory(prefix="nearhome-import-") as folder:
        path = _saved(files, Path(folder))
        world = read_world(path)
    done = import_world(
        work, world, why=reason or "import of tables", synthetic=service.settings.demo
    )
    return ImportedOut(stored=done.stored, same=done.same, left=done.left, sentence=done.sentence)


@router.get(
    "/exports/tables",
    operation_id="exportTables",
    summary="What is stored, as tables",
    response_class=Response,
    responses={
        200: {
            "content": {
                WORKBOOK: {"schema": {"type": "string", "format": "binary"}},
                "application/zip": {"schema": {"type": "string", "format": "binary"}},
            }
        },
        **documented(422, 503),
    },
)
def export_tables(
    _: Exports,
    work: CurrentWork,
    service: CurrentService,
    form: Annotated[
        Literal["xlsx", "csv"], Query(description="A workbook, or CSV files in a zip.")
    ] = "xlsx",
    reason: Reason = "",
) -> Response:
    """Return children by pseudonym, homes and the rest, as today; that it left is written down."""
    why = reason or "export of tables"
    with tempfile.TemporaryDirectory(prefix="nearhome-export-") as folder:
        if form == "xlsx":
            path = Path(folder) / "nearhome.xlsx"
            export_world(work, service.worlds, path, why=why)
            content, media_type = path.read_bytes(), WORKBOOK
        else:
            path = Path(folder) / "tables"
            export_world(work, service.worlds, path, why=why)
            content, media_type = _zipped(path), "application/zip"
    name = f"nearhome-{work.authority}-{work.today}.{'xlsx' if form == 'xlsx' else 'zip'}"
    return attached(content, media_type, name)


def _saved(files: list[UploadFile], folder: Path) -> Path:
    """Write uploads under their own names, which are those of the tables."""
    if not 1 <= len(files) <= MOST_FILES:
        raise InvalidError(f"Send one workbook, or 1 to {MOST_FILES} CSV files.", field="files")
    names = [each.filename or "" for each in files]
    if len(set(names)) != len(names) or not all(_NAME.fullmatch(name) for name in names):
        raise InvalidError(
            "Each file has a name of its own, of letters, digits, hyphens and underscores, that "
            "ends in .csv, .xlsx or .ods.",
            field="files",
        )
    workbooks = [name for name in names if Path(name).suffix in WORKBOOKS]
    if workbooks and len(names) > 1:
        raise InvalidError("Send a workbook alone, or CSV files.", field="files")
    for upload, name in zip(files, names, strict=True):
        (folder / name).write_bytes(upload.file.read())
    return folder / workbooks[0] if workbooks else folder


def _zipped(folder: Path) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, file.name)
    return held.getvalue()
