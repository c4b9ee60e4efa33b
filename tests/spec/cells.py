"""What the cells of a spec table mean.

Unless a cell says otherwise, C1 is a girl of ten with nothing else recorded, referred to the
council on the day; H1 is a foster household of an agency, inside the council's area, with no
terms set, a free bed and a framework agreement with fees.

Columns
    child.FIELD, home.FIELD, home.terms.FIELD, home.household.FIELD, referral.FIELD,
    policy.FIELD: any field of the record, as written in the data
    child.age: completed years on the day of the table
    child.needs, home.capabilities: "behaviour 3, missing 2"; a need marked "!" is
    non-negotiable, and "@2024-01-01" is when it was assessed
    child.safety_zones: "5 miles", "E06000060", each with "until 2025-01-01" if it ends
    child.lives: "there", "elsewhere" or "elsewhere, may move"
    home.area: inside, adjoining, distant, Wales or Scotland
    home.miles: from the child's home, school and every safety zone
    home.provider: own or agency
    home.agreement: "framework", "framework until 2025-01-01", "spot", several with commas
    holds: "safeguarding", "LADO on provider until 2025-01-01", "reserved"
    exemption: "director", "fostering panel until 2025-01-01"
    arriving: several children instead of child.FIELD: "girl 12, boy 9 solo=yes"
    living there: the same; "of=E06000042" is another authority's child, "of=?" of one that is
    not recorded, and kind=staying_put or kind=parent is no child of anybody
    siblings: required, preferred or apart, for all who arrive and live there
    plan: "C1 in H1, C2 without"
    plan.points: "C1 40, C2 55.5", of each child's match
    plan.cost, plan.cost.ROUTE: pounds a week of the placements that start
    plan.unknown_cost: children whose fee is not known
    budget, budget.ROUTE: pounds a week
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from matcher.domain.agreement import Budget, Fee, Route
from matcher.domain.child import Child
from matcher.domain.home import Home, Household, Setting, TermsOfApproval
from matcher.domain.referral import Referral
from matcher.geography.location import Location, Precision
from matcher.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from pydantic import BaseModel

OURS = "E06000060"
CENTRE = Location("HP13 7PR", 487_000, 193_000, OURS, Precision.POSTCODE)
HOME_POSTCODE = "HP20 1UA"
HOME_PLACE = Location(HOME_POSTCODE, 487_000, 193_000, OURS, Precision.POSTCODE)
AREAS = {
    "inside": OURS,
    "adjoining": "E10000025",
    "distant": "E06000032",
    "Wales": "W06000015",
    "Scotland": "S12000036",
    "?": None,
}
SEXES = {"boy": "1", "boys": "1", "girl": "2", "girls": "2", "?": None}
LABELS = {setting.label: setting.value for setting in Setting}


@dataclass
class Draft:
    """The records of a row while its cells are read."""

    day: date
    child: dict[str, Any] = field(default_factory=dict)
    home: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, Any] | None = field(default_factory=dict)
    household: dict[str, Any] = field(default_factory=dict)
    referral: dict[str, Any] = field(default_factory=dict)
    policy: dict[str, Any] = field(default_factory=dict)
    agreements: list[dict[str, Any]] = field(default_factory=list)
    holds: list[dict[str, Any]] = field(default_factory=list)
    exemption: dict[str, Any] | None = None
    arriving: str = ""
    living: str = ""
    siblings: str = ""
    lives: str = ""
    plan: dict[str, str | None] = field(default_factory=dict)
    derived: dict[str, Any] = field(default_factory=dict)
    budgets: list[Budget] = field(default_factory=list)
    place: Location = HOME_PLACE

    def move(self, **changes: Any) -> None:
        self.place = Location(**{**_fields(self.place), **changes})


def _fields(place: Location) -> dict[str, Any]:
    return {name: getattr(place, name) for name in place.__dataclass_fields__}


def plain(cell: str) -> Any:
    """Return a cell's value as data write it."""
    if cell in ("?", "-"):
        return None
    if cell in ("yes", "no"):
        return cell == "yes"
    if cell in LABELS:
        return LABELS[cell]
    return SEXES.get(cell, cell)


def value_of(record: type[BaseModel], name: str, cell: str) -> Any:
    """Return a cell as a value of a record's field; collections are written with commas."""
    kinds = {get_origin(each) or each for each in _alternatives(record, name)}
    if kinds & {frozenset, tuple}:
        if cell == "?":
            return None
        return [plain(each.strip()) for each in cell.split(",")] if cell != "-" else []
    return plain(cell)


def _alternatives(record: type[BaseModel], name: str) -> tuple[Any, ...]:
    annotation = record.model_fields[name].annotation
    many = get_origin(annotation) in (Union, UnionType)
    alternatives = get_args(annotation) if many else (annotation,)
    return tuple(
        get_args(each)[0] if get_origin(each) is Annotated else each for each in alternatives
    )


def _until(text: str) -> tuple[str, str | None]:
    name, _, until = text.partition(" until ")
    return name.strip(), until.strip() or None


def _levels(cell: str, **more: Any) -> list[dict[str, Any]]:
    found = []
    for part in cell.split(","):
        if part.strip() in ("-", "?"):
            continue
        text, _, assessed = part.strip().partition("@")
        domain, level = text.strip().rsplit(" ", 1)
        record = {"domain": domain.replace(" ", "_"), "level": int(level.rstrip("!")), **more}
        if level.endswith("!"):
            record["non_negotiable"] = True
        if assessed:
            record["assessed_on"] = assessed
        found.append(record)
    return found


def _zones(cell: str) -> list[dict[str, Any]]:
    found = []
    for part in [] if cell == "-" else cell.split(","):
        name, until = _until(part)
        zone: dict[str, Any] = {"until": until}
        if name.endswith(("mile", "miles")):
            zone |= {"postcode": CENTRE.postcode, "radius_miles": float(name.split()[0])}
        elif name == "unknown place":
            zone |= {"postcode": "ZZ1 1ZZ", "radius_miles": 5.0}
        else:
            zone |= {"authority": name}
        found.append(zone)
    return found


def read_agreements(draft: Draft, cell: str) -> None:
    for part in [] if cell == "-" else cell.split(","):
        name, until = _until(part)
        name, _, starts = name.partition(" from ")
        route = name.removesuffix(" without fees").removesuffix(" full")
        agreement: dict[str, Any] = {"route": route, "ends": until, "starts": starts or None}
        if route == "framework":
            agreement["tier"] = 1
        if route == "block":
            agreement["block_beds"] = 0 if name.endswith("full") else 2
        if not name.endswith("without fees"):
            agreement["fees"] = (Fee(weekly_fee_pence=80_000),)
        draft.agreements.append(agreement)


def _holds(draft: Draft, cell: str) -> None:
    for part in [] if cell == "-" else cell.split(","):
        name, until = _until(part)
        name, _, starts = name.partition(" from ")
        kind = name.removesuffix(" on provider").replace("'s own", "").replace(" ", "_").lower()
        on_provider = name.endswith("on provider")
        draft.holds.append(
            {
                "scope": "provider" if on_provider else "home",
                "target_id": "P1" if on_provider else "H1",
                "kind": kind,
                "starts": starts or "2020-01-01",
                "until": until,
                "beds": 1 if kind == "reserved" else None,
            }
        )


def _exemption(draft: Draft, cell: str) -> None:
    if cell == "-":
        return
    role, until = _until(cell)
    draft.exemption = {"granted_by": role.replace(" ", "_"), "until": until}


def _plan(draft: Draft, cell: str) -> None:
    for part in cell.split(","):
        child, _, home = part.strip().partition(" in ")
        draft.plan[child.removesuffix(" without")] = home or None


def _points(draft: Draft, cell: str) -> None:
    pairs = [part.split() for part in cell.split(",")] if cell != "-" else []
    draft.derived["points"] = {child_id: float(points) for child_id, points in pairs}


def _unknown_cost(draft: Draft, cell: str) -> None:
    draft.derived["unknown_cost"] = tuple(cell.split(", ")) if cell != "-" else ()


def _money(draft: Draft, column: str, cell: str) -> None:
    """Read "budget", "budget.spot", "plan.cost" or "plan.cost.spot" in pounds a week."""
    name = column.removeprefix("plan.")
    what, _, route = name.partition(".")
    if cell == "-":
        return
    pence = round(float(cell) * 100)
    if what == "budget":
        draft.budgets.append(Budget(route=Route(route) if route else None, weekly_pence=pence))
    elif route:
        draft.derived.setdefault("weekly_cost_by_route_pence", {})[route] = pence
    else:
        draft.derived["weekly_cost_pence"] = pence


def _age(draft: Draft, cell: str) -> None:
    if cell == "?":
        draft.child["date_of_birth"] = None
    else:
        draft.child["date_of_birth"] = born(int(cell), draft.day)


def born(age: int, day: date) -> date:
    """Return the birthday of somebody who turns an age on a day."""
    if (day.month, day.day) == (2, 29):
        day = day.replace(day=28)
    return day.replace(year=day.year - age)


def _miles(draft: Draft, cell: str) -> None:
    if cell == "?":
        draft.move(easting=None, northing=None)
    else:
        draft.move(easting=487_000 + round(float(cell) * 1609.3))


SPECIAL: dict[str, Callable[[Draft, str], None]] = {
    "child.age": _age,
    "child.lives": lambda draft, cell: setattr(draft, "lives", cell),
    "child.needs": lambda draft, cell: draft.child.update(needs=_levels(cell)),
    "child.safety_zones": lambda draft, cell: draft.child.update(safety_zones=_zones(cell)),
    "child.school": lambda draft, cell: draft.child.update(
        school={"postcode": CENTRE.postcode} if cell == "yes" else None
    ),
    "home.area": lambda draft, cell: draft.move(authority=AREAS[cell]),
    "home.miles": _miles,
    "home.provider": lambda draft, cell: draft.home.update(
        provider_id="P2" if cell == "own" else "P1"
    ),
    "home.agreement": read_agreements,
    "home.capabilities": lambda draft, cell: draft.home.update(capabilities=_levels(cell)),
    "home.terms": lambda draft, cell: setattr(draft, "terms", None if cell == "?" else {}),
    "holds": _holds,
    "exemption": _exemption,
    "arriving": lambda draft, cell: setattr(draft, "arriving", cell),
    "living there": lambda draft, cell: setattr(draft, "living", cell),
    "siblings": lambda draft, cell: setattr(draft, "siblings", "" if cell == "-" else cell),
    "plan": _plan,
    "plan.points": _points,
    "plan.unknown_cost": _unknown_cost,
}


def read_cell(draft: Draft, column: str, cell: str) -> None:
    """Write one cell into the draft."""
    if column in SPECIAL:
        SPECIAL[column](draft, cell)
        return
    if column.startswith(("budget", "plan.cost")):
        _money(draft, column, cell)
        return
    root, name = column.rsplit(".", 1)
    records: dict[str, tuple[type[BaseModel], dict[str, Any] | None]] = {
        "child": (Child, draft.child),
        "home": (Home, draft.home),
        "home.terms": (TermsOfApproval, draft.terms),
        "home.household": (Household, draft.household),
        "referral": (Referral, draft.referral),
        "policy": (Policy, draft.policy),
    }
    record, values = records[root]
    if values is not None:
        values[name] = value_of(record, name, cell)


def _person(text: str, day: date) -> dict[str, Any]:
    """Read "girl 12 solo=yes" into the fields of a child."""
    sex, age, *more = text.split()
    person: dict[str, Any] = {"sex": SEXES[sex], "age": None if age == "?" else int(age)}
    person["date_of_birth"] = None if age == "?" else born(int(age), day)
    for each in more:
        name, _, cell = each.partition("=")
        if name in Child.model_fields:
            person[name] = value_of(Child, name, cell.replace("+", ","))
        else:
            person[name] = plain(cell)
    return person


def people_in(cell: str, day: date) -> list[dict[str, Any]]:
    return [_person(part, day) for part in cell.split(",") if part.strip() not in ("", "-")]
