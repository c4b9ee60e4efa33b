"""The audit trail over HTTP: asked, proved, and what is printed of it."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.audit.anchoring import Anchor, head
from api.audit.decision import DecisionRecord, decision_record
from api.audit.decision_page import decision_page
from api.audit.finding import Fault
from api.audit.subject_export import export_child
from api.audit.verifying import verify
from api.casework.catalogue import CATALOGUE
from api.errors import InvalidError
from api.problems import documented
from api.records.actor import Actor, Permission
from api.records.text import WITHHELD, without_free_text
from api.routes.answers import PageOut
from api.routes.attaching import attached
from api.routes.dependencies import CurrentService, CurrentWork, Paging, allowed, solving
from api.routes.units import ServiceRoute
from api.routes.writing import ReasonNeeded
from api.storage.chain import Entry
from api.storage.history import history_of
from api.storage.kinds import kind_named
from api.storage.trail_reading import Question, Trail
from api.storage.work import Work
from matcher.domain.record import Identifier
from matcher.errors import NotFoundError

router = APIRouter(
    prefix="/v1", tags=["audit"], route_class=ServiceRoute, responses=documented(401, 403)
)

Reads = Annotated[Actor, Depends(allowed(Permission.READ_AUDIT))]
Decides = Annotated[Actor, Depends(allowed(Permission.READ_REFERRALS))]
ExportsChild = Annotated[Actor, Depends(allowed(Permission.EXPORT_CHILD))]
ChoiceId = Annotated[Identifier, Path(examples=["CH-0K3V7Q2M1-7QF2M0XA"])]
ChildId = Annotated[Identifier, Path(examples=["C-0001"])]


class EntryOut(BaseModel):
    """One entry of the trail."""

    sequence: int = Field(description="From 1, without gaps.")
    at: datetime
    actor: str = Field(description="Who, by pseudonym.")
    role: str
    action: str
    kind: str | None = Field(description="The kind of record; null where there is none.")
    record_id: str | None
    version: int | None = Field(description="The version that was made; null where none was.")
    child_ids: tuple[str, ...]
    reason: str | None = Field(description="Null when none was given, or it was erased.")
    request_id: str | None
    details: dict[str, Any]
    digest: str | None = Field(description="Salted SHA-256 of the version's content.")
    previous_hash: str
    hash: str


class EntryWithVersionsOut(EntryOut):
    """One entry, with what was so before and after."""

    before: dict[str, Any] | None = Field(description="Null when there was nothing, or is erased.")
    after: dict[str, Any] | None = Field(description="Null when it was taken out, or is erased.")


class FindingOut(BaseModel):
    """One thing that is wrong."""

    fault: Fault
    sequence: int | None
    kind: str | None
    record_id: str | None
    sentence: str


class VerificationIn(BaseModel):
    """What was noted elsewhere of the trail."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"anchors": []}]})

    anchors: tuple[Anchor, ...] = Field((), max_length=10_000)


class VerificationOut(BaseModel):
    """What was looked at, and what is wrong with it."""

    authority: str
    sound: bool
    sequence: int
    hash: str
    entries: int
    versions: int
    erased: int
    anchors: int
    findings: tuple[FindingOut, ...]
    sentence: str


@router.get(
    "/audit/entries",
    operation_id="listAuditEntries",
    summary="Who did or read what, when and why",
    responses=documented(422),
)
def entries(
    actor: Reads,
    work: CurrentWork,
    paging: Paging,
    child_id: Annotated[Identifier | None, Query(description="About this child.")] = None,
    by: Annotated[Identifier | None, Query(description="Done by this actor.")] = None,
    action: Annotated[str | None, Query(max_length=60)] = None,
    kind: Annotated[str | None, Query(max_length=60)] = None,
    record_id: Annotated[Identifier | None, Query()] = None,
    since: Annotated[AwareDatetime | None, Query()] = None,
    until: Annotated[AwareDatetime | None, Query()] = None,
) -> PageOut[EntryOut]:
    """Return entries, the latest first."""
    question = Question(child_id, by, action, kind, record_id, since, until)
    trail = Trail(work.connection, work.authority)
    page = trail.page(question, before=_sequence(paging.after), limit=paging.limit)
    if child_id is not None:
        work.read(child_id, why="audit trail")
    return PageOut[EntryOut](
        items=tuple(EntryOut(**_shown(each, actor)) for each in page.items), next=page.next
    )


@router.get(
    "/audit/entries/{sequence}",
    operation_id="getAuditEntry",
    summary="One entry, with what was so before and after",
    responses=documented(404, 422),
)
def entry(
    actor: Reads,
    sequence: Annotated[int, Path(ge=1, le=2**62, examples=[1])],
    work: CurrentWork,
) -> EntryWithVersionsOut:
    """Return an entry; free text in records is withheld from who may not see names."""
    found = Trail(work.connection, work.authority).entry(sequence)
    if found is None:
        raise NotFoundError(f"There is no entry {sequence} in the audit trail.")
    work.read(*found.child_ids, why="audit trail")
    before, after = _versions(work, found)
    return EntryWithVersionsOut(**_shown(found, actor), before=before, after=after)


@router.get("/audit/head", operation_id="getAuditHead", summary="The end of the trail, to anchor")
def audit_head(_: Reads, work: CurrentWork, service: CurrentService) -> Anchor:
    """Return the last entry's hash: keep it where nobody who runs the database can change it."""
    return head(service.database, work.authority, at=work.at)


@router.post(
    "/audit/verifications",
    operation_id="verifyAudit",
    summary="Prove the trail whole, or name what was done to it",
    responses=documented(422, 429),
    dependencies=[Depends(solving(cost=10))],
)
def verification(
    _: Reads, work: CurrentWork, service: CurrentService, sent: VerificationIn
) -> VerificationOut:
    """Follow the chain from its first entry, and hold every record against it."""
    found = verify(service.database, work.authority, anchors=sent.anchors)
    work.note("verified", details={"entries": found.entries, "findings": len(found.findings)})
    return VerificationOut(
        **{
            name: getattr(found, name)
            for name in VerificationOut.model_fields
            if name != "findings"
        },
        findings=tuple(
            FindingOut(**{name: getattr(each, name) for name in FindingOut.model_fields})
            for each in found.findings
        ),
    )


@router.get(
    "/choices/{choice_id}/decision-record",
    operation_id="getDecisionRecord",
    summary="Need, options considered, why this one, who approved what",
    responses=documented(404, 422),
)
def decision(_: Decides, choice_id: ChoiceId, work: CurrentWork) -> DecisionRecord:
    """Return what a funding decision rested on, as it was known when it was made."""
    return decision_record(work, choice_id, title_of=_title)


@router.get(
    "/choices/{choice_id}/decision-page",
    operation_id="getDecisionPage",
    summary="A decision as one page to print",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}}, **documented(404, 422)},
)
def decision_to_print(_: Decides, choice_id: ChoiceId, work: CurrentWork) -> Response:
    """Return the same as one page of HTML that needs nothing else."""
    page = decision_page(decision_record(work, choice_id, title_of=_title))
    return attached(page.encode(), "text/html; charset=utf-8", f"decision-{choice_id}.html")


@router.get(
    "/children/{child_id}/everything",
    operation_id="exportChild",
    summary="Everything that is kept about one child",
    response_class=Response,
    responses={
        200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
        **documented(404, 422),
    },
)
def everything(
    _: ExportsChild, child_id: ChildId, reason: ReasonNeeded, work: CurrentWork
) -> Response:
    """Return every record with its history, and who read them: for subject access."""
    exported = export_child(work, child_id, reason=reason)
    return attached(exported.as_zip(), "application/zip", f"everything-{child_id}.zip")


def _title(code: str) -> str:
    return CATALOGUE[code].title if code in CATALOGUE else code


def _sequence(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 18:
        raise InvalidError("Use the `next` of the page before, or leave it out.", field="after")
    return int(cursor)


def _shown(entry: Entry, actor: Actor) -> dict[str, Any]:
    """Return an entry as the actor may see it: what people wrote may name a child."""
    values = {name: getattr(entry, name) for name in EntryOut.model_fields}
    if values["reason"] and not actor.see_names:
        values["reason"] = WITHHELD
    return values


def _versions(work: Work, entry: Entry) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    if entry.kind is None or entry.record_id is None or entry.version is None:
        return None, None
    versions = {
        each.version: None if each.retired else each.record
        for each in history_of(work, kind_named(entry.kind).type, entry.record_id)
    }

    def shown(version: int) -> dict[str, Any] | None:
        record = versions.get(version)
        if record is None:
            return None
        seen = record if work.actor.see_names else without_free_text(record)
        return seen.model_dump(mode="json")

    return shown(entry.version - 1), shown(entry.version)
