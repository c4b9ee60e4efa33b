"""The page of the reference that says who may do what, read off the routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.access.permissions import CLIENT_SCOPES, ROLE_PERMISSIONS
from api.app import create_app
from api.records.actor import Permission, Role
from api.routes.rules import route_rules
from api.settings import Settings

if TYPE_CHECKING:
    from api.routes.rules import RouteRule


def access_page() -> str:
    """Return the page of the reference that says who may do what."""
    rules = route_rules(create_app(Settings(demo=True)))
    heads = " | ".join(role.value for role in Role)
    rule = "| --- " * (3 + len(Role) + 1) + "|"
    rows = "\n".join(_row(each) for each in rules)
    granted = "\n".join(
        f"| `{permission.value}` | {permission.label} | "
        + " | ".join(_mark(permission in ROLE_PERMISSIONS[role]) for role in Role)
        + f" | {_mark(permission in CLIENT_SCOPES)} |"
        for permission in Permission
    )
    return (
        "# Who may do what\n\n"
        "<!-- Generated from the routes themselves by docs/generate.py. -->\n\n"
        "Deny by default: a route that names no permission fails the tests, and each line of "
        "the second table is tested by asking the route as each role. Whether the state of a case "
        "allows something is another question, which casework answers.\n\n"
        "*System* is another system with a token (an API client). It holds the scopes that an "
        "administrator gave it, out of those that are marked; decisions about children and about "
        "access stay with people.\n\n"
        "## Permissions\n\n"
        f"| permission | may | {heads} | system |\n"
        f"{'| --- ' * (2 + len(Role) + 1)}|\n{granted}\n\n"
        "A commissioner or an auditor sees names only with a recorded permission, which somebody "
        "else gave for a reason and at most 92 days. While it stands, `look_up_name` is theirs for "
        "the children that it names; where it names any child, `read_names` too.\n\n"
        "## Routes\n\n"
        f"| route | what | permission | {heads} | system |\n{rule}\n{rows}\n"
    )


def _row(rule: RouteRule) -> str:
    needed = f"`{rule.permission.value}`" if rule.permission else f"none: {rule.why_open}"
    marks = " | ".join(_mark(rule.open_to(role)) for role in Role)
    return (
        f"| `{rule.method} {rule.path}` | {rule.summary} | {needed} | {marks} | "
        f"{_mark(rule.open_to_systems)} |"
    )


def _mark(may: bool) -> str:
    return "yes" if may else "–"
