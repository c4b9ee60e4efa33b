"""Makes the reference pages of the command and of its JSON, from what they describe."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, get_args

import typer

from matcher.docstrings import meanings_of_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matcher.domain.record import Record


SMALL_ANSWERS: dict[str, dict[str, str]] = {
    "nearhome check": {
        "complete": "Whether everything could be read, so that it may be matched on.",
        "counts": "For each table, rows `read` and `rejected`.",
        "faults": "What must be corrected: `source`, `table`, `row`, `column`, `value` and "
        "`sentence`; `value` is null where it may hold anything personal.",
        "warnings": "What is allowed and may still be a mistake, in the same shape.",
        "data_hash": "SHA-256 over every record read; null when nothing could be.",
    },
    "nearhome audit verify": {
        "authorities": "For each `authority`, the last `sequence` and its `hash`, how many "
        "`entries`, `versions` and `anchors` were looked at and how many versions are `erased`, "
        "whether the trail is `sound`, and `findings` (each `fault`, `authority`, `sequence`, "
        "`kind`, `record_id` and `sentence`).",
    },
    "nearhome bench instance": {
        "name": "Of the file.",
        "objective": "What the assignment costs; null without one.",
        "bound": "No assignment costs less; null when nothing is known.",
        "status": "`optimal` when proved; `feasible` for an assignment that is not; `infeasible` "
        "when it is proved that there is none; `unknown` when none was found in time.",
        "seconds": "How long it took.",
        "assignment": "The agent or facility of each job or customer, counted from 0; null "
        "without one.",
        "opened": "The agents or facilities that serve anybody, counted from 0, rising.",
    },
    "nearhome bench online-instance": {
        "assignment": "The place of each unit by its label, in the order of arrival; null for "
        "nowhere.",
        "total": "What it is worth.",
        "greedy_total": "What the best assignment of each batch by itself is worth.",
        "hindsight_optimum": "The most that could be had knowing everything, proved; null when "
        "it was not proved in time.",
        "hindsight_bound": "Nothing is worth more; equal to the optimum when that was proved.",
        "ratio": "Of the total to the optimum, or to the bound where there is none; where nothing "
        "can be had, 1 if nothing was lost either, and otherwise 0.",
        "seconds": "That all decisions took, hindsight apart.",
        "hindsight_seconds": "That the optimum took.",
        "trained_on": "Units of the earlier period; 0 without one.",
        "left_out": "Units for which nothing had room.",
    },
    "nearhome bench online": {
        "rows": "For each way at each level and condition: `level`, `condition`, `way`, `margin`, "
        "`method`, `futures`, `families_learnt_from`, `means` by measure, "
        "`against_weekly_batch` and `against_practice` (by measure `difference`, `low` and "
        "`high` of the 90 % interval, `lower_in` so many futures, `percent`), "
        "`share_of_unlimited_gain_kept`, `bound` and `gap_to_bound_closed`.",
    },
    "nearhome history check": {
        "years": "Collection years, by the calendar year in which each ends.",
        "returns": "For each `first_year`, `last_year` and `files`.",
        "totals": "Rows in all, and how many were `used`, `merged` and `set_aside`.",
        "files": "The same for each `file` and `table`.",
        "rules": "For each that found anything `rule`, `outcome`, `count`, `sentence`, `advice` "
        "and `by_file`; see [Histories](history.md).",
        "findings": "The first 200 of each rule: `rule`, `file`, `row`, `column`, `value` (null "
        "where it may hold anything personal) and `sentence`.",
        "children": "Children.",
        "episodes": "Episodes, joined across years.",
        "periods": "Periods of care.",
    },
    "nearhome lookahead learn": {
        "out": "The file.",
        "method": "How.",
        "families": "Learnt from.",
        "share_kept": "How much of what was learnt counts: little with few families.",
        "window": "First day, and the first day after.",
        "homes": "Valued.",
        "policy": "Whose points.",
        "policy_version": "Of the policy.",
        "data_hash": "Of the data.",
    },
    "nearhome county make": {
        "out": "The folder.",
        "authority": "ONS code.",
        "size": "1.0 is the authority as published.",
        "seed": "The same seed makes the same county.",
        "synthetic": "Always true.",
        "data_hash": "SHA-256 over every record.",
        "children": "Children, those in care and those waiting.",
        "placements": "Children in care.",
        "waiting": "Children waiting.",
        "referrals": "Referrals for those who wait.",
        "homes": "Homes.",
    },
    "nearhome county report": {
        "authority": "ONS code.",
        "size": "As asked for.",
        "seed": "As asked for.",
        "synthetic": "Always true.",
        "within": "Whether every figure is within its tolerance.",
        "rows": "For each figure `marginal`, `category`, `target` (null when suppressed), "
        "`generated`, `tolerance`, `within`, `source` and `year`.",
    },
    "nearhome rules": {
        "rule_set": "The rules in force on the date asked for; null without one.",
        "rules": "For each `code`, `title`, `family`, `effect` (bar or gate), `starts`, `ends`, "
        "`needs` (the fields it looks at), `sentence`, `change`, `exemption` and `sources` "
        "(each `citation` and `address`).",
    },
    "nearhome policy list": {"policies": "For each `name`, `version` and `title`."},
    "nearhome policy show": {
        "...": "Every setting of the policy, named as in its file; see [Policy](policy.md)."
    },
    "nearhome scenario levers": {
        "levers": "For each `kind`, `family`, `title`, `source` and `fields` (each `name`, `unit`, "
        "`allowed`, `default` and `meaning`).",
    },
    "nearhome scenario run": {
        "name": "Of the scenario.",
        "start": "First day.",
        "years": "How many were simulated.",
        "replications": "How many futures the figures stand on.",
        "asked": "How many were asked for.",
        "stopped_early": "Why there are fewer, in a sentence; null when there are not.",
        "checked": "Children and homes that went through the independent checker, over all.",
        "base": "Today: `name`, `levers` (sentences) and `levels`, by [measure](measures.md), each "
        "`mean`, `mean_low`, `mean_high`, `p05`, `p95` and `replications`.",
        "variants": "For each `name`, `levers` (sentences) and `differences`, by "
        "[measure](measures.md), each a [Difference](#difference).",
        "measures": "Each a [MeasureShown](#measureshown).",
        "out": "Folder of the run.",
        "report": "The report, a page that stands alone; null when it could not be written.",
        "stamp": "A [RunStamp](#runstamp).",
    },
    "nearhome version": {"version": "Of the software."},
}
"""Answers that are no records of the engine: what their fields mean."""


def command_page() -> str:
    """Return the reference of every command, in Markdown."""
    from api.cli.main import app

    root = typer.main.get_command(app)
    lines = [
        "# The command",
        "",
        "Everything below is what `nearhome COMMAND --help` says. Results go to standard output, "
        "progress and errors to standard error; without a terminal there is no colour.",
        "",
        "| exit code | meaning |",
        "|---|---|",
        "| 0 | done, also when nobody can be placed |",
        "| 1 | the service refuses it, or its database cannot be reached |",
        "| 2 | bad use: an option, a path or an identifier that is not there |",
        "| 3 | bad data: each fault is named with its cell |",
        "| 4 | a policy that does not hold together |",
        "| 5 | a scenario that does not hold together: each fault is named with its line |",
        "| 6 | an audit trail that does not hold together: each fault is named |",
        "| 70 | a fault in Near Home: the independent check failed, nothing is shown |",
        "| 130 | interrupted |",
        "",
    ]
    for name, command in _commands(root, "nearhome"):
        lines += [f"## {name}", "", (command.help or "").strip(), ""]
        rows = [_parameter(each) for each in command.params if each.name != "help"]
        if rows:
            lines += ["| argument or option | default | meaning |", "|---|---|---|", *rows, ""]
    return "\n".join(lines)


def _commands(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    # Typer may bring its own copy of click, so this asks for behaviour and not for a class.
    if hasattr(command, "commands"):
        for each in sorted(command.commands):
            yield from _commands(command.commands[each], f"{name} {each}")
    else:
        yield name, command


def _parameter(parameter: Any) -> str:
    names = ", ".join(f"`{each}`" for each in parameter.opts)
    if parameter.param_type_name == "argument":
        names = f"`{(parameter.name or '').upper()}`"
    default = parameter.default
    shown = "required" if parameter.required else "" if default in (None, False) else f"`{default}`"
    return f"| {names} | {shown} | {getattr(parameter, 'help', None) or ''} |"


LISTS = {
    "nearhome alternatives": "alternatives",
    "nearhome assign --plans": "plans",
    "nearhome assign --keep": "replan",
    "nearhome assign --prices": "prices",
    "nearhome assign --frontier": "frontier",
    "nearhome beds": "beds",
}
"""Answers that are lists, by the field they stand in."""


def json_page() -> str:
    """Return the reference of the JSON answers, in Markdown."""
    from matcher.explaining.alternatives import Alternative
    from matcher.explaining.assignment import AssignReport
    from matcher.explaining.beds import BedWorth
    from matcher.explaining.explanation import Explanation
    from matcher.explaining.frontier import FrontierPoint
    from matcher.explaining.prices import TierPrice
    from matcher.explaining.report import SCHEMA, RankReport
    from matcher.explaining.unblocking import Blockage
    from scenarios.side_by_side import SideBySide

    lines = [
        "# JSON",
        "",
        f"Schema version {SCHEMA}: the first number is raised when a field goes or changes its "
        "meaning, the second when one is added. Money is integer pence; distances are "
        "straight-line miles to one decimal as the DfE computes them; points are out of 100; "
        "days are ISO dates. "
        "`null` means unknown or not applicable, never zero.",
        "",
    ]
    told: set[type] = set()
    for title, model in (
        ("nearhome rank", RankReport),
        ("nearhome explain", Explanation),
        ("nearhome assign", AssignReport),
        ("nearhome alternatives", Alternative),
        ("nearhome assign --plans", Alternative),
        ("nearhome assign --keep", Alternative),
        ("nearhome assign --prices", TierPrice),
        ("nearhome assign --frontier", FrontierPoint),
        ("nearhome beds", BedWorth),
        ("nearhome unblock", Blockage),
        ("nearhome scenario compare", SideBySide),
    ):
        lines += [f"## {title} --json", ""]
        if title in LISTS:
            lines += [
                f"`{LISTS[title]}`, a list of [{model.__name__}](#{model.__name__.lower()}), "
                "beside `schema_version` and `stamp`.",
                "",
            ]
        for each in _models(model, told):
            lines += _model_table(each)
    for title, fields in SMALL_ANSWERS.items():
        lines += [f"## {title} --json", "", "| field | meaning |", "|---|---|"]
        lines.append("| `schema_version` | Of this shape. |")
        lines += [f"| `{name}` | {meaning} |" for name, meaning in fields.items()]
        lines.append("")
    return "\n".join(lines)


def _models(model: type[Record], told: set[type]) -> Iterator[type[Record]]:
    if model in told:
        return
    told.add(model)
    yield model
    for field in model.model_fields.values():
        for inner in _inside(field.annotation):
            yield from _models(inner, told)


def _inside(annotation: Any) -> Iterator[Any]:
    if inspect.isclass(annotation) and hasattr(annotation, "model_fields"):
        yield annotation
    for each in get_args(annotation):
        yield from _inside(each)


def _model_table(model: type[Record]) -> list[str]:
    text = inspect.getdoc(model) or ""
    meanings = meanings_of_fields(model)
    lines = [f"### {model.__name__}", "", text.split("\n\n")[0], "", "| field | type | meaning |"]
    lines.append("|---|---|---|")
    for name, field in model.model_fields.items():
        lines.append(f"| `{name}` | {_type(field.annotation)} | {_cell(meanings.get(name, ''))} |")
    return [*lines, ""]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _type(annotation: Any) -> str:
    if annotation is type(None):
        return "null"
    arguments = get_args(annotation)
    origin = getattr(annotation, "__origin__", None)
    if origin in (tuple, frozenset, list):
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"object of {_type(arguments[1])}"
    if arguments:
        return " or ".join(dict.fromkeys(_type(each) for each in arguments))
    if inspect.isclass(annotation) and hasattr(annotation, "model_fields"):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if inspect.isclass(annotation) and hasattr(annotation, "__members__"):
        members = annotation.__members__.values()
        return "one of " + ", ".join(f"`{each.value}`" for each in members)
    return {"str": "string", "int": "integer", "float": "number", "bool": "true or false"}.get(
        getattr(annotation, "__name__", ""), getattr(annotation, "__name__", str(annotation))
    )
