"""The return in its XML form, as records by table.

Every child is an element with a HEADER and its EPISODEs; reviews, missing episodes, OC2,
previous permanence and decisions on adoption stand inside the header. Entities and document
types are refused: a return has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import parse

from matcher.intake.faults import SourceProblem
from scenarios.history.tables import BY_NAME, TableName, column_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_BYTES = 512 * 1024 * 1024

_CONTAINERS = {
    "EPISODE": TableName.EPISODES,
    "AREVIEW": TableName.REVIEWS,
    "AMISSING": TableName.MISSING,
    "OC2": TableName.OC2,
    "PERMANENCE": TableName.PREV_PERM,
    "AD_PLACED": TableName.PLACED_ADOPTION,
    "DOLO": TableName.DOLO,
    "SWEPISODE": TableName.SW_EPISODES,
}
_WITHIN_HEADER = {
    TableName.UASC: ("DUC",),
    TableName.OC3: ("IN_TOUCH", "ACTIV", "ACCOM"),
    TableName.AD1: ("DATE_INT", "DATE_MATCH"),
}
"""Tables that have no element of their own: the header's own cells tell of them."""


def is_xml(path: Path) -> bool:
    """Whether a file is XML by its content."""
    with path.open("rb") as file:
        head = file.read(64)
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            head = head[:62].decode(encoding, errors="ignore").encode("ascii", errors="ignore")
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def xml_records(path: Path) -> dict[TableName, list[dict[str, Any]]]:
    """Return the records of each table in an XML return.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    dict
        Records by table; ``_row`` counts the records of each table from 1.

    Raises
    ------
    SourceProblem
        If the file is no XML, has entities, or is too large.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise SourceProblem("has more than 512 MB", "Give one file for each year.")
    try:
        root = parse(path, forbid_dtd=True).getroot()
    except DefusedXmlException as problem:
        raise SourceProblem(
            "declares entities or a document type, which no return does",
            "Save the return anew from the case system.",
        ) from problem
    except (ParseError, UnicodeDecodeError, ValueError) as problem:
        raise SourceProblem(
            "is not well-formed XML", "Save the return anew from the case system."
        ) from problem
    found: dict[TableName, list[dict[str, Any]]] = {}
    for child in root.iter("CHILD"):
        if len(child):  # inside a record CHILD would be a cell
            _read_child(child, found)
    for records in found.values():
        for number, record in enumerate(records, start=1):
            record["_row"] = number
    return found


def _read_child(child: Any, found: dict[TableName, list[dict[str, Any]]]) -> None:
    header = dict(_cells(child))
    for inner in child.findall("HEADER"):
        header.update(_cells(inner))
    common = {name: header.get(name, "") for name in ("CHILD", "DOB", "SEX")}
    if header:
        found.setdefault(TableName.HEADER, []).append(header)
    for name, signs in _WITHIN_HEADER.items():
        if any(header.get(sign) for sign in signs):
            found.setdefault(name, []).append({**header})
    for element in child.iter():
        table = _CONTAINERS.get(element.tag)
        if table is not None and len(element):
            known = BY_NAME[table].known
            inherited = {name: text for name, text in common.items() if name in known}
            found.setdefault(table, []).append({**inherited, **dict(_cells(element))})


def _cells(element: Any) -> Iterator[tuple[str, str]]:
    """Yield the cells directly inside an element, under the names of the CSV form."""
    for cell in element:
        if not len(cell):
            yield column_name(cell.tag), (cell.text or "").strip()
