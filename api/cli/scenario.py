"""``nearhome scenario``: what would change if, over years, with the doubt."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.console import complain, print_json, say
from api.cli.options import AsJson

if TYPE_CHECKING:
    from scenarios.processes import Crew
    from scenarios.results import RunSummary, VariantResult

app = typer.Typer(help="Simulate what would change if.")

AllMeasures = Annotated[
    bool, typer.Option("--all", help="Show every measure, not the headlines alone.")
]
JSON_SCHEMA = "1.0"


@app.callback()
def scenario() -> None:
    """Simulate what would change if."""


@app.command("new")
def new(
    file: Annotated[Path, typer.Argument(help="Where to write it; a .toml file.")],
) -> None:
    """Write a scenario with comments, ready to run on the synthetic county."""
    from matcher.errors import UsageError
    from scenarios.scenario import new_scenario_text

    try:
        with file.open("x", encoding="utf-8") as fresh:
            fresh.write(new_scenario_text())
    except FileExistsError:
        raise UsageError(f"{file} is there already. Name another file, or remove it.") from None
    except FileNotFoundError:
        raise UsageError(f"There is no folder {file.parent}. Make it first.") from None
    say(f"{file} is ready. Next: nearhome scenario run {file}")


@app.command("levers")
def levers(as_json: AsJson = False) -> None:
    """List everything that a scenario can change, with what each line means and may be."""
    from scenarios.levers import FAMILIES

    if as_json:
        print_json(
            {
                "schema_version": JSON_SCHEMA,
                "levers": [
                    {
                        "kind": kind,
                        "family": family,
                        "title": lever.title,
                        "source": lever.source,
                        "fields": [fact._asdict() for fact in lever.fields()],
                    }
                    for family, members in FAMILIES.items()
                    for lever in members
                    for kind in [lever.model_fields["kind"].default]
                ],
            }
        )
        return
    for family, members in FAMILIES.items():
        say(family)
        for lever in members:
            say()
            say(f"{lever.model_fields['kind'].default}: {lever.title}", indent=2)
            for fact in lever.fields():
                ends = [part for part in (fact.unit, fact.allowed, fact.default) if part]
                say(f"{fact.name} ({'; '.join(ends)}): {fact.meaning}", indent=4)
        say()


@app.command("run")
def run(
    file: Annotated[Path, typer.Argument(help="The scenario, a .toml file.")],
    years: Annotated[
        int | None, typer.Option(help="Years to simulate; if not given, what the scenario says.")
    ] = None,
    replications: Annotated[
        int, typer.Option(help="Futures to simulate; each holds today and every variant.")
    ] = 100,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the run; if not given, out/ and the name of the scenario."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="Of every chance; if not given, what the scenario says.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            help="Stop early when mean differences are known so narrowly, plus or minus, such as "
            "near_home_rate=0.5,yearly_cost=100000 (points and pounds); if not given, what the "
            "scenario says."
        ),
    ] = None,
    processes: Annotated[
        int | None, typer.Option(help="Processes on this machine; all cores if not given.")
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler that simulates instead, tcp://HOST:PORT."),
    ] = None,
    all_measures: AllMeasures = False,
    as_json: AsJson = False,
) -> None:
    """Simulate today and every variant in the same futures; goes on where it was interrupted."""
    from dataclasses import replace

    from api.cli.documents import write_documents
    from api.cli.runs import print_run, told_progress
    from scenarios.runner import run_scenario
    from scenarios.scenario import read_scenario
    from scenarios.simulation_work import work_of

    crew = _crew(processes, cluster)
    narrow = None if until is None else _narrowness(until)
    asked = read_scenario(file)
    asked = replace(
        asked,
        years=_in_range("--years", asked.years if years is None else years, 1, 20),
        seed=_in_range("--seed", asked.seed if seed is None else seed, 0, 2**63 - 1),
    )
    work, description = work_of(asked)
    folder = out or Path("out") / file.stem
    done = 0
    try:
        with told_progress() as tell:

            def on_progress(progress: Any) -> None:
                nonlocal done
                done = progress.done
                tell(progress)

            result = run_scenario(
                work,
                description,
                out=folder,
                replications=replications,
                crew=crew,
                until=asked.until if narrow is None else narrow,
                on_progress=on_progress,
            )
    except KeyboardInterrupt:
        complain(
            f"{done} of {replications} futures are finished and kept in {folder}. Run the same "
            "command again to go on."
        )
        raise
    documents = write_documents(result, folder)
    if as_json:
        print_json(run_json(result.summary, folder, report=documents.report))
    else:
        print_run(result.summary, all_measures=all_measures)
        say()
        for name, path in (("report", documents.report), ("workbook", documents.workbook)):
            if path is not None:
                say(f"{name}: {path}")
        say(f"every value: {folder / 'results.csv'}, .parquet")
        if result.summary.stamp.synthetic:
            from api.cli.console import SYNTHETIC

            say(SYNTHETIC)
    documents.complain()


def run_json(summary: RunSummary, folder: Path, *, report: Path | None) -> dict[str, Any]:
    """Return a run as ``nearhome scenario run --json`` prints it.

    Parameters
    ----------
    summary
        Of the run.
    folder
        Where its files are.
    report
        Its page; None when it could not be written.
    """
    return {
        "schema_version": JSON_SCHEMA,
        "name": summary.name,
        "start": summary.start.isoformat(),
        "years": summary.years,
        "replications": summary.replications,
        "asked": summary.asked,
        "stopped_early": summary.stopped_early,
        "checked": summary.checked,
        "base": _variant_json(summary.base, levels=True),
        "variants": [_variant_json(each, levels=False) for each in summary.variants[1:]],
        "measures": [each.model_dump(mode="json") for each in summary.measures],
        "out": str(folder),
        "report": None if report is None else str(report),
        "stamp": summary.stamp.model_dump(mode="json"),
    }


def _variant_json(variant: VariantResult, *, levels: bool) -> dict[str, Any]:
    values = variant.levels if levels else variant.differences
    return {
        "name": variant.name,
        "levers": [each.sentence for each in variant.levers],
        "levels" if levels else "differences": {
            name: each.model_dump(mode="json") for name, each in values.items()
        },
    }


@app.command("compare")
def compare(
    runs: Annotated[list[Path], typer.Argument(help="Folders of finished runs.")],
    all_measures: AllMeasures = False,
    as_json: AsJson = False,
) -> None:
    """Put any runs side by side, against today of the first."""
    from api.cli.runs import print_side_by_side
    from scenarios.result_files import read_run
    from scenarios.side_by_side import side_by_side

    compared = side_by_side([read_run(each) for each in runs])
    if as_json:
        print_json({"schema_version": JSON_SCHEMA, **compared.model_dump(mode="json")})
        return
    for warning in compared.warnings:
        complain(warning)
    print_side_by_side(compared, all_measures=all_measures)


def _crew(processes: int | None, cluster: str | None) -> Crew:
    from matcher.errors import UsageError
    from scenarios.runner import crew_of

    if cluster is None:
        return crew_of(processes)
    if processes is not None:
        raise UsageError("--processes is for this machine and --cluster for others. Give one.")
    from scenarios.cluster import Cluster

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say it in a sentence
    return Cluster(cluster)


def _in_range(option: str, value: int, low: int, high: int) -> int:
    from matcher.errors import UsageError

    if not low <= value <= high:
        raise UsageError(f"{option} is {value}; it is from {low} to {high}.")
    return value


def _narrowness(text: str) -> dict[str, float]:
    from matcher.errors import UsageError

    found: dict[str, float] = {}
    for part in text.split(","):
        name, _, width = part.partition("=")
        if not part.strip():
            continue
        try:
            found[name.strip()] = float(width)
        except ValueError:
            raise UsageError(
                f"--until has {part.strip()!r}; write a measure, an equals sign and a number, such "
                "as near_home_rate=0.5."
            ) from None
    return found
