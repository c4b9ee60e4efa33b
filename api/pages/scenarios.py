"""What-ifs: build one from the levers, run it, follow it, read it, put runs side by side."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.errors import InvalidError, TooManyError
from api.pages.asking import CurrentWork, Form, PageRoute, allowed, see_other
from api.pages.jobs import followed
from api.pages.rendering import render
from api.pages.toml_levers import lever_fields, lever_text
from api.planning import asking
from api.records.actor import Actor, Permission
from api.records.job import Job, ScenarioAsked
from api.routes.attaching import attached
from api.routes.dependencies import CurrentService, check_not_too_often
from api.routes.jobs import JOB_COST
from api.service import Service
from api.storage.work import Work
from matcher.errors import NearHomeError, NotFoundError, ScenarioError
from scenarios.levers import FAMILIES, LEVERS
from scenarios.report.drawings import differences_of, fans_of
from scenarios.report.judging import judge
from scenarios.report.places import map_of
from scenarios.report.summary import summarise
from scenarios.result_files import read_run
from scenarios.results import RunResult
from scenarios.side_by_side import side_by_side

router = APIRouter(route_class=PageRoute, include_in_schema=False)

MAY_RUN = Annotated[Actor, Depends(allowed(Permission.RUN_SCENARIOS))]
MOST_LISTED = 50
MOST_COMPARED = 4
RESULT_FILES = ("summary.json", "results.parquet")
MOST_FUTURES = 1000
NEW = """\
name = "A four-bed home in the south"
years = 3

[[variant]]
name = "Open a home"

[[variant.lever]]
kind = "open_childrens_home"
near = "High Wycombe"
beds = 4
weekly_running_pounds = 21_000
"""
"""What a new scenario begins with: ready to run, and easily changed."""


@router.get("/scenarios")
def scenarios(actor: MAY_RUN, request: Request, service: CurrentService) -> Response:
    """List what-ifs, the latest first."""
    jobs = [
        job
        for job in service.jobs.page(actor.authority, before=None, limit=200)
        if isinstance(job.asked, ScenarioAsked)
    ]
    return render(
        request,
        "scenarios/list.html",
        actor=actor,
        jobs=jobs[:MOST_LISTED],
        name_of=_name_of,
        most=MOST_COMPARED,
    )


@router.get("/scenarios/new")
def new(
    actor: MAY_RUN,
    request: Request,
    service: CurrentService,
    like: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    """Begin a scenario: from an example, or from one that was run."""
    text = NEW
    if like is not None:
        asked = service.jobs.get(actor.authority, like).asked
        if isinstance(asked, ScenarioAsked):
            text = asked.scenario
    return _builder(request, actor, text=text)


@router.post("/scenarios/new")
def build(
    actor: MAY_RUN, request: Request, work: CurrentWork, service: CurrentService, form: Form
) -> Response:
    """Add a lever, look whether it holds together, or run it."""
    text = str(form.get("scenario", ""))[:200_000].replace("\r\n", "\n")
    kind = str(form.get("kind", ""))
    do = str(form.get("do", ""))
    try:
        if do == "choose":
            _lever(kind)
            return _builder(request, actor, text=text, kind=kind)
        if do == "put":
            added = lever_text(_lever(kind), {key: str(value) for key, value in form.items()})
            return _builder(request, actor, text=f"{text.rstrip()}\n\n{added}", added=kind)
        asked = ScenarioAsked(scenario=text or "-", replications=_futures(form))
        if do == "check":
            asking.scenario_of(asked)
            return _builder(request, actor, text=text, good=True)
        check_not_too_often(service, actor, cost=JOB_COST)
        job = asking.ask(work, service.jobs, asked)
    except ScenarioError as error:
        return _builder(request, actor, text=text, faults=error.faults)
    except (InvalidError, TooManyError) as error:
        shown = kind if do == "put" else None
        return _builder(
            request, actor, text=text, faults=(error.sentence,), kind=shown, typed=dict(form)
        )
    return see_other(f"/scenarios/{job.job_id}")


@router.get("/scenarios/compare")
def compare(
    actor: MAY_RUN,
    request: Request,
    work: CurrentWork,
    service: CurrentService,
    job: Annotated[list[str] | None, Query(max_length=20)] = None,
) -> Response:
    """Put finished runs side by side, each variant against today of the first."""
    wanted = list(dict.fromkeys(job or []))[:MOST_COMPARED]
    runs = [_result(work, service, actor, each) for each in wanted]
    found = side_by_side(runs) if len(runs) > 1 else None
    return render(
        request,
        "scenarios/compare.html",
        actor=actor,
        found=found,
        headline=[each for each in found.measures if each.headline] if found else [],
        judge=judge,
    )


@router.get("/scenarios/{job_id}")
def scenario(
    actor: MAY_RUN, request: Request, work: CurrentWork, service: CurrentService, job_id: str
) -> Response:
    """Show how far a run is, and what it says once it has ended."""
    job = service.jobs.get(actor.authority, job_id)
    if not isinstance(job.asked, ScenarioAsked):
        raise NotFoundError("That job is no scenario. Begin again from the list.")
    address = f"/scenarios/{job_id}"
    part = followed(request, actor, job, address=address)
    if part is not None:
        return part
    shown: dict[str, Any] = {"result": None, "said": None, "charts": [], "files": ()}
    if job.state.ended:
        shown["files"] = service.jobs.files(job_id)
        names = {file.name for file in shown["files"]}
        if names.issuperset(RESULT_FILES):
            shown |= _read(_result(work, service, actor, job_id))
    return render(
        request,
        "scenarios/scenario.html",
        actor=actor,
        job=job,
        name=_name_of(job),
        address=address,
        running=not job.state.ended,
        **shown,
    )


@router.post("/scenarios/{job_id}/cancel")
def cancel(actor: MAY_RUN, work: CurrentWork, service: CurrentService, job_id: str) -> Response:
    """End a run; it reports on the futures that are finished."""
    asking.check_may_end(actor, service.jobs.get(actor.authority, job_id))
    asking.cancel(work, service.jobs, job_id)
    return see_other(f"/scenarios/{job_id}")


@router.get("/scenarios/{job_id}/files/{name}")
def file(
    actor: MAY_RUN, work: CurrentWork, service: CurrentService, job_id: str, name: str
) -> Response:
    """Download a result."""
    found = asking.read_result(work, service.jobs, actor, job_id, name)
    return attached(found.content, found.media_type, name)


def _read(result: RunResult) -> dict[str, Any]:
    summary = result.summary
    said = summarise(result)
    others = [variant for variant in summary.variants if not variant.is_base]
    charts = [differences_of(summary, variant) for variant in others]
    for pair in fans_of(summary, said.lead):
        charts += pair
    charts.append(map_of(summary))
    return {
        "result": summary,
        "said": said,
        "charts": [chart for chart in charts if chart is not None],
    }


def _result(work: Work, service: Service, actor: Actor, job_id: str) -> RunResult:
    with TemporaryDirectory(prefix="nearhome-") as folder:
        for name in RESULT_FILES:
            found = asking.read_result(work, service.jobs, actor, job_id, name)
            (Path(folder) / name).write_bytes(found.content)
        return read_run(Path(folder))


def _builder(
    request: Request,
    actor: Actor,
    *,
    text: str,
    kind: str | None = None,
    added: str | None = None,
    good: bool = False,
    faults: tuple[str, ...] = (),
    typed: dict[str, Any] | None = None,
) -> Response:
    lever = LEVERS.get(kind) if kind else None
    return render(
        request,
        "scenarios/new.html",
        status=422 if faults else 200,
        actor=actor,
        text=text,
        families=FAMILIES,
        kind=kind,
        lever=lever,
        fields=lever_fields(lever) if lever else (),
        added=LEVERS[added].title if added else None,
        good=good,
        faults=faults,
        typed=typed or {},
        most=MOST_FUTURES,
    )


def _lever(kind: str) -> Any:
    try:
        return LEVERS[kind]
    except KeyError:
        raise InvalidError("Choose a lever from the list.", field="kind") from None


def _futures(form: Form) -> int:
    text = str(form.get("replications", "")).strip()
    if not text.isdecimal() or not 2 <= int(text) <= MOST_FUTURES:
        raise InvalidError(
            f"The number of futures is a whole number from 2 to {MOST_FUTURES:,}.",
            field="replications",
        )
    return int(text)


def _name_of(job: Job) -> str:
    if not isinstance(job.asked, ScenarioAsked):
        return job.job_id
    try:
        return asking.scenario_of(job.asked).name
    except NearHomeError:
        return job.job_id
